"""The filters that the menu of activities and the checklist offer."""

from __future__ import annotations

from typing import Final

from index.filters import FILTER_OF

NARROWED_BY: Final = tuple(FILTER_OF[f] for f in ("topics", "kinds", "languages", "countries"))
