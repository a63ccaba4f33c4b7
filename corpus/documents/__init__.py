"""The record of one document: its outcomes, corrections, works, fetches and links."""
