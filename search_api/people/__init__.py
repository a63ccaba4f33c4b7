"""People, signing in, API keys and the log."""
