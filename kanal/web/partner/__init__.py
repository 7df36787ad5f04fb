"""The partner portal."""
