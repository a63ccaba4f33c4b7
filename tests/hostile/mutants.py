"""Seeded mutants of honest files: flipped bits, cut ends, pieces of other files in the middle."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.hostile import archives, pages, pdfs
from tests.hostile.cases import PARAGRAPHS, PROSE, Case

MAX_SEED_BYTES = 400_000
REAL = (
    "pdf/sample-files/**/*.pdf",
    "html/*.html",
    "office/*.docx",
    "office/*.pptx",
    "office/*.epub",
)
REAL_EACH = 12


def seeds(shared: Path | None = None) -> list[Case]:
    """Return undamaged files of each format: made here, and real ones if there are any."""
    markup = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    made = [
        Case("plain.pdf", pdfs.write(pdfs.honest())),
        Case("packed.pdf", _packed()),
        Case("page.html", pages.page(f"<article><h1>Lessons</h1>{markup}</article>")),
        Case("word.docx", archives.pack(archives.docx(archives.paragraphs()))),
        Case("stored.docx", archives.pack(archives.docx(archives.paragraphs()), stored=_STORED)),
        Case("book.epub", archives.pack(archives.epub(markup), stored=("mimetype",))),
        Case("notes.md", f"---\ntitle: Notes\n---\n\n# Notes\n\n{PROSE}\n".encode()),
        Case("notes.txt", PROSE.encode()),
    ]
    for pattern in REAL if shared else ():
        assert shared is not None
        small = [p for p in sorted(shared.glob(pattern)) if p.stat().st_size <= MAX_SEED_BYTES]
        step = max(1, len(small) // REAL_EACH)
        made += [Case(p.name, p.read_bytes()) for p in small[::step][:REAL_EACH]]
    return made


_STORED = ("word/document.xml",)


def _packed() -> bytes:
    """Return a PDF with compressed pages, as programs write them."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdfs.write(pdfs.honest()))))
    for page in writer.pages:
        page.compress_content_streams()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def mutants(honest: Sequence[Case], count: int, seed: int = 0) -> Iterator[tuple[Case, Case]]:
    """Yield (mutant, the seed it was made of), the same ones for the same arguments."""
    rng = random.Random(seed)
    for number in range(count):
        parent = honest[number % len(honest)]
        how = rng.choice((_flip, _flip, _truncate, _splice, _blank, _repeat, _drop))
        data = how(rng, bytearray(parent.data), rng.choice(honest).data)
        stem, _, extension = parent.name.rpartition(".")
        name = f"m{number:05d}-{how.__name__[1:]}-{stem}.{extension}"
        yield Case(name, bytes(data)), parent


def _flip(rng: random.Random, data: bytearray, _: bytes) -> bytearray:
    for _ in range(rng.choice((1, 2, 8, 64, 512))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def _truncate(rng: random.Random, data: bytearray, _: bytes) -> bytearray:
    return data[: rng.randrange(1, len(data))]


def _splice(rng: random.Random, data: bytearray, other: bytes) -> bytearray:
    start, end = _slice(rng, len(other))
    at, stop = _slice(rng, len(data))
    data[at : rng.choice((at, stop))] = other[start:end]
    return data


def _blank(rng: random.Random, data: bytearray, _: bytes) -> bytearray:
    start, end = _slice(rng, len(data))
    data[start:end] = bytes([rng.choice((0, 32, 255))]) * (end - start)
    return data


def _repeat(rng: random.Random, data: bytearray, _: bytes) -> bytearray:
    start, end = _slice(rng, len(data))
    data[end:end] = data[start:end] * rng.randrange(1, 20)
    return data


def _drop(rng: random.Random, data: bytearray, _: bytes) -> bytearray:
    start, end = _slice(rng, len(data))
    del data[start:end]
    return data


def _slice(rng: random.Random, size: int) -> tuple[int, int]:
    # Small: a piece of 4 KB can hold the whole of a page's words, and then no one could miss them.
    start = rng.randrange(size)
    return start, min(size, start + rng.choice((1, 16, 64, 256)))
