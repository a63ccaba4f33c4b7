"""Tells the reader, in plain words, what limits an answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from index.engine import View
from index.model import KEYWORDS, MULTILINGUAL, SEARCHED_CHARACTERS, Query
from index.words.keywords import MAX_TERMS

NO_WORDS: Final = "The query has no words to search for. Use letters or digits."
NOT_INDEXED: Final = (
    "Some passages are new and are found by keywords only, until somebody runs: salex index"
)
TOO_LONG: Final = (
    f"The query is long: its first {SEARCHED_CHARACTERS:,} characters were searched, and of their "
    f"words no more than {MAX_TERMS}."
)


def limits_of(
    view: View, query: Query, terms: Sequence[str], legs: Collection[str], problem: str | None
) -> tuple[str, ...]:
    """Say what limits the answer to a query with words.

    Args:
        view: what was searched.
        query: the query.
        terms: the words that were searched for.
        legs: the legs that ran.
        problem: why the search by meaning cannot answer.
    """
    notices = []
    if not terms:
        return (NO_WORDS,)
    if KEYWORDS not in legs:
        notices.append(
            "Answered by meaning only: the keyword index is damaged. Names and rare words may "
            "not be found. Rebuild it with: salex index --rebuild-words"
        )
    if problem and MULTILINGUAL not in legs:
        notices.append(f"Answered by keywords only. {problem}")
    elif view.problem:
        notices.append(f"The semantic index may be out of date. {view.problem}")
    if not problem and view.without_vector:
        notices.append(NOT_INDEXED)
    if len(query.text) > SEARCHED_CHARACTERS or len(terms) == MAX_TERMS:
        notices.append(TOO_LONG)
    return (*notices, *view.limits)
