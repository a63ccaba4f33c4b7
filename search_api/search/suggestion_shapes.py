"""The shapes of suggestions."""

from __future__ import annotations

from pydantic import BaseModel, Field

from index.search.suggesting import Source


class QuerySuggestion(BaseModel):
    """A text that somebody may want to search for."""

    text: str
    source: Source = Field(description="Where it comes from.")


class QuerySuggestions(BaseModel):
    """What may be meant by what is typed so far, the likeliest first."""

    suggestions: list[QuerySuggestion]
