"""Finds parts of results whose headings are of the level of "Results" itself: of a flat outline."""

from __future__ import annotations

import re
from typing import Final

from ingest.roles.names import plain_name, role_of_heading
from ingest.text.passages import Assembled

MOST_PARTS: Final = 12
_RESULTS: Final = re.compile(
    r"(?:main )?(?:results?|findings|resultados|hallazgos|achados|resultats)\b"
)
"""Key findings may stand first, as a summary."""


def find_parts_of_results(assembled: Assembled) -> frozenset[int]:
    """Return the numbers of the headings between "Results" and the discussion or the conclusions.

    Only those of their level whose names say nothing: an article goes from the one to the other.
    """
    text = assembled.text
    found: set[int] = set()
    waiting: list[int] = []
    level: int | None = None
    for number, span in enumerate(assembled.spans):
        if span.heading_level is None:
            continue
        name = text[span.start : min(span.end, span.start + 200)]
        role = role_of_heading(name)
        if level is not None and span.heading_level > level:
            continue
        if span.heading_level == level and role is None:
            waiting.append(number)
            continue
        if span.heading_level == level and role == "findings" and len(waiting) <= MOST_PARTS:
            found.update(waiting)
        begins = role == "findings" and _RESULTS.match(plain_name(name))
        level, waiting = (span.heading_level if begins else None), []
    return frozenset(found)
