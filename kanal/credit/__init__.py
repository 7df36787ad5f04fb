"""Fund, top up, take back; lines: allocate, withdraw; spend; warnings."""
