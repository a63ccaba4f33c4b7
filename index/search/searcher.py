"""Answers queries: runs both legs, ranks, groups by work, quotes passages, counts facets.

One searcher serves all threads; what it caches is replaced as a whole, never changed in place.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import DocumentNotFound, KeywordIndexDamaged
from corpus.taxonomy import Taxonomy
from index.clock import Clock
from index.documents.candidates import Candidates
from index.engine import Engine, View
from index.model import KEYWORDS, MULTILINGUAL, Filters, Hit, Query, Results
from index.search.across import COMPARED, answer_across
from index.search.answered import Answered, documents_that_answer
from index.search.facets import count_facets, count_matches
from index.search.first_view import FirstView
from index.search.fusion import Scores
from index.search.hits import grade_hits, page_of_documents, page_of_hits, rank_by_answers
from index.search.judging import Judged, judge_evidence
from index.search.kept_texts import TextsOfIndex
from index.search.language import UNDECIDED
from index.search.nearest import find_nearest
from index.search.notices import limits_of
from index.search.plan import Plan, Planner
from index.search.quoting import Asked
from index.search.ranking import Ranking
from index.search.scoring import Scored, Scorer, rank_scored
from index.search.state import IndexState
from index.vectors.encoder import Encoder, Vectors32
from index.vectors.remembered import RememberedVectors


class Searcher:
    """Answers queries over a catalogue and the engine that has its passages.

    Args:
        engine: the engine; while it has no vectors, answers come from keywords alone.
        encoder: ``None`` if the model is not available, with the same effect.
        taxonomy: for the labels of facets.
        multilingual: the encoder for other languages than English; ``None`` if it is not available.
        multilingual_problem: why it is not; ``None`` if there is to be none.
    """

    def __init__(
        self,
        engine: Engine,
        encoder: Encoder | None,
        taxonomy: Taxonomy,
        *,
        multilingual: Encoder | None = None,
        multilingual_problem: str | None = None,
    ) -> None:
        self.engine = engine
        self._scorer = Scorer(encoder, multilingual, multilingual_problem)
        self._remembered = RememberedVectors()
        self._taxonomy = taxonomy
        self._planner = Planner(taxonomy)
        self._texts = TextsOfIndex(engine.folder)

    def for_one_request(self, *, at_least: int = 0) -> Searcher:
        """Return a searcher that takes one view, at its first answer, and keeps to it.

        All its answers agree with each other, and the catalogue and the index are checked for
        changes once. It is for a request that writes nothing: while the engine is brought up to
        date, it may be answered from the last view, but not from one before ``at_least``.
        """
        one = copy.copy(self)
        one.engine = FirstView(self.engine, at_least)
        return one

    def understand(self, catalogue: Catalogue, query: Query) -> Query:
        """Return the query with the filters that were typed among its words."""
        view = self.engine.view(catalogue)
        return self._planner.understand(view, query)

    def search(self, catalogue: Catalogue, query: Query) -> Results:
        """Return one page of ranked hits with their quoted passages, and the facet counts."""
        clock = Clock()
        with clock.time("snapshot"):
            view = self.engine.view(catalogue)
        query = self._planner.understand(view, query)
        plan = self._plan(catalogue, view, query)
        if not plan.text.strip():
            return self._browse(catalogue, view, query, plan, clock)
        scored = self._scorer.score(catalogue, view, plan, query, clock)
        with clock.time("fusion"):
            ranking = rank_scored(view.documents, scored, query.fusion)
        with clock.time("facets"):
            candidates = scored.answers.counts()
            facets = count_facets(view.documents, self._taxonomy, query.filters, candidates)
            matched, related, more = count_matches(
                view.documents, candidates, ranking, query.filters
            )
        with clock.time("quoting"):
            judged = self._judge(catalogue, view, ranking, plan, scored)
            hits, total = self._quote(catalogue, view, ranking, plan, scored, query)
            hits = grade_hits(view.documents, ranking, judged, hits)
        return Results(
            query=query,
            hits=hits,
            total=total,
            matched=matched,
            related=related,
            more=more,
            strength=judged.strength,
            facets=facets,
            notices=self._notices(view, query, plan, scored),
            corrected=plan.corrected,
            legs=scored.legs,
            revision=view.documents.revision,
            timings_ms=clock.parts,
            language=plan.language,
            missing_words=judged.missing_words,
        )

    def read_question(self, catalogue: Catalogue, query: Query) -> Asked:
        """Return what the sentences of passages are rated by: the words, and what each counts."""
        view = self.engine.view(catalogue)
        query = self._planner.understand(view, query)
        plan = self._plan(catalogue, view, query)
        try:
            weights = view.rarities(catalogue, plan.terms, plan.others)
        except KeywordIndexDamaged:
            weights = dict.fromkeys(plan.terms, 1.0)
        return Asked(plan.text, weights, plan.others, texts=self._texts.current())

    def _plan(self, catalogue: Catalogue, view: View, query: Query) -> Plan:
        """Plan a search; without the second encoder, no word stands for those that were typed."""
        plan = self._planner.plan(catalogue, view, query)
        if plan.gloss and (
            self._scorer.multilingual is None or self._scorer.multilingual_problem(view)
        ):
            return replace(plan, gloss=None)
        return plan

    def encode_sentences(
        self, sentences: Sequence[str], question: str, language: str | None
    ) -> tuple[Vectors32, Vectors32, float] | None:
        """Return the vectors of sentences and of a question, and the least cosine of evidence.

        It is ``None`` without a model.

        Args:
            sentences: to compare with each other and with the question.
            question: in plain words.
            language: of the question: decides which encoder compares them.
        """
        encoder = self._scorer.encoder_for(language)
        if encoder is None:
            return None
        vectors = self._remembered.encode(encoder, sentences)
        return vectors, self._scorer.encode_question(encoder, question), encoder.profile.weak

    def _quote(
        self,
        catalogue: Catalogue,
        view: View,
        ranking: Ranking,
        plan: Plan,
        scored: Scored,
        query: Query,
    ) -> tuple[tuple[Hit, ...], int]:
        """Return a page of hits with their quotes, and how many hits there are in all."""
        asked = self._asked(catalogue, view, plan, scored)
        most = query.passages_per_hit
        other = scored.judged_by == MULTILINGUAL and most
        wide = replace(query, passages_per_hit=max(most, COMPARED)) if other else query
        hits, total = page_of_hits(catalogue, view.documents, ranking, wide, asked)
        if not most or MULTILINGUAL not in scored.legs or scored.language == UNDECIDED:
            return hits, total
        compare = functools.partial(self._compare, plan.text)
        hits = answer_across(catalogue, hits, plan, compare)
        return tuple(replace(hit, snippets=hit.snippets[:most]) for hit in hits), total

    def _compare(self, question: str, sentences: Sequence[str]) -> Scores:
        encoder = self._scorer.multilingual
        if encoder is None:
            return np.zeros(len(sentences))
        vectors = self._remembered.encode(encoder, sentences)
        return (vectors @ self._scorer.encode_question(encoder, question)).astype(np.float64)

    def rank_documents(self, catalogue: Catalogue, query: Query) -> list[tuple[str, float]]:
        """Return up to MAX_RESULTS (document id, score), best first, quoting nothing: a run."""
        view, plan, scored, ranking = self._answer(catalogue, query)
        asked = self._asked(catalogue, view, plan, scored)
        ranking = rank_by_answers(catalogue, view.documents, ranking, query, asked)
        names = view.documents.document_ids
        return [(names[row], ranking.score_of(view.documents, row)) for row in ranking.documents]

    def judge_documents(self, catalogue: Catalogue, query: Query) -> Answered:
        """Return how well a question is answered, and the documents that do, quoting nothing."""
        view, plan, scored, ranking = self._answer(catalogue, query)
        judged = self._judge(catalogue, view, ranking, plan, scored)
        return documents_that_answer(view.documents, ranking, judged)

    def _answer(self, catalogue: Catalogue, query: Query) -> tuple[View, Plan, Scored, Ranking]:
        view = self.engine.view(catalogue)
        query = self._planner.understand(view, query)
        plan = self._plan(catalogue, view, query)
        scored = self._scorer.score(catalogue, view, plan, query, Clock())
        return view, plan, scored, rank_scored(view.documents, scored, query.fusion)

    def find_similar(
        self, catalogue: Catalogue, document_id: str, *, limit: int = 10
    ) -> tuple[Hit, ...]:
        """Return the documents whose passages are nearest to the mean of this document's.

        Raises:
            DocumentNotFound, IndexMissing: semantic search cannot answer.
        """
        view = self.engine.view(catalogue)
        if not len(view.documents.document_rows([document_id])):
            raise DocumentNotFound(document_id)
        return find_nearest(catalogue, view, [document_id], self._vector_weight, limit=limit)

    def suggest_additions(
        self,
        catalogue: Catalogue,
        document_ids: Sequence[str],
        *,
        leave_out: Sequence[str] = (),
        limit: int = 10,
    ) -> tuple[Hit, ...]:
        """Return the documents nearest to those of a list, leaving out other forms of its works.

        Args:
            catalogue: the catalogue.
            document_ids: the documents of the list; unknown ids are ignored.
            leave_out: suggested documents that have been accepted or declined before.
            limit: how many to return at most.

        Raises:
            IndexMissing: semantic search cannot answer.
        """
        view = self.engine.view(catalogue)
        rows = view.documents.document_rows(document_ids)
        of_works = np.flatnonzero(np.isin(view.documents.work, view.documents.work[rows]))
        others = view.documents.document_rows(leave_out)
        left_out = [*of_works, *others]
        return find_nearest(
            catalogue, view, document_ids, self._vector_weight, leave_out=left_out, limit=limit
        )

    @property
    def _vector_weight(self) -> float:
        return self._scorer.profile.fusion_weight

    def documents_with(self, catalogue: Catalogue, filters: Filters) -> frozenset[str]:
        """Return the ids of all documents that search may show and that pass the filters."""
        documents = self.engine.view(catalogue).documents
        allowed = np.flatnonzero(documents.allowed_documents(filters))
        return frozenset(documents.document_ids[row] for row in allowed)

    def view(self, catalogue: Catalogue) -> View:
        """Return what answers are given from, for counts that need no search."""
        return self.engine.view(catalogue)

    def refresh(self, catalogue: Catalogue, *, wait: bool = True) -> IndexState:
        """Bring the engine up to date and return its state. A server does this when it starts.

        With ``wait=False`` it is the state of the last view while another thread takes the next.
        """
        view = self.engine.view(catalogue, wait=wait)
        manifest = view.manifest
        return IndexState(
            ready=self._scorer.problem(view) is None,
            passages=view.passages,
            without_vector=view.without_vector,
            model=manifest.model if manifest else None,
            built_at=manifest.built_at if manifest else None,
            revision=manifest.revision if manifest else None,
            problem=self._scorer.problem(view) or view.problem or next(iter(view.limits), None),
            catalogue_revision=view.documents.revision,
        )

    def _asked(self, catalogue: Catalogue, view: View, plan: Plan, scored: Scored) -> Asked:
        """Return what is quoted for; without a keyword index all words count the same."""
        weights = dict.fromkeys(plan.terms, 1.0)
        if KEYWORDS in scored.legs:
            weights = view.rarities(catalogue, plan.terms, plan.others)
        texts = self._texts.current()
        return Asked(plan.text, weights, plan.others, plan.languages, texts)

    def _judge(
        self, catalogue: Catalogue, view: View, ranking: Ranking, plan: Plan, scored: Scored
    ) -> Judged:
        leg = scored.judged_by
        profile = self._scorer.profile_of(leg)
        return judge_evidence(
            catalogue, view, ranking, plan.terms, profile, leg=leg, others=plan.others
        )

    def _browse(
        self, catalogue: Catalogue, view: View, query: Query, plan: Plan, clock: Clock
    ) -> Results:
        """Answer a query without words: everything the filters allow, newest first."""
        documents = view.documents
        within = np.ones(len(documents.document_ids), dtype=bool)
        if not plan.scope.is_everything:
            within = view.documents_with(catalogue, plan.scope)
        rows = np.flatnonzero(documents.allowed_documents(query.filters) & within)
        newest_first = rows[np.lexsort((rows, -documents.years[rows]))]
        hits, total = page_of_documents(catalogue, documents, newest_first, query)
        return Results(
            query=query,
            hits=hits,
            total=total,
            matched=0,
            related=0,
            more=False,
            strength="unranked",
            facets=count_facets(
                documents, self._taxonomy, query.filters, Candidates.of_list(within)
            ),
            notices=plan.notices,
            legs=(),
            revision=documents.revision,
            timings_ms=clock.parts,
        )

    def _notices(self, view: View, query: Query, plan: Plan, scored: Scored) -> tuple[str, ...]:
        problem = self._scorer.problem(view)
        limits = limits_of(view, query, plan.terms, scored.legs, problem)
        return (*plan.notices, *scored.notices, *limits)
