"""Lets several reads see the catalogue at one moment, and tells which moment that is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from corpus.catalogue.catalogue import Catalogue

_KNOWN: Final = 16
"""How many states are remembered; each file of the index needs one."""


@dataclass(frozen=True, slots=True)
class State:
    """One state of the catalogue: its revision, and what ``state_of`` says of it."""

    revision: int
    drawn: str


@contextlib.contextmanager
def read_one_state(catalogue: Catalogue) -> Iterator[None]:
    """Let all reads inside see one state: that of the first read, or of the transaction around."""
    if catalogue.db.conn.in_transaction:
        yield
        return
    catalogue.db.execute("begin")
    try:
        yield
    finally:
        catalogue.db.rollback()


def state_of(catalogue: Catalogue) -> str:
    """Return what only this state of the catalogue and its copies have in common.

    It is drawn at random when the revision or the outcomes change. A restored catalogue may come to
    the revisions of the one that it replaced, but not to their states.
    """
    return str(catalogue.rows("select hex(state) from revision")[0][0])


def state_now(catalogue: Catalogue) -> State:
    """Return the state in which the catalogue is."""
    return State(*catalogue.rows("select value, hex(state) from revision")[0])


def remember_state(catalogue: Catalogue, state: State) -> None:
    """Remember that the catalogue was in a state, before a file is written that was made of it.

    Raises:
        CatalogueBusy, CatalogueDamaged, CatalogueIsCopy, CatalogueUnwritable
    """
    with catalogue.transaction():
        catalogue.db.execute(
            "insert or replace into known_state (state, revision) values (?, ?)",
            [state.drawn, state.revision],
        )
        catalogue.db.execute(
            """
            delete from known_state where rowid not in
            (select rowid from known_state order by rowid desc limit ?)
            """,
            [_KNOWN],
        )


def was_in_state(catalogue: Catalogue, state: State) -> bool:
    """Return whether a state is this catalogue's, or of its past.

    If so, the log of changes says what changed since. It is not if a backup from before replaced
    the catalogue, even if its revision is higher by now.
    """
    return state == state_now(catalogue) or bool(
        catalogue.rows(
            "select 1 from known_state where state = ? and revision = ?",
            [state.drawn, state.revision],
        )
    )
