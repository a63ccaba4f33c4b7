"""Turns a query into ranked documents with their best passages."""
