"""The names of organisations as documents print them, with what surrounds them taken away."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from corpus.documents.authorities import country_names, is_organisation, organisation_name
from ingest.record.front import Front, Line, letters
from ingest.record.names import names_in
from ingest.record.wordings import ORGANISATION, is_no_name
from ingest.record.words import any_of
from ingest.text.clean import tidy

MAX_CHARS: Final = 120
MAX_WORDS: Final = 14
KNOWN_WORDS: Final = 12
KNOWN_CHARS: Final = 160
PLACE_WORDS: Final = 3
LEAST_INITIALS: Final = 3
SHORT_WORD: Final = 4
"""A word in capitals of so few letters may be an abbreviation."""

LEGAL: Final = re.compile(r"\b(?:inc|ltd|lda|llc|gmbh|s\.?a|limited|plc|corp)\b\.?,?$", re.I)
PERSONAL: Final = any_of("personal")
SMALL: Final = frozenset(
    ("of", "for", "and", "the", "de", "la", "do", "da", "y", "e", "et", "des", "pour", "para",
     "del", "du", "das", "dos", "las", "los", "le", "les", "on", "in", "en", "em", "al", "au")
)  # fmt: skip
_ENDS: Final = any_of("after-publisher", r"\s*(?:{})$")
EDITORS: Final = any_of("editors-of", r"^(?:{})\s+(?=[A-ZÀ-Þ])")
_MEMBER: Final = re.compile(
    r"^(?:(?:.* by )?(?:[Mm]embers?|[Ff]ellows?) of"
    r"|(?:[Mm]iembros?|[Mm]embros?|[Mm]embres?) (?:del?|d[oau]))\s+"
    r"(?:(?:the|la|el|le)\s+)?(?=[A-ZÀ-Þ])"
)
_SPACED_BRACKET: Final = re.compile(r"(\()\s+(?=\w)|(?<=\w)\s+(\))")
_CLOSES: Final = re.compile(r"[^\"“«]*(?:[”»]|\"(?:\W|$))")
"""The end of a title in quotation marks that began on another line."""
_PART: Final = re.compile(r"(?:and|of|or|with)\s|an?\s.+\s(?:for|of|on|to)\s", re.I)
"""The rest of a name, or a subtitle ("A Framework for Partners"): no name."""
_ROW: Final = re.compile(r"\w\s?:\s+(?!https?:)[\w|]")
"""A field of a form with its value ("Type of contract: | Fixed")."""
OPEN_NAME: Final = re.compile(
    r"\b(?:of|for|and|the|de|del|la|y|e|et|du|des|para|pour|da|do|por|par|&)$"
)
"""What a line ends with if a name goes on below it."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_LONGER: Final = re.compile(r"\s(?:[A-ZÀ-Þ]|(?:of|for|de|del|du|da|do|[–—-])\s)|[-–]\w")
"""What follows a known name that is only the beginning of another one."""
_BARS: Final = re.compile(r"\s*[|•·/]\s*|\s+[–—-]\s+|;\s+|,\s+")
_SHORT_NAME: Final = re.compile(r"\s*\(([A-Z][\w&-]{1,12})\)$")
_ACRONYM: Final = re.compile(r"[A-Z][A-Za-z]?[A-Z0-9&-]{1,8}")
_SPELLED_OUT: Final = re.compile(
    r"((?:[A-ZÀ-Þ][\w’'&-]+[,]? )(?:(?:[A-ZÀ-Þ][\w’'&-]+|of|for|and|the|on|in|de|la|las|los|el|del"
    r"|para|y|e|et|do|da|dos|das|des|du|pour|l[’'][A-Za-zÀ-ÿ]+|d[’'][A-Za-zÀ-ÿ]+)[,]? ){1,9})"
    r"\(([A-Z][A-Za-z0-9&-]{1,9})\)"
)


@dataclass(frozen=True, slots=True)
class Issued:
    """A statement of who issued a document.

    Attributes:
        name: the organisation.
        weight: how sure it is, in 0..1.
        line: where it stands; page 0 is no page.
        way: what kind of statement it is; those of one kind do not support each other.
    """

    name: str
    weight: float
    line: Line
    way: str


def is_named_so(name: str) -> bool:
    """Whether a name is of a known organisation or has a word that such names have."""
    return bool(is_organisation(name) or ORGANISATION.search(name))


def is_capitalised(text: str) -> bool:
    """Whether nearly all longer words of a text have an initial capital."""
    words = [w for w in re.findall(r"[^\W\d_]+", text) if len(w) > 3]
    return bool(words) and sum(w[0].isupper() for w in words) >= 0.8 * len(words)


def could_be_body(text: str, front: Front) -> bool:
    """Whether words with initial capitals can be an organisation's name, and no person's."""
    words = _WORD.findall(text)
    large = [w for w in words if w not in SMALL]
    fits = 1 <= len(words) <= 9 and all(w[0].isupper() for w in large) and text[:1].isupper()
    return fits and not names_in(text, front) and not PERSONAL.search(text) and not is_places(text)


def clean_body(text: str) -> str | None:
    """Return an organisation's name without what follows it; ``None`` for another text."""
    if _CLOSES.match(text) or _ROW.search(text.rstrip(" :|")):
        return None
    name = EDITORS.sub("", _SPACED_BRACKET.sub(r"\1\2", tidy(text)))
    parts = (_ENDS.sub("", part).strip(" ,.") for part in name.split(" / "))
    name = next((part for part in parts if is_organisation(part)), name)
    for _ in range(3):
        name = _ENDS.sub("", name).strip(" ,.;:|><›–—-•\"“”'")
        name = name.removesuffix("(").rstrip() if name.count("(") > name.count(")") else name
    name = _MEMBER.sub("", re.sub(r"^(?:the|by)\s+(?=[A-ZÀ-Þ])", "", name))
    if ORGANISATION.search(name.rpartition(", ")[0]) and not LEGAL.search(name):
        name = re.sub(r",\s[A-ZÀ-Þ]\w+$", "", name)  # the place
    short = re.search(r"\(([A-Z][\w-]{1,12})\)$", name)
    if short and is_organisation(short[1]):
        return organisation_name(short[1])
    known = organisation_name(name)
    if known != name:
        return known
    whole = re.sub(r"\s*\([^()]*\)$", "", name)
    if organisation_name(whole) != whole:
        return organisation_name(whole)
    letters = sum(c.isalpha() for c in name)
    fits = 2 <= len(name) <= MAX_CHARS and letters >= 2 and len(name.split()) <= MAX_WORDS
    other = PERSONAL.search(name) or is_no_name(name) or is_places(name) or _PART.match(name)
    kind = ORGANISATION.fullmatch(name) and not name.isupper()  # "Society" is any of them
    return name if fits and name[:1].isupper() and not (other or kind) else None


def known_at_start(text: str) -> str | None:
    """Return the known organisation whose name a text begins with, the longest if there are two."""
    ends = [match.end() for match in re.finditer(r"[\w)’'.-]+", text[:KNOWN_CHARS])][:KNOWN_WORDS]
    for end in reversed(ends):
        name = text[:end].rstrip(".,")
        if is_organisation(name) and not _LONGER.match(text[len(name) :]):
            return organisation_name(name)
    return None


def is_places(text: str) -> bool:
    """Whether words are a list of offices ("Lima | Nairobi | New Delhi") or a country."""
    parts = [part for part in _BARS.split(text.strip(" .")) if part]
    if len(parts) == 1:
        return text.strip(" .").casefold() in _countries()
    places = all(
        len(part.split()) <= PLACE_WORDS
        and part[0].isupper()
        and not is_named_so(part)
        and not LEGAL.search(part)
        for part in parts
    )
    bars = bool(re.search(r"[|•·/;]|\s[–—-]\s", text))
    return places and (len(parts) > 2 or (bars and len(parts) > 1))


@functools.cache
def _countries() -> frozenset[str]:
    return frozenset(name.casefold() for name in country_names())


def divide_bodies(name: str) -> tuple[str, ...]:
    """Divide "A Ltd., B Inc. and C" or "A | B" where each part is an organisation."""
    for pattern in (
        r",?\s+(?:and|y|e|et|&)\s+|[,;]\s+(?!(?:inc|ltd|llc|lda)\b)",
        r"\s*[|•·/]\s*",
    ):
        parts = [p for p in re.split(pattern, name, flags=re.I) if p]
        barred = "|" in pattern[:7] and all(is_named_so(p) for p in parts)
        if len(parts) > 1 and (barred or all(is_organisation(p) or LEGAL.search(p) for p in parts)):
            return tuple(map(organisation_name, parts))
    return (name,)


def spelled_out(front: Front) -> dict[str, str]:
    """Return the names that the text gives abbreviations for: ``{"EXF": "Example Fund"}``."""
    found: dict[str, str] = {}
    for match in _SPELLED_OUT.finditer(front.text):
        name, short = match[1].strip(" ,"), match[2]
        if short not in found and (full := _with_initials(name, short)):
            found[short] = full
    return found


def _with_initials(name: str, short: str) -> str | None:
    """Return the end of a name whose capitals are the letters of an abbreviation."""
    wanted = [c.casefold() for c in short if c.isalpha()]
    words = name.split()
    for start in range(len(words)):
        initials = [w[0].casefold() for w in words[start:] if w.casefold().strip(",") not in SMALL]
        if words[start][0].isupper() and initials == wanted:
            return " ".join(words[start:]).removeprefix("The ")
    return None


def with_own_letters(short: str, names: Iterable[str]) -> str | None:
    """Return the one of several names whose capitals an abbreviation consists of."""
    if not _ACRONYM.fullmatch(short) or len(short) < LEAST_INITIALS or is_organisation(short):
        return None
    return next((name for name in names if _with_initials(name, short) == name), None)


def in_full(name: str, names: dict[str, str]) -> str:
    """Return the full name for an abbreviation that the text spells out."""
    full = names.get(name) if _ACRONYM.fullmatch(name) and not is_organisation(name) else None
    return clean_body(full) or name if full else name


def key_of(name: str) -> str:
    """Return what is the same for a name with and without its abbreviation in brackets."""
    return letters(_SHORT_NAME.sub("", name)) or letters(name)


def in_name_case(name: str, text: str) -> str:
    """Return a name in capitals as the text writes it elsewhere, or with initial capitals.

    Words of up to four letters stay in capitals if they may be abbreviations.
    """
    words = _WORD.findall(name)
    if not name.isupper() or len(words) < 2:
        return name
    pattern = r"\s+".join(map(re.escape, name.split()))
    for match in re.finditer(pattern, text, re.I):
        if not match[0].isupper() and match[0][0].isupper():
            return tidy(match[0])

    def written(match: re.Match[str]) -> str:
        word = match[0]
        if match.start() and word.casefold() in SMALL:
            return word.casefold()
        named = ORGANISATION.fullmatch(word) and not is_organisation(word)
        short = len(word) <= SHORT_WORD and not named
        return word if short or is_organisation(word) else word.capitalize()

    return _WORD.sub(written, name)
