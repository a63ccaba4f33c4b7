"""The shapes of vocabularies: terms with what they mean and how to tell them apart."""

from __future__ import annotations

from pydantic import BaseModel


class TermShape(BaseModel):
    """A term of a vocabulary."""

    id: str
    label: str
    short: str
    definition: str
    cues: list[str]
    boundaries: list[str]
    group: str | None
    examples: list[str]


class VocabularyShape(BaseModel):
    """A fixed, ordered list of terms."""

    id: str
    label: str
    terms: list[TermShape]


class Vocabularies(BaseModel):
    """The network's vocabularies."""

    network: str
    short_name: str
    version: int
    rules: list[str]
    vocabularies: list[VocabularyShape]
