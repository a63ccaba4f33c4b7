"""Builds the index: encodes the passages without a vector, then swaps in a new generation."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import Catalogue, PassageInput, now
from corpus.catalogue.failpoints import failpoint
from corpus.errors import IndexDamaged, IndexUnusable
from index.vectors.encoder import Encoder
from index.vectors.files import move_aside
from index.vectors.generations import FORMAT, Beside, Manifest, publish_generation, read_usable
from index.vectors.steps import EncodeSteps, encode_here
from index.vectors.store import Key, VectorStore
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
) -> BuildReport:
    """Bring the index up to date with the catalogue.

    Unchanged passages are not encoded again. A kill loses what is being encoded, which is
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
    """
    started = time.monotonic()
    mended = []
    encoders = (encoder, multilingual) if multilingual else (encoder,)
    if folder.exists() and not folder.is_dir():
        mended.append(_replace(folder, "it is not a folder"))
    try:
        report = _refresh(catalogue, folder, encoders, encode_steps, progress)
    except IndexDamaged:
        mended.append(_replace(folder / "vectors.sqlite", "its passages are encoded again"))
        report = _refresh(catalogue, folder, encoders, encode_steps, progress)
    seconds = time.monotonic() - started
    return replace(report, mended=(*mended, *report.mended), seconds=seconds)


def _replace(path: Path, note: str) -> str:
    aside = move_aside(path)
    return f"{path.name} could not be used ({note}). It was renamed to {aside.name}."


def _refresh(
    catalogue: Catalogue,
    folder: Path,
    encoders: Sequence[Encoder],
    encode_steps: EncodeSteps,
    progress: Progress | None,
) -> BuildReport:
    revision = catalogue.revision()
    inputs = catalogue.passage_inputs()
    removed: set[int] = set()
    with VectorStore(folder / "vectors.sqlite") as store:
        mended = _mend(store, encoders)
        known = [store.keys(encoder.digest) for encoder in encoders]
        encoded = _encode_missing(store, encoders, inputs, known, encode_steps, progress)
        for encoder, keys in zip(encoders, known, strict=True):
            stale = {key[0] for key in keys} - {i.id for i in inputs}
            store.forget(encoder.digest, stale)
            removed |= stale
        failpoint("vectors forgotten")
        published = _publish(store, folder, encoders, revision)
    publish_postings(catalogue, folder)
    return BuildReport(
        passages=len(inputs),
        encoded=encoded,
        removed=len(removed),
        published=published,
        model=encoders[0].name,
        seconds=0.0,
        mended=mended,
        multilingual=encoders[1].name if len(encoders) > 1 else None,
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
    store: VectorStore,
    encoders: Sequence[Encoder],
    inputs: list[PassageInput],
    known: Sequence[set[Key]],
    encode_steps: EncodeSteps,
    progress: Progress | None,
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
    for encoder, keys in zip(encoders, missing, strict=True):
        # Longest first over all steps, so that texts of similar length share a batch.
        ordered = sorted(keys, key=lambda key: (-len(texts[key]), key))
        steps = [ordered[at : at + ENCODE_STEP] for at in range(0, len(ordered), ENCODE_STEP)]
        for number, rows in encode_steps(encoder, [[texts[key] for key in s] for s in steps]):
            store.put(encoder.digest, dict(zip(steps[number], rows, strict=True)))
            failpoint("vectors put")
            done += len(rows)
            if progress:
                progress(done, count)
    return len({passage for keys in missing for passage, _ in keys})


def _input_key(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8, person=b"salex-inp").digest()
    return int.from_bytes(digest, "big") >> 1


def _publish(store: VectorStore, folder: Path, encoders: Sequence[Encoder], revision: int) -> bool:
    wanted = [(encoder.digest, store.content(encoder.digest)) for encoder in encoders]
    try:
        usable = read_usable(folder)
        faults = (usable.fault, usable.multilingual_fault)
        if not any(faults) and _described(usable.manifest) == wanted:
            return False
    except IndexUnusable:
        pass  # missing or damaged: write it again
    first, *rest = (_vectors_of(store, encoder) for encoder in encoders)
    second = rest[0] if rest else None
    beside = None
    if second is not None:
        encoder, (digest, content) = encoders[1], wanted[1]
        beside = Beside(encoder.name, digest, encoder.dimensions, len(second), content)
    manifest = Manifest(
        format=FORMAT,
        model=encoders[0].name,
        model_digest=encoders[0].digest,
        dimensions=encoders[0].dimensions,
        passages=len(first),
        revision=revision,
        built_at=now(),
        content=wanted[0][1],
        sha256="",
        multilingual=beside,
    )
    publish_generation(folder, first, manifest, second)
    return True


def _described(manifest: Manifest) -> list[tuple[str, str]]:
    parts = [manifest, manifest.multilingual]
    return [(part.model_digest, part.content) for part in parts if part]


def _vectors_of(store: VectorStore, encoder: Encoder) -> Vectors:
    ids, rows = store.read(encoder.digest)
    vectors = Vectors.empty(encoder.dimensions)
    if len(ids):
        vectors.add(ids, rows)
    return vectors
