"""Reads untrusted bytes in worker processes with limits and without a network."""
