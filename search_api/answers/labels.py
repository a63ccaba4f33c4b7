"""The words for fields and vocabularies that pages and log entries share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from corpus.model import RECORD_FIELDS

FIELD_NAMES: Final[Mapping[str, str]] = {f.name: f.label for f in RECORD_FIELDS}


def value_text(value: str | int | tuple[str, ...]) -> str:
    """Return a field's value as the text of its form."""
    return "; ".join(value) if isinstance(value, tuple) else str(value)


_BEYOND: Final = 0.2
"""How far from its threshold a score is when it says something, as a share of the way to 0 or 1."""
_FAR: Final = 0.6


def likelihood_in_words(score: float, threshold: float = 0.5) -> str:
    """Return how likely the program finds a tag: its score, 0 to 1, beside its threshold."""
    above = score - threshold
    share = above / ((1 - threshold if above > 0 else threshold) or 1)
    if share > _FAR:
        return "very likely"
    if share > _BEYOND:
        return "likely"
    return "unsure" if share >= -_BEYOND else "unlikely"
