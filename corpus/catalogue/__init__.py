"""One SQLite file and the bytes beside it: opening, storing, copying, restoring."""
