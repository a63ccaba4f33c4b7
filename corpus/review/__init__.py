"""What waits for a curator, what was decided, and how it is undone."""
