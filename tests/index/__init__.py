"""Tests of vectors, search, tagging and works."""
