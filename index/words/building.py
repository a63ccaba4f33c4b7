"""Makes the postings from the catalogue's keyword index, and brings them up to date."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.reading import (
    read_one_state,
    remember_state,
    state_now,
    was_in_state,
)
from corpus.documents.changes import changes_since
from corpus.errors import EvidenceError
from index.words.counting import (
    WEIGHTS,
    Total,
    WordedPassage,
    count_words,
    read_headings,
    read_owners,
    read_passages,
    read_places,
    read_total,
    read_vocabulary,
)
from index.words.files import read_postings, write_postings
from index.words.postings import Ids, Postings, Stored, Weights, document_key

MOST_CHANGED: Final = 5_000
"""Passages that may have changed since the file was written; counting them takes a second."""
REWRITTEN_FROM: Final = 0.05
"""The share of changed passages from which ``salex index`` writes the file again."""


def publish_postings(catalogue: Catalogue, folder: Path) -> bool:
    """Write the file of the postings if it is missing or behind; return whether it was written.

    It also is if it was made of another catalogue, such as the one before a restore. A keyword
    index that cannot be read is left to the searches, which report it.
    """
    kept = load_postings(catalogue, folder)
    made_of = kept.stored.state if kept else None
    if kept and not is_behind(kept) and made_of and was_in_state(catalogue, made_of):
        return False
    try:
        with read_one_state(catalogue):
            state, stored = state_now(catalogue), _read_all(catalogue)
    except (EvidenceError, sqlite3.Error):
        return False
    if stored is None:
        return False
    with contextlib.suppress(EvidenceError):  # then searches compare all passages
        remember_state(catalogue, state)
    write_postings(folder, replace(stored, state=state))
    return True


def is_behind(kept: Postings) -> bool:
    """Return whether so many passages changed since the file that it is worth writing again."""
    return kept.changed > REWRITTEN_FROM * len(kept.ids)


def load_postings(catalogue: Catalogue, folder: Path) -> Postings | None:
    """Return the postings of the catalogue as it is now; ``None`` without a file that is of use.

    If the file is of a state of this catalogue's past, what changed since is read. Otherwise it is
    compared with every passage: it may be of any age, and of a catalogue that a backup replaced.
    """
    stored = read_postings(folder)
    if stored is None:
        return None
    try:
        with read_one_state(catalogue):
            kept = Postings.of_file(stored, read_total(catalogue))
            followed = _follow_log(catalogue, kept)
            if followed:
                return followed
            ids, headings = read_headings(catalogue)
            gone, is_new = kept.find_changes(kept.living, ids, headings)
            if kept.changed + len(gone) + int(is_new.sum()) > MOST_CHANGED:
                return None
            new = read_passages(catalogue, ids=ids[is_new].tolist())
            return _changed(kept, gone, new, kept.total)
    except (EvidenceError, sqlite3.Error):
        return None


def _follow_log(catalogue: Catalogue, kept: Postings) -> Postings | None:
    """Return the postings of a file after what the log says; ``None`` if it cannot say it."""
    state = kept.stored.state
    if state is None or not was_in_state(catalogue, state):
        return None
    changed = changes_since(catalogue, state.revision).words
    followed = follow_changes(catalogue, kept, changed) if len(changed) <= MOST_CHANGED else None
    return followed if followed and followed.is_true else None


def follow_changes(
    catalogue: Catalogue, kept: Postings, document_ids: Iterable[str]
) -> Postings | None:
    """Return the postings after a change of some documents; ``None`` if it cannot be followed."""
    names = list(document_ids)
    if not names:
        return kept
    keys = np.array([document_key(name) for name in names], dtype=np.int64)
    with read_one_state(catalogue):
        there, total = read_passages(catalogue, document_ids=names), read_total(catalogue)
    gone, is_new = kept.find_changes(
        np.isin(kept.documents, keys),
        np.array([passage.id for passage in there], dtype=np.int64),
        np.array([passage.checksum for passage in there], dtype=np.uint32),
    )
    new = [there[place] for place in np.flatnonzero(is_new)]
    if kept.changed + len(gone) + len(new) > MOST_CHANGED:
        return None
    return _changed(kept, gone, new, total)


def _changed(
    kept: Postings, gone: Ids, new: Sequence[WordedPassage], total: Total
) -> Postings | None:
    after = kept.with_changes(gone, new, count_words(new), total)
    return after if after.is_true else None


def _read_all(catalogue: Catalogue) -> Stored | None:
    """Read the whole keyword index; ``None`` if it does not agree with itself or the passages."""
    ids, headings = read_headings(catalogue)
    vocabulary = read_vocabulary(catalogue)
    sizes = np.array([size for _, _, size in vocabulary], dtype=np.int64)
    numbers, often, lengths = [], [], np.zeros(len(ids), dtype=np.int64)
    among = []
    for words, places, columns in _by_word(read_places(catalogue), sizes):
        rows = np.minimum(np.searchsorted(ids, places), max(len(ids) - 1, 0))
        if not len(ids) or not np.array_equal(ids[rows], places):
            return None
        lengths += np.bincount(rows, minlength=len(ids))
        starts = np.flatnonzero(
            (np.diff(words, prepend=-1) != 0) | (np.diff(rows, prepend=-1) != 0)
        )
        among.append(words[starts])
        numbers.append(rows[starts].astype(np.int32))
        often.append(np.add.reduceat(np.array(WEIGHTS)[columns], starts))
    counts = np.bincount(_joined(among, np.int64), minlength=len(sizes))
    if counts.tolist() != [count for _, count, _ in vocabulary]:
        return None
    letters = [word.encode() for word, _, _ in vocabulary]
    return Stored(
        ids=ids,
        documents=_document_keys(read_owners(catalogue)),
        headings=headings,
        lengths=lengths.astype(np.int32),
        letters=np.frombuffer(b"".join(letters), np.uint8),
        ends=np.cumsum([len(word) for word in letters], dtype=np.int64),
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        numbers=_joined(numbers, np.int32),
        often=_smallest(_joined(often, np.float32)),
    )


def _by_word(steps: Iterable[tuple[Ids, Ids]], sizes: Ids) -> Iterator[tuple[Ids, Ids, Ids]]:
    """Yield (number of the word, passage id, column) of each place, no word in two steps."""
    ends = np.cumsum(sizes)
    done = 0
    waiting: tuple[Ids, Ids] = (np.empty(0, np.int64), np.empty(0, np.int64))
    for step in steps:
        places, columns = (np.concatenate(pair) for pair in zip(waiting, step, strict=True))
        last = int(np.searchsorted(ends, done + len(places), side="right"))
        whole = int(ends[last - 1]) - done if last else 0
        if whole > 0:
            words = np.searchsorted(ends, np.arange(done, done + whole), side="right")
            yield words, places[:whole], columns[:whole]
            done += whole
        waiting = places[max(whole, 0) :], columns[max(whole, 0) :]


def _document_keys(owners: Sequence[str]) -> Ids:
    keys = {name: document_key(name) for name in set(owners)}
    return np.array([keys[name] for name in owners], dtype=np.int64)


def _joined(arrays: Sequence[np.ndarray[Any, Any]], dtype: type[np.generic]) -> Any:
    return np.concatenate([np.empty(0, dtype), *(a.astype(dtype) for a in arrays)])


def _smallest(values: Weights) -> np.ndarray[Any, Any]:
    """Return the values in as few bytes as hold them: a byte each, but for very odd passages."""
    small = values.astype(np.uint8)
    return small if np.array_equal(small, values) else values
