"""What waits for a curator, what curators decided, and how a decision is undone."""
