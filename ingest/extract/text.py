"""Plain text: paragraphs, and the short lines between them that are headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from corpus.errors import SourceRejected
from ingest.clean import scrub, squeeze
from ingest.extract.decode import decode
from ingest.lines import join_lines, vocabulary
from ingest.model import Block, Extracted, ExtractedPage, Fetched, Hints, Limits

MAX_HEADING_CHARS: Final = 90
MAX_HEADING_WORDS: Final = 12
PROSE_CHARS: Final = 120
"""A line this long is prose; a short one right before it is its heading."""


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return the paragraphs of a plain text on one page.

    Raises:
        SourceRejected: ``too-large`` or ``no-text``.
    """
    decoded = decode(fetched.data, fetched.declared)
    if len(decoded.text) > limits.max_chars:
        raise SourceRejected(
            "too-large",
            f"It holds {len(decoded.text):,} characters, the limit is {limits.max_chars:,}. "
            "Split it.",
        )
    blocks = blocks_of(scrub(decoded.text))
    if not any(c.isalnum() for b in blocks for c in b.text):
        raise SourceRejected("no-text", "It holds no words.")
    first = blocks[0]
    titled = first.heading_level is not None
    return Extracted(
        pages=(ExtractedPage(1, tuple(blocks)),),
        hints=(Hints("page", title=first.text if titled else None),),
        remarks=() if decoded.encoding == "utf-8" else (f"Read as {decoded.encoding}.",),
    )


def blocks_of(text: str) -> list[Block]:
    """Return the paragraphs and headings of scrubbed plain text.

    Lines of one paragraph are joined where the text is wrapped to a width (blank lines between
    paragraphs, all lines of a like length); otherwise each line is a paragraph of its own.
    """
    paragraphs: list[str] = []
    groups = _groups([squeeze(line) for line in text.split("\n")])
    words = vocabulary(groups)
    for group in groups:
        paragraphs += [join_lines(group, words)] if _is_wrapped(group) else group
    return [
        Block(p, _heading_level(p, following, first=i == 0))
        for i, (p, following) in enumerate(zip(paragraphs, [*paragraphs[1:], ""], strict=True))
    ]


def _groups(lines: Sequence[str]) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for line in lines:
        if line:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [g for g in groups if g]


def _is_wrapped(lines: Sequence[str]) -> bool:
    body = lines[:-1]
    return bool(body) and all(45 <= len(line) <= 110 for line in body) and len(lines[-1]) <= 110


def _heading_level(text: str, following: str, *, first: bool) -> int | None:
    if len(text) > MAX_HEADING_CHARS or len(text.split()) > MAX_HEADING_WORDS:
        return None
    if not (text[0].isupper() or text[0].isdigit() or text[0] in "¿¡") or text[-1] in ".,;:!…)":
        return None
    return (1 if first else 2) if len(following) >= PROSE_CHARS else None
