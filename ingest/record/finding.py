"""A value of the record that was read on a page, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made
from typing import Final

SURE: Final = 0.6
"""From this confidence on a value is recorded; below, it is only suggested to a curator.

Fields that were counted have a bar of their own (``measured.toml``).
"""

Value = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A value for a field with the line it stands on.

    ``page`` and ``quote`` are ``None`` if the line is not part of the text. ``confidence`` is in
    0..1: a reader's own weight at first, which ``measured.py`` replaces by the share of right
    values that ``rule`` had on documents with a truth and keeps it as ``weight``.
    """

    field: str
    value: Value
    confidence: float
    page: int | None = None
    quote: str | None = None
    rule: str = ""
    weight: float | None = made(default=None, compare=False)
