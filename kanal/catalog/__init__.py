"""Products, configurations, prices and taxes. A stranger to partners."""
