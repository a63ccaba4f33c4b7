"""Writes the files of a repository for another network, and checks them."""
