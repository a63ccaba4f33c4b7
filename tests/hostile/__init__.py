"""Files made to hurt, made by script: nothing here is downloaded, nothing is kept in the tree.

``make`` writes them to a folder, ``run`` takes them in with seeded mutants of real files and counts
what went wrong, ``kills`` ends ingestion at every worst moment.
"""
