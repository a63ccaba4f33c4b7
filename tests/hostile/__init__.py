"""Makes hostile files by script: nothing is downloaded, and nothing is kept in the repository.

``make`` writes them to a folder, ``run`` takes them in with seeded mutants of real files and counts
failures, and ``kills`` ends ingestion at the worst moments.
"""
