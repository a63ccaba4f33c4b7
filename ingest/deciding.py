"""What becomes of the bytes of a source, decided from what the catalogue holds: pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from corpus.documents.corrections import CURATOR
from corpus.model import Document, Outcome, OutcomeKind, document_id
from ingest.model import Prepared
from ingest.text.clean import shorten

SETTLED: Final = ("unchanged", "duplicate")
"""Outcomes that need no look at the text."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the catalogue knows that bears on one source.

    Attributes:
        own: the document taken from this source before.
        twin: the id of a document of another source made from the same bytes.
        near: the id of a document of another source that reads nearly the same.
        wanted_is_free: whether the id that the front matter asks for can be given.
        contributed: whether the bytes come from a member: then what is held stays as it is.
    """

    own: Document | None = None
    twin: str | None = None
    near: str | None = None
    wanted_is_free: bool = True
    contributed: bool = False


def decide_outcome(
    source: str, sha256: str, held: Held, prepared: Prepared | None = None
) -> Outcome:
    """Return what becomes of the bytes of a source; pure.

    Without ``prepared`` it answers only where the bytes alone settle it; the caller prepares when
    the outcome is neither ``unchanged`` nor ``duplicate``.
    """
    if held.own and _settled(held.own, sha256, contributed=held.contributed):
        return Outcome(source, "unchanged", "The same bytes as before.", None, held.own.id, sha256)
    if held.own and held.contributed and not held.own.pending_since:
        return Outcome(source, "duplicate", "It is held already.", None, held.own.id, sha256)
    if held.twin and not held.own:
        reason = "The same bytes as a document that is held from another source."
        return Outcome(source, "duplicate", reason, None, held.twin, sha256)
    done: OutcomeKind = "updated" if held.own and not held.own.pending_since else "added"
    chosen = _chosen_id(source, held, prepared)
    if prepared is None:
        return Outcome(source, done, "", None, chosen, sha256)
    kind: OutcomeKind = "partial" if prepared.lost else "needs_review" if prepared.doubts else done
    return Outcome(source, kind, _reason(done, held, prepared, chosen), None, chosen, sha256)


def _settled(own: Document, sha256: str, *, contributed: bool) -> bool:
    """Whether these bytes are held as they should be.

    A document withdrawn at its source comes back with it; one a curator withdrew does not. One
    that waits for a curator is taken in by whoever may add documents.
    """
    withdrawn = own.withdrawn_at and own.metadata_origins.get("withdrawn_at") != CURATOR
    waits = own.pending_since and not contributed
    return own.sha256 == sha256 and not withdrawn and not waits


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


MAX_REASON_CHARS: Final = 1_000
