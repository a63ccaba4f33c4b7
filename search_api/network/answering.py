"""How well each learning question is answered, what is new, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.added import first_published
from corpus.documents.authorities import country_code
from corpus.model import Document, Tag
from corpus.network.questions import Question, read_questions
from corpus.tags.tags import tags_of
from index.model import Query, Results
from index.search.answered import Answered
from search_api.answers.citations import cite_document
from search_api.answers.presenting import Presenter
from search_api.answers.shapes import HitShape
from search_api.network import shapes as s
from search_api.network.params import first_day, query_of_question, topics_shown
from search_api.search.addresses import address_of_query
from search_api.search.filters import filter_pairs
from search_api.search.presenting import damage_notices, filters_shape
from search_api.service.service import Service
from search_api.web.conditional import etag_of_content, tags_in
from search_api.web.declared import PREFIX

BEST: Final = 2
"""How many documents stand beside a question."""
HITS: Final = 3
"""How many are quoted on its own page."""
MOST_NAMED: Final = 8
"""How many missing countries are named."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its search and what came of it."""

    question: Question
    query: Query
    answered: Answered


class Agenda:
    """Presents learning questions with their evidence.

    Args:
        service: what searches.
        catalogue: what is searched.
        since: from which day on a document counts as new.
        curating: whether to tell which wanted search a question was made of.
    """

    def __init__(
        self, service: Service, catalogue: Catalogue, since: date | None = None, *, curating: bool
    ) -> None:
        self.service = service
        self.catalogue = catalogue
        self.since = first_day(since).isoformat()
        self.curating = curating

    def whole(self, topic: str = "") -> s.AgendaAnswer:
        """Return the open questions of one topic or of all.

        Raises:
            UnknownTerm: there is no such topic.
        """
        labels = topics_shown(self.service.taxonomy, topic)
        open_ones = [q for q in read_questions(self.catalogue, "open") if q.topic in labels]
        answered = self.answer(open_ones)
        return s.AgendaAnswer(
            since=self.since,
            open=len(answered),
            strengths=dict(Counter(question.strength for question in answered)),
            topics=[
                s.TopicOfAgenda(
                    id=term, label=label, questions=[q for q in answered if q.topic == term]
                )
                for term, label in labels.items()
            ],
            revision=self.service.searcher.view(self.catalogue).documents.revision,
        )

    def answer(self, questions: Iterable[Question]) -> list[s.AnsweredQuestion]:
        """Return questions with their evidence."""
        asked = [self.ask(question) for question in questions]
        ids = {i for one in asked for i in (*one.answered.answering, *one.answered.related[:BEST])}
        documents = self.catalogue.documents(ids)
        tags = tags_of(self.catalogue, documents)
        countries = self._countries() if asked else []
        return [self._present(one, documents, tags, countries) for one in asked]

    def detail(self, question: Question) -> s.QuestionDetail:
        """Return a question with the passages that are nearest to it."""
        (answered,) = self.answer([question])
        results = self.search(question)
        return s.QuestionDetail(
            **dict(answered),
            since=self.since,
            hits=self.hits(results),
            notices=[*results.notices, *damage_notices(self.service)],
        )

    def search(self, question: Question) -> Results:
        """Return the best hits of a question."""
        query = replace(query_of_question(self.service.taxonomy, question), limit=HITS)
        return self.service.asked.search(self.service.searcher, self.catalogue, query)

    def hits(self, results: Results) -> list[HitShape]:
        """Return hits in their public shape."""
        presenter = Presenter(self.service)
        return [presenter.hit(hit) for hit in results.hits]

    def ask(self, question: Question) -> Asked:
        """Return how well a question is answered."""
        query = query_of_question(self.service.taxonomy, question)
        kept = self.service.asked
        return Asked(question, query, kept.answer(self.service.searcher, self.catalogue, query))

    def shape(self, question: Question) -> s.QuestionShape:
        """Return a question as it is stored."""
        query = query_of_question(self.service.taxonomy, question)
        pairs, absolute = filter_pairs(query.filters), self.service.absolute
        return s.QuestionShape(
            id=question.id,
            topic=question.topic,
            text=question.text,
            language=question.language,
            filters=filters_shape(query.filters),
            state=question.state,
            added_at=question.added_at,
            wanted=question.wanted if self.curating else None,
            links=s.QuestionLinks(
                self=absolute(f"{PREFIX}/agenda/questions/{question.id}"),
                page=absolute(f"/agenda/questions/{question.id}"),
                search=absolute(address_of_query("/search", query, pairs, ("uncounted", "1"))),
                brief=absolute(address_of_query("/brief", Query(query.text), pairs)),
            ),
        )

    def _countries(self) -> list[str]:
        """Return the countries of all documents, the most frequent first."""
        results = self.service.searcher.search(self.catalogue, Query("", limit=1))
        counts = next((f.counts for f in results.facets if f.field == "countries"), ())
        return [count.value for count in counts if country_code(count.value)]

    def _present(
        self,
        asked: Asked,
        documents: Mapping[str, Document],
        tags: Mapping[str, Sequence[Tag]],
        countries: Sequence[str],
    ) -> s.AnsweredQuestion:
        answered = asked.answered
        answering = [documents[i] for i in answered.answering if i in documents]
        best = (*answered.answering, *answered.related)[:BEST]
        new = [documents[i] for i in self._since(answered.answering) if i in documents]
        newest = max(answering, key=lambda d: (d.year or 0, d.added_at), default=None)
        of_country = Counter(name for d in answering for name in d.countries or ())
        of_stage = Counter(
            term for d in answering for term in _stages_of(tags.get(d.id, ()))
        )  # fmt: skip
        return s.AnsweredQuestion(
            **dict(self.shape(asked.question)),
            strength=answered.strength,
            answering=len(answering),
            related=len(answered.related),
            best=[self._document(documents[i]) for i in best if i in documents],
            newest=self._document(newest) if newest else None,
            new=[self._document(document) for document in new],
            countries=[
                s.CountOf(value=name, label=name, count=n) for name, n in of_country.most_common()
            ],
            stages=self._stages(of_stage),
            missing=self._missing(asked.query, of_country, of_stage, countries),
        )

    def _since(self, ids: Iterable[str]) -> list[str]:
        """Return those of some documents that are new, the newest first."""
        published = first_published(self.catalogue, ids)
        return [name for name, at in published.items() if at[:10] >= self.since]

    def _stages(self, counts: Mapping[str, int]) -> list[s.CountOf]:
        terms = self.service.taxonomy.vocabulary("stages").terms
        return [
            s.CountOf(value=term, label=known.label, count=counts[term])
            for term, known in terms.items()
            if counts.get(term)
        ]

    def _missing(
        self,
        query: Query,
        of_country: Mapping[str, int],
        of_stage: Mapping[str, int],
        countries: Sequence[str],
    ) -> s.MissingOf:
        """Say what no document with strong evidence has, of what the question asks for."""
        terms = self.service.taxonomy.vocabulary("stages").terms
        stages = query.filters["stages"] or tuple(terms)
        asked = query.filters["countries"] or countries
        without = [name for name in asked if name not in of_country]
        return s.MissingOf(
            stages=[terms[term].label for term in stages if term not in of_stage],
            countries=without[:MOST_NAMED],
            countries_total=len(without),
        )

    def _document(self, document: Document) -> s.AnsweringDocument:
        return s.AnsweringDocument(
            id=document.id,
            title=document.title,
            year=document.year,
            language=document.language,
            citation=cite_document(document),
            link=self.service.absolute(f"/documents/{document.id}"),
        )


def _stages_of(tags: Iterable[Tag]) -> set[str]:
    return {tag.term for tag in tags if tag.vocabulary == "stages" and tag.origin != "rejected"}


def etag_of_question(service: Service, question: Question) -> str:
    """Return the entity tag of a question as it is stored."""
    return etag_of_content(service.release, repr(question))


def stored_part(if_match: str | None) -> str | None:
    """Return an If-Match header without what its tags say of the evidence.

    The tag of a question or a group with its evidence is that of what is stored, a full stop, and
    the rest: who changes what is stored need not have seen the newest evidence.
    """
    tags = tags_in(if_match or "")
    alone = sorted(f'"{tag.strip(chr(34)).partition(".")[0]}"' for tag in tags)
    return ", ".join(alone) or if_match
