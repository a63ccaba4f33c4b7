"""Briefs: sentences of documents on a question, chosen and cited, to read and to take away."""
