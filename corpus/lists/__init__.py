"""Resource lists: drafts in revisions, published versions, and their exchange as files."""
