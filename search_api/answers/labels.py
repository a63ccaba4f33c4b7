"""The words for fields and vocabularies that pages and log entries share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from corpus.model import RECORD_FIELDS

FIELD_NAMES: Final[Mapping[str, str]] = {f.name: f.label for f in RECORD_FIELDS}


def value_text(value: str | int | tuple[str, ...]) -> str:
    """Return a field's value as the text of its form."""
    return "; ".join(value) if isinstance(value, tuple) else str(value)
