"""When documents were taken in."""

from __future__ import annotations

from corpus.catalogue.catalogue import Catalogue


def days_added(catalogue: Catalogue) -> dict[str, str]:
    """Return the day (ISO 8601, UTC) on which each public document was first taken in, by id."""
    return dict(
        catalogue.rows(
            "select id, substr(added_at, 1, 10) from document where pending_since is null"
        )
    )
