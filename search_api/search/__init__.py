"""Search and browsing: filters, results, searches without an answer."""
