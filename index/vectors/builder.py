"""Builds the index: encodes the passages without a vector, then swaps in a new generation."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import Catalogue, PassageInput, now
from corpus.catalogue.failpoints import failpoint
from corpus.errors import IndexDamaged, IndexUnusable
from index.vectors.encoder import Encoder
from index.vectors.files import move_aside
from index.vectors.generations import FORMAT, Manifest, publish_generation, read_usable
from index.vectors.store import Key, VectorStore
from index.vectors.vectors import Vectors
from index.words.building import publish_postings

ENCODE_STEP: Final = 128
"""Passages encoded between two writes: as many as a kill can lose, and one step of progress."""
MAX_TITLE_CHARACTERS: Final = 200
"""How much of the title is encoded before each passage; more would crowd the passage out."""

Progress = Callable[[int, int], None]
"""Called with (passages encoded so far, passages to encode)."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a refresh did; ``mended`` says in sentences what was damaged and how it was mended."""

    passages: int
    encoded: int
    removed: int
    published: bool
    model: str
    seconds: float
    mended: tuple[str, ...] = ()


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
    progress: Progress | None = None,
) -> BuildReport:
    """Bring the index up to date with the catalogue.

    Unchanged passages are not encoded again. A kill loses at most ``ENCODE_STEP`` encodings; the
    index that is being served stays whole until the new one takes its place. Damaged files are
    mended: a vector that changed is encoded again; a file that cannot be read is renamed and made
    again.
    """
    started = time.monotonic()
    mended = []
    if folder.exists() and not folder.is_dir():
        mended.append(_replace(folder, "it is not a folder"))
    try:
        report = _refresh(catalogue, folder, encoder, progress)
    except IndexDamaged:
        mended.append(_replace(folder / "vectors.sqlite", "its passages are encoded again"))
        report = _refresh(catalogue, folder, encoder, progress)
    seconds = time.monotonic() - started
    return replace(report, mended=(*mended, *report.mended), seconds=seconds)


def _replace(path: Path, note: str) -> str:
    aside = move_aside(path)
    return f"{path.name} could not be used ({note}). It was renamed to {aside.name}."


def _refresh(
    catalogue: Catalogue, folder: Path, encoder: Encoder, progress: Progress | None
) -> BuildReport:
    revision = catalogue.revision()
    inputs = catalogue.passage_inputs()
    with VectorStore(folder / "vectors.sqlite") as store:
        mended = _mend(store, encoder.digest)
        encoded = _encode_missing(store, encoder, inputs, progress)
        stale = {key[0] for key in store.keys(encoder.digest)} - {i.id for i in inputs}
        store.forget(encoder.digest, stale)
        failpoint("vectors forgotten")
        published = _publish(store, folder, encoder, revision)
    publish_postings(catalogue, folder)
    return BuildReport(
        passages=len(inputs),
        encoded=encoded,
        removed=len(stale),
        published=published,
        model=encoder.name,
        seconds=0.0,
        mended=mended,
    )


def _mend(store: VectorStore, model: str) -> tuple[str, ...]:
    """Drop the vectors that changed on disk, so that they are encoded again; say so."""
    taken = store.take_over()
    wrong = store.find_damaged(model)
    store.forget(model, wrong)
    said = []
    if taken:
        said.append(
            f"Stored vectors that had no checksums: {taken:,}. They were kept as they are "
            "and have checksums from now on."
        )
    if wrong:
        said.append(
            f"Stored vectors that had changed on disk and were encoded again: {len(wrong):,}."
        )
    return tuple(said)


def _encode_missing(
    store: VectorStore, encoder: Encoder, inputs: list[PassageInput], progress: Progress | None
) -> int:
    stored = store.keys(encoder.digest)
    texts: dict[Key, str] = {}
    for item in inputs:
        text = encoder_input(item.title, item.heading, item.text)
        key = (item.id, _input_key(text))
        if key not in stored:
            texts[key] = text
    # Longest first over all steps, so that texts of similar length share a batch.
    keys = sorted(texts, key=lambda key: -len(texts[key]))
    for start in range(0, len(keys), ENCODE_STEP):
        step = keys[start : start + ENCODE_STEP]
        rows = encoder.encode_passages([texts[key] for key in step])
        store.put(encoder.digest, dict(zip(step, rows, strict=True)))
        failpoint("vectors put")
        if progress:
            progress(start + len(step), len(keys))
    return len(keys)


def _input_key(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8, person=b"salex-inp").digest()
    return int.from_bytes(digest, "big") >> 1


def _publish(store: VectorStore, folder: Path, encoder: Encoder, revision: int) -> bool:
    ids, rows = store.read(encoder.digest)
    content = store.content(encoder.digest)
    try:
        usable = read_usable(folder)
        described = (usable.manifest.model_digest, usable.manifest.content)
        if not usable.fault and described == (encoder.digest, content):
            return False
    except IndexUnusable:
        pass  # missing or damaged: write it again
    vectors = Vectors.empty(encoder.dimensions)
    if len(ids):
        vectors.add(ids, rows)
    publish_generation(
        folder,
        vectors,
        Manifest(
            format=FORMAT,
            model=encoder.name,
            model_digest=encoder.digest,
            dimensions=encoder.dimensions,
            passages=len(ids),
            revision=revision,
            built_at=now(),
            content=content,
            sha256="",
        ),
    )
    return True
