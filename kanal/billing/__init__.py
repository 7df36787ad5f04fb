"""Quote, buy, issue, refund, hold, close the month."""
