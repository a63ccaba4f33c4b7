"""Which words of a first page can be a title, and which are a label, a credit or a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ingest.record.days import is_date_line
from ingest.record.front import Group, letters
from ingest.record.words import any_of

MAX_CHARS: Final = 320
MAX_WORDS: Final = 40

NO_TITLE: Final = any_of("no-title")
ORGANISATION: Final = any_of("organisation", r"\b(?:{})(?![\w])")
LABEL: Final = re.compile(
    r"(?:(?:policy|research|learning|information|issue|technical|practice|evidence|working|briefing"
    r"|discussion|background|data|case|white|occasional|final|annual|full|synthesis|evaluation"
    r"|research|summary|country|project|progress|technical|status)\s+)*(?:briefs?|papers?|reports?"
    r"|notes?|stud(?:y|ies)|series|reviews?|briefing|bulletin|newsletter|factsheet|summary"
    r"|presentation)(?:\s+(?:series|no\.?|number|n[o°º]\.?|#)?\s*[\d.:/-]*)?$"
    r"|(?:documento|informe|nota|r[eé]sum[eé]|relat[oó]rio|rapport|note|serie|s[eé]rie|documents?)"
    r"(?: (?:de|d[’']) ?\w+(?: p[uú]blicas?)?| final| t[eé]cnic[ao]"
    r"| anual)?(?:\s*(?:n[o°º]\.?)?\s*\d*)?$",
    re.I,
)
_OF_A_YEAR: Final = any_of("annual", r"(?:{})\W*(?:19|20)\d\d(?:\s?[-–/]\s?\d{2,4})?")
LABELLED: Final = re.compile(
    r"(?:title|t[ií]tulo|titre|policy brief|learning brief|issue brief|research brief|working paper"
    r"|nota de pol[ií]tica|note d[’']orientation)\s*(?:no\.?\s*\d+\s*)?[:–—]\s+(?=\S)",
    re.I,
)
THANKS: Final = re.compile(
    r"(?:acknowledge?ments?|agradecimientos|agradecimentos|remerciements)\W*$", re.I
)
"""The heading above those who are thanked."""
THESIS: Final = any_of("thesis", r"(?:{})$")
"""What kind of thesis it is, by itself on a line."""
DEGREE: Final = any_of("for-a-degree", r"(?:{})")
ADVISER: Final = any_of("adviser", r"(?:{})\b")
CREDIT: Final = any_of("credit", r"(?:{})\b")


CREDITED: Final = any_of("credited", r"(?:{})\b[: ]")
_BODY_FIRST: Final = any_of("body-begins", r"(?:the )?(?:{})")
_BODY_LAST: Final = any_of("body-ends", r"\b(?:{})$")


def could_be_title(text: str, words: Sequence[str], group: Group) -> bool:
    """Whether a group of lines is of the length and the signs of a title."""
    capitals = sum(1 for c in text if c.isalpha())
    return (
        capitals >= 4
        and 2 * capitals > len(text)
        and len(words) <= MAX_WORDS
        and len(text) <= MAX_CHARS
        and len(group.lines) <= 9
        and not NO_TITLE.match(text)
        and not is_date_line(text)
        and "@" not in text
    )


def is_of_a_year(text: str) -> bool:
    """Whether a text is all that a yearly report is called: "Annual report 2020"."""
    return bool(_OF_A_YEAR.fullmatch(text.strip(" .")))


def names_a_body(text: str) -> bool:
    """Whether words have one that names of organisations have, and each is in capitals."""
    words = [w for w in re.findall(r"[^\W\d_]+", text) if len(w) > 3]
    return bool(ORGANISATION.search(text)) and all(w[0].isupper() for w in words)


def names_a_section(text: str) -> bool:
    """Whether words name a part that many documents have, such as an introduction."""
    return bool(NO_TITLE.fullmatch(text.strip(" .:")))


def likeness(text: str, other: str) -> float:
    """Return how much of a text is in another wording of a title, 0 to 1; little counts nothing."""
    one, two = set(re.findall(r"\w+", text.casefold())), set(re.findall(r"\w+", other.casefold()))
    if len(one) < 2 or not two:
        return float(letters(text) == letters(other))
    inside = len(one & two) / len(one)
    if inside < 0.75:
        return 0.0
    return inside * max(0.3, min(1.0, len(one) / min(len(two), 14)))


def is_body(text: str) -> bool:
    """Whether words are the name of an organisation or a state rather than of a work."""
    text = text.lstrip("0123456789¹²³⁴*†‡ ")  # the mark of an affiliation
    return bool(_BODY_FIRST.match(text) or (len(text.split()) <= 7 and _BODY_LAST.search(text)))


_CUT_SHORT: Final = re.compile(
    r"\b(?:the|and|of|for|in|on|at|by|with|from|y|e|et|de|la|el|del|du|des|da|do)$"
)
_CITY: Final = re.compile(
    r"[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){0,2}(?:, [A-Z]\.?[A-Z]\.?|,? D\.?C\.?)"
)


_RIGHTS: Final = re.compile(
    r"(?:crown )?copyright(?: (?:and|&) database rights?)?|(?:all|some) rights reserved"
    r"|(?:todos(?: los| os)?|algunos|alguns) (?:derechos|direitos) reservados"
    r"|(?:tous|certains) droits r[eé]serv[eé]s",
    re.I,
)


def is_no_name(text: str) -> bool:
    """Whether words that stand where a publisher does are none: cut short, a city, a label."""
    cut_or_city = _CUT_SHORT.search(text) or _CITY.fullmatch(text)
    return bool(cut_or_city) or bool(_RIGHTS.fullmatch(text))
