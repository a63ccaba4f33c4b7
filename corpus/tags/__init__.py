"""The terms a document carries: suggested by models, decided by people."""
