"""Kanal's PostgreSQL: an engine with immediate constraints, keys that begin with the book, rights and their lint."""
