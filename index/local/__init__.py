"""The engine on one machine: arrays of the catalogue, vectors and words from their files."""
