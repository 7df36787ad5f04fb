"""May this account become this partner's customer? Asks many rooms."""
