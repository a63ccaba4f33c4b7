"""Turn the inner rooms' values into the shapes of answers; pages are rendered from them too."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from corpus.catalogue.originals import Originals
from corpus.documents.works import Relation, RelationType
from corpus.folios import written_range
from corpus.model import Document, Passage, RecordEvidence, Tag
from corpus.tags.passage_scores import PassageScore
from corpus.taxonomy import Taxonomy
from index.model import Hit, Snippet
from index.search.facets import language_name
from search_api.answers import shapes as s
from search_api.answers.answer_shapes import AnswerShape, StyledCitation
from search_api.answers.citations import (
    DIGEST_NOTE,
    cite_document,
    cited_page,
    original_url,
    page_label,
    public_source,
    source_link,
    stated_page,
)
from search_api.answers.labels import FIELD_NAMES, value_text
from search_api.answers.passage_shapes import PassageShape, TermScore
from search_api.answers.records import record_of, stored_record
from search_api.answers.styles import cite_in_styles
from search_api.service.service import Service

RELATIONS: Final[dict[RelationType, s.RelationName]] = {
    "same-file": "same file",
    "new-version": "new version",
    "same-work": "same work",
}
SHOWN_ORIGINS = ("confirmed", "suggested")
"""Rejected tags are part of a document's record, but documents are not listed under them."""


@dataclass(frozen=True, slots=True)
class Presenter:
    """Gives values their public shape with labels, links and citations."""

    service: Service

    @property
    def taxonomy(self) -> Taxonomy:
        """Return the network's words."""
        return self.service.taxonomy

    # Links ---------------------------------------------------------------------------------

    def page_link(self, document_id: str) -> str:
        """Return the link to a document's page."""
        return self.service.absolute(f"/documents/{document_id}")

    def passage_link(self, document_id: str, passage_id: int) -> str:
        """Return the link to a passage in its document's page.

        A long document is shown in parts; the parameter picks the part, the fragment the passage.
        """
        return f"{self.page_link(document_id)}?passage={passage_id}#p-{passage_id}"

    def api_link(self, document_id: str, part: str = "") -> str:
        """Return the link to a document in the API."""
        return self.service.absolute(f"/api/v1/documents/{document_id}{part}")

    def stored_link(self, document: Document) -> str | None:
        """Return the link to the stored file, if there is one."""
        stored = self.service.originals.has(document.sha256)
        return self.api_link(document.id, "/original") if stored else None

    # Documents -----------------------------------------------------------------------------

    def summary(self, document: Document, tags: Iterable[Tag]) -> s.DocumentSummary:
        """Return a document in short, without rejected tags."""
        shown = [tag for tag in tags if tag.origin in SHOWN_ORIGINS]
        stored = self.stored_link(document)
        return s.DocumentSummary(
            id=document.id,
            title=document.title,
            authors=list(document.authors) or None,
            publishers=list(document.publishers) or None,
            countries=list(document.countries) or None,
            year=document.year,
            published=document.published,
            kind=document.kind,
            kind_label=self.taxonomy.label("kinds", document.kind) if document.kind else None,
            language=document.language,
            language_name=language_name(document.language) if document.language else None,
            url=original_url(document),
            doi=document.doi,
            summary=document.summary,
            page_count=stated_page(document, document.page_count),
            page_unit=document.page_unit,
            digest=document.digest,
            note=DIGEST_NOTE if document.digest else document.note,
            citation=cite_document(document),
            tags=[self.tag(document, tag) for tag in shown],
            links=s.DocumentLinks(
                self=self.api_link(document.id),
                page=self.page_link(document.id),
                passages=self.api_link(document.id, "/passages"),
                similar=self.api_link(document.id, "/similar"),
                original=source_link(document, None, stored),
                stored=stored,
            ),
        )

    def detail(
        self,
        document: Document,
        tags: tuple[Tag, ...],
        *,
        passages: int,
        related: list[s.RelatedWork],
        evidence: Iterable[RecordEvidence] = (),
    ) -> s.DocumentDetail:
        """Return a document's whole record.

        Args:
            document: the document.
            tags: its tags, rejected ones included.
            passages: how many it has.
            related: the other forms of its work, decided or proposed.
            evidence: where fields were read.
        """
        whole = self.summary(document, tags).model_dump()
        whole["tags"] = [self.tag(document, tag) for tag in tags]
        return s.DocumentDetail(
            **whole,
            source=public_source(document),
            media_type=document.media_type,
            sha256=document.sha256,
            size_bytes=document.size_bytes,
            isbn=document.isbn,
            journal=document.journal,
            volume=document.volume,
            issue=document.issue,
            page_range=written_range(document.page_range or "") or None,
            series=document.series,
            licence=document.licence,
            confidence=document.confidence,
            curators_note=document.note,
            metadata_origins=dict(document.metadata_origins),
            evidence=[self.evidence(document, one) for one in evidence],
            works=related,
            citations=self.citations(document),
            withdrawn_at=document.withdrawn_at,
            withdrawn_reason=document.withdrawn_reason,
            passages=passages,
            added_at=document.added_at,
            updated_at=document.updated_at,
        )

    def citations(self, document: Document, label: str | None = None) -> list[StyledCitation]:
        """Return a document cited in each style, at a page as ``page_label`` names it."""
        return list(_cite(_Cited(self.service.originals, document), label))

    def evidence(self, document: Document, evidence: RecordEvidence) -> s.FieldEvidence:
        """Return where a field was read, or what is suggested for it."""
        value = evidence.value
        return s.FieldEvidence(
            field=evidence.field,
            label=FIELD_NAMES[evidence.field],
            page=stated_page(document, evidence.page),
            page_label=page_label(document, evidence.page),
            quote=evidence.quote,
            confidence=evidence.confidence,
            suggested=None if value is None else value_text(value),
        )

    def related(self, document: Document, relation: Relation | None = None) -> s.RelatedWork:
        """Return a document as another form of a work, by a relation or a confirmed work."""
        relation_kind = relation.kind if relation else "same-work"
        term = self.taxonomy.vocabulary("kinds").terms.get(document.kind or "")
        return s.RelatedWork(
            id=document.id,
            title=document.title,
            kind_label=term.label if term else document.kind,
            relation=RELATIONS[relation_kind],
            confirmed=relation is None or relation.origin == "confirmed",
            reason=relation.evidence if relation else None,
            link=self.page_link(document.id),
        )

    def tag(self, document: Document, tag: Tag) -> s.TagShape:
        """Return a tag with its label and its reason."""
        term = self.taxonomy.vocabulary(tag.vocabulary).terms.get(tag.term)
        link = self.passage_link(document.id, tag.passage_id) if tag.passage_id else None
        return s.TagShape(
            vocabulary=tag.vocabulary,
            term=tag.term,
            label=term.label if term else tag.term,
            short=term.short if term else tag.term,
            origin=tag.origin,
            primary=tag.primary,
            score=tag.score,
            reason=s.TagReason(
                quote=tag.quote,
                page=stated_page(document, tag.page),
                page_label=page_label(document, tag.page),
                passage_id=str(tag.passage_id) if tag.passage_id else None,
                link=link,
            ),
            model=tag.model,
            decided_by=tag.decided_by,
            decided_at=tag.decided_at or None,
            note=tag.note,
        )

    def passage(
        self, document: Document, passage: Passage, scores: Iterable[PassageScore] = ()
    ) -> PassageShape:
        """Return a passage with its place and its scores for terms."""
        return PassageShape(
            id=str(passage.id),
            position=passage.position,
            page=stated_page(document, passage.page),
            page_end=stated_page(document, passage.page_end),
            page_label=page_label(document, passage.page, passage.page_end),
            heading=passage.heading,
            text=passage.text,
            role=passage.role,
            link=self.passage_link(document.id, passage.id),
            scores=[
                TermScore(
                    vocabulary=score.vocabulary,
                    term=score.term,
                    label=self.taxonomy.label(score.vocabulary, score.term),
                    score=score.score,
                    model=score.model,
                )
                for score in scores
            ],
        )

    # Results -------------------------------------------------------------------------------

    def hit(self, hit: Hit) -> s.HitShape:
        """Return a hit; its citation names the page of its best passage."""
        best = hit.snippets[0] if hit.snippets else None
        document = self.summary(hit.document, hit.tags)
        stored = document.links.stored
        return s.HitShape(
            rank=hit.rank,
            score=hit.score,
            scores=dict(hit.scores),
            document=document,
            snippets=[self.snippet(hit.document, snippet, stored) for snippet in hit.snippets],
            also=[self.related(other) for other in hit.also],
            citation=cite_document(
                hit.document, best.page if best else None, best.page_end if best else None
            ),
            citations=self.citations(
                hit.document, cited_page(hit.document, best.page, best.page_end) if best else None
            ),
        )

    def snippet(self, document: Document, snippet: Snippet, stored: str | None) -> s.SnippetShape:
        """Return a quoted passage with everything needed to cite it."""
        page = stated_page(document, snippet.page)
        return s.SnippetShape(
            passage_id=str(snippet.passage_id),
            text=snippet.text,
            highlights=[[start, end] for start, end in snippet.highlights],
            heading=snippet.heading,
            role=snippet.role,
            score=snippet.score,
            scores=dict(snippet.scores),
            cosine=snippet.cosine,
            bm25=snippet.bm25,
            citation=s.Citation(
                quote=snippet.text,
                page=page,
                page_end=stated_page(document, snippet.page_end),
                page_label=page_label(document, snippet.page, snippet.page_end),
                document_id=document.id,
                title=document.title,
                url=source_link(document, page, stored),
                link=self.passage_link(document.id, snippet.passage_id),
                citation=cite_document(document, snippet.page, snippet.page_end),
            ),
            answer=[
                AnswerShape(
                    text=snippet.text[part.start : part.end],
                    start=part.start,
                    end=part.end,
                    highlights=[
                        [start - part.start, end - part.start]
                        for start, end in snippet.highlights
                        if part.start <= start and end <= part.end
                    ],
                    page=stated_page(document, part.page),
                    page_end=stated_page(document, part.page_end),
                    page_label=page_label(document, part.page, part.page_end),
                    url=source_link(document, stated_page(document, part.page), stored),
                )
                for part in snippet.answer
            ],
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Cited:
    """A document as the key of what was made from it; one that has changed is another."""

    originals: Originals
    document: Document

    def __hash__(self) -> int:
        return hash((self.document.id, self.document.updated_at))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Cited):
            return NotImplemented
        return self.originals is other.originals and self.document == other.document


@functools.lru_cache(maxsize=1_024)  # a tenth of a search was citing its ten hits again
def _cite(cited: _Cited, label: str | None) -> tuple[StyledCitation, ...]:
    record = record_of(cited.document, stored_record(cited.originals, cited.document))
    return tuple(
        StyledCitation(
            style=one.style,
            label=one.label,
            reference=one.reference,
            italics=[[start, end] for start, end in one.italics],
            in_text=one.in_text,
        )
        for one in cite_in_styles(record, page_label=label, accessed=cited.document.added_at)
    )
