"""Pages: the partner portal, the console, the desk and a person's own account. Translate in, one call, translate out."""
