"""The review desk: the queue, decisions, contributions, outcomes, and taking in by browser."""
