"""Search, ranking and tagging: files that can be rebuilt from the corpus. Imports only corpus."""
