"""The record: what is stored and what was decided about it. Imports no other room."""
