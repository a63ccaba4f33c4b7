"""Resource lists: drafts, published versions, and their exchange as files."""
