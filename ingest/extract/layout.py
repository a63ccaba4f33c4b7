"""From the lines of a PDF to the paragraphs and headings of its pages. Pure functions."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ingest.extract.bullets import with_bullets
from ingest.extract.faces import with_faces
from ingest.extract.glyphs import join_torn
from ingest.extract.headings import (
    LOWEST_LEVEL,
    Line,
    Style,
    Title,
    could_be_heading,
    heading_at,
    heading_styles,
)  # fmt: skip
from ingest.model import Block, ExtractedPage
from ingest.text.lines import (
    TERMINAL,
    count_words,
    is_caption,
    is_cut_short,
    is_item,
    join_lines,
    join_paragraphs,
    usual_width,
)

SAME_HEIGHT: Final = 0.06
"""Letters whose heights differ by a smaller share are of one size: tables and notes are set 10 %
smaller and more."""
RUNNING_WORDS: Final = 6
"""Fewer words are a label or a cell rather than the beginning of a sentence."""
SIGN_CHARS: Final = 2
"""A line this short is an initial, or the number of a note: its size says nothing."""
RAISED: Final = (0.4, 0.8)
"""How high the number of a note is, as shares of its text: 46 to 75 % in seven journals."""
COLUMN_LINES: Final = 6
COLUMN_CHARS: Final = 25
NARROW: Final = 0.75
"""A column is narrower than this share of the lines that are as wide as the page."""
FULL: Final = 0.8
"""Most lines of a column of prose are longer than this share of its width."""

_UNFINISHED: Final = tuple(",-;–—")
_NOTE: Final = re.compile(r"[*†‡§]{1,3}\s?\S|\d{1,3}\s?[^\W\d_]")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A block and the height of its letters; 0 if it is not known."""

    block: Block
    height: float


def pages_of(
    pages: Sequence[Sequence[Line]], titles: Mapping[int, Sequence[Title]]
) -> tuple[ExtractedPage, ...]:
    """Return the blocks of each page.

    Args:
        pages: the lines of each page without running heads.
        titles: the outline's titles by the index of their page.
    """
    pages = with_faces(with_bullets(pages))
    words = count_words([line.text for line in lines] for lines in pages)
    pages = [[replace(x, text=join_torn(x.text, words)) for x in lines] for lines in pages]
    styles = heading_styles(pages)
    if titles:
        # The outline has the upper levels; other headings are below them.
        styles = dict.fromkeys(styles, LOWEST_LEVEL)
    body = _body_height(pages)
    pages = [_with_titles(_with_notes(lines, body)) for lines in pages]
    placed = [
        _mended(list(_blocks(lines, list(titles.get(i, ())), styles, words)), body, words)
        for i, lines in enumerate(pages)
    ]
    _mend_page_ends(placed, body)
    return tuple(
        ExtractedPage(i + 1, tuple(one.block for one in blocks)) for i, blocks in enumerate(placed)
    )


def _body_height(pages: Sequence[Sequence[Line]]) -> float:
    weight: Counter[float] = Counter()
    for line in (line for lines in pages for line in lines if line.mostly):
        weight[line.mostly[0]] += len(line.text)  # type: ignore[index]
    return weight.most_common(1)[0][0] if weight else 0.0


def _with_notes(lines: Sequence[Line], body: float) -> list[Line]:
    """Return lines with the first ones of notes in letters of their text.

    What begins with the raised number of a note is told with the height of the number.
    """
    mended: list[Line] = []
    following: Style | None = None
    for line in reversed(lines):
        if line.mostly:
            height = following[0] if following else 0.0
            raised = RAISED[0] * height <= line.mostly[0] <= RAISED[1] * height
            small = height < (1 - SAME_HEIGHT) * body
            if raised and small and _NOTE.match(line.text):
                line = replace(line, mostly=following)
            following = line.mostly
        mended.append(line)
    return mended[::-1]


def _with_titles(lines: Sequence[Line]) -> list[Line]:
    """Return lines with blank ones around a title in bold in the size of the text below it.

    It stands apart, but is no heading: in the letters of boxes and of tables it is often a label.
    """
    parted: list[Line] = []
    for i, line in enumerate(lines):
        before = lines[i - 1] if i else Line("")
        below = lines[i + 1] if i + 1 < len(lines) else Line("")
        title = _is_title(line, before, below)
        if title and before.text and not _is_bold(before):
            parted.append(Line(""))
        parted.append(line)
        if title:
            parted.append(Line(""))
    return parted


def _is_title(line: Line, before: Line, below: Line) -> bool:
    if not (line.text and below.text):  # letters that were dropped leave a line with a style
        return False
    if not line.style or not line.style[1] or not below.mostly or below.mostly[1]:
        return False
    begins = not line.text[0].islower() and (
        not before.text or _is_bold(before) or before.text.endswith(TERMINAL)
    )
    ends = could_be_heading(line.text) and not is_cut_short(line.text)
    above_text = not below.text[0].islower() and _same_height(line.style[0], below.mostly[0])
    return begins and ends and above_text


def _is_bold(line: Line) -> bool:
    return line.mostly is not None and line.mostly[1]


def _blocks(
    lines: Sequence[Line],
    waiting: list[Title],
    styles: Mapping[Style, int],
    words: Mapping[str, int],
) -> Iterator[_Placed]:
    """Yield the paragraphs of a page, separated by its headings."""
    widths = _widths(lines)
    pending: list[Line] = []
    i = 0
    while i < len(lines):
        taken, level = heading_at(lines, i, waiting, styles)
        if not taken:
            pending.append(lines[i])
            i += 1
            continue
        yield from _paragraphs(pending, words, widths)
        heading = join_lines([line.text for line in lines[i : i + taken]], words)
        yield _Placed(Block(heading, level), 0.0)
        pending = []
        i += taken
    yield from _paragraphs(pending, words, widths)


def _widths(lines: Sequence[Line]) -> Callable[[Line], int]:
    """Return how long the lines of a page usually are where a line begins, in characters.

    The lines of a column are shorter than a title or a note as wide as the page.
    """
    of_page = usual_width(line.text for line in lines)
    columns: dict[int, list[str]] = {}
    for line in lines:
        if line.place and line.text:
            columns.setdefault(round(line.place[0]), []).append(line.text)
    usual = {x: usual_width(texts) for x, texts in columns.items() if _is_column(texts, of_page)}
    return lambda line: (
        min(of_page, usual.get(round(line.place[0]), of_page)) if line.place else of_page
    )


def _is_column(texts: Sequence[str], of_page: int) -> bool:
    """Whether lines that begin at one place are a column of prose, narrower than the page.

    Most of its lines are as long, and many begin within a sentence: rows of tables do not.
    """
    width = usual_width(texts)
    full = sum(len(text) >= FULL * width for text in texts)
    small = sum(text[0].islower() for text in texts)
    narrow = COLUMN_CHARS <= width <= NARROW * of_page
    return narrow and len(texts) >= COLUMN_LINES and 2 * full >= len(texts) <= 3 * small


def _paragraphs(
    lines: Sequence[Line], words: Mapping[str, int], widths: Callable[[Line], int]
) -> Iterator[_Placed]:
    for height, group in _alike(lines):
        texts = [line.text for line in group]
        for paragraph in join_paragraphs(texts, words, [widths(line) for line in group]):
            yield _Placed(Block(paragraph), height)


def _alike(lines: Sequence[Line]) -> Iterator[tuple[float, list[Line]]]:
    """Yield runs of lines whose letters are of one size, with that size.

    A note, a caption, a table or the labels of a figure stand apart from the text they interrupt.
    """
    group: list[Line] = []
    current = 0.0
    heights = _heights(lines)
    for line, height in zip(lines, heights, strict=True):
        torn = bool(group) and group[-1].text.endswith("-") and line.text[:1].islower()
        if group and line.text and not torn:
            if not _same_height(current, height):
                yield current, group
                group = []
            elif is_caption(line.text):
                group.append(Line(""))
        group.append(line)
        current = height if line.text and height else current
    if group:
        yield current, group


def _heights(lines: Sequence[Line]) -> list[float]:
    """Return the height of each line's letters; an initial has that of the line after it."""
    heights: list[float] = []
    following = 0.0
    for line in reversed(lines):
        if line.mostly and len(line.text) > SIGN_CHARS:
            following = line.mostly[0]
        heights.append(following)
    return heights[::-1]


def _same_height(one: float, other: float) -> bool:
    return not one or not other or abs(one - other) <= SAME_HEIGHT * max(one, other)


def _mended(blocks: Sequence[_Placed], body: float, words: Mapping[str, int]) -> list[_Placed]:
    """Join a sentence that notes, captions or tables in smaller letters interrupt."""
    kept: list[list[_Placed]] = []
    begun: int | None = None
    for one in blocks:
        if _is_smaller(one, body):
            if kept and _is_smaller(kept[-1][-1], body) and _runs_on(kept[-1][-1], one):
                kept[-1].append(one)
            else:
                kept.append([one])
            continue
        apart = begun is not None and begun < len(kept) - 1
        if begun is not None and (
            (apart and _continues(one, body, kept[begun][-1]))
            or (not apart and _runs_on(kept[begun][-1], one))
        ):
            kept[begun].append(one)
        else:
            begun = len(kept)
            kept.append([one])
        begun = begun if _is_unfinished(one, body) else None
    return [_joined(parts, words) for parts in kept]


def _runs_on(one: _Placed, following: _Placed) -> bool:
    """Whether a sentence goes on after a gap between its lines: "can publish an" "AI strategy"."""
    before, text = one.block.text, following.block.text
    if not _same_height(one.height, following.height) or is_caption(text) or is_item(text):
        return False
    lower = text[:1].islower() and (before[-1:].isalnum() or before.endswith(","))
    return is_cut_short(before) or (lower and len(before.split()) >= RUNNING_WORDS)


def _joined(parts: Sequence[_Placed], words: Mapping[str, int]) -> _Placed:
    if len(parts) == 1:
        return parts[0]
    return replace(parts[0], block=Block(join_lines([one.block.text for one in parts], words)))


def _mend_page_ends(pages: Sequence[list[_Placed]], body: float) -> None:
    """Put the end of a page's last sentence last, and its continuation first on the next page.

    What is set like a heading between the two is a running head, or that of a table.
    """
    for blocks, following in itertools.pairwise(pages):
        last = _first_of_body(blocks[::-1], body)
        first = _first_of_body(following, body)
        if last is None or first is None:
            continue
        at = len(blocks) - 1 - last
        if _is_unfinished(blocks[at], body) and _continues(following[first], body, blocks[at]):
            blocks[at + 1 :] = map(_as_text, blocks[at + 1 :])
            following[:first] = map(_as_text, following[:first])
            blocks.append(blocks.pop(at))
            following.insert(0, following.pop(first))


def _as_text(one: _Placed) -> _Placed:
    return replace(one, block=Block(one.block.text))


def _first_of_body(blocks: Sequence[_Placed], body: float) -> int | None:
    return next((i for i, one in enumerate(blocks) if _is_of_body(one, body)), None)


def _is_smaller(one: _Placed, body: float) -> bool:
    return 0 < one.height < (1 - SAME_HEIGHT) * body and one.block.heading_level is None


def _is_of_body(one: _Placed, body: float) -> bool:
    known = one.height > 0 and body > 0 and one.block.heading_level is None
    return known and _same_height(one.height, body) and not is_caption(one.block.text)


def _is_unfinished(one: _Placed, body: float) -> bool:
    end = one.block.text[-1:]
    return _is_of_body(one, body) and (end.isalnum() or end in _UNFINISHED)


def _continues(one: _Placed, body: float, before: _Placed) -> bool:
    small = one.block.text[:1].islower() or is_cut_short(before.block.text)
    return small and _is_of_body(one, body)
