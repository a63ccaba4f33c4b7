"""The countries a document is about: in its title, or named more than all others together."""

from __future__ import annotations

import functools
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from corpus.documents.authorities import country_names
from ingest.record.finding import SURE, Finding
from ingest.record.front import Front
from ingest.record.measured import is_sure

LEAST_MENTIONS: Final = 6
LEAST_SHARE: Final = 0.6
CHARS_A_MENTION: Final = 4_000
TITLE_CHARS: Final = 400

_EXTRA: Final = {
    "u s": "United States", "us": "", "usa": "United States", "u k": "United Kingdom",
    "uk": "United Kingdom", "england": "United Kingdom", "scotland": "United Kingdom",
    "wales": "United Kingdom", "russian federation": "Russia", "ivory coast": "Côte d’Ivoire",
    "ee uu": "United States", "eua": "United States", "viet nam": "Vietnam", "lao pdr": "Laos",
    "democratic republic of the congo": "Congo - Kinshasa", "drc": "Congo - Kinshasa",
    "french": "France", "francés": "France", "francesa": "France", "français": "France",
    "française": "France", "british": "United Kingdom", "spanish": "Spain", "español": "Spain",
    "portuguese": "Portugal", "dutch": "Netherlands", "finnish": "Finland", "swedish": "Sweden",
    "danish": "Denmark", "polish": "Poland", "turkish": "Türkiye", "swiss": "Switzerland",
    "greek": "Greece", "irish": "Ireland", "german": "Germany", "filipino": "Philippines",
    "dominican": "Dominican Republic", "dominicano": "Dominican Republic",
    "dominicana": "Dominican Republic", "costa rican": "Costa Rica",
    "costarricense": "Costa Rica", "south african": "South Africa",
    "sri lankan": "Sri Lanka", "sierra leonean": "Sierra Leone", "south korean": "South Korea",
    "saudi": "Saudi Arabia", "puerto rican": "Puerto Rico", "salvadoran": "El Salvador",
    "new zealander": "New Zealand", "aotearoa": "New Zealand", "ivorian": "Côte d’Ivoire",
    "thai": "Thailand", "american": "United States", "estadounidense": "United States",
}  # fmt: skip
"""Names and adjectives that follow from no country's name; an empty one counts for none."""
_ENDINGS: Final = re.compile(
    r"(?:ian|ean|an|n|ese|i|ish|ano|ana|anos|anas|eño|eña|eños|eñas|ense|enses|ino|ina|inos|inas"
    r"|eiro|eira|eiros|eiras|ien|ienne|iens|iennes|ain|aine|ais|aise|ois|oise|ês|esa|eno|ena)"
)
_NEVER: Final = frozenset((
    "georgia", "jordan", "chad", "turkey", "guinea", "mali", "jersey", "man",
    "cuban", "oman", "indiana", "romance", "guiana", "japanese", "niger", "georgian",
    "green", "françois",
))  # fmt: skip
"""Words that are more often something else, or need more of a name around them."""
_WORD: Final = re.compile(r"[^\W\d_]+")
LONGEST: Final = 5


_OF_SCHOOLS: Final = re.compile(
    r"\b(?:education|public instruction|schools?|educaci[oó]n|educa[cç][aã]o|[eé]ducation)\b", re.I
)
_PUBLIC: Final = re.compile(
    r"\b(?:minist\w+|department|departamento|secretar[ií]a|agency|board|district)\b",
    re.I,
)


@functools.cache
def _states() -> dict[tuple[str, ...], str]:
    """Return the countries of states and provinces, by the words of their names."""
    read = tomllib.loads(Path(__file__).with_name("states.toml").read_text("utf-8"))
    return {
        tuple(_WORD.findall(state.casefold())): country
        for country, states in read.items()
        for state in states
    }


def is_state(text: str) -> bool:
    """Whether a text is the name of a state or province."""
    return tuple(_WORD.findall(text.casefold())) in _states()


@functools.cache
def _names() -> tuple[dict[tuple[str, ...], str], dict[str, list[tuple[str, str]]], frozenset[str]]:
    """Return names of countries as words, stems of one-word names by their start, first words."""
    named = {**{k.casefold(): v for k, v in country_names().items()}, **_EXTRA}
    exact = {tuple(_WORD.findall(name)): country for name, country in named.items()}
    stems: dict[str, list[tuple[str, str]]] = {}
    for words, country in exact.items():
        if len(words) == 1 and len(words[0]) >= 4 and " ".join(words) not in _EXTRA:
            for cut in (0, 1, 2):
                stem = words[0][: len(words[0]) - cut]
                if len(stem) >= 4:
                    stems.setdefault(stem[:4], []).append((stem, country))
    return exact, stems, frozenset(words[0] for words in exact)


@functools.cache
def _country_of(word: str) -> str:
    """Return the country that an adjective is of, or an empty text."""
    for stem, country in _names()[1].get(word[:4], ()):
        if word.startswith(stem) and _ENDINGS.fullmatch(word[len(stem) :]):
            return country
    return ""


def countries_in(text: str, *, states: bool = False) -> Counter[str]:
    """Count the mentions of countries in a text, as names or adjectives, by English names.

    Args:
        text: what names them.
        states: whether a state or province counts for its country. Long texts have them in the
            addresses of universities and in references.
    """
    exact, _, firsts = _names()
    parts = _states()
    raw = _WORD.findall(text)
    words = [word.casefold() for word in raw]
    counted: Counter[str] = Counter()
    skipped = 0
    for i, word in enumerate(words):
        if i < skipped:
            continue
        country, size = _longest(parts, raw, words, i)
        country = country if states else ""
        if size == 1 and not country and word in firsts:
            country, size = _longest(exact, raw, words, i)
        if not country and size == 1 and word[:4] in _names()[1]:
            country = _country_of(word) if _is_sure(raw[i]) or _adjective(raw[i]) else ""
        american = size == 1 and words[i + 1 : i + 2] == ["american"]
        if country and not american:  # "Somali American": of one country
            counted[country] += 1
        skipped = i + size
    return counted


def _longest(
    exact: Mapping[tuple[str, ...], str], raw: Sequence[str], words: Sequence[str], i: int
) -> tuple[str, int]:
    """Return the country whose name begins at a word, and of how many words the name is."""
    for size in range(min(LONGEST, len(words) - i), 0, -1):
        country = exact.get(tuple(words[i : i + size]))
        if country is not None and (size > 1 or _is_sure(raw[i])):
            return country, size
    return "", 1


def _is_sure(word: str) -> bool:
    return word[0].isupper() and word.casefold() not in _NEVER


def _adjective(word: str) -> bool:
    """Whether a word can be an adjective of Spanish, Portuguese or French, in small letters."""
    return len(word) >= 7 and word.casefold() not in _NEVER


def read_countries(
    front: Front, title: Finding | None, publishers: Finding | None = None
) -> Finding | None:
    """Return the countries that the title names, or the one that the text is mostly about.

    Without either, it is the one whose public body for schools is the publisher.
    """
    named = countries_in(str(title.value), states=True) if title else Counter()
    if title and named:
        return Finding("countries", tuple(named), 0.9, title.page, title.quote)
    found = _of_text(front)
    if not found or found.confidence < SURE:
        found = _of_publisher(publishers) or found
    return found


def _of_publisher(publishers: Finding | None) -> Finding | None:
    """Return the country of a ministry or department of education that issued a document."""
    names = publishers.value if publishers and is_sure(publishers) else ()
    for name in names if isinstance(names, tuple) else ():
        counted = countries_in(name, states=True)
        if publishers and len(counted) == 1 and _OF_SCHOOLS.search(name) and _PUBLIC.search(name):
            return Finding("countries", tuple(counted), 0.64, publishers.page, publishers.quote)
    return None


def _of_text(front: Front) -> Finding | None:
    counted = countries_in(front.text)
    if not counted:
        return None
    country, mentions = counted.most_common(1)[0]
    share = mentions / counted.total()
    often = mentions >= max(LEAST_MENTIONS, len(front.text) / CHARS_A_MENTION)
    if not often or share < LEAST_SHARE:
        return None
    line = next((x for x in front.head if country in countries_in(x.text[:TITLE_CHARS])), None)
    sure = 0.7 if share >= 0.7 and line else 0.5
    page, quote = (line.page, line.text) if line else (None, None)
    return Finding("countries", (country,), sure, page, quote)
