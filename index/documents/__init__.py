"""The documents of the catalogue as arrays: their values and works, and which a search can show."""
