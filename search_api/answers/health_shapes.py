"""The shapes of answers about the server's own state."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class CatalogueHealth(BaseModel):
    """Whether the catalogue can be read."""

    ready: bool
    documents: int | None
    passages: int | None
    revision: int | None
    older_readings: int | None = Field(
        description="How many documents were read by an earlier version: `salex reread`."
    )
    problem: str | None


class IndexHealth(BaseModel):
    """Whether semantic search answers, and whether its index is up to date."""

    ready: bool
    current: bool
    passages: int | None
    without_vector: int | None
    model: str | None
    runs_on: str | None = Field(description="What calculates the vectors, and how exactly.")
    built_at: str | None
    problem: str | None


class ClosingNotice(BaseModel):
    """That the repository closes: the first day without changes, why, and where it went."""

    since: str
    message: str
    moved_to: str | None


class PluginHealth(BaseModel):
    """One plugin that the owner of the server named."""

    distribution: str
    extends: str = Field(description="The group of its entry point; empty if it has none.")
    name: str
    problem: str | None = Field(description="Why it is left out; null while it is in use.")


class Health(BaseModel):
    """``ok``, ``degraded`` (keywords only, or passages not indexed), ``damaged``, ``unavailable``.

    A ``damaged`` catalogue is served for reading, as far as it can be read.
    """

    status: Literal["ok", "degraded", "damaged", "unavailable"]
    version: str
    catalogue: CatalogueHealth
    index: IndexHealth
    plugins: list[PluginHealth]
    closing: ClosingNotice | None = Field(description="Null while the repository is open.")


class Readiness(BaseModel):
    """Whether requests are answered soundly, and if not, why."""

    ready: bool
    problem: str | None
