"""Decides how a typed query is searched: by which words, in which passages, by which meaning."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import KeywordIndexDamaged
from corpus.taxonomy import Taxonomy
from index.documents.arrays import Documents
from index.documents.values import Mask
from index.engine import EVERYTHING, NO_IDS, Ids, Scope, View
from index.model import SEARCHED_CHARACTERS, Query
from index.search.acronyms import expand_acronyms
from index.search.asked import only_puts
from index.search.asking import Asking, Part, read_text
from index.search.compounds import join_compounds, part_compounds
from index.search.glossing import Gloss, find_likely_languages, gloss_question, small_words
from index.search.language import UNDECIDED, language_of_question
from index.search.spelling import ENGLISH, correct_words, replace_words, seems_foreign
from index.search.typed_filters import faults_of, take_filters
from index.search.vocabulary import Vocabularies
from index.words.keywords import passages_with, query_terms

_NO_WORDS: Final = "Phrases and words to leave out were ignored: the keyword index is damaged."


@dataclass(frozen=True, slots=True)
class Plan:
    """How a query is searched.

    Attributes:
        text: what the encoders read, and what the sentences that are quoted should answer.
        language: that the query is in; ``und`` if that is not known.
        read_as: the language it is read as: of several that its words may be of, one.
        terms: what the keyword leg looks for; a word that ends in a star is the beginning of one.
        added: phrases that count less than a term: acronyms and what they stand for.
        gloss: a question in some other language word by word in English; ``None`` in English.
        scope: the passages that its phrases and words to leave out allow.
        corrected: the query as typed with its misspelt words corrected; ``None`` if none were.
        notices: what the reader should know about it.
    """

    text: str
    terms: list[str]
    language: str = UNDECIDED
    read_as: str = UNDECIDED
    added: tuple[str, ...] = ()
    gloss: Gloss | None = None
    scope: Scope = EVERYTHING
    corrected: str | None = None
    notices: tuple[str, ...] = ()

    @property
    def apart(self) -> Mapping[str, tuple[str, ...]]:
        """Return how compounds among the terms and their English words are written apart."""
        in_english = itertools.chain(*self.gloss.words.values()) if self.gloss else ()
        return part_compounds([*self.terms, *in_english])

    @property
    def others(self) -> Mapping[str, tuple[str, ...]]:
        """Return what stands for some terms: what they are in English, or written apart."""
        return {**self.apart, **(self.gloss.words if self.gloss else {})}

    @property
    def languages(self) -> frozenset[str]:
        """Return the languages that the terms and the others are in; none if that is not known."""
        if self.read_as == UNDECIDED:
            return frozenset()
        return frozenset((self.read_as, ENGLISH[0])) if self.gloss else frozenset((self.read_as,))


class Planner:
    """Plans searches, with what it needs to know of the documents' words. Threads may share it."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._vocabularies = Vocabularies()

    def understand(self, view: View, query: Query) -> Query:
        """Return the query with the filters that were typed among its words."""
        return take_filters(query, self._taxonomy, view.documents.values)

    def plan(self, catalogue: Catalogue, view: View, query: Query) -> Plan:
        """Plan the search for a query whose filters have been taken from its words."""
        asking = read_text(query.text[:SEARCHED_CHARACTERS])
        corrected = self._corrected(catalogue, view, asking) if _may_correct(query) else {}
        text = replace_words(asking.text, corrected)
        language = query.language or language_of_question(text)
        read_as = language
        if language == UNDECIDED:
            read_as = next(iter(find_likely_languages(text)), UNDECIDED)
        expanded = expand_acronyms(text, ENGLISH[0] if language == UNDECIDED else language)
        starred = {prefix: f"{prefix}*" for prefix in asking.prefixes}
        small = small_words(read_as)
        joined = join_compounds(text)
        content = [t for t in query_terms(joined) if t not in small and not only_puts(t, text)]
        terms = [starred.get(term, term) for term in content or query_terms(joined)]
        scope, of_scope = scope_of(catalogue, view, asking)
        if terms and all(term.endswith("*") for term in terms):
            scope = _only_beginning(catalogue, asking, scope)
        faults = faults_of(asking, self._taxonomy, view.documents.values)
        return Plan(
            text=expanded.text,
            terms=terms,
            language=language,
            read_as=read_as,
            added=expanded.added,
            gloss=gloss_question(text, read_as),
            scope=scope,
            corrected=replace_words(query.text, corrected) if corrected else None,
            notices=(*asking.notices, *faults, *of_scope),
        )

    def _corrected(self, catalogue: Catalogue, view: View, asking: Asking) -> dict[str, str]:
        """Return the correction of each misspelt word; those that have to be there stay."""
        exact = {word for part in asking.required for word in part.words} | {*asking.prefixes}
        terms = [term for term in query_terms(asking.text) if term not in exact]
        try:
            missing = view.missing(catalogue, terms, _in_english(view.documents))
        except KeywordIndexDamaged:
            return {}
        if not missing:
            return {}
        vocabulary = self._vocabularies.current(catalogue, view.documents.revision)
        if vocabulary is None:
            return {}
        unknown = [term for term in missing if not seems_foreign(term, vocabulary)]
        return correct_words(asking.text, unknown, vocabulary)


def _may_correct(query: Query) -> bool:
    return query.spelling and (query.language or ENGLISH[0]) == ENGLISH[0]


def _in_english(documents: Documents) -> Mask:
    """Return (m,) bool: the documents that are in English, as far as is known.

    By its stem alone, "mesurement" is in French documents ("mesurer").
    """
    among = np.ones(len(documents.document_ids), dtype=bool)
    for language, rows in documents.values["languages"].items():
        if language not in ENGLISH:
            among[rows] = False
    return among


def scope_of(catalogue: Catalogue, view: View, asking: Asking) -> tuple[Scope, tuple[str, ...]]:
    """Return the passages that have every required part and no excluded one, and notices.

    Passages, not documents: a long report that names a word once, far from what is quoted, is no
    reason to lose the quote. A word in the title is in all passages of its document.
    """
    having: Ids | None = None
    without, notices = NO_IDS, []
    try:
        for part in asking.required:
            found = _having(catalogue, part)
            if not view.documents_with(catalogue, Scope(found)).any():
                where = "title" if part.title else "passage"
                notices.append(f"No {where} has “{' '.join(part.words)}”.")
            having = found if having is None else np.intersect1d(having, found)
        for part in asking.excluded:
            without = np.union1d(without, _having(catalogue, part))
    except KeywordIndexDamaged:
        return EVERYTHING, (_NO_WORDS,)
    return Scope(having, without), tuple(notices)


def _only_beginning(catalogue: Catalogue, asking: Asking, scope: Scope) -> Scope:
    """Allow passages with a word that begins so, if nothing else is asked.

    Half a word has no meaning that an encoder could compare.
    """
    beginning = NO_IDS
    try:
        for prefix in asking.prefixes:
            beginning = np.union1d(beginning, _having(catalogue, Part((prefix,), prefix=True)))
    except KeywordIndexDamaged:
        return scope
    if scope.having is not None:
        beginning = np.intersect1d(beginning, scope.having)
    return Scope(beginning, scope.without)


def _having(catalogue: Catalogue, part: Part) -> Ids:
    return np.unique(passages_with(catalogue, part.words, title=part.title, prefix=part.prefix))
