"""The JSON shapes of judgements and of the runs that measure searches against them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from corpus.review.evaluation_runs import Judged
from corpus.review.judgements import MAX_CHARACTERS, Mark
from index.search.language import Code
from search_api.answers.shapes import PassageId, Strict


class NewJudgement(Strict):
    """Whether a document answers a query."""

    query: str = Field(min_length=1, max_length=MAX_CHARACTERS, examples=["what works"])
    document_id: str = Field(min_length=1, max_length=200)
    passage_id: PassageId | None = Field(default=None, description="The passage that was read.")
    mark: Mark
    language: Code | None = Field(
        default=None, description="Of the query; without it, as search takes it."
    )


class JudgementShape(BaseModel):
    """A curator's mark."""

    query_id: str = Field(description="A digest of the query without case and extra spaces.")
    query: str = Field(description="As it was typed first.")
    language: str = Field(description="ISO 639-1, or `und` if unknown.")
    document_id: str
    passage_id: PassageId | None = Field(
        description="The passage that was read, if it still exists."
    )
    mark: Mark
    decided_by: str
    decided_at: str
    revision: int = Field(description="Of the catalogue when it was marked.")


class DifferenceShape(BaseModel):
    """The difference to the run before, over the queries that both runs judged alike."""

    queries: int
    mean: float = Field(description="Of nDCG@10; above 0 is better than before.")
    low: float = Field(description="The lower end of its 95 % bootstrap interval.")
    high: float = Field(description="The upper end.")
    unlike: int = Field(description="Queries left out: in one run only, or judged differently.")


class GroupShape(BaseModel):
    """The means of a group of queries."""

    by: Literal["all", "language", "band"]
    value: str
    queries: int
    ndcg_at_10: float
    low: float = Field(description="The lower end of its 95 % bootstrap interval.")
    high: float = Field(description="The upper end.")


class RunShape(BaseModel):
    """A run of judged queries."""

    judged: Judged
    made_at: str
    revision: int = Field(description="Of the catalogue that was searched.")
    model: str
    floor: float | None = Field(description="What nDCG@10 must reach, if anything.")
    below_floor: bool
    groups: list[GroupShape]
    difference: DifferenceShape | None = Field(description="Null for the first run.")


class JudgedQueryShape(BaseModel):
    """A query with its marks and its figures in the last run."""

    query_id: str
    query: str
    language: str
    judgements: list[JudgementShape]
    ndcg_at_10: float | None = Field(
        description="Null if no document answers it, or it was not run since it was marked."
    )
    band: str | None = Field(description="The strength of its answer in the last run.")
    gain: float | None = Field(description="The difference to the run before, if it can be told.")


class JudgementList(BaseModel):
    """Judged queries, and the last runs."""

    queries: list[JudgedQueryShape]
    total: int = Field(description="How many judged queries there are.")
    judgements: int = Field(description="How many marks there are.")
    runs: list[RunShape] = Field(
        description="The last run of the marks, and of the judged queries of the starter corpus."
    )
