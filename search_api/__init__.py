"""The edge: API, pages, exports, command line and settings. Imports all other rooms."""
