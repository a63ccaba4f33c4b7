"""What is new for somebody who follows a question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlencode

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.added import first_published
from corpus.documents.changes import changes_since
from corpus.errors import QueryInvalid
from corpus.people.following import (
    Cadence,
    Follow,
    find_new,
    follow_question,
    known_matches,
)
from index.filters import FILTERS
from search_api.following.matches import (
    Match,
    explain_matches,
    find_matching,
    find_worth_telling,
    name_value,
)
from search_api.search.saved import clean_address, query_at
from search_api.service.service import Service
from search_api.web.languages import gettext

_HOW: Final = frozenset({"fusion", "spelling", "query_language", "include_undated"})
"""Parameters that say how to search, and nothing without words or filters."""


@dataclass(frozen=True, slots=True)
class News:
    """What is new for one question.

    Attributes:
        follow: the question.
        new: the documents, the newest first.
        told: those and the other documents of their works, which are known once they are told.
        problem: why the search can no longer be answered; empty if it can.
    """

    follow: Follow
    new: tuple[str, ...] = ()
    told: frozenset[str] = field(default_factory=frozenset)
    problem: str = ""


def start_following(
    service: Service, catalogue: Catalogue, person_id: str, search: str, cadence: Cadence = "none"
) -> Follow:
    """Follow a search; what matches now is known from here on, however little it is related.

    Args:
        service: searches.
        catalogue: where it is kept.
        person_id: who follows.
        search: the address of its page, or the part after ``?``.
        cadence: how often e-mail tells of it.

    Raises:
        QueryInvalid: it cannot be answered, or there is nothing to search for.
        FollowingFull
    """
    pairs = [pair for pair in parse_qsl(clean_address(search)) if pair[0] != "sort"]
    question = urlencode(pairs)
    if not {name for name, _ in pairs} - _HOW:
        raise QueryInvalid("Search for words or choose filters first, then follow the search.")
    query = query_at(service, catalogue, question)
    state = service.searcher.refresh(catalogue)
    revision = min(state.catalogue_revision, state.revision or state.catalogue_revision)
    matching = find_matching(service, catalogue, query)
    with catalogue.transaction():
        return follow_question(
            catalogue, person_id, question, matching=matching, revision=revision, cadence=cadence
        )


def find_news(
    service: Service, catalogue: Catalogue, follow: Follow, *, by_mail: bool = False
) -> News:
    """Return what is new for a question: on its page until it is seen, by e-mail once."""
    try:
        query = query_at(service, catalogue, follow.question)
    except QueryInvalid as error:
        return News(follow, problem=str(error))
    known = known_matches(catalogue, follow)
    changed = changes_since(catalogue, follow.since_revision)
    if not changed.records:
        return News(follow)
    matching = find_worth_telling(service, catalogue, query, known.told)
    new = find_new(matching, known.told if by_mail else known.seen, changed.records)
    told = frozenset(document for document, head in matching.items() if head in new)
    return News(follow, tuple(first_published(catalogue, new)), told)


def explain_news(
    service: Service, catalogue: Catalogue, follow: Follow, document_ids: Collection[str]
) -> list[Match]:
    """Return documents that are new for a question, with why each matches."""
    query = query_at(service, catalogue, follow.question)
    return explain_matches(service, catalogue, query, tuple(document_ids))


def describe_question(service: Service, question: str) -> str:
    """Return a question as its owner reads it: the words, then the filters."""
    pairs = parse_qsl(question)
    words = " ".join(value for name, value in pairs if name == "q")
    chosen = []
    for name, value in pairs:
        filter_ = next((f for f in FILTERS if f.parameter == name), None)
        if filter_:
            chosen.append(name_value(service, filter_, value))
        elif name in ("year_from", "year_to"):
            chosen.append(f"{gettext('From') if name == 'year_from' else gettext('to')} {value}")
    return f"{words} ({', '.join(chosen)})" if words and chosen else words or ", ".join(chosen)
