"""Lets several reads see the catalogue at one moment, and tells which moment that is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from corpus.catalogue.catalogue import Catalogue


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
