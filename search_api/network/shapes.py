"""The JSON shapes of the learning agenda and of the call for evidence."""

from __future__ import annotations

from pydantic import BaseModel, Field

from corpus.network.questions import MAX_TEXT, State
from index.filters import DOCUMENT_FILTERS
from index.model import Strength
from index.search.language import Code
from search_api.answers.shapes import DocumentId, FiltersShape, HitShape, Strict
from search_api.web.fields import with_parameters


@with_parameters(DOCUMENT_FILTERS)
class QuestionFilters(Strict):
    """What the search of a question is narrowed to."""


class NewQuestion(Strict):
    """A learning question to add, or what one is to become."""

    text: str = Field(min_length=1, max_length=MAX_TEXT, examples=["What keeps people well?"])
    topic: str = Field(min_length=1, max_length=200, examples=["foundational-skills-wellbeing"])
    language: Code = Field(default="en", description="Of the text.")
    filters: QuestionFilters = Field(default_factory=QuestionFilters)
    wanted: str | None = Field(
        default=None,
        max_length=200,
        description="The wanted search that it is made of. It is kept when a question changes.",
    )
    twice: bool = Field(
        default=False, description="Ask it, although it stands under another topic."
    )


class QuestionState(Strict):
    """Whether a question is still asked."""

    state: State


class QuestionLinks(BaseModel):
    """Links of a question."""

    self: str
    page: str
    search: str = Field(description="The search for the question, as a page.")
    brief: str = Field(description="A brief on it.")


class QuestionShape(BaseModel):
    """A learning question as it is stored."""

    id: str
    topic: str
    text: str
    language: str = Field(description="ISO 639-1, or `und` if unknown.")
    filters: FiltersShape
    state: State
    added_at: str
    wanted: str | None = Field(
        description="The search it was made of; null for everybody but curators."
    )
    links: QuestionLinks


class AnsweringDocument(BaseModel):
    """A document with strong evidence on a question."""

    id: DocumentId
    title: str
    year: int | None
    language: str | None
    citation: str
    link: str


class CountOf(BaseModel):
    """How many of the documents have a value."""

    value: str
    label: str
    count: int


class MissingOf(BaseModel):
    """What a question lacks: values that no document with strong evidence has."""

    stages: list[str] = Field(description="Labels of stages.")
    countries: list[str] = Field(
        description="Countries that other documents of the repository are about, the most frequent "
        "first, at most eight."
    )
    countries_total: int


class AnsweredQuestion(QuestionShape):
    """A question and how well the repository answers it."""

    strength: Strength = Field(description="Of the best evidence, as a search says it.")
    answering: int = Field(description="Documents with strong evidence; of each work one.")
    related: int = Field(description="Documents with weak evidence.")
    best: list[AnsweringDocument] = Field(description="The two best, strong or weak.")
    newest: AnsweringDocument | None = Field(description="The newest with strong evidence.")
    new: list[AnsweringDocument] = Field(
        description="Those with strong evidence that are to be seen since `since`, newest first."
    )
    countries: list[CountOf]
    stages: list[CountOf]
    missing: MissingOf


class TopicOfAgenda(BaseModel):
    """A topic with its open questions."""

    id: str
    label: str
    questions: list[AnsweredQuestion]


class AgendaAnswer(BaseModel):
    """The network's agenda."""

    since: str = Field(description="Documents taken in from this day on are new.")
    open: int = Field(description="How many open questions there are.")
    strengths: dict[Strength, int] = Field(description="How many questions have which evidence.")
    topics: list[TopicOfAgenda]
    revision: int


class QuestionDetail(AnsweredQuestion):
    """A question with the passages that are nearest to it."""

    since: str
    hits: list[HitShape] = Field(description="The three best hits, with their passages.")
    notices: list[str]


class CalledDocument(BaseModel):
    """A document that is there already."""

    citation: str
    quote: str | None
    page_label: str | None
    link: str


class CalledQuestion(BaseModel):
    """A question of a call: what is there, and what is missing."""

    text: str
    topic: str
    strength: Strength
    there: str = Field(description="How much there is, in a sentence.")
    documents: list[CalledDocument] = Field(description="The two best.")
    missing: list[str] = Field(description="In sentences.")
    link: str


class CallAnswer(BaseModel):
    """A call for evidence."""

    title: str
    purpose: str
    questions: list[CalledQuestion]
    contribute: str = Field(description="How to contribute.")
    address: str = Field(description="Where to contribute.")
    made_on: str
    revision: int
