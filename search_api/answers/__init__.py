"""Shapes a document, tag, passage or hit as JSON, with its citation and links."""
