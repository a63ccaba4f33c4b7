"""Tells the reader, in plain words, what limits an answer."""

from __future__ import annotations

from collections.abc import Sequence

from index.model import KEYWORDS, MULTILINGUAL, SEARCHED_CHARACTERS, Query
from index.search.keywords import MAX_TERMS
from index.search.ranking import Legs
from index.search.snapshot import Snapshot


def limits_of(
    snapshot: Snapshot, query: Query, terms: Sequence[str], legs: Legs, problem: str | None
) -> tuple[str, ...]:
    """Say what limits the answer to a query with words.

    Args:
        snapshot: what was searched.
        query: the query.
        terms: the words that were searched for.
        legs: the legs that ran.
        problem: why the search by meaning cannot answer.
    """
    notices = []
    if not terms:
        return ("The query has no words to search for. Use letters or digits.",)
    if KEYWORDS not in legs:
        notices.append(
            "Answered by meaning only: the keyword index is damaged. Names and rare words may "
            "not be found. Rebuild it with: salex index --rebuild-words"
        )
    if problem and MULTILINGUAL not in legs:
        notices.append(f"Answered by keywords only. {problem}")
    elif snapshot.generation.problem:
        notices.append(f"The semantic index may be out of date. {snapshot.generation.problem}")
    if not problem and snapshot.without_vector:
        notices.append(
            f"{snapshot.without_vector} passages are not in the semantic index yet and are "
            "found by keywords only. Run: salex index"
        )
    if len(query.text) > SEARCHED_CHARACTERS or len(terms) == MAX_TERMS:
        notices.append(
            f"The query is long: its first {SEARCHED_CHARACTERS:,} characters were "
            f"searched, and of their words no more than {MAX_TERMS}."
        )
    return tuple(notices)
