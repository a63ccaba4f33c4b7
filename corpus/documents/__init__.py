"""Everything recorded about one document: outcomes, corrections, works, fetches, links."""
