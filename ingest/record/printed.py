"""What print does to a title and a citation does not: marks of notes, dashes and lines."""

from __future__ import annotations

import re
from typing import Final

from ingest.record.front import Front
from ingest.record.organisations import is_places

_NOTE: Final = re.compile(
    r"\b(?P<word>[^\W\d_]{3,}[^\W\d_A-ZÀ-ÖØ-Þ])(?P<mark>\d{1,2}|[¹²³⁰⁴-⁹]{1,2}|[*†‡]{1,3})(?=$|:\s)"
)
_HYPHENED: Final = re.compile(r"\b([^\W\d_]{2,})-([a-zà-ÿ]{2,})\b")
_WITH_F: Final = re.compile(r"\b[^\W\d_]*f[^\W\d_]{2,}\b")
_ABBREVIATION: Final = re.compile(r"\s[-–—]\s?([A-ZÀ-Þ][A-ZÀ-Þ0-9]{1,9})\s?[-–—]$")
_ASKS: Final = re.compile(
    r"(?:what|how|why|which|who|where|when|qué|cómo|por qu[eé]|cuáles|cuál|o que|como|quais|qual"
    r"|comment|pourquoi|quel(?:le)?s?|ce que)\b",
    re.I,
)


def as_cited(title: str, front: Front) -> str:
    """Return a title as a citation has it.

    "Visits1" loses the mark of its note, "Plan for Visits -PFV-" has its abbreviation in brackets,
    and a country on the line above a title is parted from it: "Kenya: How schools visit".
    """
    title = _NOTE.sub(lambda match: _without_mark(match, front), title)
    title = _ABBREVIATION.sub(r" (\1)", title)
    title = _WITH_F.sub(lambda match: _with_ligature(match[0], front), title)
    title = _HYPHENED.sub(lambda match: _without_hyphen(match, front), title)
    return _part_country(title, front)


def _with_ligature(word: str, front: Front) -> str:
    """Return a word with the letters of a ligature that its font lost ("Artifcial")."""
    for more in ("i", "l", "f", "fi"):
        whole = re.sub("f", f"f{more}", word, count=1)
        if front.words[whole.casefold()] > 2 * front.words[word.casefold()]:
            return whole
    return word


def _without_hyphen(match: re.Match[str], front: Front) -> str:
    """Return a word that a line's end divided, if the document has it whole and never divided."""
    whole = f"{match[1]}{match[2]}"
    divided = match[0].casefold() in front.text.casefold()
    return match[0] if divided or not front.words[whole.casefold()] else whole


def _without_mark(match: re.Match[str], front: Front) -> str:
    """Return a word without its mark.

    A number stays if the document has the word with it again, or never has the word alone.
    """
    again = front.text.casefold().count(match[0].casefold()) > 1
    named = match["mark"].isdecimal() and (again or not front.words[match["word"].casefold()])
    return match[0] if named else match["word"]


def _part_country(title: str, front: Front) -> str:
    """Part a country from a question, or from words that name it again."""
    for line in front.head:
        country = line.text.strip(" .:")
        rest = title.removeprefix(country).lstrip()
        if line.page > 2 or rest == title or not rest[:1].isupper() or not is_places(country):
            continue
        if _ASKS.match(rest) or re.search(rf"\b{re.escape(country)}\b", rest):
            return f"{country}: {rest}"
    return title
