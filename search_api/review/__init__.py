"""The review desk: the queue, decisions, contributions and outcomes."""
