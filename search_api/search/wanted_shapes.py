"""The JSON shapes of searches without a good result."""

from __future__ import annotations

from pydantic import BaseModel, Field

from search_api.answers.shapes import Strict


class WantedSearch(BaseModel):
    """A search with few results or none."""

    query: str
    searches: int
    languages: list[str] = Field(description="ISO 639-1, or `und` if unknown.")
    first_day: str
    last_day: str
    question: str | None = Field(
        description="The id of the learning question that was made of it; null if there is none."
    )


class WantedList(BaseModel):
    """Searches without a good result, most frequent first."""

    counting: bool = Field(description="Whether searches are counted (the setting `demand`).")
    days: int = Field(description="How many days counts are kept (the setting `demand_days`).")
    dropped: int = Field(
        description="Searches not counted since the server started, because it could not write."
    )
    total: int
    searches: list[WantedSearch]


class Dismissal(Strict):
    """The search to remove from the list."""

    query: str = Field(min_length=1, max_length=200, examples=["what works"])
