"""The engine in Qdrant: its points are passages, and it is filled from the files of the index."""
