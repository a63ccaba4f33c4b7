"""Lets ``python -m search_api`` stand in for the command ``salex``."""

from search_api.cli import run

run()
