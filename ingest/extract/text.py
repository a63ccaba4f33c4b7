"""Plain text: paragraphs, and the short lines between them that are headings."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

from corpus.errors import SourceRejected
from ingest.extract.decode import decode_text
from ingest.model import Block, Extracted, ExtractedPage, Fetched, Hints, Limits
from ingest.text.clean import scrub, squeeze
from ingest.text.lines import count_words, join_lines

MEDIA_TYPE: Final = "text/plain"
SUFFIXES: Final = ("txt",)
MAX_HEADING_CHARS: Final = 120
MAX_HEADING_WORDS: Final = 14
MAX_TITLE_WORDS: Final = 20
PROSE_CHARS: Final = 120
"""A line this long is prose; a short one right before it is its heading."""

_ATTRIBUTES: Final = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"<>\n]*"|'[^'<>\n]*'))*\s*/?>"""
_APART: Final = re.compile(
    rf"</?(?:blockquote|br|div|h[1-6]|hr|li|ol|p|ul){_ATTRIBUTES}", re.IGNORECASE
)
"""Tags that begin or end a line or a block."""
_WITHIN: Final = re.compile(rf"</?(?:a|b|em|i|span|strong|sub|sup|u){_ATTRIBUTES}", re.IGNORECASE)
_STARS: Final = re.compile(r"(?<![\w*])\*\*(?![\s*])([^*\n]+)(?<!\s)\*\*(?![\w*])")

_START: Final = re.compile(r"[¿¡\"“«]?(?:\d+(?:\.\d+)*[.)]?\s+)?[^\W\d_a-zà-öø-ÿ]")


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return the paragraphs of a plain text on one page.

    Raises:
        SourceRejected: ``too-large`` or ``no-text``.
    """
    decoded = decode_text(fetched, limits)
    blocks = blocks_of(remove_markup(scrub(decoded.text)))
    if not any(c.isalnum() for b in blocks for c in b.text):
        raise SourceRejected("no-text", "It contains no words. Check the file.")
    opening = itertools.takewhile(lambda b: len(b.text) < PROSE_CHARS, blocks[:3])
    titles = (b.text for b in opening if b.heading_level and len(b.text.split()) > 2)
    return Extracted(
        pages=(ExtractedPage(1, tuple(blocks)),),
        hints=(Hints("page", title=next(titles, None)),),
        doubts=decoded.doubts,
        remarks=decoded.remarks,
        encoding=decoded.words,
    )


def remove_markup(text: str) -> str:
    """Return a text without the tags of HTML and the stars of Markdown that were left in it.

    Texts that somebody copied out of a page or a form have some.
    """
    apart = _APART.sub("\n", text)
    return _STARS.sub(r"\1", _WITHIN.sub("", apart))


def blocks_of(text: str) -> list[Block]:
    """Return the paragraphs and headings of scrubbed plain text.

    Lines of a paragraph are joined if the text is wrapped to a width (blank lines between
    paragraphs, lines of similar length); otherwise each line is a paragraph of its own.
    """
    paragraphs: list[str] = []
    alone: set[int] = set()
    groups = _groups([squeeze(line) for line in text.split("\n")])
    torn = any(line.endswith("-") for group in groups for line in group)
    words = count_words(groups) if torn else {}
    for group in groups:
        if len(group) == 1:
            alone.add(len(paragraphs))
        paragraphs += [join_lines(group, words)] if _is_wrapped(group) else group
    following = [*paragraphs[1:], ""] if paragraphs else []
    return [
        Block(p, _heading_level(p, f, is_title=i == 0 and 0 in alone))
        for i, (p, f) in enumerate(zip(paragraphs, following, strict=True))
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


def _heading_level(text: str, following: str, *, is_title: bool) -> int | None:
    """Return the level of a line that looks like a heading, ``None`` for any other.

    Args:
        text: the line.
        following: the paragraph after it; prose under it makes a short line a heading.
        is_title: whether it is alone at the top, where it may be longer and needs no prose after
            it.
    """
    most = MAX_TITLE_WORDS if is_title else MAX_HEADING_WORDS
    if len(text) > MAX_HEADING_CHARS or len(text.split()) > most:
        return None
    if not _START.match(text) or text[-1] in ".,;:!…)>" or "://" in text:
        return None
    if is_title and len(text.split()) > 2:
        return 1
    return 2 if len(following) >= PROSE_CHARS else None
