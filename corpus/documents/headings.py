"""The words that may change under a passage's id: its title and its heading."""

from __future__ import annotations

import zlib

from corpus.catalogue.catalogue import Catalogue


def passage_headings(
    catalogue: Catalogue, *, pending: bool = False
) -> list[tuple[int, str, str | None]]:
    """Return (id, title, heading) of every passage, ordered by id.

    Those of documents that wait for a curator are among them only with ``pending``.
    """
    seen = "not in (select id from document where pending_since is not null)"
    where = "true" if pending else f"document_id {seen}"
    return catalogue.rows(f"select id, title, heading from passage where {where} order by id")


def heading_checksum(title: str, heading: str | None, form: int = 0) -> int:
    """Return a checksum of a title and a heading, and of the form in which they are used."""
    return zlib.crc32(f"{title}\x1f{heading or ''}".encode(), form)
