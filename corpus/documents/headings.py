"""The words that may change under a passage's id: its title and its heading."""

from __future__ import annotations

from corpus.catalogue.catalogue import Catalogue


def passage_headings(catalogue: Catalogue) -> list[tuple[int, str, str | None]]:
    """Return (id, title, heading) of every passage that the encoder reads, ordered by id."""
    return catalogue.rows(
        """
        select id, title, heading from passage
        where document_id not in (select id from document where pending_since is not null)
        order by id
        """
    )
