"""Kanal: partner portal, credit ledger and billing engine of a cloud provider."""

__version__ = "0.1.0"
