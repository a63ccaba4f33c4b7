"""When documents were taken in, and when they first became public."""

from __future__ import annotations

import json
from collections.abc import Iterable

from corpus.catalogue.catalogue import Catalogue


def days_added(catalogue: Catalogue) -> dict[str, str]:
    """Return the day (ISO 8601, UTC) on which each public document was first taken in, by id."""
    return dict(
        catalogue.rows(
            "select id, substr(added_at, 1, 10) from document where pending_since is null"
        )
    )


def first_published(catalogue: Catalogue, document_ids: Iterable[str]) -> dict[str, str]:
    """Return when each document first became public (ISO 8601, UTC), by id, the newest first.

    That is when it was taken in, or for a contribution, when a curator accepted it. It stays the
    same when the document changes, or is withdrawn and comes back.
    """
    return dict(
        catalogue.rows(
            """
            select document_id, at from publication
            where document_id in (select value from json_each(?)) order by at desc, document_id
            """,
            [json.dumps(list(document_ids))],
        )
    )
