"""Pages: the partner portal, the console, the desk, a person's account. Translate in, one call, translate out."""
