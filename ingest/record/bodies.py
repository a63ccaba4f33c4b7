"""The publisher: what all statements of who issued a document say together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from corpus.documents.authorities import is_organisation
from ingest.record.cited import Cited
from ingest.record.covers import (
    read_abbreviations,
    read_affiliations,
    read_cover,
    read_edges,
    read_mentions,
    read_properties,
    read_repeated,
    read_series_owner,
    read_titled,
)  # fmt: skip
from ingest.record.finding import Finding
from ingest.record.forms import is_article
from ingest.record.front import Front, Line, letters
from ingest.record.imprints import read_cited, read_imprint
from ingest.record.measured import is_sure
from ingest.record.ministries import read_mastheads, read_signatures
from ingest.record.organisations import (
    Issued,
    divide_bodies,
    in_full,
    in_name_case,
    is_named_so,
    key_of,
    spelled_out,
    with_own_letters,
)  # fmt: skip
from ingest.record.serials import without_writer
from ingest.record.sites import read_registrants, read_sites
from ingest.record.theses import read_universities
from ingest.record.told import read_made, read_told

MOST_SURE: Final = 0.97
DOUBTFUL: Final = 0.6
"""A statement of less weight is one of many that can be of somebody else."""
AGREEING: Final = 0.07
"""Each further kind of statement makes a name so much surer."""
REPEATED: Final = 0.03
"""How much surer a name is that statements of one kind have on several lines."""

OF_AUTHORS: Final = 0.5
WHOLE_TITLE: Final = 0.8
PUBLISHED: Final = 0.9
"""What is said of a publisher in so many words, as "Published by" does, wins over the journal."""
SURE_JOURNAL: Final = 0.9
"""A journal named with its volume; others may be the title of a series."""

_JOURNAL: Final = re.compile(
    r"\b(?:[A-ZÀ-Þ][\w&’'-]+ ){0,5}(?:Journal|Review|Reviews|Revista|Revue|Quarterly|Annals"
    r"|Psychology)"
    r"(?: (?:of|de|in|on|for|and|&|the|y|e|et|la|des|du|[A-ZÀ-Þ][\w&’'-]+))*"
)
_QUOTED: Final = re.compile(r"[”»\"]\s")
"""A title in quotation marks: the line is a reference to another work."""
_VOLUME: Final = re.compile(
    r"\bvol(?:ume)?\.? ?\w+|\(\d{4}\) \d+ ?: ?\d+|journal homepage|\bissn\b|\b\d+ ?\(\d+\)"
    r"|\d{4}:\d+",
    re.I,
)


def read_publishers(
    front: Front,
    cited: Cited | None,
    title: Finding | None,
    others: Sequence[Finding] = (),
) -> Finding | None:
    """Return who issued the document, under the network's names for organisations.

    Args:
        front: its first and last pages.
        cited: its citation of itself.
        title: its title.
        others: its DOI, ISBN, journal, series and authors, if they are known.
    """
    names = spelled_out(front)
    found = list(_statements(front, cited, title, {one.field: one for one in others}))
    found += read_abbreviations(front, names)
    titled = letters(str(title.value)) if title else ""
    found = [one for one in found if not _is_title(letters(one.name), titled)]
    found = [_less_sure_in_title(one, str(title.value) if title else "") for one in found]
    if not found:
        return None
    found = [Issued(in_full(o.name, names), o.weight, o.line, o.way) for o in found]
    said = [o.name for o in found]
    found = [replace(o, name=with_own_letters(o.name, said) or o.name) for o in found]
    owners = [o.name for o in found if o.way == "properties" and is_named_so(o.name)]
    for owner in owners:  # a running head goes on after the name that the file states
        found = [replace(o, name=owner) if o.name.startswith(f"{owner} ") else o for o in found]
    key, weight, ways = _surest(found)
    same = [o for o in found if key_of(o.name) == key]
    best = max(same, key=_best_to_quote)
    several = (*divide_bodies(best.name), *_joint(found, best))
    value = tuple(dict.fromkeys(in_name_case(name, front.text) for name in several))
    page = best.line.page or None
    quote = best.line.text if page else None
    return Finding("publishers", value, weight, page, quote, _rule_of(best, weight, ways))


def _rule_of(best: Issued, weight: float, ways: int) -> str:
    """Return what speaks for a publisher: two kinds of statement, or the only one there is."""
    if ways > 1:
        return "several kinds" if weight >= DOUBTFUL else "several kinds, doubtful"
    return best.way if weight >= DOUBTFUL else f"{best.way}, doubtful"


def _is_title(name: str, titled: str) -> bool:
    """Whether a name is nearly all of the title, which stands in the running heads too."""
    return name in titled and len(name) >= WHOLE_TITLE * len(titled)


def _less_sure_in_title(one: Issued, title: str) -> Issued:
    """Return a statement with less weight if its name is only words of the title.

    "School Visits" of "Mapping School Visits" is no organisation's name, and "Center of Schools" is
    only the end of one in "The Example Center of Schools".
    """
    at = title.casefold().find(one.name.casefold())
    if at < 0 or is_organisation(one.name):
        return one
    if one.way == "address of a site":  # where to find what the title is about
        return replace(one, weight=min(one.weight, OF_AUTHORS))
    before = title[:at].split()
    cut = bool(before) and before[-1][:1].isupper() and title[at - 1] == " "
    words = cut or not is_named_so(one.name)
    return replace(one, weight=min(one.weight, OF_AUTHORS)) if words else one


def _statements(
    front: Front, cited: Cited | None, title: Finding | None, known: dict[str, Finding]
) -> Iterator[Issued]:
    yield from read_cited(cited, front)
    imprint = list(read_imprint(front))
    yield from imprint
    journals = list(_journals(front, title, known.get("journal"))) if is_article(front) else []
    said = any(one.way == "published by" and one.weight >= PUBLISHED for one in imprint)
    yield from (replace(one, weight=OF_AUTHORS) for one in journals) if said else journals
    if any(one.weight >= SURE_JOURNAL for one in journals):
        return
    if not journals:
        shown = _shown(front, title, known)
        yield from _of_article(shown) if is_article(front) else shown
    yield from read_sites(front)
    if not is_article(front):
        yield from (Issued(*one, "made") for one in read_made(front))
    if front.flows:
        yield from (Issued(*one, "told") for one in read_told(front))


def _of_article(found: Iterator[Issued]) -> Iterator[Issued]:
    """Yield what an article shows: organisations on its first page are those of its authors."""
    for one in found:
        shown = one.way in ("cover", "affiliation", "mentions")
        yield replace(one, weight=min(one.weight, OF_AUTHORS)) if shown else one


def _of_persons(found: Iterator[Issued], authors: Finding | None) -> Iterator[Issued]:
    """Yield what a document speaks of; if persons wrote it, that is only what it is about."""
    signed = authors is not None and is_sure(authors)
    for one in found:
        yield replace(one, weight=min(one.weight, OF_AUTHORS)) if signed else one


def _shown(front: Front, title: Finding | None, known: dict[str, Finding]) -> Iterator[Issued]:
    """Read what a document without a journal shows: its cover, its edges and its numbers."""
    yield from read_cover(front, title)
    yield from read_affiliations(front)
    yield from read_universities(front)
    yield from _of_persons(read_mentions(front, title), known.get("authors"))
    yield from read_signatures(front)
    yield from read_mastheads(front)
    yield from read_repeated(front, title)
    yield from read_edges(front, title)
    yield from read_titled(title)
    yield from read_properties(front)
    yield from read_registrants(known.get("doi"), known.get("isbn"))
    series = known.get("series")
    yield from read_series_owner(str(series.value) if series else None, front)


def _surest(found: Sequence[Issued]) -> tuple[str, float, int]:
    """Return the key of the surest name, its weight, and how many kinds of statement support it."""
    ways: dict[str, dict[str, float]] = {}
    lines: dict[str, set[str]] = {}
    for one in found:
        of_name = ways.setdefault(key_of(one.name), {})
        of_name[one.way] = max(of_name.get(one.way, 0.0), one.weight)
        lines.setdefault(key_of(one.name), set()).add(letters(one.line.text))
    weights = {
        key: max(of_name.values())
        + AGREEING * (len(of_name) - 1)
        + REPEATED * (len(lines[key]) > len(of_name))
        for key, of_name in ways.items()
    }
    best = max(weights, key=lambda key: weights[key])
    return best, min(MOST_SURE, weights[best]), len(ways[best])


def _best_to_quote(one: Issued) -> tuple[bool, bool, float]:
    """Rank statements of one name: those that print it as it is, on a line that has it, first."""
    named = letters(one.name) in letters(one.line.text)
    return one.way != "address of a site", named, one.weight


def _joint(found: Sequence[Issued], best: Issued) -> tuple[str, ...]:
    """Return others that the same statement names."""
    same = (
        o.name for o in found if o.line is best.line and o.name != best.name and o.weight >= 0.8
    )
    return tuple(dict.fromkeys(same))[:3]


def _journals(front: Front, title: Finding | None, journal: Finding | None) -> Iterator[Issued]:
    """Read the journal of an article, which stands beside its volume and year."""
    if journal:
        line = Line(journal.quote or "", journal.page or 0)
        yield Issued(str(journal.value), 0.92, line, "journal")
    quote = title.quote or "" if title else ""
    for line in front.head:
        if line.page > 2 or len(line.text) > 200 or line.text in quote:
            continue
        match = None if _QUOTED.search(line.text) else _JOURNAL.search(line.text)
        if match and " " not in match[0].strip():
            continue
        if match and (_VOLUME.search(line.text) or (line.page == 1 and len(line.text) < 90)):
            weight = 0.9 if _VOLUME.search(line.text) else 0.7
            yield Issued(without_writer(match[0].strip()), weight, line, "journal")
