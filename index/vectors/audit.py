"""Do catalogue and index agree? The companion of ``corpus.promises`` for derived files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import IndexUnusable
from corpus.promises import Check, make_check
from index.vectors.generations import read_generation
from index.vectors.store import VectorStore


def audit_index(catalogue: Catalogue, folder: Path) -> Iterator[Check]:
    """Yield each check of the index files against the catalogue."""
    stored = {row[0] for row in catalogue.passage_owners()}
    try:
        manifest, vectors = read_generation(folder)
    except IndexUnusable as error:
        yield make_check("index file matches its manifest", 1, [str(error)])
        return
    yield make_check("index file matches its manifest", 1, [])
    indexed = set(vectors.ids.tolist())
    faults = [f"passage {i} has no vector; run: salex index" for i in sorted(stored - indexed)]
    faults += [f"vector {i} has no passage; run: salex index" for i in sorted(indexed - stored)]
    if len(vectors.ids) != len(indexed):
        faults.append("a passage has more than one vector")
    yield make_check("vectors equal passages", len(stored), faults)
    norms = np.linalg.norm(vectors.matrix, axis=1)
    wrong = np.flatnonzero(~np.isclose(norms, 1.0, atol=1e-3))
    yield make_check(
        "vectors are of unit length",
        len(norms),
        [f"vector {vectors.ids[row]} has length {norms[row]}" for row in wrong],
    )
    with VectorStore(folder / "vectors.sqlite") as store:
        stored = {key[0] for key in store.keys(manifest.model_digest)}
    lacking = [f"vector {i} is not in the store" for i in sorted(indexed - stored)]
    yield make_check("vectors are kept apart from the index", len(indexed), lacking)
