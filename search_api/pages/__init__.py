"""The same calls as HTML: server-rendered, readable without JavaScript, printable on A4."""
