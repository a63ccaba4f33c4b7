"""The words of the documents that readers may see, for corrections and suggestions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from corpus.catalogue.catalogue import Catalogue

_SHOWN: Final = "pending_since is null and withdrawn_at is null"


def worded_passages(catalogue: Catalogue) -> Iterator[tuple[str | None, str]]:
    """Yield the language and the text of each passage, and of each title."""
    yield from catalogue.db.conn.execute(
        f"""
        select d.language, coalesce(p.heading, '') || ' ' || p.text
        from passage p join document d on d.id = p.document_id where {_SHOWN}
        union all select language, title from document where {_SHOWN}
        """
    )


def titles(catalogue: Catalogue) -> list[str]:
    """Return the titles of all documents."""
    return [row[0] for row in catalogue.rows(f"select title from document where {_SHOWN}")]


def frequent_headings(catalogue: Catalogue, *, least: int) -> list[tuple[str, int]]:
    """Return the headings that at least so many documents have, and how many."""
    sql = f"""
        select p.heading, count(distinct d.id) as documents
        from passage p join document d on d.id = p.document_id
        where p.heading is not null and {_SHOWN}
        group by p.heading having documents >= ? order by documents desc, p.heading
    """
    return [(str(row[0]), int(row[1])) for row in catalogue.rows(sql, [least])]
