"""The partner programme: apply, approve, contract."""
