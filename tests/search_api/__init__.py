"""Tests of the server, the pages and the command line."""
