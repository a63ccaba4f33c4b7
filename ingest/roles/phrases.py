"""Reads the phrases that betray a form, from ``phrases.toml``, and looks for them."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_POST: Final = r"(?:(?:an?|the|currently|una?|el|la|um|o|une?|le) ){0,2}(?:[\w-]{1,30} ){0,4}"
_GROUP: Final = re.compile(r"\((?:[^()\\]|\\.)*\)[?*+]?")
_NOT_LITERAL: Final = re.compile(r"\\.[?*+]?|\[[^]]*\][?*+]?|\.?\{[^}]*\}|.[?*]|[.^$|+]")


class Phrases:
    """Some regular expressions of which any one may match.

    Each is tried only on a text that has the longest letters it always needs: to look for those is
    ten times as fast.
    """

    def __init__(self, patterns: Iterable[str], form: str = "{}") -> None:
        self._tried = [(_needed(p), re.compile(form.format(p))) for p in patterns]

    def are_in(self, text: str) -> bool:
        """Return whether any phrase is in a text."""
        return any(needed in text and pattern.search(text) for needed, pattern in self._tried)

    def count_in(self, text: str) -> int:
        """Return how often phrases are in a text; one place may count for two of them."""
        return sum(len(p.findall(text)) for needed, p in self._tried if needed in text)


def _needed(pattern: str) -> str:
    """Return the longest letters that every match of a pattern has; they may be none."""
    bare = pattern
    while (shorter := _GROUP.sub("\0", bare)) != bare:
        bare = shorter
    return max(_NOT_LITERAL.sub("\0", bare).split("\0"), key=len)


@dataclass(frozen=True, slots=True)
class Betraying:
    """Phrases by what they betray; without a note they are for a text in small letters.

    Attributes:
        verbs: prose; these are words.
        rights, contact: an imprint.
        thanks, people, affiliations: acknowledgements, notes on contributors, and their posts; the
            last as written.
        notices: what a notice says of a work's product, views and rights.
        institutions: what an organisation says of itself.
        navigation: the pages of a site.
        where, published: references; the latter as written.
        caption: the caption of a table or a figure, from its start, as written.
    """

    verbs: frozenset[str]
    rights: Phrases
    contact: Phrases
    thanks: Phrases
    people: Phrases
    affiliations: Phrases
    notices: Phrases
    institutions: Phrases
    navigation: Phrases
    where: Phrases
    published: Phrases
    caption: re.Pattern[str]


@functools.cache
def phrases() -> Betraying:
    """Return the phrases; they are read and compiled once."""
    lists = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text("utf-8"))
    captions = "|".join(lists["captions"])
    return Betraying(
        verbs=frozenset(lists["verbs"]),
        rights=Phrases(lists["rights"]),
        contact=Phrases(lists["contact"]),
        thanks=Phrases(lists["thanks"], r"\b(?:{})"),
        people=Phrases(
            lists["people"],
            rf"\b(?:is|was|es|é|est) {_POST}".replace("{", "{{").replace("}", "}}")
            + r"(?:{})\b.{{0,60}}\b(?:at|of|in|with|en|de|em|à)\b",
        ),
        affiliations=Phrases(lists["affiliations"], r"\b(?:{})"),
        notices=Phrases(lists["notices"]),
        institutions=Phrases(lists["institutions"]),
        navigation=Phrases(lists["navigation"], r"\b(?:{})\b"),
        where=Phrases([*lists["addresses"], *(rf"\b{said}\b" for said in lists["available"])]),
        published=Phrases(
            [*(rf"\b{who}\b[.,:)]" for who in lists["publishers"]), *lists["editors"]]
        ),
        caption=re.compile(
            rf"(?i:{captions})\s(?:[A-Z]\.?)?\d{{1,3}}(?:[.-]\d{{1,3}}){{0,2}}"
            r"(?:\s?[.:–—|-]|\s(?=[A-ZÀ-Ý¿“\"'])|$)"
        ),
    )
