"""Which passages have which words: the keyword index as arrays, kept in one file."""
