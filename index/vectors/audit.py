"""Checks that the index agrees with the catalogue: ``corpus.promises`` for derived files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import (
    CatalogueBusy,
    CatalogueDamaged,
    CatalogueUnwritable,
    IndexUnusable,
    IndexUnwritable,
)
from corpus.promises import Check, cannot_make, make_check
from index.vectors.generations import Manifest, read_usable
from index.vectors.store import VectorStore
from index.vectors.vectors import Vectors


def audit_index(catalogue: Catalogue, folder: Path) -> Iterator[Check]:
    """Yield each check of the index files against the catalogue.

    A check that the machine does not allow is yielded with that as its problem.
    """
    name = "index file matches its manifest"
    try:
        found = read_usable(folder)
    except IndexUnwritable as error:
        yield cannot_make(name, error)
        return
    except IndexUnusable as error:
        yield make_check(name, 1, [str(error)])
        return
    if found.refused:
        yield cannot_make(name, found.refused)
    else:
        yield make_check(name, 1, [found.fault] if found.fault else [])
    try:
        yield from _check_vectors(catalogue, found.vectors)
    except CatalogueDamaged as error:
        yield make_check("vectors equal passages", 0, [str(error)])
    except (CatalogueBusy, CatalogueUnwritable) as error:
        yield cannot_make("vectors equal passages", error)
    yield from _check_store(folder / "vectors.sqlite", found.manifest, found.vectors)


def _check_vectors(catalogue: Catalogue, vectors: Vectors) -> Iterator[Check]:
    stored = {row[0] for row in catalogue.passage_owners()}
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


def _check_store(path: Path, manifest: Manifest, vectors: Vectors) -> Iterator[Check]:
    name = "stored vectors match their checksums"
    if not path.exists():
        yield make_check(name, 0, [f"{path.name} is missing; run: salex index"])
        return
    try:
        with VectorStore(path) as store:
            stored = {key[0] for key in store.keys(manifest.model_digest)}
            changed = store.find_damaged(manifest.model_digest)
            content = store.content(manifest.model_digest)
    except IndexUnwritable as error:
        yield cannot_make(name, error)
        return
    except IndexUnusable as error:
        yield make_check(name, 0, [str(error)])
        return
    faults = [f"vector {i} changed on disk; run: salex index" for i in changed]
    yield make_check(name, len(stored), faults)
    indexed = set(vectors.ids.tolist())
    lacking = [f"vector {i} is not in the store" for i in sorted(indexed - stored)]
    if not lacking and manifest.generation and content != manifest.content:
        lacking = ["the index was made from other vectors than are stored; run: salex index"]
    yield make_check("vectors are kept apart from the index", len(indexed), lacking)
