"""The edge: HTTP, pages, exports, command line, settings. Imports all other rooms."""
