"""The outlines of countries: Natural Earth at 1:110 million, as SVG paths by ISO 3166 code.

``outlines.json`` is made by ``tests/support/outlines.py``; ``outlines.txt`` says from what.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OUTLINES_FILE: Final = Path(__file__).with_name("outlines.json")
NAMELESS: Final = "-"
"""The code of land that has no code of its own in ISO 3166."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """Width and height in user units, and the path of each country by its code."""

    width: int
    height: int
    paths: Mapping[str, str]


@functools.cache
def load_outlines() -> Outlines:
    """Read the outlines, once."""
    return Outlines(**json.loads(OUTLINES_FILE.read_text("utf-8")))
