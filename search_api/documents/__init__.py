"""One document: its page, its parts, its stored file; the vocabularies and holdings."""
