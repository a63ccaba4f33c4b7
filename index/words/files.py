"""The file of the postings. Whatever is wrong with it, searches ask FTS5 as if there were none."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Final

from corpus.migrations import TOKENIZER
from index.mapped import read_arrays, write_arrays
from index.words.counting import WEIGHTS
from index.words.postings import Stored

NAME: Final = "words.postings"
FORMAT: Final = 2
_MADE_FOR: Final = f"format {FORMAT}, {TOKENIZER}, weights {WEIGHTS}"


def write_postings(folder: Path, stored: Stored) -> None:
    """Write the file, replacing an earlier one."""
    arrays = {field.name: getattr(stored, field.name) for field in fields(Stored)}
    write_arrays(folder / NAME, arrays, made_for=_MADE_FOR)


def read_postings(folder: Path) -> Stored | None:
    """Return what the file has; ``None`` if there is none, or if it cannot be used."""
    try:
        return Stored(**read_arrays(folder / NAME, made_for=_MADE_FOR))
    except (OSError, ValueError, TypeError):
        return None
