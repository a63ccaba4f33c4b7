"""Runs tasks on the workers of a Dask scheduler, each to one answer or one error."""
