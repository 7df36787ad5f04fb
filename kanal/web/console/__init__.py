"""The console of customers."""
