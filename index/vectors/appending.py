"""What one more generation needs: the passages that changed since the last, and nothing else.

The passages of the catalogue are compared with the rows of the generation by their ids, which are
hashes of their words, and by the checksum of title and heading. So nothing depends on what happened
in between: a catalogue that was restored from a backup is compared as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue, now
from corpus.documents.headings import heading_checksum, passage_headings
from corpus.errors import IndexUnusable
from index.vectors.blocks import Blocks
from index.vectors.generations import (
    Headings,
    Readable,
    Rows,
    Trust,
    publish_generation,
    read_usable,
    trust_nothing,
)
from index.vectors.manifests import FORMAT, Block, Manifest
from index.vectors.vectors import Ids, Matrix, Vectors

REWRITTEN_FROM: Final = 0.1
"""The share of rows that are gone or came later from which everything is written again: they are
compared with each query for nothing, or one by one."""
INPUT_FORM: Final = 1
"""Raise it when ``encoder_input`` puts title and heading together in another way."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How the passages of the catalogue differ from those of a generation.

    Attributes:
        new: (k,) int64, the passages without a row, ascending.
        headings: (k,) uint32, the checksum of each one's title and heading.
        gone: (g,) int64, the rows of passages that are gone or have another title or heading.
        removed: the passages that are gone.
    """

    new: Ids
    headings: Headings
    gone: Ids
    removed: list[int]

    def __bool__(self) -> bool:
        return bool(len(self.new) or len(self.gone))


def read_encoded_headings(catalogue: Catalogue) -> tuple[Ids, Headings]:
    """Return the ids of the passages that are encoded, ascending, and each one's checksum."""
    rows = passage_headings(catalogue)
    sums = (heading_checksum(title, heading, INPUT_FORM) for _, title, heading in rows)
    ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    return ids, np.fromiter(sums, np.uint32, len(rows))


def read_kept(
    folder: Path, digests: Sequence[str], trusted: Trust = trust_nothing
) -> Readable | None:
    """Return the generation that may be added to; ``None`` if there is none."""
    try:
        found = read_usable(folder, trusted=trusted)
    except IndexUnusable:
        return None
    whole = not found.fault and not found.multilingual_fault and found.manifest.generation
    fits = found.manifest.digests == list(digests) and len(found.vectors.living)
    headings = found.rows.headings
    counted = headings is not None and len(headings) == len(found.vectors)
    return found if whole and fits and counted else None


def find_changes(kept: Readable, ids: Ids, headings: Headings) -> Changes:
    """Compare the passages that there are with those of a generation.

    Args:
        kept: a generation with at least one passage.
        ids: (n,) int64, ascending, the passages.
        headings: (n,) uint32, the checksum of each one's title and heading.
    """
    rows = _by_id(kept.vectors)
    have, known = kept.vectors.ids[rows], kept.rows.headings
    place = np.minimum(np.searchsorted(have, ids), len(have) - 1)
    same = have[place] == ids
    if known is not None:
        same &= known[rows[place]] == headings
    return Changes(
        new=ids[~same],
        headings=headings[~same],
        gone=np.sort(np.delete(rows, place[same])),
        removed=np.setdiff1d(have, ids).tolist(),
    )


def is_worth_adding(kept: Readable, changes: Changes) -> bool:
    """Return whether so little changed, also before, that not everything has to be written."""
    vectors = kept.vectors
    later = len(vectors) - len(vectors.parts[0])
    touched = later + len(changes.new) + len(vectors.gone) + len(changes.gone)
    return touched <= REWRITTEN_FROM * len(vectors)


def publish_changes(
    folder: Path,
    kept: Readable,
    changes: Changes,
    rows: Sequence[Matrix],
    revision: int,
    trusted: Trust,
) -> None:
    """Write the generation that follows another one.

    Blocks that are not much larger than what is new are written again together with it, so that
    there are never many.

    Args:
        folder: the index folder.
        kept: the generation before.
        changes: what changed since.
        rows: the vectors of ``changes.new``, (k, dimensions), of each encoder.
        revision: the catalogue's.
        trusted: which files are not read for their checksums.
    """
    legs = [leg for leg in (kept.vectors, kept.multilingual) if leg is not None]
    later, count, start = list(kept.manifest.later), len(changes.new), len(kept.vectors)
    while count and later and later[-1].rows <= 2 * count:
        start -= later[-1].rows
        count += later.pop().rows
    gone = np.union1d(kept.vectors.gone, changes.gone)
    again = np.setdiff1d(np.arange(start, len(kept.vectors)), gone)
    ids = np.concatenate([kept.vectors.ids[again], changes.new])
    written = [
        _block_of(ids, np.concatenate([leg.take(again), new]))
        for leg, new in zip(legs, rows, strict=True)
    ]
    headings = kept.rows.headings
    if headings is not None:
        headings = np.concatenate([headings[:start], headings[again], changes.headings])
    gone = gone[gone < start]
    passages = len(kept.vectors.living) - len(changes.gone) + len(changes.new)
    manifest = _manifest_after(kept.manifest, later, passages, len(gone), revision)
    publish_generation(
        folder,
        manifest,
        written if len(ids) else [],
        Rows(headings, gone),
        after=kept.manifest.generation,
        trusted=trusted,
    )


def _manifest_after(
    manifest: Manifest, later: Sequence[Block], passages: int, gone: int, revision: int
) -> Manifest:
    beside = manifest.multilingual
    return replace(
        manifest,
        format=FORMAT,
        passages=passages,
        revision=revision,
        built_at=now(),
        later=tuple(later),
        gone=gone,
        multilingual=replace(beside, passages=passages) if beside else None,
    )


def _block_of(ids: Ids, rows: Matrix) -> Vectors:
    vectors = Vectors.empty(rows.shape[1])
    if len(ids):
        vectors.add(ids, rows)
    return vectors


def has_exactly(kept: Readable, headings: Headings, stored: Sequence[tuple[Ids, Matrix]]) -> bool:
    """Return whether a generation has these vectors of each encoder and no others.

    Args:
        kept: the generation.
        headings: (n,) uint32, the checksum of each passage's title and heading.
        stored: ids (n,) int64, ascending, and vectors (n, dimensions) of each encoder.
    """
    legs = [leg for leg in (kept.vectors, kept.multilingual) if leg is not None]
    rows, pairs = _by_id(kept.vectors), zip(legs, stored, strict=True)
    return (
        kept.rows.headings is not None
        and all(np.array_equal(kept.vectors.ids[rows], ids) for ids, _ in stored)
        and np.array_equal(kept.rows.headings[rows], headings)
        and all(np.array_equal(leg.take(rows), own) for leg, (_, own) in pairs)
    )


def _by_id(vectors: Blocks) -> Ids:
    """Return the rows of passages in the order of their ids."""
    rows = vectors.living
    return rows[np.argsort(vectors.ids[rows], kind="stable")]
