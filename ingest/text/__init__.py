"""Cleans lines of text and cuts them into sentences and passages."""
