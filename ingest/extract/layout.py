"""From the lines of a PDF to the paragraphs and headings of its pages. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ingest.extract.headings import (
    LOWEST_LEVEL,
    Line,
    Style,
    Title,
    heading_at,
    heading_styles,
)  # fmt: skip
from ingest.model import Block, ExtractedPage
from ingest.text.lines import count_words, join_lines, join_paragraphs


def pages_of(
    pages: Sequence[Sequence[Line]], titles: Mapping[int, Sequence[Title]]
) -> tuple[ExtractedPage, ...]:
    """Return the blocks of each page.

    Args:
        pages: the lines of each page without running heads.
        titles: the outline's titles by the index of their page.
    """
    words = count_words([line.text for line in lines] for lines in pages)
    styles = heading_styles(pages)
    if titles:
        # The outline has the upper levels; other headings are below them.
        styles = dict.fromkeys(styles, LOWEST_LEVEL)
    return tuple(
        ExtractedPage(i + 1, tuple(_blocks(lines, list(titles.get(i, ())), styles, words)))
        for i, lines in enumerate(pages)
    )


def _blocks(
    lines: Sequence[Line],
    waiting: list[Title],
    styles: Mapping[Style, int],
    words: Mapping[str, int],
) -> Iterator[Block]:
    """Yield the paragraphs of a page, separated by its headings."""
    pending: list[str] = []
    i = 0
    while i < len(lines):
        taken, level = heading_at(lines, i, waiting, styles)
        if not taken:
            pending.append(lines[i].text)
            i += 1
            continue
        yield from (Block(p) for p in join_paragraphs(pending, words))
        yield Block(join_lines([line.text for line in lines[i : i + taken]], words), level)
        pending = []
        i += taken
    yield from (Block(p) for p in join_paragraphs(pending, words))
