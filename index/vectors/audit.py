"""Checks that the index agrees with the catalogue: ``corpus.promises`` for derived files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.copies import is_read_alone
from corpus.errors import (
    CatalogueBusy,
    CatalogueDamaged,
    CatalogueUnwritable,
    IndexUnusable,
    IndexUnwritable,
)
from corpus.promises import Check, cannot_make, make_check
from index.vectors.blocks import Blocks
from index.vectors.generations import Readable, read_usable
from index.vectors.manifests import Beside, Manifest
from index.vectors.store import VectorStore

SECOND: Final = " (second encoder)"


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
    # What was encoded stays where it was: a read-only copy has the index alone.
    store = None if is_read_alone(catalogue.path) else folder / "vectors.sqlite"
    yield from _check_vectors(catalogue, found.vectors, "")
    yield from _check_store(store, found.manifest, found.vectors, "")
    if found.manifest.multilingual:
        yield from _check_second(catalogue, store, found, found.manifest.multilingual)


def _check_second(
    catalogue: Catalogue, store: Path | None, found: Readable, described: Beside
) -> Iterator[Check]:
    """Yield the same checks of the second encoder's vectors."""
    name = f"index file matches its manifest{SECOND}"
    fault = found.multilingual_fault
    if isinstance(fault, IndexUnwritable):
        yield cannot_make(name, fault)
    else:
        yield make_check(name, 1, [str(fault)] if fault else [])
    if found.multilingual is not None:
        vectors = found.multilingual
        yield from _check_vectors(catalogue, vectors, SECOND)
        yield from _check_store(store, described, vectors, SECOND)


def _check_vectors(catalogue: Catalogue, vectors: Blocks, of: str) -> Iterator[Check]:
    name = f"vectors equal passages{of}"
    try:
        yield _compare(catalogue, vectors, name)
    except CatalogueDamaged as error:
        yield make_check(name, 0, [str(error)])
    except (CatalogueBusy, CatalogueUnwritable) as error:
        yield cannot_make(name, error)
    living = vectors.living
    norms = np.concatenate([np.linalg.norm(part.matrix, axis=1) for part in vectors.parts])
    wrong = living[~np.isclose(norms[living], 1.0, atol=1e-3)]
    yield make_check(
        f"vectors are of unit length{of}",
        len(living),
        [f"vector {vectors.ids[row]} has length {norms[row]}" for row in wrong],
    )


def _compare(catalogue: Catalogue, vectors: Blocks, name: str) -> Check:
    stored = {row[0] for row in catalogue.passage_owners()}
    indexed = set(vectors.ids[vectors.living].tolist())
    faults = [f"passage {i} has no vector; run: salex index" for i in sorted(stored - indexed)]
    faults += [f"vector {i} has no passage; run: salex index" for i in sorted(indexed - stored)]
    if len(vectors.living) != len(indexed):
        faults.append("a passage has more than one vector")
    return make_check(name, len(stored), faults)


def _check_store(
    path: Path | None, described: Manifest | Beside, vectors: Blocks, of: str
) -> Iterator[Check]:
    if path is None:
        return
    name = f"stored vectors match their checksums{of}"
    if not path.exists():
        yield make_check(name, 0, [f"{path.name} is missing; run: salex index"])
        return
    try:
        with VectorStore(path) as store:
            ids, rows, changed = store.read_sound(described.model_digest)
    except IndexUnwritable as error:
        yield cannot_make(name, error)
        return
    except IndexUnusable as error:
        yield make_check(name, 0, [str(error)])
        return
    faults = [f"vector {i} changed on disk; run: salex index --check" for i in changed]
    yield make_check(name, len(ids) + len(changed), faults)
    living = vectors.living
    indexed = vectors.ids[living]
    missing = np.setdiff1d(indexed, np.union1d(ids, np.array(changed, np.int64)))
    lacking = [f"vector {i} is not in the store; run: salex index --check" for i in missing]
    both, here, there = np.intersect1d(indexed, ids, return_indices=True)
    if len(both) and not np.array_equal(vectors.take(living[here]), rows[there]):
        lacking.append(
            "the index was made from other vectors than are stored; run: salex index --check"
        )
    yield make_check(f"vectors are kept apart from the index{of}", len(indexed), lacking)
