"""What searches run on, in short, for those who ask whether the server is well."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndexState:
    """What searches run on: the catalogue's revision, and whether semantic search can answer.

    ``problem`` says why it cannot, or why an older index answers.
    """

    ready: bool
    passages: int
    without_vector: int
    model: str | None
    built_at: str | None
    revision: int | None
    problem: str | None
    catalogue_revision: int
