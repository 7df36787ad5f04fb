"""What happened, to what, by whom, from where. Append-only."""
