"""Add a member's contribution through the usual pipeline, within its request.

Only a few run at once; the others are asked to try again. The answer is the outcome, so there is no
job queue that a restart could lose. The document and the contribution's state are stored in one
transaction; what is interrupted before that is ended at the next start and can be sent again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.files import sha256_of
from corpus.errors import CorrectionInvalid, EvidenceError
from corpus.errors.said import say
from corpus.model import Outcome
from corpus.people.actors import Actor
from corpus.review import contributions
from corpus.review.contributions import Contribution
from corpus.review.interrupted import end_interrupted
from ingest.intake import Network, expand_arguments, ingest_sources
from ingest.model import Fetched, Limits, Source
from ingest.sources.harvest import Harvester
from search_api.service.fetching import network_of
from search_api.service.service import Service
from search_api.web.links import split_address

MAX_UPLOAD_BYTES: Final = 25_000_000
"""Enough for a long report with pictures; larger files are added on the command line."""
MAX_NAME_CHARS: Final = 150
LIMITS: Final = Limits(max_file_bytes=MAX_UPLOAD_BYTES)
_KNOWN: Final = "It is already in the repository, or was contributed before."
_FAILED: Final = "It could not be read now. Send it again later."


def contribute_file(
    service: Service, catalogue: Catalogue, actor: Actor, name: str, data: bytes, note: str | None
) -> Contribution:
    """Add a file sent by a member; return the contribution with its outcome.

    Raises:
        CorrectionInvalid: there are no bytes.
        ContributionsFull
        HTTPException: 503 when too many are being read.
    """
    if not data:
        raise CorrectionInvalid("file", say("is empty"))
    name = file_name(name)
    uri = f"upload:{sha256_of(data)[:32]}/{name}"
    source = Source(uri, fetched=Fetched(uri, data, name))
    return _contribute(service, catalogue, actor, source, name, note)


def contribute_address(
    service: Service,
    catalogue: Catalogue,
    actor: Actor,
    address: str,
    note: str | None,
    *,
    network: Network | None = None,
) -> Contribution:
    """Fetch an address named by a member and add it; only http and https are allowed.

    Raises:
        CorrectionInvalid: it is not such an address.
        ContributionsFull
        HTTPException: 503 when too many are being read.
    """
    address = address.strip()
    if not web_address(address):
        raise CorrectionInvalid(
            "url", say("must be an address that begins with https:// or http://")
        )
    (item,) = expand_arguments([address])
    if isinstance(item, Outcome):
        raise CorrectionInvalid("url", say("is not a well-formed address"))
    return _contribute(service, catalogue, actor, item, address, note, network)


def read_address(
    service: Service,
    catalogue: Catalogue,
    address: str,
    on_record: Callable[[Outcome], object],
    *,
    network: Network | None = None,
) -> Outcome:
    """Fetch an address in the ledger again, for a curator, without a review.

    Args:
        service: the running server.
        catalogue: the record.
        address: where it is on the web.
        on_record: called with the outcome inside the transaction that records it.
        network: which addresses may be fetched.

    Raises:
        HTTPException: 503 when too many are being read.
    """
    (item,) = expand_arguments([address])
    if isinstance(item, Outcome):
        raise CorrectionInvalid("source", say("is not a well-formed address"))
    with service.reading.one():
        return _read(service, catalogue, item, network, on_record, contributed=False)


def take_in_many(
    service: Service,
    catalogue: Catalogue,
    files: Iterable[tuple[str, IO[bytes]]],
    addresses: Iterable[str],
    on_record: Callable[[Outcome], object],
    *,
    network: Network | None = None,
) -> None:
    """Add a curator's files, then addresses; everybody finds them at once.

    Each ends in an outcome, in this order; one that fails does not stop the others.

    Args:
        service: the running server.
        catalogue: the record.
        files: name and content of each.
        addresses: on the web; others are rejected.
        on_record: called with each outcome inside the transaction that records it.
        network: which addresses may be fetched.

    Raises:
        HTTPException: 503 when too many are being read.
    """
    items = (*(_source_of(name, file) for name, file in files), *map(_source_at, addresses))
    with service.reading.one():
        for _ in ingest_sources(
            items,
            catalogue,
            service.originals,
            limits=LIMITS,
            network=network or network_of(service.settings),
            workers=1,
            on_record=on_record,
        ):
            pass


def take_in_feed(
    service: Service,
    catalogue: Catalogue,
    address: str,
    limit: int,
    on_record: Callable[[Outcome], object],
    *,
    network: Network | None = None,
) -> None:
    """Add the first entries of a feed, which are its newest, for a curator.

    Args:
        service: the running server.
        catalogue: the record.
        address: of the feed.
        limit: how many entries at most.
        on_record: called inside a transaction with the outcome of each entry, or, if there is
            none to read, with that of the feed.
        network: which addresses may be fetched.

    Raises:
        HTTPException: 503 when too many are being read.
    """
    network = network or network_of(service.settings)
    told = 0

    def record(outcome: Outcome) -> None:
        nonlocal told
        told += 1
        on_record(outcome)

    def take(items: Iterable[Source | Outcome]) -> Iterator[Outcome]:
        return ingest_sources(
            items, catalogue, service.originals,
            limits=LIMITS, network=network, workers=1, on_record=record,
        )  # fmt: skip

    with service.reading.one():
        for outcome in Harvester(catalogue, take, LIMITS, network).harvest_feed(address, limit):
            if not told:
                with catalogue.transaction():
                    on_record(outcome)


def _source_of(name: str, file: IO[bytes]) -> Source | Outcome:
    data = file.read(MAX_UPLOAD_BYTES + 1)
    uri = f"upload:{sha256_of(data)[:32]}/{name}"
    if not data:
        return Outcome(uri, "rejected", "The file is empty.", "empty")
    if len(data) > MAX_UPLOAD_BYTES:
        reason = "It has more than 25 MB. Add it on the command line: salex add"
        return Outcome(uri, "rejected", reason, "too-large")
    return Source(uri, fetched=Fetched(uri, data, name))


def _source_at(address: str) -> Source | Outcome:
    if not web_address(address):
        reason = "An address begins with https:// or http://"
        return Outcome(address, "rejected", reason, "address")
    (item,) = expand_arguments([address])
    return item


def web_address(address: str) -> bool:
    """Tell whether something is a web address and not a path on this machine."""
    parts = split_address(address)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and address.isprintable()


def file_name(given: str) -> str:
    """Return the last part of a file name sent by a browser, without unprintable characters."""
    last = PurePosixPath(given.replace("\\", "/")).name
    shown = "".join(c for c in last if c.isprintable()).strip(" .")
    return shown[-MAX_NAME_CHARS:] or "document"


def _contribute(
    service: Service,
    catalogue: Catalogue,
    actor: Actor,
    source: Source,
    name: str,
    note: str | None,
    network: Network | None = None,
) -> Contribution:
    with service.reading.one():
        end_interrupted(catalogue)
        made = contributions.receive(
            catalogue, actor, source.uri, name, (note or "").strip() or None
        )

        def conclude(outcome: Outcome) -> None:
            if outcome.kind == "duplicate":
                outcome = replace(outcome, reason=_KNOWN)
            contributions.conclude(catalogue, actor, made, outcome)

        try:
            _read(service, catalogue, source, network, conclude, contributed=True)
        except Exception:
            with suppress(EvidenceError, sqlite3.Error):
                conclude(Outcome(source.uri, "rejected", _FAILED, "interrupted"))
            raise
        return contributions.contribution(catalogue, made.id)


def _read(
    service: Service,
    catalogue: Catalogue,
    source: Source,
    network: Network | None,
    on_record: Callable[[Outcome], object],
    *,
    contributed: bool,
) -> Outcome:
    chosen = network or network_of(service.settings)
    (outcome,) = ingest_sources(
        [source],
        catalogue,
        service.originals,
        limits=LIMITS,
        network=chosen,
        workers=1,
        contributed=contributed,
        on_record=on_record,
    )
    return outcome
