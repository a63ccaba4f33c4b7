"""People, their roles, keys and sessions, and the log of what they changed."""
