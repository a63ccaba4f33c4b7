"""Lets several reads see the catalogue at one moment, whatever is written meanwhile."""

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
