"""The organisation behind a text without an imprint, as its own sentences name it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from corpus.documents.authorities import is_organisation, organisation_name
from ingest.record.front import Front, Line, joined_lines, line_at
from ingest.record.organisations import clean_body, could_be_body, is_named_so
from ingest.record.words import any_of

FIRST_LINES: Final = 3
LAST_LINES: Final = 6
NAME_WORDS: Final = 8
_LED_BY: Final = re.compile(
    r"\b(?:facilitated|hosted|led|convened|organi[sz]ed|coordinated|implemented|managed|run) by "
    r"(?:the )?(?P<name>[A-ZÀ-Þ][^.;:]{1,80})"
)
_OWN_WORK: Final = re.compile(
    r"(?:['’]s (?:mission|work)\b"
    r"| (?:serves|acts) as the (?:backbone|secretariat|host|coordinator)\b)",
    re.I,
)
MADE_PAGES: Final = 4
NAME_CHARS: Final = 120
_MADE: Final = re.compile(
    r"(?: \([A-Z][\w-]{1,9}\))?,? (?:(?:has |have )?(?:developed|created|produced|prepared"
    r"|published|compiled|issued) this"
    r"|(?:ha (?:elaborado|desarrollado|preparado|publicado)|elaboró) est[ea]"
    r"|(?:elaborou|desenvolveu|preparou|publicou) est[ea]"
    r"|a (?:élaboré|produit|publié|conçu) (?:ce|cette)) "
    r"(?:\S+ ){0,2}(?:reports?|guides?|guidance|framework|resource|document[oe]?|toolkit|brief"
    r"|handbook|manual|policy|publication|guía|guia|informe|relatório|rapport|cadre)\b"
)
"""A sentence such as "The Example Fund (EXF) has developed this guide"."""
_MADE_BY: Final = any_of(
    "own-work",
    r"\b(?:{})\b[^.]{0,60}?\b(?:coordon|coordin|[eé]labor|elabor|r[eé]alis|realiz|con[cç]u|r[eé]dig"
    r"|produ[cz]|develop|prepar|desarroll|desenvolv)\w*\s+(?:par|por|pel[ao]|by)\s(?P<by>[^.;]{5,400})",
)
"""A sentence such as "This guide was prepared by the services of the ministry of schools"."""
_MINISTRY: Final = re.compile(
    r"\bminist(?:ry|ère|erio|ério) (?:of |d[aeou]s? )(?:la |l[’'])?[A-ZÀ-Þ][^.;:()]{3,90}", re.I
)
_RELATIVE: Final = re.compile(r"\s(?:and with|avec|qui|que|con|com|in|en|em)\s.*")
_NAME_AT_END: Final = re.compile(
    r"((?:[A-ZÀ-Þ][\w’'&-]*)"
    r"(?: (?:[A-ZÀ-Þ][\w’'&-]*|of|for|and|de|del|la|do|da|y|e|et|des|du)){0,9})$"
)
IS_A_BODY: Final = re.compile(
    r"(?:about |the )?(?P<name>[A-ZÀ-Þ][^,.;:]{1,80}?) (?:is|es|é|est) (?:an?|una?|uma?|une?) "
    r"(?:\S+ ){0,6}?(?:leader|non-?profit|organi\w+|ngo|ong|foundation|agency|institute|network"
    r"|think tank|charity|fundaci[oó]n|funda[cç][aã]o|fondation|red|rede|r[eé]seau)\b",
    re.I,
)


def read_told(front: Front) -> Iterator[tuple[str, float, Line]]:
    """Yield known organisations that a text may be by, with a weight and the sentence that says so.

    The last lines of a web page say what its site's organisation is; what a text says of who leads
    the work is only a reason to suggest that organisation.
    """
    for line in front.head:
        for match in _LED_BY.finditer(line.text):
            if name := _known_first(match["name"]):
                yield name, 0.5, _sentence(line, match)
        own = _OWN_WORK.search(line.text)
        if own and (name := _known_last(line.text[: own.start()])):
            yield name, 0.5, _sentence(line, own)
    for line in (*front.head[FIRST_LINES:], *front.tail)[-LAST_LINES:]:
        said = IS_A_BODY.match(line.text)
        if said and is_organisation(said["name"]):
            yield organisation_name(said["name"]), 0.72, line


def read_made(front: Front) -> Iterator[tuple[str, float, Line]]:
    """Yield who a sentence of the first pages says has made "this guide" or the like."""
    lines = [line for line in front.head if line.page <= MADE_PAGES]
    text, starts = joined_lines(lines)
    for match in _MADE.finditer(text):
        ends = _NAME_AT_END.search(text[max(0, match.start() - NAME_CHARS) : match.start()])
        name = clean_body(ends[1]) if ends else None
        if name and " " in name and could_be_body(name, front):
            line = line_at(lines, starts, match.start())
            yield name, 0.63 if is_named_so(name) else 0.5, line
    for match in _MADE_BY.finditer(text):
        ministry = _MINISTRY.search(match["by"])
        said = _RELATIVE.sub("", ministry[0]) if ministry else ""
        if name := clean_body(said[:1].upper() + said[1:]):
            yield name, 0.63, line_at(lines, starts, match.start())


def _known_first(text: str) -> str | None:
    """Return the known organisation whose name a text begins with."""
    words = text.split()[:NAME_WORDS]
    for size in range(len(words), 0, -1):
        if is_organisation(" ".join(words[:size])):
            return organisation_name(" ".join(words[:size]))
    return None


def _known_last(text: str) -> str | None:
    """Return the known organisation whose name a text ends with."""
    words = text.split()[-NAME_WORDS:]
    for start in range(len(words)):
        if is_organisation(" ".join(words[start:])):
            return organisation_name(" ".join(words[start:]))
    return None


def _sentence(line: Line, match: re.Match[str]) -> Line:
    """Return a line with only the sentence of a match."""
    start = line.text.rfind(". ", 0, match.start())
    end = line.text.find(". ", match.end())
    whole = line.text[start + 2 if start >= 0 else 0 : end + 1 if end >= 0 else None]
    return replace(line, text=whole)
