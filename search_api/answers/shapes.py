"""The shapes of JSON answers.

No field has a default: every answer has all its members. Unknown values are null, including lists.
Passage ids are strings: they exceed 2**53.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from corpus.model import PageUnit, TagOrigin
from corpus.roles import Role
from index.filters import FILTERS
from index.model import Fusion, Sort, Strength
from search_api.answers.answer_shapes import AnswerShape, Highlight, StyledCitation
from search_api.web.fields import with_members


def _storable(passage_id: str) -> str:
    if int(passage_id) >= 2**63:
        raise ValueError("No passage has such a large id")
    return passage_id


PassageId = Annotated[
    str,
    Field(pattern=r"^[0-9]{1,19}$", examples=["4611686018427387904"]),
    AfterValidator(_storable),
]
DocumentId = Annotated[str, Field(examples=["3f2a9c0d1e4b5a67"])]
LegScores = Annotated[
    dict[str, float | None],
    Field(description="Each leg's score of the passage, by name; null if it has none."),
]


class TagReason(BaseModel):
    """The passage that supports a tag, with its text when the tag was made."""

    quote: str | None
    page: int | None
    page_label: str | None
    passage_id: PassageId | None
    link: str | None = Field(description="The passage in this repository.")


class TagShape(BaseModel):
    """A document's term, with who assigned it and why."""

    vocabulary: str
    term: str
    label: str
    short: str
    origin: TagOrigin
    primary: bool
    score: float | None = Field(description="How sure the tagger was, 0 to 1.")
    reason: TagReason
    model: str | None
    decided_by: str | None
    decided_at: str | None
    note: str | None


class DocumentLinks(BaseModel):
    """Links of a document."""

    self: str
    page: str = Field(description="The document's page.")
    passages: str
    similar: str
    original: str | None = Field(description="Where to read the original; null if unknown.")
    stored: str | None = Field(description="The stored file from which the text was extracted.")


class DocumentSummary(BaseModel):
    """A document's bibliographic record in short."""

    id: DocumentId
    title: str
    authors: list[str] | None
    publishers: list[str] | None
    countries: list[str] | None
    year: int | None
    published: str | None
    kind: str | None
    kind_label: str | None
    language: str | None
    language_name: str | None
    url: str | None
    doi: str | None
    summary: str | None
    page_count: int | None = Field(description="Null where the medium has no pages.")
    page_unit: PageUnit | None
    digest: bool = Field(description="True for a digest written for this repository.")
    note: str | None = Field(description="What readers need to know: that this is a digest.")
    citation: str
    tags: list[TagShape]
    links: DocumentLinks


RelationName = Literal["same file", "new version", "same work"]


class RelatedWork(BaseModel):
    """Another form of the same work: slides of a report, its blog post, a translation."""

    id: DocumentId
    title: str
    kind_label: str | None
    relation: RelationName
    confirmed: bool = Field(description="False while no person has decided.")
    reason: str | None
    link: str


class FieldEvidence(BaseModel):
    """Where a field of the record was read in the document itself."""

    field: str
    label: str
    page: int | None
    page_label: str | None
    quote: str | None = Field(description="Null if the words are not part of its text.")
    confidence: float = Field(ge=0, le=1)
    suggested: str | None = Field(
        description="A value that is not sure enough to be recorded; a curator decides."
    )


class DocumentDetail(DocumentSummary):
    """A document's whole record, with rejected tags and the origin of each field."""

    source: str = Field(description="Where the file came from: an address or a file name.")
    media_type: str
    sha256: str
    size_bytes: int
    isbn: str | None
    journal: str | None
    volume: str | None
    issue: str | None
    page_range: str | None = Field(description="Where it stands in the journal.")
    series: str | None = Field(description="The series with its number.")
    licence: str | None
    confidence: str | None = Field(description="How certain the record's facts are.")
    curators_note: str | None
    metadata_origins: dict[str, str]
    evidence: list[FieldEvidence] = Field(
        description="Where fields of the record were read, and values that are only suggested."
    )
    works: list[RelatedWork]
    citations: list[StyledCitation]
    withdrawn_at: str | None = Field(description="When it was withdrawn at its source.")
    withdrawn_reason: str | None
    passages: int
    added_at: str
    updated_at: str


class DocumentPage(BaseModel):
    """A page of documents, newest first."""

    total: int
    documents: list[DocumentSummary]
    next: str | None


class Citation(BaseModel):
    """Everything needed to quote a passage."""

    quote: str
    page: int | None
    page_end: int | None
    page_label: str | None
    document_id: DocumentId
    title: str
    url: str | None = Field(description="The original, at the page if it is a PDF.")
    link: str = Field(description="The passage in this repository.")
    citation: str


class SnippetShape(BaseModel):
    """A passage that answers the query."""

    passage_id: PassageId
    text: str
    highlights: list[Highlight]
    heading: str | None
    role: Role = Field(description="What the passage is for in its document.")
    score: float
    scores: LegScores
    cosine: float | None = Field(description="As `scores.vectors`.")
    bm25: float | None = Field(description="As `scores.keywords`, but 0 where no word matched.")
    citation: Citation
    answer: list[AnswerShape] = Field(
        description="One to three sentences that answer the query, to be shown before the passage; "
        "none where the passage has no sentences that state anything."
    )


class HitShape(BaseModel):
    """A ranked document with its best passages."""

    rank: int
    score: float = Field(
        description="The score of the work's best passage. For the first four works of a search, "
        "a tenth of the score of the sentence that answers best is added."
    )
    scores: LegScores
    document: DocumentSummary
    snippets: list[SnippetShape]
    also: list[RelatedWork] = Field(description="The other forms of the same work.")
    citation: str
    citations: list[StyledCitation] = Field(description="With the page of the best passage.")


class FacetValue(BaseModel):
    """A value of a facet, and how many ranked documents have it."""

    value: str
    label: str
    count: int
    selected: bool


class FacetShape(BaseModel):
    """Counts beside the results; ``parameter`` is the query parameter that filters by them."""

    parameter: str
    label: str
    values: list[FacetValue]


@with_members(FILTERS)
class ValuesShape(BaseModel):
    """The filters by value as they were understood."""


class FiltersShape(ValuesShape):
    """The filters as they were understood."""

    year_from: int | None
    year_to: int | None
    include_undated: bool


class QueryShape(BaseModel):
    """The query as it was understood."""

    q: str
    filters: FiltersShape
    query_language: str | None = Field(
        description="The language the words are taken to be in (ISO 639-1; `und` if it is not "
        "known); null without words."
    )
    query_language_given: bool = Field(description="Whether the request said so.")
    fusion: Fusion
    sort: Sort
    spelling: Literal["on", "off"]
    offset: int
    limit: int


class SearchAnswer(BaseModel):
    """A page of hits, and how strong the evidence is."""

    query: QueryShape
    total: int = Field(description="Hits on all pages, a work's forms as one; at most 100 ranked.")
    matched: int = Field(description="All documents that have words of the query, also past 100.")
    related: int = Field(description="Hits without a word of the query, near it in meaning.")
    more: bool = Field(description="Not all hits can be shown; narrow the query to see the rest.")
    strength: Strength = Field(description="The best evidence: weak if near, strong if direct.")
    corrected: str | None = Field(
        description="The query with words corrected that no document has: what was searched for. "
        "Null if none were. With `spelling=off` the words are searched as typed."
    )
    message: str | None = Field(description="A message if there is no good evidence.")
    missing_words: list[str] = Field(description="Words of the query that no document has.")
    notices: list[str]
    legs: list[str] = Field(description="What was searched: keywords, vectors, multilingual.")
    hits: list[HitShape]
    facets: list[FacetShape]
    revision: int
    next: str | None


class SimilarAnswer(BaseModel):
    """The documents most like one document."""

    document_id: DocumentId
    hits: list[HitShape]


class Stats(BaseModel):
    """How much there is in the repository."""

    documents: int
    pages: int
    passages: int
    tags: int
    outcomes: dict[str, int] = Field(description="How many sources have each outcome.")
    older_readings: int = Field(description="How many documents were read by an earlier version.")
    facets: list[FacetShape]
    revision: int


class Fault(BaseModel):
    """One thing wrong with a request."""

    field: str
    message: str


class Problem(BaseModel):
    """An error (RFC 9457). What can be null is present only when it has a value."""

    type: str = Field(examples=["/api#problem-document-not-found"])
    title: str = Field(examples=["No such document"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["No document has this id."])
    errors: list[Fault] | None = None
    instance: str | None = None
    violated_policies: list[str] | None = Field(
        default=None,
        alias="violated-policies",
        description="The limits that refused the request, as RateLimit-Policy names them.",
    )


class Strict(BaseModel):
    """A request body; unknown fields are rejected, so that no misspelt field is ignored."""

    model_config = ConfigDict(extra="forbid")
