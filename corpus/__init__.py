"""The record: what is held and what was decided about it. Imports nothing of ours."""
