"""Many rows at once: checked whole, confirmed once, each carried out once."""
