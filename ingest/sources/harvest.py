"""Harvest feeds, sitemaps and repositories, and store how far each harvest got.

The caller adds the documents (``ingest.intake.ingest_sources``): this room lies below it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.catalogue.files import sha256_of
from corpus.documents import outcomes
from corpus.documents.fetches import (
    Fetch,
    Harvest,
    fetch_of,
    harvest_of,
    record_fetch,
    record_harvest,
)
from corpus.errors import ProtocolError, SourceRejected
from corpus.model import Outcome
from ingest.model import Limits, Source
from ingest.records import csl
from ingest.sources import bibliography, feed, oai, sitemap, url
from ingest.sources.hosts import Network

TakeIn = Callable[[Iterable[Source | Outcome]], Iterator[Outcome]]
"""Stores and records sources and yields their outcomes: a bound ``ingest_sources``."""

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")


@dataclass(frozen=True, slots=True)
class Harvester:
    """What every harvest needs.

    Attributes:
        catalogue: where the state of each harvest is stored.
        take_in: stores and records items.
        limits: bound size, time and redirects.
        network: where fetching may go, and how politely.
    """

    catalogue: Catalogue
    take_in: TakeIn
    limits: Limits = field(default_factory=Limits)
    network: Network = field(default_factory=Network)

    def harvest_feed(self, address: str, limit: int | None = None) -> Iterator[Outcome]:
        """Add the pages that a feed lists; an unchanged feed is not read again."""
        from ingest.sources.client import fetch_body

        try:
            source = url.source_of(address)
            known = fetch_of(self.catalogue, source.uri)
            answer = fetch_body(
                source.uri, self.limits, self.network, max_bytes=feed.MAX_BYTES,
                conditions=url.conditional_headers(known),
            )  # fmt: skip
            if answer.data is None:
                yield self._say(Outcome(source.uri, "unchanged", "The feed has nothing new."))
                return
            items = feed.read_feed(answer.data, answer.url, answer.declared)
        except (SourceRejected, ValueError) as error:
            yield from self.take_in([_rejected(address, error)])
            return
        missed = len(items) > len(items[:limit])
        for outcome in self.take_in(items[:limit]):
            missed = missed or outcome.code == "fetch-failed"
            yield outcome
        if not missed:  # else the entries left out would be forgotten at the next 304
            digest = sha256_of(answer.data)
            stored = Fetch(source.uri, answer.url, answer.etag, answer.last_modified, digest)
            with self.catalogue.transaction():
                record_fetch(self.catalogue, stored)

    def harvest_sitemap(self, address: str, limit: int | None = None) -> Iterator[Outcome]:
        """Add the pages that a sitemap and its nested sitemaps list."""
        try:
            here = url.canonical_url(address)
        except ValueError as error:
            yield from self.take_in([_rejected(address, error)])
            return
        pages = sitemap.list_pages(
            here, self._reader(sitemap.MAX_BYTES), limit or sitemap.MAX_PAGES
        )
        yield from self.take_in(pages)

    def harvest_oai(
        self,
        endpoint: str,
        *,
        selected: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> Iterator[Outcome]:
        """Add the records of a repository that are new or changed since the last harvest.

        After an interruption it continues where it stopped. The document of a deleted record is
        withdrawn: it is kept, but search leaves it out.

        Args:
            endpoint: the base URL of the repository.
            selected: the set to harvest.
            since: the first day, YYYY-MM-DD; without it, where the last harvest ended.
            until: the last day.
            limit: how many records to take at most.
            progress: told how many records were seen, of how many where that is known.
        """
        run = _Run(self, endpoint, selected, since, until, limit, progress)
        try:
            yield from run.outcomes()
        except (SourceRejected, ValueError) as error:
            yield from self.take_in([_rejected(endpoint, error)])

    def _reader(self, max_bytes: int, *, heed_robots: bool = True) -> Callable[[str], bytes]:
        from ingest.sources.client import fetch_body

        def read(address: str) -> bytes:
            answer = fetch_body(
                address, self.limits, self.network, max_bytes=max_bytes, heed_robots=heed_robots
            )
            return answer.data or b""

        return read

    def _say(self, outcome: Outcome) -> Outcome:
        with self.catalogue.transaction():
            return outcomes.record_outcome(self.catalogue, outcome)


def _rejected(address: str, error: Exception) -> Outcome:
    if isinstance(error, SourceRejected):
        return Outcome(address, "rejected", error.reason, error.code)
    return Outcome(address, "rejected", f"This is not a web address: {error}.", "fetch-failed")


@dataclass(slots=True)
class _Run:
    """One harvest of a repository on its way."""

    harvester: Harvester
    endpoint: str
    selected: str | None
    since: str | None
    until: str | None
    limit: int | None
    progress: Callable[[int, int | None], None] | None
    seen: int = 0
    newest: str | None = None

    def outcomes(self) -> Iterator[Outcome]:
        """Ask for batch after batch; where the next begins is kept once one is taken in."""
        for day in (self.since, self.until):
            if day and not _DATE.fullmatch(day):
                raise ValueError(f"{day} is not a date; write YYYY-MM-DD")
        # robots.txt speaks to crawlers; this interface is there to be harvested (EPrints closes
        # /cgi/ to robots, and serves OAI-PMH below it).
        read = self.harvester._reader(oai.MAX_BYTES, heed_robots=False)
        repository = oai.identify_repository(self.endpoint, read)
        state = self._begun()
        token, tokens = state.resumption_token, set[str]()
        while True:
            try:
                batch = self._batch(read, repository, state, token)
            except ProtocolError as error:
                if error.word != "badResumptionToken" or token is None or tokens:
                    raise
                # The repository no longer knows the stored token: begin the list again, once.
                token, state = None, replace(state, resumption_token=None)
                tokens.add("")
                continue
            yield from self._taken(batch)
            if self.limit is not None and self.seen >= self.limit:
                return
            token = batch.token
            if token is None:
                break
            if token in tokens:
                raise SourceRejected(
                    "oai-error", "The repository repeats the same token. Tell its operators."
                )
            tokens.add(token)
            self._keep(replace(state, resumption_token=token))
        newest = max(filter(None, (state.newest_datestamp, self.newest)), default=None)
        self._keep(
            replace(state, resumption_token=None, newest_datestamp=newest, finished_at=now())
        )

    def _begun(self) -> Harvest:
        window = {"set": self.selected, "from": self.since, "until": self.until}
        asked = [f"{name}={value}" for name, value in window.items() if value]
        selection = " ".join((oai.PREFIX, *asked))
        stored = harvest_of(self.harvester.catalogue, self.endpoint, selection)
        if stored and stored.resumption_token:
            return stored
        return Harvest(
            self.endpoint, selection, None, stored.newest_datestamp if stored else None, now()
        )

    def _batch(
        self, read: oai.Read, repository: oai.Repository, state: Harvest, token: str | None
    ) -> oai.Batch:
        if token:
            return oai.list_records(self.endpoint, read, token=token)
        window = (self.since or state.newest_datestamp, self.until)
        since, until = _fitting(window, repository)
        return oai.list_records(
            self.endpoint, read, selected=self.selected, since=since, until=until
        )

    def _taken(self, batch: oai.Batch) -> Iterator[Outcome]:
        left = None if self.limit is None else self.limit - self.seen
        items = batch.items[:left]
        live = [self._source(i, i.record) for i in items if i.record is not None]
        for outcome in self.harvester.take_in(live):
            yield outcome
            self._advance(batch)
        for item in items:
            if item.record is None:
                yield _withdrawn(self.harvester.catalogue, self._uri(item), item.datestamp)
                self._advance(batch)
        self.newest = max((self.newest or "", *(i.datestamp for i in items))) or None

    def _advance(self, batch: oai.Batch) -> None:
        self.seen += 1
        if self.progress:
            self.progress(self.seen, batch.whole)

    def _uri(self, item: oai.Item) -> str:
        return f"{self.endpoint}#{item.identifier}"

    def _source(self, item: oai.Item, record: csl.Record) -> Source | Outcome:
        if item.identifier and csl.title_of(record):
            return bibliography.source_of(self._uri(item), record)
        reason = f"The record {item.identifier or 'without identifier'} has no title."
        return Outcome(self._uri(item), "rejected", reason, "no-title")

    def _keep(self, state: Harvest) -> None:
        with self.harvester.catalogue.transaction():
            record_harvest(self.harvester.catalogue, state)


def _fitting(window: Sequence[str | None], repository: oai.Repository) -> Iterator[str | None]:
    """Yield moments as finely as the repository knows time, and all alike; it refuses others."""
    days = repository.granularity.upper() == "YYYY-MM-DD" or any(len(m or "") == 10 for m in window)
    return (moment and moment[:10] if days else moment for moment in window)


def _withdrawn(catalogue: Catalogue, uri: str, datestamp: str) -> Outcome:
    """Withdraw the document of a record that its repository deleted; say so in the ledger."""
    when = f" on {datestamp[:10]}" if datestamp else ""
    reason = f"The repository deleted the record{when}."
    with catalogue.transaction():
        stored = catalogue.id_of_source(uri)
        if stored is None:
            outcome = Outcome(
                uri, "unchanged", f"{reason} It was never in the repository.", "withdrawn"
            )
        elif catalogue.document(stored, pending=True).withdrawn_at:
            outcome = Outcome(uri, "unchanged", f"{reason} It is withdrawn.", "withdrawn", stored)
        else:
            catalogue.withdraw_document(stored, reason)
            reason += " Its document is withdrawn: kept, and left out of searches."
            outcome = Outcome(uri, "updated", reason, "withdrawn", stored)
        return outcomes.record_outcome(catalogue, outcome)
