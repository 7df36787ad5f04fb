"""The desk of the provider's own staff."""
