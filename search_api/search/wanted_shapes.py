"""The JSON forms of searches that found little."""

from __future__ import annotations

from pydantic import BaseModel, Field

from search_api.answers.shapes import Strict


class WantedSearch(BaseModel):
    """A search that ended with little or nothing."""

    query: str
    searches: int
    languages: list[str] = Field(description="ISO 639-1, or `und` where it could not be told.")
    first_day: str
    last_day: str


class WantedList(BaseModel):
    """What readers looked for in vain, the most frequent first."""

    counting: bool = Field(description="Whether searches are counted (the setting `demand`).")
    days: int = Field(description="How many days are kept (the setting `demand_days`).")
    dropped: int = Field(description="Not counted since the server started: it could not write.")
    total: int
    searches: list[WantedSearch]


class Dismissal(Strict):
    """The search to take off the list."""

    query: str = Field(min_length=1, max_length=200, examples=["school meals"])
