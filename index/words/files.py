"""The file of the postings. Whatever is wrong with it, searches ask FTS5 as if there were none."""

from __future__ import annotations

import json
from dataclasses import astuple, fields
from pathlib import Path
from typing import Final

import numpy as np

from corpus.catalogue.reading import State
from corpus.migrations import TOKENIZER
from index.mapped import read_arrays, write_arrays
from index.words.counting import WEIGHTS
from index.words.postings import Stored

NAME: Final = "words.postings"
FORMAT: Final = 2
_STATE: Final = "state"
_MADE_FOR: Final = f"format {FORMAT}, {TOKENIZER}, weights {WEIGHTS}"


def write_postings(folder: Path, stored: Stored) -> None:
    """Write the file, replacing an earlier one."""
    arrays = {f.name: getattr(stored, f.name) for f in fields(Stored) if f.name != _STATE}
    if stored.state:
        state = json.dumps(astuple(stored.state)).encode()
        arrays[_STATE] = np.frombuffer(state, np.uint8)
    write_arrays(folder / NAME, arrays, made_for=_MADE_FOR)


def read_postings(folder: Path) -> Stored | None:
    """Return what the file has; ``None`` if there is none, or if it cannot be used."""
    try:
        arrays = read_arrays(folder / NAME, made_for=_MADE_FOR)
        told = arrays.pop(_STATE, None)
        state = None if told is None else State(*json.loads(told.tobytes()))
        return Stored(**arrays, state=state)
    except (OSError, ValueError, TypeError):
        return None
