"""The record: documents, tags, people and decisions. It imports nothing else of this project."""
