"""A partner's customers and their standing."""
