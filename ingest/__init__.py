"""From a file or URL to passages in the catalogue. Imports only corpus."""
