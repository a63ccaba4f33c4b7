"""Decides how a typed query is searched: by which words, in which passages, by which meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import KeywordIndexDamaged
from corpus.taxonomy import Taxonomy
from index.model import SEARCHED_CHARACTERS, Query
from index.search.acronyms import expand_acronyms
from index.search.asking import Asking, Part, read_text
from index.search.holdings import Holdings
from index.search.keywords import passages_with, query_terms
from index.search.language import UNDECIDED, language_of_question
from index.search.snapshot import Snapshot
from index.search.spelling import ENGLISH, correct_words, replace_words, seems_foreign
from index.search.typed_filters import faults_of, take_filters
from index.search.values import Mask
from index.search.vocabulary import Vocabularies

ADDED_COUNTS: Final = 0.5
"""What the words added for an acronym count, as a share of the words that were asked for."""
_NO_WORDS: Final = "Phrases and words to leave out were ignored: the keyword index is damaged."


@dataclass(frozen=True, slots=True)
class Plan:
    """How a query is searched.

    Attributes:
        text: what the encoders read, and what the sentences that are quoted should answer.
        terms: what the keyword leg looks for; a word that ends in a star is the beginning of one.
        added: phrases that count ``ADDED_COUNTS`` of a term: acronyms and what they stand for.
        allowed: (n,) bool by passage row: the passages that its phrases and words to leave out
            allow; ``None`` allows all.
        corrected: the query as typed with its misspelt words corrected; ``None`` if none were.
        notices: what the reader should know about it.
    """

    text: str
    terms: list[str]
    added: tuple[str, ...] = ()
    allowed: Mask | None = None
    corrected: str | None = None
    notices: tuple[str, ...] = ()


class Planner:
    """Plans searches, with what it needs to know of the documents' words. Threads may share it."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._vocabularies = Vocabularies()

    def understand(self, snapshot: Snapshot, query: Query) -> Query:
        """Return the query with the filters that were typed among its words."""
        return take_filters(query, self._taxonomy, snapshot.holdings.values)

    def plan(self, catalogue: Catalogue, snapshot: Snapshot, query: Query) -> Plan:
        """Plan the search for a query whose filters have been taken from its words."""
        asking = read_text(query.text[:SEARCHED_CHARACTERS])
        corrected = self._corrected(catalogue, snapshot, asking) if _may_correct(query) else {}
        text = replace_words(asking.text, corrected)
        language = query.language or language_of_question(text)
        expanded = expand_acronyms(text, ENGLISH[0] if language == UNDECIDED else language)
        starred = {prefix: f"{prefix}*" for prefix in asking.prefixes}
        terms = [starred.get(term, term) for term in query_terms(text)]
        scope = scope_of(catalogue, snapshot.holdings, asking)
        if terms and all(term.endswith("*") for term in terms):
            scope = _only_beginning(catalogue, snapshot.holdings, asking, scope)
        faults = faults_of(asking, self._taxonomy, snapshot.holdings.values)
        return Plan(
            text=expanded.text,
            terms=terms,
            added=expanded.added,
            allowed=scope.allowed,
            corrected=replace_words(query.text, corrected) if corrected else None,
            notices=(*asking.notices, *faults, *scope.notices),
        )

    def _corrected(
        self, catalogue: Catalogue, snapshot: Snapshot, asking: Asking
    ) -> dict[str, str]:
        """Return the correction of each misspelt word; those that have to be there stay."""
        exact = {word for part in asking.required for word in part.words} | {*asking.prefixes}
        terms = [term for term in query_terms(asking.text) if term not in exact]
        try:
            missing = snapshot.words.missing(catalogue, terms, _in_english(snapshot.holdings))
        except KeywordIndexDamaged:
            return {}
        if not missing:
            return {}
        vocabulary = self._vocabularies.current(catalogue, snapshot.holdings.revision)
        if vocabulary is None:
            return {}
        unknown = [term for term in missing if not seems_foreign(term, vocabulary)]
        return correct_words(asking.text, unknown, vocabulary)


def _may_correct(query: Query) -> bool:
    return query.spelling and (query.language or ENGLISH[0]) == ENGLISH[0]


def _in_english(holdings: Holdings) -> Mask:
    """Return (n,) bool: the passages of documents that are in English, as far as is known.

    By its stem alone, "mesurement" is in French documents ("mesurer").
    """
    among = np.ones(len(holdings.document_ids), dtype=bool)
    for language, rows in holdings.values["languages"].items():
        if language not in ENGLISH:
            among[rows] = False
    return among[holdings.owner]


def documents_in_scope(holdings: Holdings, allowed: Mask | None) -> Mask:
    """Return (m,) bool: the documents with a passage among the allowed ones."""
    within = np.full(len(holdings.document_ids), allowed is None)
    if allowed is not None:
        within[holdings.owner[allowed]] = True
    return within


@dataclass(frozen=True, slots=True)
class Scope:
    """The passages that a query's phrases and words to leave out allow, as in a ``Plan``."""

    allowed: Mask | None = None
    notices: tuple[str, ...] = ()


def scope_of(catalogue: Catalogue, holdings: Holdings, asking: Asking) -> Scope:
    """Find the passages that have every required part and no excluded one.

    Passages, not documents: a long report that names a word once, far from what is quoted, is no
    reason to lose the quote. A word in the title is in all passages of its document.
    """
    if not asking.required and not asking.excluded:
        return Scope()
    allowed = np.ones(len(holdings.passage_ids), dtype=bool)
    notices = []
    try:
        for part in asking.required:
            having = _having(catalogue, holdings, part)
            if not having.any():
                where = "title" if part.title else "passage"
                notices.append(f"No {where} has “{' '.join(part.words)}”.")
            allowed &= having
        for part in asking.excluded:
            allowed &= ~_having(catalogue, holdings, part)
    except KeywordIndexDamaged:
        return Scope(None, (_NO_WORDS,))
    return Scope(allowed, tuple(notices))


def _only_beginning(
    catalogue: Catalogue, holdings: Holdings, asking: Asking, scope: Scope
) -> Scope:
    """Allow passages with a word that begins so, if nothing else is asked.

    Half a word has no meaning that an encoder could compare.
    """
    beginning = np.zeros(len(holdings.passage_ids), dtype=bool)
    try:
        for prefix in asking.prefixes:
            beginning |= _having(catalogue, holdings, Part((prefix,), prefix=True))
    except KeywordIndexDamaged:
        return scope
    allowed = beginning if scope.allowed is None else beginning & scope.allowed
    return Scope(allowed, scope.notices)


def _having(catalogue: Catalogue, holdings: Holdings, part: Part) -> Mask:
    ids = passages_with(catalogue, part.words, title=part.title, prefix=part.prefix)
    rows = holdings.rows_of(ids)
    having = np.zeros(len(holdings.passage_ids), dtype=bool)
    having[rows[rows >= 0]] = True
    return having
