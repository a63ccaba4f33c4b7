"""Search and browsing: parameters, result pages, API, searches that found little."""
