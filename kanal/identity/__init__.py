"""People, organizations, memberships, roles, API keys, login history."""
