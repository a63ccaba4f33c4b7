"""Whether the main text of a page is complete: compares the visible text with the text taken.

The share of the visible text that was taken says little: it is .10 to .94 on 88 real pages whose
main text is right, because comments and teasers are left out. Two signs matter: text left out
between paragraphs that were taken, and long paragraphs left out anywhere. With these thresholds 8
of those 88 pages are doubted: 6 of the 7 that lack a tenth or more of their true text, and 2
others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ingest.model import Block
from ingest.text.clean import shorten

BETWEEN: Final = 0.13
"""Share of the taken text and the text left out between; at most .12 on 81 of the pages."""

LONG: Final = 0.55
"""Share of the taken text and the long paragraphs left out; at most .50 on 85 of the pages."""

PARAGRAPH_CHARS: Final = 40
ANCHOR_CHARS: Final = 80
LONG_CHARS: Final = 200
SHINGLE: Final = 6
_WORD: Final = re.compile(r"\w+")
_COOKIES: Final = re.compile(r"\bcookies?\b", re.I)
# Elements that hide all text after them when never closed; the parser does not report it.
_CLOSED_BY: Final = {"<!--": "-->", "<script": "</script", "<style": "</style",
                     "<textarea": "</textarea"}  # fmt: skip


def coverage_doubts(taken: Sequence[Block], visible: Sequence[Block]) -> tuple[str, ...]:
    """Return what a person should compare: text of the page that is not in the main text.

    Args:
        taken: the main text.
        visible: all text of the page, from ``visible_blocks``.
    """
    known = {s for block in taken for s in _shingles(_WORD.findall(block.text.casefold()))}
    chars = sum(len(block.text) for block in taken)
    texts = [b.text for b in visible if len(b.text) >= PARAGRAPH_CHARS]
    seen = [(text, _known_share(text, known)) for text in texts if not _COOKIES.search(text)]
    anchors = [i for i, (text, sh) in enumerate(seen) if sh == 1 and len(text) >= ANCHOR_CHARS]
    first, last = (anchors[0], anchors[-1]) if anchors else (0, 0)
    between = [text for text, sh in seen[first:last] if not sh]
    long = [text for text, sh in seen if not sh and len(text) >= LONG_CHARS]
    share = _size(long) / (_size(long) + chars or 1)
    if share >= LONG:
        return (f"The page shows more than was taken: {_example(share, long)}",)
    share = _size(between) / (_size(between) + chars or 1)
    if share >= BETWEEN:
        return (f"Text between the paragraphs was passed over: {_example(share, between)}",)
    return ()


def _example(share: float, texts: Sequence[str]) -> str:
    return f"{100 * share:.0f} %, such as {shorten(max(texts, key=len), 80)!r}."


def _size(texts: Iterable[str]) -> int:
    return sum(map(len, texts))


def _shingles(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    size = min(SHINGLE, len(words))
    return (tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def _known_share(text: str, known: set[tuple[str, ...]]) -> float:
    """Return how much of a block was taken, judged by six words at its start, middle and end."""
    words = _WORD.findall(text.casefold())
    size = min(SHINGLE, len(words))
    starts = (0, (len(words) - size) // 2, len(words) - size)
    return sum(tuple(words[i : i + size]) in known for i in starts) / len(starts)


def markup_losses(source: str) -> tuple[str, ...]:
    """Return what the markup shows to be missing: its end, or a closing tag."""
    markup = source.lower()
    doubts = []
    for opening, closing in _CLOSED_BY.items():
        at = markup.rfind(opening)
        if at > markup.rfind(closing) and len(markup) - at > LONG_CHARS:
            doubts.append(f"{opening} is never closed, so the text after it is hidden.")
    opened = "<html" in markup or "<body" in markup
    if opened and "</html" not in markup and "</body" not in markup:
        doubts.append("The end of the page is missing: it may have been cut off.")
    return tuple(doubts)
