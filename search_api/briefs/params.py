"""The parameters of a brief, and its addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator

from corpus.lists.rules import MAX_SLUG
from index.filters import FILTERS
from index.model import Filters, Query
from search_api.briefs.shapes import GroupBy
from search_api.exports.formats import BRIEFS, BriefFormat, name_formats
from search_api.search.filters import MAX_QUERY_CHARACTERS, build_filters, clean_text, filter_pairs
from search_api.search.params import Year, name_terms, term_parameters
from search_api.service.service import Service
from search_api.web.fields import with_parameters

NARROWED_BY: Final = tuple(f for f in FILTERS if f.field != "roles")
"""A brief quotes summaries and findings, whatever else a search may be narrowed to."""
MOST_LINES: Final = 60
LINE_ID: Final = r"^[0-9a-f]{8}$"
LINES: Final = r"^([0-9a-f]{8}(\.[0-9a-f]{8})*)?$"


@with_parameters(NARROWED_BY)
class BriefParams(BaseModel):
    """What a brief is about: a question, filters, a list, or several of them."""

    q: str = Field(
        default="",
        max_length=MAX_QUERY_CHARACTERS,
        description="The question, as in a search. Without one the brief quotes what the documents "
        "have most in common.",
    )
    list_slug: str = Field(
        default="",
        alias="list",
        max_length=MAX_SLUG,
        description="The address of a resource list: only its documents are quoted, in its order "
        "where passages are pinned.",
    )
    year_from: Year = Field(default=None, description="First year, inclusive.")
    year_to: Year = Field(default=None, description="Last year, inclusive.")
    include_undated: bool = Field(
        default=False, description="With a year filter: keep documents whose year is unknown."
    )
    group: GroupBy | None = Field(
        default=None,
        description="What the findings are grouped by. By default the stage, or the topic if the "
        "question is about one stage.",
    )
    drop: list[str] = Field(
        default=[], max_length=MOST_LINES, description="Lines to leave out; repeatable."
    )
    revision: int | None = Field(
        default=None,
        ge=0,
        le=2**53,
        description="The revision of an earlier brief, to be told what changed since.",
    )
    lines: str = Field(
        default="",
        max_length=9 * MOST_LINES,
        description="The ids of an earlier brief's lines, joined by full stops.",
    )


class StrictBriefParams(BriefParams):
    """As ``BriefParams``; unknown parameters are rejected."""

    model_config = ConfigDict(extra="forbid")

    format: BriefFormat = Field(default="json", description=f"{name_formats(BRIEFS)}.")
    _terms = field_validator(*term_parameters(NARROWED_BY))(name_terms)


def query_of_brief(service: Service, params: BriefParams) -> Query:
    """Return the query of a brief.

    Raises:
        QueryInvalid: a filter names a term that does not exist.
    """
    filters = build_filters(
        service.taxonomy,
        params.model_dump(),
        year_from=params.year_from or None,
        year_to=params.year_to or None,
        include_undated=params.include_undated,
    )
    return Query(clean_text(params.q), filters)


def group_for(filters: Filters, asked: GroupBy | None) -> GroupBy:
    """Return what to group by: what was asked for, or what the filters leave open."""
    if asked:
        return asked
    if len(filters["stages"]) != 1:
        return "stage"
    return "topic" if len(filters["topics"]) != 1 else "country"


def brief_pairs(
    query: Query, *, list_slug: str = "", group: GroupBy | None = None, drop: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """Return what a brief is about as pairs for an address."""
    pairs = [("q", query.text)] if query.text else []
    pairs += [("list", list_slug)] if list_slug else []
    pairs += [pair for pair in filter_pairs(query.filters) if pair[0] != "role"]
    pairs += [("group", group)] if group else []
    return pairs + [("drop", line) for line in drop]


def brief_address(path: str, pairs: Sequence[tuple[str, str]], *extra: tuple[str, str]) -> str:
    """Return the address of a brief in a page, the API or a format."""
    encoded = urlencode([*pairs, *extra])
    return f"{path}?{encoded}" if encoded else path
