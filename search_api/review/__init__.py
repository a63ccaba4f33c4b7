"""The review desk: queue, decisions, contributions, outcomes."""
