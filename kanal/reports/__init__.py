"""Read-only: reports, statements and exports. Writes nothing."""
