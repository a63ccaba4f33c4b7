"""Takes snapshots of a catalogue and its index: whole, or the last one with what changed since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.door import opened_file
from corpus.catalogue.reading import read_one_state
from corpus.documents.changes import Changes, changes_since
from corpus.errors import IndexUnusable
from index.documents.following import MOST_FOLLOWED, Renumbering
from index.documents.values import Rows
from index.local.following import follow_holdings
from index.local.holdings import Holdings
from index.local.kept_holdings import load_holdings
from index.local.searching import LocalView
from index.local.snapshot import Generation
from index.model import MULTILINGUAL, VECTORS
from index.vectors import coarse
from index.vectors.blocks import Blocks
from index.vectors.generations import read_usable
from index.vectors.vectors import CoarseVectors
from index.words.building import follow_changes, is_behind, load_postings
from index.words.scores import PlacedPostings, WordScores


def load_generation(folder: Path, name: str, before: Generation | None = None) -> Generation:
    """Return the index in a folder.

    Args:
        folder: the index folder.
        name: what ``CURRENT`` says.
        before: the last one that this process had: what both have is not read again.
    """
    legs = (before.vectors, before.multilingual) if before else ()
    known = {s: p for leg in legs if leg for s, p in zip(leg.checksums, leg.parts, strict=True)}
    try:
        found = read_usable(folder, known)
    except IndexUnusable as error:
        return Generation(name, None, None, str(error))
    second, lost = found.multilingual, found.multilingual_fault
    copies = {
        leg: _coarse_copy(before, leg, blocks, folder / found.manifest.generation / file)
        for leg, blocks, file in zip(
            (VECTORS, MULTILINGUAL), (found.vectors, second), coarse.COARSE_FILES, strict=True
        )
        if blocks is not None and len(blocks.parts[0]) >= coarse.MANY
    }
    return Generation(
        name=name,
        vectors=found.vectors,
        manifest=found.manifest,
        problem=found.fault,
        multilingual=second,
        multilingual_problem=str(lost) if lost else None,
        coarse=copies,
    )


def _coarse_copy(before: Generation | None, leg: str, blocks: Blocks, file: Path) -> CoarseVectors:
    """Return a copy of the first block: the later ones are small, and compared exactly."""
    kept = before.vectors_of(leg) if before else None
    if before and kept and leg in before.coarse and kept.parts[0] is blocks.parts[0]:
        return before.coarse[leg]
    stored = coarse.read_coarse(file, blocks.checksums[0])
    return stored or CoarseVectors.of(blocks.parts[0])


def take(
    catalogue: Catalogue,
    folder: Path,
    give_generation: Callable[[], Generation],
    file: tuple[int, int],
) -> LocalView:
    """Return a snapshot for which nothing is taken over from another one."""
    generation = give_generation()
    with read_one_state(catalogue):
        holdings = load_holdings(catalogue, folder)
        postings = load_postings(catalogue, folder)
    ids = generation.vectors.ids if generation.vectors else np.empty(0, np.int64)
    passage_row = holdings.rows_of(ids)
    return _joined(holdings, generation, passage_row, WordScores.of(holdings, postings), file)


def follow(kept: LocalView, catalogue: Catalogue) -> LocalView | None:
    """Return a snapshot brought up to date by what changed; ``None`` if that is too much."""
    with read_one_state(catalogue):
        revision = catalogue.revision()
        if revision == kept.holdings.revision:
            return kept
        changes = changes_since(catalogue, kept.holdings.revision)
        if revision < kept.holdings.revision or len(changes.records) > MOST_FOLLOWED:
            return None
        if not changes.records and not changes.works:
            return replace(kept, holdings=replace(kept.holdings, revision=revision))
        holdings, moved = follow_holdings(kept.holdings, catalogue, changes, revision)
        passage_row = moved.move(kept.passage_row)
        added = holdings.passage_ids[moved.added]
        if len(added) and kept.generation.vectors is not None:
            rows = np.flatnonzero(np.isin(kept.generation.vectors.ids, added))
            passage_row[rows] = holdings.rows_of(kept.generation.vectors.ids[rows])
        words = _follow_words(kept, catalogue, holdings, changes, moved)
        return _joined(holdings, kept.generation, passage_row, words, kept.file) if words else None


def can_keep_words(kept: LocalView) -> bool:
    """Return whether ``salex index`` has not rewritten the words, or had no need to.

    It does so where there is no file of them, and where many passages have changed since.
    """
    placed = kept.words.placed
    return placed is not None and not is_behind(placed.postings)


def with_generation(kept: LocalView, generation: Generation) -> LocalView:
    """Return a snapshot of the same catalogue with other vectors; nothing is read."""
    ids = generation.vectors.ids if generation.vectors else np.empty(0, np.int64)
    rows = kept.holdings.rows_of(ids)
    return _joined(kept.holdings, generation, rows, kept.words, kept.file)


def _follow_words(
    kept: LocalView,
    catalogue: Catalogue,
    holdings: Holdings,
    changes: Changes,
    moved: Renumbering,
) -> WordScores | None:
    """Return the scores of words after changes; those kept stay if no passage or word changed."""
    if not changes.words and not len(moved.added) and (moved.rows >= 0).all():
        return kept.words
    if kept.words.placed is None:
        return WordScores(holdings)
    placed = kept.words.placed
    postings = follow_changes(catalogue, placed.postings, changes.words)
    if postings is None:
        return None
    same = postings is placed.postings and not len(moved.added)
    rows = moved.move(placed.rows) if same else holdings.rows_of(postings.ids)
    return WordScores(holdings, PlacedPostings(postings, rows))


def _joined(
    holdings: Holdings,
    generation: Generation,
    passage_row: Rows,
    words: WordScores,
    file: tuple[int, int],
) -> LocalView:
    vector_row = np.full(len(holdings.passage_ids), -1, dtype=np.int64)
    known = np.flatnonzero(passage_row >= 0)
    vector_row[passage_row[known]] = known
    return LocalView(holdings, generation, vector_row, passage_row, words, file)


def is_replaced(catalogue: Catalogue) -> bool:
    """Return whether another file has taken the place of the one that this connection reads."""
    try:
        found = catalogue.path.stat()
    except OSError:
        return False
    return (found.st_dev, found.st_ino) != file_of(catalogue)


def file_of(catalogue: Catalogue) -> tuple[int, int]:
    """Return which file this connection has open: a backup or a newer copy may take its place."""
    return opened_file(catalogue.db.conn) or (0, 0)
