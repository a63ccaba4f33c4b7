"""Joins the lines of a page into paragraphs, without running heads and line-end hyphens.

A PDF has no paragraphs, only positioned lines. The time all rules here take is linear in the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

EDGE_LINES: Final = 4
"""Lines at the top and the bottom of each page that may be running heads and feet."""
HEAD_CHARS: Final = 300
"""So much of a line is compared with the lines of other pages."""
NEAR_PAGES: Final = (5, 10)
"""The head of a chapter: the outermost line of five pages within ten. A table's columns are named
on as many pages, but below the table's number; "Recommendations" is further apart."""

CAPTION: Final = re.compile(
    r"(?:table|figure|fig\.?|box|chart|exhibit|tabla|cuadro|gr[áa]fico|figura|tabela|quadro|tableau"
    r"|graphique|encadré)\s(?=\d)(?:\d+[a-z]?(?:[.-]\d+)*[a-z]?)",
    re.I,
)
_AFTER_LABEL: Final = re.compile(r"\s?[.:|–—]\s?(?=[^\W_])|\s(?=[^\Wa-zà-ÿ\d_])")
_NO_LETTERS: Final = re.compile(r"[\W_]+")
_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LEADING_WORD: Final = re.compile(r"[^\W\d_]+")
_TRAILING_WORD: Final = re.compile(r"([^\W\d_]+)-$")
_PAGE_NUMBER: Final = re.compile(r"[-–—| ]*(\d(?: ?\d){0,3})[-–—| ]*$")
_BULLETS: Final = "•▪●◦‣*–—-"
_ITEM: Final = re.compile(
    r"(?:[•▪●◦‣*–—-]|\(?(?:\d{1,2}|[a-z])[.)]|\d{1,2}(?:\.\d{1,2}){1,3})\s+\S"
)
# "3.2 Search methods 23": rows of a table of contents or of figures end in a number.
_ROW: Final = re.compile(r"\D\s\d{1,4}$")
TERMINAL: Final = tuple('.!?:;…”"»)。！？')
_CLOSING: Final = tuple('”"»)')
_GOING_ON: Final = tuple(",(–—")
# "and 60.8 percent", "the schools – and others –": lines within a sentence that look like items.
_DECIMAL: Final = re.compile(r"\d{1,2}\.\d{1,2}\s+[^\W\d_A-ZÀ-Ý]")
_ASIDE: Final = re.compile(r"[–—]\s+[^\W\d_A-ZÀ-Ý]")
_NUMBERED: Final = re.compile(r"\(?\w")
_LEADING_ON: Final = frozenset((
    "a", "an", "the", "of", "to", "in", "on", "for", "with", "and", "or", "by", "at", "from",
    "that", "which", "is", "are", "was", "were", "be", "their", "its", "up", "de", "la", "el",
    "los", "las", "un", "una", "en", "y", "o", "con", "por", "para", "que", "del", "al", "do", "da",
    "dos", "das", "em", "e", "um", "uma", "com", "le", "les", "des", "du", "et", "ou", "une",
    "dans", "pour", "avec", "sur", "qui", "est", "sont", "au", "aux",
))  # fmt: skip
# "short- and long-term": this hyphen stands for the rest of a word, so the words stay apart.
_SUSPENDED: Final = frozenset(("and", "or", "to", "y", "o", "e", "ou", "et", "und", "oder"))


def kept_lines(pages: Sequence[Sequence[str]]) -> list[list[int]]:
    """Return, for each page, the numbers of its lines that are not running heads or feet.

    A line is a running head or foot if it is within ``EDGE_LINES`` of the top or bottom of at least
    three pages and 30 % of all pages, whatever its digits and spaces. Left and right heads
    alternate, so half would be too many. The outermost line of ``NEAR_PAGES`` is the head of a
    chapter. A bare number counts as a page number only if it grows with the pages. If
    over half of the text would be dropped, the pages are alike on purpose, and all lines are kept.
    """
    seen: Counter[str] = Counter()
    for number, lines in enumerate(pages):
        seen.update({_key(lines[i], number) for edge in _edges(lines) for i in edge})
    wanted = max(3, 0.3 * len(pages))
    running = {key for key, count in seen.items() if count >= wanted}
    kept = [_without(lines, number, running) for number, lines in enumerate(pages)]
    for _ in ("the number of the page", "the head beside it"):
        _drop_heads_of_chapters(pages, kept)
    left = sum(len(page[i]) for page, numbers in zip(pages, kept, strict=True) for i in numbers)
    if 2 * left >= sum(len(line) for page in pages for line in page):
        return kept
    return [list(range(len(page))) for page in pages]


def _edges(lines: Sequence[str]) -> tuple[list[int], list[int]]:
    filled = [i for i, line in enumerate(lines) if line]
    return filled[:EDGE_LINES], filled[::-1][:EDGE_LINES]


def _key(line: str, number: int) -> str:
    bare = _PAGE_NUMBER.match(line)
    if bare:
        return f"#{int(bare[1].replace(' ', '')) - number}"
    small = line[:HEAD_CHARS].casefold()
    letters = _DIGITS.sub("#", _NO_LETTERS.sub("", small))
    return letters if letters.strip("#") else _DIGITS.sub("#", small)


def _without(lines: Sequence[str], number: int, running: set[str]) -> list[int]:
    edges = _edges(lines)
    dropped = {i for edge in edges for i in edge if _key(lines[i], number) in running}
    return [i for i in range(len(lines)) if i not in dropped]


def _drop_heads_of_chapters(pages: Sequence[Sequence[str]], kept: list[list[int]]) -> None:
    """Take the outermost lines that pages near each other share out of ``kept``.

    The first one without a number stays: it may be the title of the chapter, or name the columns
    of a long table.
    """
    places: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for number, (lines, numbers) in enumerate(zip(pages, kept, strict=True)):
        filled = [i for i in numbers if lines[i]]
        for edge in (0, -1) if len(filled) > 1 else ():
            line = lines[filled[edge]]
            key = _key(line, number)
            worded = sum(map(str.isalpha, key)) >= 5 and "....." not in line
            if worded or _PAGE_NUMBER.match(line):
                places.setdefault((edge, key), []).append((number, filled[edge]))
    enough, within = NEAR_PAGES
    for (_, key), found in places.items():
        near = {
            place
            for i in range(len(found) - enough + 1)
            if found[i + enough - 1][0] - found[i][0] < within
            for place in found[i : i + enough]
        }
        for number, i in sorted(near)[0 if "#" in key else 1 :]:
            kept[number].remove(i)


def count_words(pages: Iterable[Iterable[str]]) -> Counter[str]:
    """Count the words of a document, without the halves of words that are split at a line end."""
    words: Counter[str] = Counter()
    for lines in pages:
        torn = False
        for line in lines:
            of_line = [w.casefold() for w in _WORD.findall(line)]
            if torn:
                of_line = of_line[1:]
            torn = line.endswith("-")
            words.update(of_line[:-1] if torn else of_line)
    return words


def is_caption(line: str) -> bool:
    """Whether a line begins like the caption of a table or figure: "Table 2. Schools"."""
    label = CAPTION.match(line)
    return bool(label and not line[0].islower() and _AFTER_LABEL.match(line, label.end()))


def is_item(line: str) -> bool:
    """Whether a line begins like an item of a list: "• ", "2) ", "3.1 "."""
    return bool(_ITEM.match(line))


def is_cut_short(text: str) -> bool:
    """Whether a text ends in a word that needs another after it: "can publish an"."""
    last = text[text.rfind(" ") + 1 :]
    return last.casefold() in _LEADING_ON and " " in text


def usual_width(lines: Iterable[str]) -> int:
    """Return the characters of a line that most of the others do not exceed."""
    lengths = sorted(len(line) for line in lines if line)
    return lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0


def join_paragraphs(
    lines: Sequence[str], words: Mapping[str, int], widths: Sequence[int] | None = None
) -> list[str]:
    """Return the paragraphs of a page.

    A paragraph ends at a blank line, at a line that ends a sentence well short of the usual width,
    and before an item of a list or a caption.

    Args:
        lines: stripped lines of the page; blank ones are paragraph breaks.
        words: the words of the document (``count_words``), to tell split words from compounds.
        widths: how long the lines around each line usually are, in characters; what is usual among
            ``lines`` when ``None``.
    """
    if widths is None:
        widths = [usual_width(lines)] * len(lines)
    groups: list[list[str]] = [[]]
    for i, line in enumerate(lines):
        if not line or (groups[-1] and _breaks(groups[-1], line, widths[i - 1])):
            groups.append([])
        if line:
            groups[-1].append(line)
    return [join_lines(group, words) for group in groups if group]


def _breaks(group: Sequence[str], following: str, width: int) -> bool:
    """Whether a paragraph that has some lines ends before the following one.

    Args:
        group: the lines.
        following: the next line.
        width: how long lines like the last one usually are, in characters.
    """
    line = group[-1]
    if line in _BULLETS:
        return False
    small = following[0].islower()
    if _ITEM.match(following):
        return not _is_no_item(group, following, width)
    if _ROW.search(line) and _ROW.search(following) and not small:
        return True
    if line.endswith(TERMINAL) and len(line) < 0.85 * width:
        return not (small and line.endswith(_CLOSING))
    return len(line) < 0.6 * width and not small and not line.endswith((",", "-"))


def _is_no_item(group: Sequence[str], following: str, width: int) -> bool:
    """Whether a line that looks like an item goes on with the sentence of the lines before it."""
    line = group[-1]
    if _NUMBERED.match(following) and is_cut_short(line):
        return True
    if not (line[-1].isalnum() or line.endswith(_GOING_ON)):
        return False
    aside = _ASIDE.match(following) and group[0][0] != following[0] and len(line) >= 0.85 * width
    return bool(aside or _DECIMAL.match(following))


def join_lines(lines: Sequence[str], words: Mapping[str, int]) -> str:
    """Join the lines of one paragraph, and the words that are split at line ends."""
    parts: list[str] = []
    for line in lines:
        if parts:
            parts[-1], glue = _seam(parts[-1], line, words)
            parts.append(glue)
        parts.append(line)
    return "".join(parts)


def _seam(line: str, following: str, words: Mapping[str, int]) -> tuple[str, str]:
    """Return ``line`` with or without its hyphen, and what goes between it and the next."""
    head = _TRAILING_WORD.search(line[-60:])
    if not head:
        return line, "" if re.search(r"\w-$", line[-2:]) and following[0].isalnum() else " "
    tail = _LEADING_WORD.match(following)
    if not tail or not tail[0][0].islower():
        return line, "" if following[0].isalnum() else " "
    if tail[0] in _SUSPENDED:
        return line, " "
    if _is_compound(head[1].casefold(), tail[0].casefold(), words):
        return line, ""
    return line[:-1], ""


def _is_compound(head: str, tail: str, words: Mapping[str, int]) -> bool:
    """Return whether "head-tail" keeps its hyphen, as elsewhere in the document.

    If neither form occurs elsewhere, it is a compound only if the document has both halves as words
    of their own: most hyphens at a line end are the typesetter's.
    """
    joined, hyphened = words.get(head + tail, 0), words.get(f"{head}-{tail}", 0)
    if joined or hyphened:
        return hyphened > joined
    return all(len(half) >= 4 and words.get(half, 0) >= 2 for half in (head, tail))
