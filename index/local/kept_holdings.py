"""Keeps the holdings in a file of the index, so that a server that starts need not read them all.

The file says which state of the catalogue it was made of. If the catalogue was in that state, what
changed since is read by its log; otherwise, or if the file is damaged, missing or of another
release, everything is read.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.reading import State, read_one_state, remember_state, state_now, was_in_state
from corpus.documents.changes import changes_since
from corpus.documents.works import works_of_documents
from corpus.errors import CatalogueError
from corpus.migrations import VERSION
from index.documents.arrays import BEST_FORMS, work_numbers
from index.documents.contents import FIELDS
from index.documents.following import MOST_FOLLOWED
from index.documents.values import Values
from index.local.following import follow_holdings
from index.local.holdings import Holdings, read_holdings
from index.mapped import Array, read_arrays, write_arrays

NAME: Final = "catalogue.arrays"
FORMAT: Final = 1
"""Raise it when anything else of a document or passage goes into the arrays, or goes otherwise."""
_MADE_FOR: Final = (
    f"format {FORMAT}, schema {VERSION}, fields {FIELDS}, forms {', '.join(BEST_FORMS)}"
)
_ROWS: Final = ("passage_ids", "owner", "years", "form")
REWRITTEN_FROM: Final = 100
"""Changed documents from which the file is written again: following them takes a tenth of a
second."""
FOLLOWED_SHARE: Final = 0.05
"""The share of documents up to which what changed is followed, if that is more than
``MOST_FOLLOWED``: for one in twenty it takes as long as reading everything."""


def publish_holdings(catalogue: Catalogue, folder: Path) -> bool:
    """Write the file if it is missing, of no use or behind; return whether it was written.

    Raises:
        OSError: it cannot be written.
    """
    with read_one_state(catalogue):
        kept = _read_file(catalogue, folder)
        if kept and len(changes_since(catalogue, kept.revision).records) < REWRITTEN_FROM:
            return False
        state, holdings = state_now(catalogue), _follow(kept, catalogue) or read_holdings(catalogue)
    with contextlib.suppress(CatalogueError):  # then the file is of use until something changes
        remember_state(catalogue, state)
    write_arrays(folder / NAME, _arrays_of(holdings, state), made_for=_MADE_FOR)
    return True


def load_holdings(catalogue: Catalogue, folder: Path) -> Holdings:
    """Return the catalogue as it is now, from the file and what changed since as far as can be."""
    with read_one_state(catalogue):
        kept = _read_file(catalogue, folder)
        return _follow(kept, catalogue) or read_holdings(catalogue)


def _follow(kept: Holdings | None, catalogue: Catalogue) -> Holdings | None:
    """Return the holdings after what changed; ``None`` if there are none, or that is too much."""
    if kept is None:
        return None
    revision, changes = catalogue.revision(), changes_since(catalogue, kept.revision)
    if not changes.records and not changes.works:
        return replace(kept, revision=revision)
    most = max(MOST_FOLLOWED, FOLLOWED_SHARE * len(kept.document_ids))
    if len(changes.records) > most:
        return None
    return follow_holdings(kept, catalogue, changes, revision)[0]


def _arrays_of(holdings: Holdings, state: State) -> dict[str, Array]:
    """Return what the file has: all but the works, which are few and in the catalogue."""
    fields = {"values": holdings.values, "about": holdings.about}
    told: dict[str, Any] = {"revision": state.revision, "drawn": state.drawn}
    told["documents"] = holdings.document_ids
    told |= {name: {f: v.names for f, v in of.items()} for name, of in fields.items()}
    arrays: dict[str, Array] = {"told": np.frombuffer(json.dumps(told).encode(), np.uint8)}
    arrays |= {name: getattr(holdings, name) for name in _ROWS}
    for name, of in fields.items():
        arrays |= {f"{name} {field}": values.entries for field, values in of.items()}
    return arrays


def _read_file(catalogue: Catalogue, folder: Path) -> Holdings | None:
    """Return the holdings as they were; ``None`` without a file that is of this catalogue."""
    try:
        arrays = read_arrays(folder / NAME, made_for=_MADE_FOR)
        told = json.loads(arrays["told"].tobytes())
        state = State(told["revision"], told["drawn"])
        if not was_in_state(catalogue, state):
            return None
        ids, work_of = tuple(told["documents"]), works_of_documents(catalogue)
        return Holdings(
            revision=state.revision,
            document_ids=ids,
            work=work_numbers(ids, work_of),
            work_of=work_of,
            values=_values_in(arrays, "values", told),
            about=_values_in(arrays, "about", told),
            **{name: arrays[name] for name in _ROWS},
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _values_in(
    arrays: Mapping[str, Array], name: str, told: Mapping[str, Any]
) -> dict[str, Values]:
    return {f: Values(tuple(names), arrays[f"{name} {f}"]) for f, names in told[name].items()}
