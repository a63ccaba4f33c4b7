"""Which version of the program's reading each document's text and record come from.

The version is a number that grows whenever the same bytes would be read otherwise
(``ingest.model.READING``). What was stored before versions were counted has 0.
"""

from __future__ import annotations

from corpus.catalogue.catalogue import Catalogue


def readings_of(catalogue: Catalogue) -> dict[str, int]:
    """Return the version of each document by its id, pending ones included, in order of the ids."""
    return dict(catalogue.rows("select id, reading from document order by id"))


def count_older_readings(catalogue: Catalogue, current: int) -> int:
    """Return how many documents were read by an earlier version than ``current``."""
    where = "reading < ? and pending_since is null"
    return int(catalogue.rows(f"select count(*) from document where {where}", [current])[0][0])


def mark_read(catalogue: Catalogue, document_id: str, reading: int) -> None:
    """Record that a version reads a document as it is stored; call inside ``transaction()``."""
    catalogue.db.execute("update document set reading = ? where id = ?", [reading, document_id])
