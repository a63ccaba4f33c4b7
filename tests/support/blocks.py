"""Indexes of two hundred passages, to which a few may be added before they are written anew."""

from __future__ import annotations

import random

from index.vectors.audit import audit_index
from index.vectors.builder import build_index
from index.vectors.generations import FIRST_FILE, read_usable
from index.vectors.manifests import file_of, read_manifest
from tests.conftest import store_document
from tests.hostile.kills import QuickEncoder

WORDS = "pupils read books teachers count evidence networks schools kenya wellbeing".split()  # noqa: SIM905
DOCUMENTS = 40


class SecondEncoder(QuickEncoder):
    """Another encoder, with other vectors."""

    digest, name = "hash-encoder-2", "second-hash-encoder"

    def _vector(self, text):
        return super()._vector(f"{text} secondly")


FIRST, SECOND = QuickEncoder(), SecondEncoder()


def texts(rng, count=6):
    """Return made-up texts, no two alike."""
    return [" ".join(rng.choices(WORDS, k=6)) + f" {rng.random()}." for _ in range(count)]


def build(catalogue, folder, **more):
    """Build an index by both encoders."""
    return build_index(catalogue, folder, FIRST, multilingual=SECOND, **more)


def fill(catalogue, seed=0):
    """Store 40 documents of six passages."""
    rng = random.Random(seed)
    for number in range(DOCUMENTS):
        store_document(catalogue, f"d{number}", *texts(rng), title=f"Title {number}")


def held_by(folder):
    """Return the vectors of each passage, by both encoders."""
    found = read_usable(folder)
    assert (found.fault, found.multilingual_fault) == (None, None)
    rows, held = found.vectors.living, {}
    for leg in (found.vectors, found.multilingual):
        for passage, vector in zip(leg.ids[rows].tolist(), leg.take(rows), strict=True):
            held.setdefault(passage, []).append(vector.tobytes())
    return held


def expected_of(catalogue, tmp_path):
    """Return what an index has that is made from nothing."""
    folder = tmp_path / f"anew-{random.random()}"
    build(catalogue, folder)
    return held_by(folder)


def current(folder):
    """Return the folder of the current generation."""
    return folder / (folder / "CURRENT").read_text().strip()


def faults(catalogue, folder):
    """Return what an audit of the index finds."""
    return [fault for check in audit_index(catalogue, folder) for fault in check.faults]


def add_block(catalogue, index):
    """Add a document; return the file of its vectors."""
    store_document(catalogue, "new", "Pupils in Kenya count.")
    build(catalogue, index)
    (block,) = read_manifest(current(index)).later
    return current(index) / file_of(FIRST_FILE, block.written)
