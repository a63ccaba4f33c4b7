"""The words for fields and vocabularies that pages and log entries share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FIELD_NAMES: Final[Mapping[str, str]] = {
    "title": "title", "authors": "authors", "publishers": "publisher", "countries": "country",
    "year": "year", "published": "date", "kind": "kind", "language": "language", "url": "address",
    "doi": "DOI", "licence": "licence", "summary": "summary", "note": "note",
}  # fmt: skip
