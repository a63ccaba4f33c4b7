"""Makes hostile files by script: nothing is downloaded, and nothing is kept in the repository.

``make`` writes them to a folder, ``run`` takes them in with seeded mutants of real files and counts
failures, and ``kills`` ends ingestion at the worst moments. ``flood`` asks a real server too much,
and ``half_open`` keeps it waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

SUITE_TAKES: int = 4
"""Of a long list of damages the suite runs every fourth; ``make prove`` runs the others."""


def sample_for_suite(damages: Sequence[Any]) -> list[Any]:
    """Return damages as parameters; those the suite leaves out are marked ``prove``."""
    return [
        pytest.param(
            damage, id=damage.name, marks=[pytest.mark.prove] if number % SUITE_TAKES else []
        )
        for number, damage in enumerate(damages)
    ]
