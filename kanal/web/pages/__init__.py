"""Pages by subject, each with its forms; the doors say which of them they have."""
