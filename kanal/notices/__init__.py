"""Mail, in-app messages, webhooks out: sent after commit. Knows addresses and facts, not models."""
