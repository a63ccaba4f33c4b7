"""The parameters of the learning agenda, and the search of each of its questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from corpus.errors import UnknownTerm
from corpus.network.questions import TOPICS, Question
from corpus.taxonomy import Taxonomy
from index.filters import DOCUMENT_FILTERS, FILTER_OF
from index.model import Query
from index.search.language import LANGUAGES
from search_api.exports.formats import CALLS, CallFormat, name_formats
from search_api.search.filters import build_filters

RECENT_DAYS: Final = 90
"""How far "new" reaches back if no day is named."""
Day = Annotated[date | None, BeforeValidator(lambda value: value or None)]
TopicOf = Annotated[str, Field(max_length=200, description="Only the questions of this topic.")]


class AgendaParams(BaseModel):
    """Which part of the agenda to show, and from which day on a document counts as new."""

    topic: TopicOf = ""
    since: Day = Field(
        default=None,
        description="Documents taken in from this day on count as new; by default the last "
        f"{RECENT_DAYS} days.",
    )


class StrictAgendaParams(AgendaParams):
    """As ``AgendaParams``; unknown parameters are rejected."""

    model_config = ConfigDict(extra="forbid")


class CallParams(BaseModel):
    """Which questions a call for evidence has, and its format."""

    model_config = ConfigDict(extra="forbid")

    topic: TopicOf = ""
    gaps: bool = Field(default=False, description="Only questions without strong evidence.")
    format: CallFormat = Field(default="json", description=f"{name_formats(CALLS)}.")


def first_day(since: date | None) -> date:
    """Return the day from which on documents count as new."""
    return since or datetime.now(UTC).date() - timedelta(days=RECENT_DAYS)


def topics_shown(taxonomy: Taxonomy, topic: str) -> dict[str, str]:
    """Return the labels of one topic, or of all if it is empty, by term.

    Raises:
        UnknownTerm
    """
    terms = taxonomy.vocabulary(TOPICS).terms
    if topic and topic not in terms:
        raise UnknownTerm(f"There is no topic {topic!r}. There are: {', '.join(terms)}")
    return {term: known.label for term, known in terms.items() if topic in ("", term)}


def query_of_question(taxonomy: Taxonomy, question: Question) -> Query:
    """Return the search of a question; terms that the taxonomy has lost narrow nothing."""
    asked = {}
    for filter_ in DOCUMENT_FILTERS:
        known = filter_.known_in(taxonomy)
        values = question.filters.get(filter_.parameter, ())
        asked[filter_.parameter] = [v for v in values if not known or v in known]
    language = question.language if question.language in LANGUAGES else None
    return Query(question.text, build_filters(taxonomy, asked), language=language)


def check_filters(
    taxonomy: Taxonomy, asked: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the values a question is narrowed to, by parameter, as they are stored.

    Raises:
        QueryInvalid: a value is not a term of its filter's vocabulary.
    """
    built = build_filters(taxonomy, asked)
    return {FILTER_OF[field].parameter: values for field, values in built.chosen}
