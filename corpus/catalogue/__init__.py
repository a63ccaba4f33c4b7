"""Opens, stores, copies and restores one SQLite file and the original files beside it."""
