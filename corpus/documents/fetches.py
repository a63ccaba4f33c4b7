"""What servers answered to fetches, and how far harvests got, so that nothing is asked twice."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Final

from corpus.catalogue.catalogue import Catalogue, now


@dataclass(frozen=True, slots=True)
class Fetch:
    """The last successful fetch of a source: validators for a conditional GET, and the result.

    ``encoding`` says in words how the bytes were decoded, and why.
    """

    source: str
    canonical_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    encoding: str | None = None
    fetched_at: str = ""


@dataclass(frozen=True, slots=True)
class Harvest:
    """How far the harvest of an endpoint got.

    ``selection`` names what is requested (metadata prefix and set). An interrupted run leaves a
    ``resumption_token``; the next complete run asks for records since ``newest_datestamp``.
    """

    endpoint: str
    selection: str
    resumption_token: str | None = None
    newest_datestamp: str | None = None
    started_at: str = ""
    finished_at: str | None = None


_FETCH: Final = ", ".join(f.name for f in fields(Fetch))
_HARVEST: Final = ", ".join(f.name for f in fields(Harvest))


def fetch_of(catalogue: Catalogue, source: str) -> Fetch | None:
    """Return the last successful fetch of a source."""
    rows = catalogue.rows(f"select {_FETCH} from fetch where source = ?", [source])
    return Fetch(*rows[0]) if rows else None


def record_fetch(catalogue: Catalogue, fetch: Fetch) -> None:
    """Store a successful fetch; call inside ``transaction()``."""
    row = asdict(fetch) | {"fetched_at": fetch.fetched_at or now()}
    catalogue.db.table("fetch").upsert(row, pk="source")


def harvest_of(catalogue: Catalogue, endpoint: str, selection: str) -> Harvest | None:
    """Return how far a harvest got."""
    sql = f"select {_HARVEST} from harvest where endpoint = ? and selection = ?"
    rows = catalogue.rows(sql, [endpoint, selection])
    return Harvest(*rows[0]) if rows else None


def record_harvest(catalogue: Catalogue, harvest: Harvest) -> None:
    """Store how far a harvest got; call inside ``transaction()``."""
    row = asdict(harvest) | {"started_at": harvest.started_at or now()}
    catalogue.db.table("harvest").upsert(row, pk=("endpoint", "selection"))
