"""The sentences of a passage, and what each of them is whatever is asked.

A label, a heading or a caption states nothing, and is never quoted. What depends on the text alone
is worked out once, and can be kept as numbers (``kept_texts``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from index.search.asked import is_signpost
from index.search.forms import WHOLE, find_form, is_titled
from index.search.paragraphs import split_paragraphs

LEAST_WORDS: Final = 4
"""A shorter sentence is a heading, a label or a cell, and answers nothing by itself."""
LEAST_BEFORE_COLON: Final = 6
"""A shorter one before a colon is the name of what follows it: "Key Finding # 4:"."""
LONG_WORDS: Final = 25
"""The length of a sentence that is neither favoured nor put back."""
LENGTH_COUNTS: Final = 0.15
LEAST_LENGTH: Final = 1 + LENGTH_COUNTS * (LEAST_WORDS / LONG_WORDS - 1)
"""The ``Sentence.length`` of the shortest one that can answer."""
LABELLED: Final = 0.15
"""What a sentence gains that its document calls a finding or a message."""
SIGNPOSTED: Final = 0.25
"""What a sentence loses that only says where in the document something stands."""
STATES_NOTHING: Final = -1.0
"""The score of a label, a heading or a question: it cannot answer, whatever words it has."""
WORTHS: Final = (STATES_NOTHING, 0.0, LABELLED, -SIGNPOSTED, LABELLED - SIGNPOSTED)
"""What a sentence counts for without a word of a query."""
COUNTS_AS_LONG_AS: Final = (1.0, 1.4, 2.5)
"""What a sentence of each form counts as: so many times its length. With 1.2 and 1.5, 85 of 935
quotes of first passages were no whole sentences, with these 73, and as many answers were first."""
MOST_READ: Final = 4_096
"""Passages whose sentences are kept: those that are quoted often; about 12 MB."""

_FINDING: Final = re.compile(
    r"\W*(?:(?:key|main|principal) )?(?:findings?|messages?|lessons?|conclusions?|takeaways?"
    r"|hallazgos?|mensajes?|lecci(?:ón|ones)|achados?|mensage(?:m|ns)|constats?|enseignements?)\b"
    r"(?: (?:clave|principal\w*|clés?))?[^.:]{0,20}: ",
    re.IGNORECASE,
)
_SPACED: Final = re.compile(r"(?:\b[^\W\d_] ){4}")
"""Letters of a heading that print sets apart: "R E V I E W"."""
_FIGURE: Final = re.compile(r"(?<!\S)[^\w\s]*\d[\d.,/%–-]*[^\w\s]*(?!\S)")
"""A word of a row of a table: a number."""
_BOX: Final = re.compile("[☐□☑☒]")
"""What is to be ticked."""
_NOTE: Final = re.compile(r"\W*(?:notes?|sources?|notas?|fuentes?|fontes?) ?: ", re.IGNORECASE)
"""What is printed below a table or a figure."""
_CAPTION: Final = re.compile(
    r"\W*(?:fig(?:ures?|\.)|tables?|box|charts?|graphs?|maps?|figuras?|tablas?|cuadros?|gr[áa]ficos?"
    r"|mapas?|tabelas?|quadros?|tableaux?|graphiques?|cartes?|encadrés?) (?:[a-z]\.?)?\d[\d.-]*\W",
    re.IGNORECASE,
)
"""The name of a figure or a table; where no full stop ends it, it says only what is shown."""


class Sentence(NamedTuple):
    """A sentence of a passage, and what it is whatever is asked.

    Attributes:
        start: where it begins in the passage's text, in characters.
        end: where it ends.
        paragraph: the number of its paragraph or item in the passage.
        text: its words.
        length: 1 for one of usual length, more for a longer one or one that is not whole.
        worth: what it counts for without a word of a query; STATES_NOTHING if it cannot answer.
        form: WHOLE, LINE or FRAGMENT.
    """

    start: int
    end: int
    paragraph: int
    text: str
    length: float
    worth: float
    form: int


Shape = tuple[int, int, int, int, int]
"""A sentence in numbers: start, end, paragraph, words, and what it is: the place of its worth in
``WORTHS``, and its form times their number."""

_read: Final[dict[str, tuple[Sentence, ...]]] = {}


def read_sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a passage in order."""
    found = _read.get(text)
    return keep_sentences(text, take_apart(text)) if found is None else found


def keep_sentences(text: str, shapes: Iterable[Shape]) -> tuple[Sentence, ...]:
    """Return the sentences of a passage that was taken apart before, and keep them."""
    if len(_read) >= MOST_READ:
        _read.clear()
    _read[text] = sentences = tuple(
        Sentence(
            start,
            end,
            paragraph,
            text[start:end],
            _length_of(words) * COUNTS_AS_LONG_AS[kind // len(WORTHS)],
            WORTHS[kind % len(WORTHS)],
            kind // len(WORTHS),
        )
        for start, end, paragraph, words, kind in shapes
    )
    return sentences


def take_apart(text: str) -> list[Shape]:
    """Return the sentences of a passage as numbers, which a file can keep."""
    shapes: list[Shape] = []
    before, cased = "", not text.islower()  # capitals tell forms apart, and some texts have none
    for number, paragraph in enumerate(split_paragraphs(text)):
        for start, end in paragraph:
            part = text[start:end]
            worth = _place_of_worth(part)
            form = find_form(part, before) if worth and cased else WHOLE
            shapes.append((start, end, number, len(part.split()), worth + form * len(WORTHS)))
            before = part
    return shapes


def _place_of_worth(part: str) -> int:
    if not states_something(part):
        return 0
    labelled = ": " in part and bool(_FINDING.match(part))
    return 1 + labelled + 2 * is_signpost(part)


def _length_of(words: int) -> float:
    return 1 + LENGTH_COUNTS * (words / LONG_WORDS - 1)


def states_something(part: str) -> bool:
    """Return whether a sentence can answer: no label, question, heading, caption or column head."""
    said = part.rstrip("\"'”’»)")
    words = [word for word in part.split() if "://" not in word]
    if len(words) < LEAST_WORDS or said.endswith("?") or _is_spaced(part, words):
        return False
    if part.isupper() or _NOTE.match(part) or _is_of_figures(part, words) or _BOX.search(part):
        return False
    if said.endswith(":"):
        return len(words) >= LEAST_BEFORE_COLON
    if said.endswith((".", "!", "…", ";", "。")):
        return True
    if _CAPTION.match(part) or (part.startswith("(") and part.endswith(")")) or "? " in part:
        return False
    return not is_titled(words)


def _is_spaced(part: str, words: Sequence[str]) -> bool:
    """Return whether four letters stand apart; three of them at least are words of their own."""
    return list(map(len, words)).count(1) >= 3 and _SPACED.search(part) is not None


def _is_of_figures(part: str, words: Sequence[str]) -> bool:
    """Return whether more words are figures than not, as in the row of a table."""
    if 2 * sum(map(str.isalpha, words)) >= len(words):
        return False
    return 2 * len(_FIGURE.findall(part)) > len(words)
