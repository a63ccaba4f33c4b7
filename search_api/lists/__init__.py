"""Resource lists: pages, editing, API, exports and commands."""
