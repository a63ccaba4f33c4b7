"""From a source to its outcome: pure preparation and decision, and a thin shell that stores.

``prepare`` depends on the bytes alone and is picklable, for worker processes; ``decide`` says what
becomes of them; ``ingest`` reads, stores and records, one transaction a document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Final

from corpus import outcomes
from corpus.catalogue import Catalogue, now
from corpus.errors import SourceRejected
from corpus.files import sha256_of
from corpus.model import Document, Outcome, OutcomeKind, Passage, document_id, passage_id
from corpus.originals import Originals
from ingest import duplicates, metadata
from ingest.clean import shorten
from ingest.extract import extract
from ingest.model import Cut, Extracted, Fetched, Hints, Limits, Prepared, Source
from ingest.passages import assemble, cut
from ingest.sources import Network, expand, fetch

__all__ = ["Limits", "Network", "add", "decide", "expand", "ingest", "prepare"]

MAX_REASON_CHARS: Final = 1_000
CURATOR: Final = "curator"
_DEFAULT_ID: Final = re.compile(r"[0-9a-f]{16}")
_WORD: Final = re.compile(r"\w")


def prepare(fetched: Fetched, limits: Limits = Limits()) -> Prepared:  # noqa: B008 (frozen)
    """Return everything there is to store about what was fetched, but its id.

    Raises:
        SourceRejected: it cannot become a document; nothing else is raised for any bytes.
    """
    media_type, extracted = extract(fetched, limits)
    assembled = assemble(extracted.pages)
    if not _WORD.search(assembled.text):
        raise SourceRejected("no-text", "No words are left of it once it is cleaned.")
    values, origins = metadata.merge(_hints(fetched, extracted, assembled.text))
    document = Document(
        id="",
        source=fetched.source,
        media_type=media_type,
        sha256=sha256_of(fetched.data),
        size_bytes=len(fetched.data),
        page_count=len(assembled.pages),
        page_unit=extracted.page_unit,
        metadata_origins=origins,
        **values,
    )
    return Prepared(
        document=document,
        text=assembled.text,
        pages=assembled.pages,
        cuts=tuple(cut(assembled, document.title)),
        simhash=duplicates.simhash(assembled.text),
        wanted_id=next((h.id for h in extracted.hints if h.id), None),
        lost=extracted.lost,
        doubts=extracted.doubts,
        remarks=extracted.remarks,
    )


def _hints(fetched: Fetched, extracted: Extracted, text: str) -> list[Hints]:
    stated = next((h.language for h in extracted.hints if h.language), None)
    detected = metadata.language_hints(text, stated)
    # What a curator wrote wins over the detector; what a template says does not.
    return [
        *(h if h.origin == "front matter" else replace(h, language=None) for h in extracted.hints),
        metadata.page_hints(extracted.opening),
        detected,
        Hints("http", url=fetched.url),
        metadata.name_hints(fetched.name),
    ]


@dataclass(frozen=True, slots=True)
class Held:
    """What the catalogue knows that bears on one source.

    Attributes:
        own: the document taken from this source before.
        twin: the id of a document of another source made from the same bytes.
        near: the id of a document of another source that reads nearly the same.
        wanted_is_free: whether the id that the front matter asks for can be given.
    """

    own: Document | None = None
    twin: str | None = None
    near: str | None = None
    wanted_is_free: bool = True


def decide(source: str, sha256: str, held: Held, prepared: Prepared | None = None) -> Outcome:
    """Return what becomes of the bytes of a source; pure.

    Without ``prepared`` it answers only where the bytes alone settle it; the caller prepares when
    the outcome is neither ``unchanged`` nor ``duplicate``.
    """
    if held.own and held.own.sha256 == sha256:
        return Outcome(source, "unchanged", "The same bytes as before.", None, held.own.id, sha256)
    if held.twin and not held.own:
        reason = "The same bytes as a document that is held from another source."
        return Outcome(source, "duplicate", reason, None, held.twin, sha256)
    done: OutcomeKind = "updated" if held.own else "added"
    chosen = _chosen_id(source, held, prepared)
    if prepared is None:
        return Outcome(source, done, "", None, chosen, sha256)
    kind: OutcomeKind = "partial" if prepared.lost else "needs_review" if prepared.doubts else done
    return Outcome(source, kind, _reason(done, held, prepared, chosen), None, chosen, sha256)


def _chosen_id(source: str, held: Held, prepared: Prepared | None) -> str:
    if held.own:
        return held.own.id
    wanted = prepared.wanted_id if prepared else None
    return wanted if wanted and held.wanted_is_free else document_id(source)


def _reason(done: OutcomeKind, held: Held, prepared: Prepared, chosen: str) -> str:
    pages = _count(prepared.document.page_count, prepared.document.page_unit or "page")
    parts = [f"{done.capitalize()}: {pages}, {_count(len(prepared.cuts), 'passage')}."]
    parts += (*prepared.lost, *prepared.doubts)
    near = held.twin or held.near
    if near:
        parts.append(f"It reads nearly the same as {near}.")
    if prepared.wanted_id and prepared.wanted_id != chosen:
        parts.append(f"The id {prepared.wanted_id} it asks for was not given.")
    return shorten(" ".join((*parts, *prepared.remarks)), MAX_REASON_CHARS)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def add(
    arguments: Iterable[str],
    catalogue: Catalogue,
    originals: Originals,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    network: Network = Network(),  # noqa: B008 (frozen)
    progress: Callable[[Outcome], None] | None = None,
) -> list[Outcome]:
    """Take in what paths, folders and addresses stand for; return one outcome each.

    Adding the same things again changes nothing; an interrupted run is continued by the next.
    """
    found = []
    items = list(expand(arguments))
    for outcome in ingest(items, catalogue, originals, limits=limits, network=network):
        found.append(outcome)
        if progress:
            progress(outcome)
    return found


def ingest(
    items: Iterable[Source | Outcome],
    catalogue: Catalogue,
    originals: Originals,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    network: Network = Network(),  # noqa: B008 (frozen)
) -> Iterator[Outcome]:
    """Yield the outcome of each item of ``expand``, stored and recorded when it is yielded."""
    for item in items:
        if isinstance(item, Outcome):
            yield _record_rejected(catalogue, item)
            continue
        try:
            fetched = fetch(item, limits, network)
        except SourceRejected as error:
            rejected = Outcome(item.uri, "rejected", error.reason, error.code)
            yield _record_rejected(catalogue, rejected)
        else:
            yield _ingest_one(fetched, catalogue, originals, limits)


def _ingest_one(
    fetched: Fetched, catalogue: Catalogue, originals: Originals, limits: Limits
) -> Outcome:
    source, sha256 = fetched.source, sha256_of(fetched.data)
    prepared: Prepared | None = None
    while True:
        # Everything is looked up and decided under the write lock: another process may have been
        # quicker. Preparing is slow and happens outside it, between two rounds at most.
        with catalogue.transaction():
            held = _held(catalogue, source, sha256, prepared)
            outcome = decide(source, sha256, held, prepared)
            if outcome.kind in ("unchanged", "duplicate"):
                return outcomes.record(catalogue, _standing(catalogue, outcome))
            if prepared:
                _store(catalogue, outcome, held, prepared)
                return outcomes.record(catalogue, outcome)
        try:
            prepared = prepare(fetched, limits)
        except SourceRejected as error:
            rejected = Outcome(source, "rejected", error.reason, error.code, None, sha256)
            return _record_rejected(catalogue, rejected)
        originals.keep(fetched.data)


def _record_rejected(catalogue: Catalogue, outcome: Outcome) -> Outcome:
    with catalogue.transaction():
        held = catalogue.id_of_source(outcome.source)
        if held:
            reason = f"{outcome.reason} The version taken in before stays."
            outcome = replace(outcome, reason=reason, document_id=held)
        return outcomes.record(catalogue, outcome)


def _standing(catalogue: Catalogue, outcome: Outcome) -> Outcome:
    """Carry on what is still to be looked at, so that a second run does not hide it.

    An ``unchanged`` document that was partial or in need of review says so in its code.
    """
    before = outcomes.latest_of(catalogue, outcome.source)
    if outcome.kind != "unchanged" or before is None:
        return outcome
    if before.kind in ("partial", "needs_review"):
        reason = f"{outcome.reason} Still {before.kind.replace('_', ' ')}: {before.reason}"
        return replace(outcome, reason=shorten(reason, MAX_REASON_CHARS), code=before.kind)
    if before.kind == "unchanged" and before.code:
        return replace(outcome, reason=before.reason, code=before.code)
    return outcome


def _held(catalogue: Catalogue, source: str, sha256: str, prepared: Prepared | None = None) -> Held:
    own_id = catalogue.id_of_source(source)
    twin = catalogue.id_of_sha256(sha256)
    wanted = prepared.wanted_id if prepared else None
    return Held(
        own=catalogue.document(own_id) if own_id else None,
        twin=twin if twin != own_id else None,
        near=_near(catalogue, prepared, own_id) if prepared else None,
        # The ids given by default are 16 hexadecimal digits: nobody may ask for one of those.
        wanted_is_free=wanted is None
        or not (_DEFAULT_ID.fullmatch(wanted) or catalogue.documents([wanted])),
    )


def _near(catalogue: Catalogue, prepared: Prepared, own_id: str | None) -> str | None:
    others = [(name, value) for name, value in catalogue.simhashes() if name != own_id]
    near = duplicates.near_duplicate(prepared.text, prepared.simhash, others, catalogue.text)
    if near and catalogue.document(near).near_duplicate_of == own_id is not None:
        return None  # it is marked as ours already; the mark must not go round in a circle
    return near


def _store(catalogue: Catalogue, outcome: Outcome, held: Held, prepared: Prepared) -> None:
    assert outcome.document_id is not None
    moment = now()
    document = replace(
        prepared.document,
        id=outcome.document_id,
        near_duplicate_of=held.twin or held.near,
        added_at=held.own.added_at if held.own else moment,
        updated_at=moment,
    )
    if held.own:
        document = with_corrections(document, held.own)
    catalogue.store(
        document,
        prepared.text,
        pages=prepared.pages,
        passages=_passages(document.id, prepared.cuts),
        simhash=prepared.simhash,
    )


def with_corrections(document: Document, held: Document) -> Document:
    """Return ``document`` with the fields that a curator corrected in the held version."""
    kept = [name for name, origin in held.metadata_origins.items() if origin == CURATOR]
    known = {f.name for f in fields(Document)}
    return replace(
        document,
        metadata_origins={**document.metadata_origins, **dict.fromkeys(kept, CURATOR)},
        **{name: getattr(held, name) for name in kept if name in known},
    )


def _passages(document: str, cuts: Iterable[Cut]) -> list[Passage]:
    seen: Counter[str] = Counter()
    passages = []
    for position, c in enumerate(cuts):
        number = passage_id(document, c.text, seen[c.text])
        seen[c.text] += 1
        passages.append(
            Passage(
                number, document, position, c.page, c.page_end, c.heading, c.start, c.end, c.text
            )
        )
    return passages
