"""Reads what somebody typed: words, "phrases", -words, prefix*, title:word and field:value.

Every text can be read. What only looks like an operator is plain words, and a notice says why.
Nothing here becomes FTS5 syntax: what is returned are words, and ``keywords`` quotes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from index.words.keywords import MAX_TERM_CHARACTERS

MAX_PARTS: Final = 16
"""How many phrases, words in titles and words to leave out one query may have."""
MAX_PHRASE_WORDS: Final = 32
PROSE_WORDS: Final = 20
"""More words outside of phrases are a pasted text, whose quotation marks and dashes are its own. Of
76 questions of CISI, five are such; read as operators they cost the collection .026 of nDCG@10."""

_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
"""Text editors and phones write these for a straight quotation mark."""
_OPERATOR: Final = re.compile(
    r"""
    (?: (?<!\S) (?P<minus>-)? (?P<field>[^\W\d_][\w-]{0,31}) : (?=[^\s:/])
      | (?<!\S) (?P<without>-) )?
    (?: (?<!\w) " (?P<phrase>[^"]*) " | (?P<value>[^\s"]+) )
    """,
    re.VERBOSE,
)
_WORD: Final = re.compile(r"[^\W_]+")
_PREFIX: Final = re.compile(r"(?<![\w*])[^\W\d_][^\W_]+\*(?![\w*])")
_STARRED: Final = re.compile(r"[^\W\d_][^\W_]+\*$")
_PROSE: Final = (
    "In a text this long, quotation marks, dashes, stars and colons are plain text. Shorten it to "
    "use them."
)
_ENDS: Final = ".,;:?!)]}"


@dataclass(frozen=True, slots=True)
class Part:
    """Words that follow each other, in any part of a passage or in the title alone.

    With ``prefix``, the last of them is only the beginning of a word.
    """

    words: tuple[str, ...]
    title: bool = False
    prefix: bool = False

    def __str__(self) -> str:
        text = " ".join(self.words) + ("*" if self.prefix else "")
        return f'{"title:" if self.title else ""}"{text}"'


@dataclass(frozen=True, slots=True)
class TypedFilter:
    """``field:value`` as typed; ``start`` and ``end`` are its place in the text."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Asking:
    """A typed text, understood.

    Attributes:
        text: what is searched for by words and by meaning; the typed text itself if it has no
            operators.
        prefixes: beginnings of words in it that stand for all such words.
        required: what every passage must have.
        excluded: what no passage may have.
        filters: ``field:value``, not checked yet.
        notices: what was not understood, for the reader.
    """

    text: str
    prefixes: tuple[str, ...] = ()
    required: tuple[Part, ...] = ()
    excluded: tuple[Part, ...] = ()
    filters: tuple[TypedFilter, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass
class _Reading:
    """What has been read so far."""

    plain: list[str] = field(default_factory=list)
    required: list[Part] = field(default_factory=list)
    excluded: list[Part] = field(default_factory=list)
    filters: list[TypedFilter] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    at: int = 0
    closed: int = 0


def read_text(typed: str) -> Asking:
    """Read a text in time linear in its length."""
    text = typed.translate(_QUOTES)
    reading = _Reading()
    for found in _OPERATOR.finditer(text):
        reading.plain.append(typed[reading.at : found.start()])
        reading.plain.append(_read_one(found, typed, reading))
        reading.at = found.end()
        if found["phrase"] is not None:
            reading.closed = found.end()
    reading.plain.append(typed[reading.at :])
    left = "".join(reading.plain)
    last = text.rfind('"')
    if last >= reading.closed and not text[max(0, last - 1) : last].isalnum():
        reading.notices.append("A quotation mark is not closed: the words after it are no phrase.")
    if len(reading.required) + len(reading.excluded) > MAX_PARTS:
        reading.notices.append(
            f"No more than {MAX_PARTS} phrases and words to leave out are searched for."
        )
    if _is_prose(left, reading):
        return Asking(typed, notices=(_PROSE,))
    required = reading.required[:MAX_PARTS]
    prefixes = [word[:-1].lower()[:MAX_TERM_CHARACTERS] for word in _PREFIX.findall(left)]
    return Asking(
        text=left,
        prefixes=tuple(dict.fromkeys(prefixes))[:MAX_PARTS],
        required=tuple(dict.fromkeys(required)),
        excluded=tuple(dict.fromkeys(reading.excluded[: MAX_PARTS - len(required)])),
        filters=tuple(reading.filters),
        notices=tuple(dict.fromkeys(reading.notices)),
    )


def _is_prose(left: str, reading: _Reading) -> bool:
    """Whether a text with operators is too long for them to be meant."""
    operators = reading.required or reading.excluded or reading.filters or _PREFIX.search(left)
    within = sum(len(part.words) for part in reading.required)
    return bool(operators) and len(_WORD.findall(left)) - within > PROSE_WORDS


def _read_one(found: re.Match[str], typed: str, reading: _Reading) -> str:
    """Read one token; return the plain words it leaves in the text."""
    phrase = found["phrase"]
    value = phrase if phrase is not None else found["value"]
    if found["field"]:
        return _read_field(found, typed, value, reading)
    if found["without"] and (phrase is not None or value[0].isalpha()):
        part = part_of(value, prefix=phrase is None)
        if part:
            reading.excluded.append(part)
            return ""
    elif phrase is not None:
        part = part_of(phrase)
        if part:
            reading.required.append(part)
            return phrase
    return typed[found.start() : found.end()]


def _read_field(found: re.Match[str], typed: str, value: str, reading: _Reading) -> str:
    """Read ``name:value``, ``title:word`` or ``-title:word``."""
    name, whole = found["field"], typed[found.start() : found.end()]
    if typed[found.end() : found.end() + 1].strip():
        return whole
    if name.lower() != "title":
        if found["minus"]:
            reading.notices.append(f"“{whole}” was ignored: only words can be left out.")
            return ""
        reading.filters.append(TypedFilter(name, value.rstrip(_ENDS).strip(), *found.span()))
        return whole
    part = part_of(value, title=True, prefix=found["phrase"] is None)
    if part is None:
        return whole
    (reading.excluded if found["minus"] else reading.required).append(part)
    return "" if found["minus"] else value


def part_of(text: str, *, title: bool = False, prefix: bool = False) -> Part | None:
    """Return the words of a text as a part; ``None`` if it has none.

    With ``prefix``, a star at its end makes the last word the beginning of one.
    """
    words = [word[:MAX_TERM_CHARACTERS] for word in _WORD.findall(text.lower())]
    starred = prefix and bool(_STARRED.search(text.rstrip(_ENDS)[-MAX_TERM_CHARACTERS:]))
    return Part(tuple(words[:MAX_PHRASE_WORDS]), title, starred) if words else None


def without_parts(text: str, parts: Iterable[TypedFilter]) -> str:
    """Return the text without some of its filters, its spaces made single if any went."""
    cut = sorted((part.start, part.end) for part in parts)
    if not cut:
        return text
    kept, at = [], 0
    for start, end in cut:
        kept.append(text[at:start])
        at = end
    return " ".join(" ".join([*kept, text[at:]]).split())
