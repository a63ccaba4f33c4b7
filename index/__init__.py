"""Derived files and ranking: rebuildable from the catalogue at any time. Imports only corpus."""
