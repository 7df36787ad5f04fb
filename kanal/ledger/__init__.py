"""Accounts, transfers, holds. post.py alone writes."""
