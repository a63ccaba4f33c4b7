"""Decide the outcome of a source's bytes from what the catalogue knows: pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from corpus.documents.corrections import CURATOR
from corpus.model import Document, Outcome, OutcomeKind, document_id
from ingest.model import Prepared
from ingest.text.clean import shorten

SETTLED: Final = ("unchanged", "duplicate")
"""Outcomes that are decided without reading the text."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue knows about one source.

    Attributes:
        own: the document taken from this source before.
        twin: the id of a document of another source made from the same bytes.
        near: the id of a document of another source that reads nearly the same.
        wanted_is_free: whether the id that the front matter asks for is free.
        contributed: whether the bytes come from a member; then stored documents are not changed.
        told_otherwise: whether the record that names the bytes says something else than before.
    """

    own: Document | None = None
    twin: str | None = None
    near: str | None = None
    wanted_is_free: bool = True
    contributed: bool = False
    told_otherwise: bool = False


def decide_outcome(
    source: str, sha256: str, known: Known, prepared: Prepared | None = None
) -> Outcome:
    """Return the outcome of the bytes of a source; pure.

    Without ``prepared`` the outcome is final only if it is ``unchanged`` or ``duplicate``;
    otherwise the caller prepares the document and asks again.
    """
    same = not known.told_otherwise
    if same and known.own and _settled(known.own, sha256, contributed=known.contributed):
        return Outcome(source, "unchanged", "The same bytes as before.", None, known.own.id, sha256)
    if known.own and known.contributed and not known.own.pending_since:
        return Outcome(
            source, "duplicate", "It is already in the repository.", None, known.own.id, sha256
        )
    if known.twin and not known.own:
        reason = "The same bytes as a document from another source."
        if not known.contributed:  # a member is not told what waits from others
            reason = f"The same bytes as the document {known.twin}, from another source."
        return Outcome(source, "duplicate", reason, None, known.twin, sha256)
    done: OutcomeKind = "updated" if known.own and not known.own.pending_since else "added"
    chosen = chosen_id(source, known, prepared)
    if prepared is None:
        return Outcome(source, done, "", None, chosen, sha256)
    return Outcome(
        source,
        kind_of(prepared, done),
        explain(done, known, prepared, chosen),
        None,
        chosen,
        sha256,
    )


def kind_of(prepared: Prepared, done: OutcomeKind) -> OutcomeKind:
    """Return the outcome of a text: ``done``, unless something is missing or in doubt."""
    return "partial" if prepared.lost else "needs_review" if prepared.doubts else done


def _settled(own: Document, sha256: str, *, contributed: bool) -> bool:
    """Whether the stored document already matches these bytes.

    A document withdrawn at its source is restored with it; one that a curator withdrew is not. A
    pending one is accepted when somebody who may add documents adds its source.
    """
    withdrawn = own.withdrawn_at and own.metadata_origins.get("withdrawn_at") != CURATOR
    waits = own.pending_since and not contributed
    return own.sha256 == sha256 and not withdrawn and not waits


def chosen_id(source: str, known: Known, prepared: Prepared | None) -> str:
    """Return the id of the document that the bytes of a source become."""
    if known.own:
        return known.own.id
    wanted = prepared.wanted_id if prepared else None
    return wanted if wanted and known.wanted_is_free else document_id(source)


def explain(done: OutcomeKind, known: Known, prepared: Prepared, chosen: str) -> str:
    """Return the reason of an outcome: what was read, and what is missing or in doubt."""
    pages = _count(prepared.document.page_count, prepared.document.page_unit or "page")
    parts = [f"{done.capitalize()}: {pages}, {_count(len(prepared.cuts), 'passage')}."]
    parts += (*prepared.lost, *prepared.doubts)
    near = known.twin or known.near
    if near:
        parts.append(f"Its text is nearly the same as that of {near}.")
    if prepared.wanted_id and prepared.wanted_id != chosen:
        parts.append(f"The id {prepared.wanted_id} that it asks for is taken or not allowed.")
    return shorten(" ".join((*parts, *prepared.remarks)), MAX_REASON_CHARS)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


MAX_REASON_CHARS: Final = 1_000
