"""Writes documents for use elsewhere, with one module for each format."""
