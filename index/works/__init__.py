"""Proposes which documents are forms of one work."""
