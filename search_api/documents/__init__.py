"""One document: its page, parts and original; the vocabularies; counts and health."""
