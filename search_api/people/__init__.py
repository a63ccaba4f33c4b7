"""People, sign-in, keys and the log."""
