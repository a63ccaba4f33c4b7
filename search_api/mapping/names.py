"""The names of what the map can be drawn by: each document filter, the year and the decade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from index.filters import DOCUMENT_FILTERS

BY_FILTER: Final = {f.parameter: f for f in DOCUMENT_FILTERS}
BY_YEAR: Final = {"year": 1, "decade": 10}
"""The axes by time, and how many years one line has."""
AXES: Final = (*BY_FILTER, *BY_YEAR)
SERIES: Final = ("stage", "topic", "school_level")
"""What a timeline can show strips of: vocabularies of a few terms."""

if TYPE_CHECKING:  # a type checker wants a literal's values written out
    AxisName = str
    SeriesName = str
    StepName = str
else:
    AxisName = Literal[AXES]
    SeriesName = Literal[SERIES]
    StepName = Literal[tuple(BY_YEAR)]
