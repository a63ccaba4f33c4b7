"""Which document a passage is of, for some passages instead of all."""

from __future__ import annotations

import json
from collections.abc import Iterable

from corpus.catalogue.catalogue import Catalogue

_PENDING = "select id from document where pending_since is not null"


def places_of_passages(catalogue: Catalogue, ids: Iterable[int]) -> list[tuple[int, str, str]]:
    """Return (passage id, document id, role) of those of these passages that there are.

    They are ordered by passage id; those of documents that wait for a curator are left out.
    """
    return catalogue.rows(
        f"""
        select id, document_id, role from passage
        where id in (select cast(value as integer) from json_each(?))
        and document_id not in ({_PENDING}) order by id
        """,
        [json.dumps([str(number) for number in ids])],
    )


def unsearched_passages(catalogue: Catalogue) -> list[int]:
    """Return the ids of the passages that no search shows, ascending.

    Their documents wait for a curator, or were withdrawn; the keyword index has their words.
    """
    rows = catalogue.rows(
        """
        select id from passage where document_id in (
            select id from document where pending_since is not null or withdrawn_at is not null
        ) order by id
        """
    )
    return [row[0] for row in rows]
