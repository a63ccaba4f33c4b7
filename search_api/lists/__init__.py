"""Resource lists: pages, editing, routes, exports, commands."""
