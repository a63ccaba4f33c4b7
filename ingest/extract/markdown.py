"""Markdown with YAML front matter: the format of the starter corpus and of curators' notes."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from corpus.errors import SourceRejected
from corpus.model import FIRST_YEAR, LAST_YEAR, TEXT_FIELDS
from ingest.extract import text as plain_text
from ingest.extract.decode import decode_text
from ingest.extract.dialects import without_hidden, without_marks
from ingest.extract.embedded import authors_of, date_of
from ingest.model import Block, Extracted, ExtractedPage, Fetched, Hints, Limits
from ingest.text.clean import scrub, tidy

if TYPE_CHECKING:
    from markdown_it.token import Token

MEDIA_TYPE: Final = "text/markdown"
SUFFIXES: Final = ("md", "markdown", "mdown")
ORIGIN: Final = "front matter"
MAX_FRONT_MATTER_CHARS: Final = 20_000
"""What is longer is text between two lines; the YAML parser needs 16 µs for each character."""

SPARE_MARKERS: Final = 10_000
CHARS_PER_MARKER: Final = 50
_MARKER: Final = re.compile(r"[\[*_`<&\\]")
_FRONT_MATTER: Final = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_TAG: Final = re.compile(r"<[^<>]*>")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,79}")
_DATE: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_TEXTS: Final = (*TEXT_FIELDS, "url_kind", "confidence")
_LISTS: Final = {"authors": "authors", "organisations": "publishers", "countries": "countries"}


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return the blocks of a Markdown text on one page, and its front matter as hints.

    Raises:
        SourceRejected: ``too-large`` or ``no-text``.
    """
    decoded = decode_text(fetched, limits)
    text = scrub(decoded.text)
    front = _FRONT_MATTER.match(text)
    if front and len(front[1]) > MAX_FRONT_MATTER_CHARS:
        front = None
    stated, remarks = front_matter(front[1]) if front else (Hints(ORIGIN), ())
    reading = _Reading(text[front.end() :] if front else text)
    blocks = reading.blocks
    if not any(c.isalnum() for b in blocks for c in b.text):
        raise SourceRejected(
            "no-text", "It contains no words below its front matter. Add its text."
        )
    top = next((b.text for b in blocks if b.heading_level == 1), None)
    return Extracted(
        pages=(ExtractedPage(1, blocks),),
        hints=(stated, Hints("page", title=top)),
        remarks=(*remarks, *reading.remarks, *decoded.remarks),
        encoding=decoded.words,
    )


def front_matter(source: str) -> tuple[Hints, tuple[str, ...]]:
    """Return what YAML front matter states, and a remark on each unusable key."""
    import yaml

    try:
        data = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" (line {where.line + 2})" if where else ""
        return Hints(ORIGIN), (f"The front matter is not valid YAML{line} and was ignored.",)
    if not isinstance(data, dict):
        return Hints(ORIGIN), ("The front matter has no keys and was ignored.",)
    values: dict[str, Any] = {}
    remarks: list[str] = []
    for key, value in data.items():
        if value is None:
            continue
        field, usable = _usable(str(key), value)
        if usable is None:
            remarks.append(f"Front matter key {tidy(str(key))[:40]!r} was ignored.")
        elif field == key:
            values[field] = usable
        else:
            values.setdefault(field, usable)
    return Hints(ORIGIN, **values), tuple(remarks)


def _usable(key: str, value: object) -> tuple[str, object | None]:
    """Return the field a key sets and its value, which is ``None`` if it cannot be used."""
    if key in _TEXTS:
        return key, _text(value)
    if key in _LISTS:
        texts = _texts(value)
        return _LISTS[key], _without_accounts(texts) if key == "authors" and texts else texts
    checks: Mapping[str, object | None] = {
        "id": value if isinstance(value, str) and _ID.fullmatch(value) else None,
        "year": value if type(value) is int and FIRST_YEAR <= value <= LAST_YEAR else None,
        "digest": value if isinstance(value, bool) else None,
        "published": _date(value),
    }
    if key in _OTHER_NAMES:
        field, read = _OTHER_NAMES[key]
        return field, read(value) or None
    return key, checks.get(key)


def _text(value: object) -> str | None:
    return (tidy(value) or None) if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...] | None:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        return None
    return tuple(t for item in items if (t := tidy(item)))


def _without_accounts(names: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return authors without the names of accounts, such as "admin"; a text may list several."""
    listed = authors_of(names[0]) if len(names) == 1 else ()
    several = listed if len(listed) > 1 else names
    return tuple(name for name in several if " " in name or not name.islower()) or None


def _date(value: object) -> str | None:
    if isinstance(value, datetime.datetime):
        value = value.date()
    text = value.isoformat() if isinstance(value, datetime.date) else str(value)
    return text if _DATE.fullmatch(text) else None


def _names(value: object) -> tuple[str, ...]:
    """Return the people whom ``author`` names: in a text, or one by one."""
    if isinstance(value, str):
        return authors_of(tidy(value))
    if isinstance(value, Mapping):
        parts = (value.get("given"), value.get("family"))
        named = value.get("name", " ".join(p for p in parts if isinstance(p, str)))
        return _names(named)
    items = value if isinstance(value, list) else ()
    return tuple(dict.fromkeys(name for item in items for name in _names(item)))


def _day(value: object) -> str | None:
    """Return the day, month or year that ``date`` begins with, whatever the time of day is."""
    year, day = date_of(value)
    return day if year and FIRST_YEAR <= year <= LAST_YEAR else None


_OTHER_NAMES: Final[Mapping[str, tuple[str, Callable[[object], object]]]] = {
    "author": ("authors", _names),
    "date": ("published", _day),
}
"""What Jekyll, Hugo, Quarto and others call them: of 1,962 files with front matter, 412 had an
``author`` and 778 a ``date``."""


class _Reading:
    """The blocks of a Markdown text, read with an effort that its length bounds.

    markdown-it needs up to 60 µs for a marker and 40 µs for a line: 1 MB of ``[`` took 19 s, and
    1 MB of list items 12 s. So what follows too many lines and cells is read as plain text, and so
    are the paragraphs with the most markers for their length. 1 MB of our documentation has 18,000
    lines and 21,000 markers.
    """

    def __init__(self, text: str) -> None:
        self.remarks: list[str] = []
        limit = SPARE_MARKERS + len(text) // CHARS_PER_MARKER
        end = _end_of_lines(text, limit)
        blocks = list(self._blocks(text[:end], limit))
        if text[end:].strip():
            line = text.count("\n", 0, end)
            self.remarks.append(
                f"It has more than {limit:,} lines and cells of tables; what follows line "
                f"{line:,} was read as plain text."
            )
            blocks += plain_text.blocks_of(text[end:])
        self.blocks = tuple(blocks)

    def _blocks(self, text: str, limit: int) -> Iterator[Block]:
        from markdown_it import MarkdownIt

        parser = MarkdownIt("commonmark").enable("table")
        env: dict[str, Any] = {}
        tokens = parser.disable("inline").parse(text, env)
        crowded = _crowded([t.content for t in tokens if t.type == "inline"], limit)
        if crowded:
            self.remarks.append(
                f"{len(crowded):,} of its paragraphs have too many signs such as [ or * and were "
                "read as plain text."
            )
        parser.enable("inline")

        def words_of(content: str, *, heading: bool = False) -> str:
            words = without_marks(content, heading=heading)
            if content in crowded or not _MARKER.search(words):
                return " ".join(line.strip(" \t") for line in words.split("\n"))
            return "".join(_plain(t.children or ()) for t in parser.parseInline(words, env))

        yield from _blocks_of(tokens, words_of)


def _end_of_lines(text: str, limit: int) -> int:
    """Return where the line begins with which the text has over ``limit`` lines and cells."""
    if text.count("\n") + text.count("|") < limit:
        return len(text)
    end = count = 0
    for line in text.splitlines(keepends=True):
        count += bool(line.strip()) + line.count("|")
        if count > limit:
            break
        end += len(line)
    return end


def _crowded(contents: Sequence[str], limit: int) -> frozenset[str]:
    """Return the paragraphs with the most markers for their length: those beyond ``limit``.

    ``[`` counts twice, because each may be the start of a link.
    """
    counts = {c: len(_MARKER.findall(c)) + c.count("[") for c in contents}
    copies = Counter(contents)
    total = 0
    crowded = set()
    for content in sorted(counts, key=lambda c: counts[c] / (len(c) or 1)):
        total += counts[content] * copies[content]
        if total > limit and counts[content]:
            crowded.add(content)
    return frozenset(crowded)


def _blocks_of(tokens: Iterable[Token], words_of: Callable[..., str]) -> Iterator[Block]:
    """Yield the headings, paragraphs, list items, code blocks and table rows of Markdown."""
    level: int | None = None
    row: list[str] | None = None
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = None
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            yield Block(" | ".join(row or ()))
            row = None
        elif token.type in ("fence", "code_block"):
            yield Block(token.content)
        elif token.type == "html_block":
            yield Block(without_marks(_TAG.sub(" ", without_hidden(token.content))))
        elif token.type == "inline" and row is not None:
            row.append(words_of(token.content))
        elif token.type == "inline":
            yield Block(words_of(token.content, heading=level is not None), level)


def _plain(tokens: Sequence[Token]) -> str:
    """Return the words of inline tokens without markup, link targets and tags."""
    parts = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "image":
            parts.append(_plain(token.children or ()))
        elif token.type != "html_inline":
            parts.append(token.content)
    return "".join(parts)
