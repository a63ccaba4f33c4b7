"""From a source to its outcome: workers prepare, a pure function decides, thin code stores.

``ingest_sources`` reads bytes in this process, has workers prepare them, and stores each document
with its outcome in one transaction; ``decide_outcome`` decides what the outcome is.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.catalogue.failpoints import failpoint
from corpus.catalogue.files import sha256_of
from corpus.catalogue.originals import Originals
from corpus.documents import outcomes
from corpus.documents.corrections import CURATOR, with_corrections
from corpus.documents.removing import Removals, read_removals
from corpus.errors import SourceRejected
from corpus.model import Document, Outcome
from ingest import duplicates
from ingest.deciding import MAX_REASON_CHARS, SETTLED, Known, chosen_id, decide_outcome
from ingest.extract.record import MEDIA_TYPE as RECORD
from ingest.extract.record import ORIGIN
from ingest.intake.storing import store_prepared
from ingest.isolation.pool import Job, Pool
from ingest.isolation.workers import BYTES_IN_FLIGHT, Workers
from ingest.model import Fetched, Hints, Limits, Prepared, Source
from ingest.preparing import stated_by
from ingest.sources import Network, expand_arguments, known_fetch, remember_fetch, revisit_source
from ingest.text.clean import shorten

_DEFAULT_ID: Final = re.compile(r"[0-9a-f]{16}")


def add_sources(
    arguments: Iterable[str],
    catalogue: Catalogue,
    originals: Originals,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    network: Network = Network(),  # noqa: B008 (frozen)
    workers: int | None = None,
    progress: Callable[[Outcome], None] | None = None,
) -> list[Outcome]:
    """Add the sources that paths, folders and addresses stand for; return one outcome each.

    Adding the same sources again changes nothing; the next run continues an interrupted one.
    """
    results = []
    items = list(expand_arguments(arguments))
    for outcome in ingest_sources(
        items, catalogue, originals, limits=limits, network=network, workers=workers
    ):
        results.append(outcome)
        if progress:
            progress(outcome)
    return results


def ingest_sources(
    items: Iterable[Source | Outcome],
    catalogue: Catalogue,
    originals: Originals,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    network: Network = Network(),  # noqa: B008 (frozen)
    workers: int | None = None,
    pool: Pool | None = None,
    contributed: bool = False,
    on_record: Callable[[Outcome], object] | None = None,
) -> Generator[Outcome]:
    """Yield the outcome of each source, stored and recorded by the time it is yielded.

    Outcomes come in the order of the items, however fast their workers are, so the same items
    always make the same catalogue. This process reads and writes; workers extract.

    Args:
        items: the sources to add, and rejected inputs to record.
        catalogue: where documents are stored; this process must be its only writer.
        originals: where the bytes are stored.
        limits: how much one input may use.
        network: which addresses may be fetched.
        workers: how many processes extract in parallel; ``None`` means one per processor, 0
            extracts in this process, without isolation.
        pool: who extracts, in place of processes of this machine; it has its own limits.
        contributed: whether new documents wait for a curator.
        on_record: called with each outcome inside the transaction that records it: what it writes
            is stored together with the document or not at all.
    """
    with nullcontext(pool) if pool else Workers(limits, workers) as chosen:
        removals = read_removals(catalogue)
        intake = Intake(
            catalogue, originals, chosen, limits, network, contributed, on_record, removals
        )
        waiting: deque[_Input] = deque()
        for item in items:
            waiting.append(intake.begin(item))
            while waiting and (intake.is_full(waiting) or intake.is_ready(waiting[0])):
                yield intake.conclude(waiting.popleft())
        while waiting:
            yield intake.conclude(waiting.popleft())


@dataclass(frozen=True, slots=True)
class _Unread:
    """An input in progress whose outcome is known without its bytes."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Read:
    """An input in progress: its bytes and, if needed, the job on them."""

    fetched: Fetched
    sha256: str
    job: Job | None
    instead: Source | None = None


_Input = _Unread | _Read


@dataclass(frozen=True, slots=True)
class Intake:
    """The state of an intake, with the first and last step of each input."""

    catalogue: Catalogue
    originals: Originals
    pool: Pool
    limits: Limits
    network: Network
    contributed: bool
    on_record: Callable[[Outcome], object] | None
    removals: Removals

    def begin(self, item: Source | Outcome) -> _Input:
        """Read an input's bytes; hand them to a worker unless they decide the outcome."""
        if isinstance(item, Outcome):
            return _Unread(item)
        refused = self.removals.refuse(item.uri)
        if refused:
            return _Unread(refused)
        try:
            known = known_fetch(self.catalogue, item)
            fetched = revisit_source(item, self.limits, self.network, known)
        except SourceRejected as error:
            if item.instead:
                return self.begin(_doubted(item.instead, error))
            return _Unread(Outcome(item.uri, "rejected", error.reason, error.code))
        lost = self._lose_text(item)
        if lost:
            return _Unread(lost)
        if fetched is None:
            own, reason = self.catalogue.id_of_source(item.uri), "Its server says it is unchanged."
            return _Unread(Outcome(item.uri, "unchanged", reason, document_id=own))
        failpoint("fetched")
        sha256 = sha256_of(fetched.data)
        failpoint("hashed")
        refused = self.removals.refuse(item.uri, sha256)
        if refused:
            return _Unread(refused)
        likely = decide_outcome(item.uri, sha256, self._look_up(fetched, sha256))
        if likely.kind == "unchanged":
            self.originals.keep(fetched.data)  # repairs one that was damaged or lost
        job = None if likely.kind in SETTLED else self.pool.submit(fetched)
        return _Read(fetched, sha256, job, item.instead)

    def is_full(self, waiting: Sequence[_Input]) -> bool:
        """Whether the oldest input must be concluded before another begins."""
        unsent = sum(len(i.fetched.data) for i in waiting if isinstance(i, _Read) and not i.job)
        many = len(waiting) > self.pool.most_waiting
        return self.pool.is_full or unsent >= BYTES_IN_FLIGHT or many

    def is_ready(self, waiting: _Input) -> bool:
        """Whether an input can be concluded without waiting for its worker."""
        return isinstance(waiting, _Unread) or not waiting.job or self.pool.is_done(waiting.job)

    def conclude(self, item: _Input) -> Outcome:
        """Decide about an input, store it, and record its outcome."""
        if isinstance(item, _Unread):
            return self._record_unread(item.outcome)
        return self._add(item)

    def _record_unread(self, outcome: Outcome) -> Outcome:
        if outcome.kind != "unchanged":
            return self._record_rejected(outcome)
        with self.catalogue.transaction():
            return self._record(_standing(self.catalogue, outcome))

    def _add(self, item: _Read) -> Outcome:
        fetched, sha256, prepared = item.fetched, item.sha256, None
        while True:
            # Everything is looked up and decided under the write lock, because another process or
            # an earlier input may have changed it. Preparing is slow and happens outside the lock.
            with self.catalogue.transaction():
                known = self._look_up(fetched, sha256, prepared)
                outcome = decide_outcome(fetched.source, sha256, known, prepared)
                if outcome.kind in SETTLED or prepared:
                    remember_fetch(self.catalogue, fetched)
                if outcome.kind in SETTLED:
                    self.pool.drop(item.job)
                    return self._record(_standing(self.catalogue, outcome))
                if prepared:
                    stored_id = chosen_id(fetched.source, known, prepared)
                    _store(self.catalogue, stored_id, known, prepared)
                    return self._record(outcome)
            try:
                prepared = self.pool.result(item.job or self.pool.submit(fetched))
            except SourceRejected as error:
                if item.instead:
                    return self.conclude(self.begin(_doubted(item.instead, error)))
                rejected = Outcome(
                    fetched.source, "rejected", error.reason, error.code, None, sha256
                )
                return self._record_rejected(rejected)
            failpoint("worker result")
            self.originals.keep(fetched.data)
            failpoint("original kept")

    def _lose_text(self, item: Source) -> Outcome | None:
        """Return a rejection if a record alone would replace what its attachment told before."""
        own_id = self.catalogue.id_of_source(item.uri)
        if own_id is None or item.fetched is None or item.fetched.declared != RECORD:
            return None
        if self.catalogue.document(own_id, pending=True).media_type == RECORD:
            return None
        reason = " ".join((*item.doubts, *item.remarks)) or "The record names no attachment now."
        return Outcome(item.uri, "rejected", reason, "not-found")

    def _look_up(self, fetched: Fetched, sha256: str, prepared: Prepared | None = None) -> Known:
        own_id = self.catalogue.id_of_source(fetched.source)
        own = self.catalogue.document(own_id, pending=True) if own_id else None
        twin = self.catalogue.id_of_sha256(sha256, pending=self.contributed)
        wanted = prepared.wanted_id if prepared else None
        return Known(
            own=own,
            twin=twin if twin != own_id else None,
            near=_near(self.catalogue, prepared, own_id) if prepared else None,
            # Default ids are 16 hexadecimal digits: front matter may not ask for one of those.
            wanted_is_free=wanted is None
            or not (
                _DEFAULT_ID.fullmatch(wanted) or self.catalogue.documents([wanted], pending=True)
            ),
            contributed=self.contributed,
            told_otherwise=own is not None and _told_otherwise(own, fetched.hints),
        )

    def _record(self, outcome: Outcome) -> Outcome:
        """Record an outcome, inside the transaction that stores what it speaks of."""
        recorded = outcomes.record_outcome(self.catalogue, outcome)
        if self.on_record:
            self.on_record(recorded)
        return recorded

    def _record_rejected(self, outcome: Outcome) -> Outcome:
        with self.catalogue.transaction():
            known = self.catalogue.id_of_source(outcome.source)
            if known:
                reason = f"{outcome.reason} The version added before is kept."
                outcome = replace(outcome, reason=reason, document_id=known)
            return self._record(outcome)


def _doubted(source: Source, error: SourceRejected) -> Source:
    """Return a record whose attachment could not be read, saying so."""
    reason = f"Its attachment could not be read: {error.reason}"
    return replace(source, doubts=(*source.doubts, reason))


def _told_otherwise(stored: Document, hints: Sequence[Hints]) -> bool:
    """Whether the record given with a file differs from the one given before.

    What a curator corrected stays, whatever the record says.
    """
    given, stated = stated_by(ORIGIN, hints), stored.metadata_origins
    before = {n: getattr(stored, n) for n, said in stated.items() if said == ORIGIN}
    return bool(given) and before != {n: v for n, v in given.items() if stated.get(n) != CURATOR}


def _standing(catalogue: Catalogue, outcome: Outcome) -> Outcome:
    """Repeat what still needs attention, so that a second run does not hide it.

    An ``unchanged`` document that was partial or needed review says so in its code.
    """
    before = outcomes.latest_outcome_of(catalogue, outcome.source)
    if outcome.kind != "unchanged" or before is None:
        return outcome
    if before.kind in ("partial", "needs_review"):
        reason = f"{outcome.reason} Still {before.kind.replace('_', ' ')}: {before.reason}"
        return replace(outcome, reason=shorten(reason, MAX_REASON_CHARS), code=before.kind)
    if before.kind == "unchanged" and before.code:
        return replace(outcome, reason=before.reason, code=before.code)
    return outcome


def _near(catalogue: Catalogue, prepared: Prepared, own_id: str | None) -> str | None:
    others = [(name, value) for name, value in catalogue.simhashes() if name != own_id]
    near = duplicates.find_near_duplicate(prepared.text, prepared.simhash, others, catalogue.text)
    if near and catalogue.document(near).near_duplicate_of == own_id is not None:
        return None  # it is already marked as a near duplicate of this one; avoid a cycle
    return near


def _store(catalogue: Catalogue, stored_id: str, known: Known, prepared: Prepared) -> None:
    moment = now()
    document = replace(
        prepared.document,
        id=stored_id,
        near_duplicate_of=known.twin or known.near,
        added_at=known.own.added_at if known.own else moment,
        updated_at=moment,
        pending_since=moment if known.contributed else None,
    )
    if known.own:
        document = with_corrections(document, known.own)
    store_prepared(catalogue, document, prepared)
