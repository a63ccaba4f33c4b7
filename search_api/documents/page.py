"""The page of one document: its record, its tags with their reasons, its passages, its forms."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.corrections import CORRECTABLE
from corpus.documents.versions import versions_of
from corpus.errors import DocumentNotFound, IndexUnusable
from corpus.lists.lists import lists_with
from corpus.model import LIST_FIELDS, RECORD_FIELDS, Document, Passage
from corpus.roles import APPARATUS
from search_api.answers.citations import cited_page, page_label
from search_api.answers.detail import Record, etag_of_record, read_record, shape_record
from search_api.answers.labels import FIELD_NAMES, likelihood_in_words
from search_api.answers.passage_shapes import PassageShape
from search_api.answers.presenting import Presenter
from search_api.answers.shapes import DocumentDetail, HitShape
from search_api.documents import finding
from search_api.documents.exporting import answer_document, reference_of
from search_api.documents.versions import history_link
from search_api.exports.answering import PageFormat, is_file
from search_api.exports.formats import DOCUMENTS
from search_api.exports.json_ld import describe_document
from search_api.exports.metadata import head_pairs, signposts
from search_api.exports.taking import Reference
from search_api.service.service import Service
from search_api.web.access import caller_of
from search_api.web.declared import PREFIX
from search_api.web.dependencies import CatalogueDep, Freshness, ServiceDep
from search_api.web.forms import Field, Refused, digest_fields, merge_fields
from search_api.web.languages import gettext, translate
from search_api.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

PASSAGES_SHOWN: Final = 60
"""Passages on one document page: about 5,000 words, or some ten printed sheets."""
SIMILAR_SHOWN: Final = 5
MAX_FIND_CHARS: Final = 200
LONG: Final = tuple(f.name for f in RECORD_FIELDS if f.long)


@router.get("/documents/{document_id}")
def document(
    request: Request,
    response: Response,
    service: ServiceDep,
    catalogue: CatalogueDep,
    document_id: str,
    fresh: Freshness,
    passage: Annotated[str, Query(max_length=20)] = "",
    start: Annotated[int, Query(alias="from", ge=0)] = 0,
    find: Annotated[str, Query(max_length=MAX_FIND_CHARS)] = "",
    format_name: PageFormat = None,
) -> Response:
    """Show one document: its record, its tags with their reasons, its passages."""
    if is_file(format_name):
        record = read_record(service, catalogue, document_id)
        return answer_document(request, response, service, record, format_name)
    if format_name:
        return RedirectResponse(f"{PREFIX}/documents/{catalogue.document(document_id).id}", 303)
    return show_document(
        request, service, catalogue, document_id,
        headers=fresh, passage=passage, start=start, find=find,
    )  # fmt: skip


def show_document(
    request: Request,
    service: Service,
    catalogue: Catalogue,
    document_id: str,
    *,
    headers: Mapping[str, str] | None = None,
    passage: str = "",
    start: int = 0,
    find: str = "",
    refused: Refused | None = None,
) -> Response:
    """Return the current page; a refused form keeps its text.

    Raises:
        DocumentNotFound
    """
    record = read_record(service, catalogue, document_id)
    passages = catalogue.passages(document_id)
    similar, problem = _similar(service, catalogue, document_id)
    detail = _detail(service, record, next((p for p in passages if str(p.id) == passage), None))
    # A withdrawn document has a page, but is not offered to reference managers and crawlers.
    item = None if record.document.withdrawn_at else reference_of(service, record)
    return render(
        request,
        "document.html",
        status=refused.status if refused else 200,
        headers=refused.headers if refused else _headers(service, document_id, headers, item),
        document=detail,
        desk=_desk(request, service, record, detail, refused),
        **_text_shown(service, record.document, passages, passage, start),
        **_found(passages, find),
        likelihood=likelihood_in_words,
        page_of=lambda one: page_label(record.document, one.page, one.page_end),
        lists=_lists(catalogue, document_id),
        version=versions_of(catalogue, document_id)[-1],
        formats=DOCUMENTS.values(),
        metadata=head_pairs(item) if item else [],
        json_ld=describe_document(item) if item else None,
        similar=similar,
        similar_problem=problem,
        twin=f"{PREFIX}/documents/{document_id}",
    )


def _text_shown(
    service: Service, document: Document, passages: Sequence[Passage], asked_for: str, start: int
) -> dict[str, Any]:
    """Return the part of the text that the page shows, for its template."""
    start, presenter = _part(passages, asked_for, start), Presenter(service)
    chosen = passages[start : start + PASSAGES_SHOWN]
    shown = [presenter.passage(document, p) for p in chosen]
    return {
        "passages": shown,
        "headed": finding.headed_passages(chosen),
        "parts": fold_apparatus(shown, asked_for=asked_for),
        "start": start,
        "shown": PASSAGES_SHOWN,
        "asked_for": asked_for,
    }


def _detail(service: Service, record: Record, asked: Passage | None) -> DocumentDetail:
    """Return the record as it is shown: the page that the reader came for is the one to cite."""
    detail = shape_record(service, record)
    if asked is None:
        return detail
    label = cited_page(record.document, asked.page, asked.page_end)
    cited = Presenter(service).citations(record.document, label)
    return detail.model_copy(update={"citations": cited})


def _lists(catalogue: Catalogue, document_id: str) -> list[tuple[str, str]]:
    """Return the addresses and titles of the published lists that have a document."""
    return [
        (f"/lists/{x.slug}", x.published.selection.title)
        for x in lists_with(catalogue, document_id)
        if x.published
    ]


def _headers(
    service: Service, document_id: str, headers: Mapping[str, str] | None, item: Reference | None
) -> dict[str, str]:
    links = [signposts(item)] if item else []
    links.append(history_link(service, document_id))
    return {**(headers or {}), "Link": ", ".join(links)}


def _part(passages: Sequence[Passage], passage: str, start: int) -> int:
    """Return the start of the shown part: the part with the requested passage, if any."""
    place = next((n for n, p in enumerate(passages) if str(p.id) == passage), start)
    last = max(0, len(passages) - 1)
    return min(place, last) // PASSAGES_SHOWN * PASSAGES_SHOWN


@dataclass(frozen=True, slots=True)
class Part:
    """Passages that follow each other; with a label, they are folded until somebody opens them."""

    passages: tuple[PassageShape, ...]
    label: str | None = None
    open: bool = False


def fold_apparatus(passages: Iterable[PassageShape], *, asked_for: str = "") -> list[Part]:
    """Return passages in order, those that are no evidence by their role as parts to fold.

    Args:
        passages: the passages that are shown.
        asked_for: the id of the passage that a link leads to; its part is open.
    """
    parts = []
    for folded, group in itertools.groupby(passages, key=lambda p: p.role in APPARATUS):
        members = tuple(group)
        named = (translate(p.role.replace("-", " ").capitalize()) for p in members)
        names = dict.fromkeys(named) if folded else {}
        is_open = any(p.id == asked_for for p in members)
        parts.append(Part(members, _as_one(names) or None, is_open))
    return parts


def _as_one(names: Iterable[str]) -> str:
    """Return names in one line, of which the first alone begins with a capital."""
    return ", ".join(names).capitalize()


def _found(passages: Sequence[Passage], find: str) -> dict[str, Any]:
    """Return the outline, and the passages with the words that somebody looks for."""
    found = finding.find_passages(passages, find)
    return {
        "outline": finding.outline_of(passages),
        "find": find.strip(),
        "found": found[: finding.MOST_LISTED],
        "found_in_all": len(found),
        "marks": finding.marks_of(found),
    }


def _similar(
    service: Service, catalogue: Catalogue, document_id: str
) -> tuple[list[HitShape], str | None]:
    """Return similar documents, or why they cannot be shown."""
    try:
        hits = service.searcher.find_similar(catalogue, document_id, limit=SIMILAR_SHOWN)
    except IndexUnusable:
        return [], gettext("Similar documents need the semantic index, which is not available now.")
    except DocumentNotFound:
        return [], gettext("A withdrawn document is not compared with others.")
    return [Presenter(service).hit(hit) for hit in hits], None


# What curators do here ------------------------------------------------------------------------


def _desk(
    request: Request,
    service: Service,
    record: Record,
    detail: DocumentDetail,
    refused: Refused | None,
) -> dict[str, Any] | None:
    """Return the data of the page's forms; ``None`` for callers who may not use them."""
    if not caller_of(request).actor.may("curator"):
        return None
    stored = {name: field_text(record.document, name) for name in CORRECTABLE}
    is_record = refused is not None and refused.form == "record"
    fields = merge_fields(stored, refused.typed if refused and is_record else {})
    return {
        "state": etag_of_record(service, record).strip('"'),
        "seen": digest_fields(stored),
        "vocabularies": service.taxonomy.tagged,
        "fields": [_field(service, name, fields[name]) for name in CORRECTABLE],
        "refused": refused,
        "at": _place(detail, refused),
    }


def _place(detail: DocumentDetail, refused: Refused | None) -> str | None:
    """Return which form was refused, or ``page`` if that form is no longer there."""
    if refused is None:
        return None
    there = {"record", "add-tag", *(f"{tag.vocabulary}-{tag.term}" for tag in detail.tags)}
    if not detail.withdrawn_at:
        there.add("withdrawal")
    return refused.form if refused.form in there else "page"


def field_text(document: Document, name: str) -> str:
    """Return a field of the record as the text of its form."""
    value = getattr(document, name)
    return "; ".join(value) if name in LIST_FIELDS else str(value or "")


def _field(service: Service, name: str, field: Field) -> dict[str, Any]:
    label = FIELD_NAMES[name]
    return {
        "name": name,
        "label": f"{label[0].upper()}{label[1:]}",
        "value": field.value,
        "theirs": field.theirs,
        "terms": list(service.taxonomy.vocabulary("kinds").terms.values())
        if name == "kind"
        else None,
        "long": name in LONG,
        "several": name in LIST_FIELDS,
    }
