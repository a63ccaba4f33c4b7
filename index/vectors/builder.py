"""Builds the index: encodes the passages without a vector, then swaps in a new generation."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue, PassageInput, now
from corpus.catalogue.failpoints import failpoint
from corpus.catalogue.reading import read_one_state
from corpus.errors import IndexDamaged
from index.vectors.appending import (
    find_changes,
    has_exactly,
    is_worth_adding,
    publish_changes,
    read_encoded_headings,
    read_kept,
)
from index.vectors.checked import Checked, lock_building, write_checked
from index.vectors.encoder import Encoder
from index.vectors.files import move_aside
from index.vectors.generations import (
    Headings,
    Readable,
    Rows,
    Trust,
    current_name,
    files_of,
    publish_generation,
)
from index.vectors.manifests import FORMAT, Beside, Manifest, read_manifest
from index.vectors.steps import EncodeSteps, encode_here
from index.vectors.store import Ids, Key, Matrix, VectorStore
from index.vectors.vectors import Vectors
from index.words.building import publish_postings

ENCODE_STEP: Final = 128
"""Passages encoded at a time and written together: one step of progress."""
MAX_TITLE_CHARACTERS: Final = 200
"""How much of the title is encoded before each passage; more would crowd the passage out."""

Progress = Callable[[int, int], None]
"""Called with (passages encoded so far, passages to encode)."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a refresh did; ``mended`` says in sentences what was damaged and how it was mended.

    ``encoded`` counts the passages that an encoder encoded, once each; ``multilingual`` is the name
    of the second encoder, if there is one.
    """

    passages: int
    encoded: int
    removed: int
    published: bool
    model: str
    seconds: float
    mended: tuple[str, ...] = ()
    multilingual: str | None = None


@dataclass(frozen=True, slots=True)
class _Work:
    """The encoder, and what is called with the progress."""

    encoders: Sequence[Encoder]
    encode_steps: EncodeSteps
    progress: Progress | None


def encoder_input(title: str, heading: str | None, text: str) -> str:
    """Return what is encoded for a passage: title, heading and text.

    The title before each 80-word passage lifts SciFact from .641 to .679 (dense, nDCG@10).
    """
    return "\n".join(part for part in (title[:MAX_TITLE_CHARACTERS], heading, text) if part)


def build_index(
    catalogue: Catalogue,
    folder: Path,
    encoder: Encoder,
    *,
    multilingual: Encoder | None = None,
    encode_steps: EncodeSteps = encode_here,
    progress: Progress | None = None,
    check: bool = False,
) -> BuildReport:
    """Bring the index up to date with the catalogue.

    Unchanged passages are not encoded again, and where little changed only that is written and
    read. Everything is read for its checksums if files were touched by others, if that was not done
    for most of a day, or with ``check``. Two builds wait for each other.

    A kill loses what is being encoded, which is
    ``ENCODE_STEP`` passages here; the index that is being served stays whole until the new one
    takes its place. Damaged files are mended: a vector that changed is encoded again; a file that
    cannot be read is renamed and made again.

    Args:
        catalogue: has the passages.
        folder: the index folder.
        encoder: makes the first vector of each passage.
        multilingual: makes the second, for questions in other languages; ``None`` for none.
        encode_steps: encodes ``ENCODE_STEP`` passages at a time, here or elsewhere.
        progress: told how far it is, over both encoders.
        check: read every stored vector and every file for its checksum.
    """
    started = time.monotonic()
    mended = []
    encoders = (encoder, multilingual) if multilingual else (encoder,)
    work = _Work(encoders, encode_steps, progress)
    if folder.exists() and not folder.is_dir():
        mended.append(_replace(folder, "it is not a folder"))
    try:
        report = _refresh(catalogue, folder, work, check=check)
    except IndexDamaged:
        mended.append(_replace(folder / "vectors.sqlite", "its passages are encoded again"))
        report = _refresh(catalogue, folder, work, check=check)
    seconds = time.monotonic() - started
    return replace(report, mended=(*mended, *report.mended), seconds=seconds)


def _replace(path: Path, note: str) -> str:
    aside = move_aside(path)
    return f"{path.name} could not be used ({note}). It was renamed to {aside.name}."


def _refresh(
    catalogue: Catalogue,
    folder: Path,
    work: _Work,
    *,
    check: bool,
) -> BuildReport:
    path = folder / "vectors.sqlite"
    with lock_building(folder):
        checked = Checked.read(folder)
        kept = None
        if not check and checked.is_recent and checked.trusts(path):
            kept = read_kept(folder, [e.digest for e in work.encoders], checked.trusts)
        with VectorStore(path) as store:
            report = _add_changes(catalogue, folder, store, work, kept, checked.trusts)
            at = checked.at
            if report is None:
                at = time.time()
                report = _index_everything(catalogue, folder, store, work)
        manifest = read_manifest(folder / current_name(folder))
        write_checked(folder, at, [path, *files_of(folder, manifest)])
    publish_postings(catalogue, folder)
    return report


def _add_changes(
    catalogue: Catalogue,
    folder: Path,
    store: VectorStore,
    work: _Work,
    kept: Readable | None,
    trusted: Trust,
) -> BuildReport | None:
    """Index what changed since a generation; ``None`` if everything has to be looked at."""
    if kept is None:
        return None
    with read_one_state(catalogue):
        revision, (ids, headings) = catalogue.revision(), read_encoded_headings(catalogue)
        changes = find_changes(kept, ids, headings)
        if not is_worth_adding(kept, changes):
            return None
        new = changes.new.tolist()
        inputs = catalogue.passage_inputs(new) if new else []
    digests = [encoder.digest for encoder in work.encoders]
    for digest in digests if new else ():
        store.forget(digest, store.find_damaged(digest, new))
    known = [store.keys(digest, new) for digest in digests]
    encoded = _encode_missing(store, work, inputs, known)
    for digest in digests:
        store.forget(digest, changes.removed)
    failpoint("vectors forgotten")
    if changes:
        rows = [
            store.read(digest, new)[1] if new else np.empty((0, encoder.dimensions), np.float32)
            for digest, encoder in zip(digests, work.encoders, strict=True)
        ]
        publish_changes(folder, kept, changes, rows, revision, trusted)
    return _report(work, len(ids), encoded, len(changes.removed), published=bool(changes))


def _index_everything(
    catalogue: Catalogue, folder: Path, store: VectorStore, work: _Work
) -> BuildReport:
    """Compare everything with the catalogue, and check every vector that is stored."""
    with read_one_state(catalogue):
        revision, (ids, headings) = catalogue.revision(), read_encoded_headings(catalogue)
        inputs = catalogue.passage_inputs()
    removed: set[int] = set()
    mended = _mend(store, work.encoders)
    known = [store.keys(encoder.digest) for encoder in work.encoders]
    encoded = _encode_missing(store, work, inputs, known)
    for encoder, keys in zip(work.encoders, known, strict=True):
        stale = {key[0] for key in keys}.difference(ids.tolist())
        store.forget(encoder.digest, stale)
        removed |= stale
    failpoint("vectors forgotten")
    by_document = np.searchsorted(ids, [item.id for item in inputs])
    published = _publish(store, folder, work.encoders, headings, by_document, revision)
    report = _report(work, len(ids), encoded, len(removed), published=published)
    return replace(report, mended=mended)


def _report(
    work: _Work, passages: int, encoded: int, removed: int, *, published: bool
) -> BuildReport:
    return BuildReport(
        passages=passages,
        encoded=encoded,
        removed=removed,
        published=published,
        model=work.encoders[0].name,
        seconds=0.0,
        multilingual=work.encoders[1].name if len(work.encoders) > 1 else None,
    )


def _mend(store: VectorStore, encoders: Sequence[Encoder]) -> tuple[str, ...]:
    """Drop the vectors that changed on disk, so that they are encoded again; say so."""
    taken = store.take_over()
    wrong = 0
    for encoder in encoders:
        damaged = store.find_damaged(encoder.digest)
        store.forget(encoder.digest, damaged)
        wrong += len(damaged)
    said = []
    if taken:
        said.append(
            f"Stored vectors that had no checksums: {taken:,}. They were kept as they are "
            "and have checksums from now on."
        )
    if wrong:
        said.append(f"Stored vectors that had changed on disk and were encoded again: {wrong:,}.")
    return tuple(said)


def _encode_missing(
    store: VectorStore, work: _Work, inputs: list[PassageInput], known: Sequence[set[Key]]
) -> int:
    """Encode what each encoder has no vector of; return how many passages that were.

    ``known`` are the keys of the vectors that each encoder has.
    """
    texts: dict[Key, str] = {}
    for item in inputs:
        text = encoder_input(item.title, item.heading, item.text)
        texts[item.id, _input_key(text)] = text
    missing = [texts.keys() - keys for keys in known]
    count, done = sum(map(len, missing)), 0
    for encoder, keys in zip(work.encoders, missing, strict=True):
        # Longest first over all steps, so that texts of similar length share a batch.
        ordered = sorted(keys, key=lambda key: (-len(texts[key]), key))
        steps = [ordered[at : at + ENCODE_STEP] for at in range(0, len(ordered), ENCODE_STEP)]
        for number, rows in work.encode_steps(encoder, [[texts[key] for key in s] for s in steps]):
            store.put(encoder.digest, dict(zip(steps[number], rows, strict=True)))
            failpoint("vectors put")
            done += len(rows)
            if work.progress:
                work.progress(done, count)
    return len({passage for keys in missing for passage, _ in keys})


def _input_key(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8, person=b"salex-inp").digest()
    return int.from_bytes(digest, "big") >> 1


def _publish(
    store: VectorStore,
    folder: Path,
    encoders: Sequence[Encoder],
    headings: Headings,
    by_document: Ids,
    revision: int,
) -> bool:
    """Write all stored vectors, unless the current generation has exactly these.

    The passages of a document stand beside each other: where filters let a quarter of the documents
    pass, of twenty passages each, the nearest of 200,000 are found in a third of the time that it
    takes in order of ids.
    """
    stored = [store.read(encoder.digest) for encoder in encoders]
    if _is_published(folder, encoders, headings, stored):
        return False
    count = len(stored[0][0])
    beside = None
    if len(encoders) > 1:
        beside = Beside(encoders[1].name, encoders[1].digest, encoders[1].dimensions, count)
    manifest = Manifest(
        format=FORMAT,
        model=encoders[0].name,
        model_digest=encoders[0].digest,
        dimensions=encoders[0].dimensions,
        passages=count,
        revision=revision,
        built_at=now(),
        multilingual=beside,
    )
    legs = [
        _vectors_of(encoder, ids[by_document], rows[by_document])
        for encoder, (ids, rows) in zip(encoders, stored, strict=True)
    ]
    publish_generation(folder, manifest, legs, Rows(headings[by_document], np.empty(0, np.int64)))
    return True


def _is_published(
    folder: Path,
    encoders: Sequence[Encoder],
    headings: Headings,
    stored: Sequence[tuple[Ids, Matrix]],
) -> bool:
    found = read_kept(folder, [encoder.digest for encoder in encoders])
    return found is not None and has_exactly(found, headings, stored)


def _vectors_of(encoder: Encoder, ids: Ids, rows: Matrix) -> Vectors:
    vectors = Vectors.empty(encoder.dimensions)
    if len(ids):
        vectors.add(ids, rows)
    return vectors
