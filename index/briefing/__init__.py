"""Chooses the sentences of a brief: near the question, unlike each other, from many voices."""
