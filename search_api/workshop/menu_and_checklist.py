"""The menu of activities and the checklist, made from the current tags and sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from corpus import taxonomy
from corpus.catalogue.catalogue import Catalogue
from corpus.model import Document, Tag
from corpus.tags.factors import FactorPassage, factor_passages
from corpus.tags.tags import tags_of
from index.model import Filters
from search_api.answers.citations import (
    cite_document,
    original_url,
    page_label,
    source_link,
    stated_page,
)
from search_api.answers.presenting import SHOWN_ORIGINS, Presenter
from search_api.service.service import Service
from search_api.workshop import shapes as s
from search_api.workshop.holding import choose_sentences, says_activity
from search_api.workshop.narrowing import NARROWED_BY

MENU_TITLE: Final = "Menu of activities"
CHECKLIST_TITLE: Final = "Drivers and constraints checklist"
WITHOUT_GROUP: Final = "Factors"
"""What heads factors whose group has no label."""
SHOWN: Final = 5
"""Sentences in a cell of the checklist; a workshop needs few, and the rest are counted."""
LESS_SURE: Final = 20
"""Further suggestions under a factor: those that are closest to it; the rest are counted."""
_LESS_SURE: Final = "less sure"
"""Where the further suggestions of both sides are kept among the cells."""


def menu_of(service: Service, catalogue: Catalogue, filters: Filters) -> s.Menu:
    """Return each activity with its documents, by stage."""
    words = service.taxonomy
    stages = list(words.vocabulary("stages").terms.values())
    allowed = service.searcher.documents_with(catalogue, filters)
    documents = catalogue.documents(allowed)
    tags = tags_of(catalogue, documents)
    presenter = Presenter(service)
    rows = [
        _menu_row(presenter, activity, stages, documents, tags)
        for activity in words.vocabulary("activities").terms.values()
    ]
    distinct = {d.id for row in rows for cell in row.cells for d in cell.documents}
    distinct |= {d.id for row in rows for d in row.without_stage}
    return s.Menu(
        title=MENU_TITLE,
        stages=[_term(stage) for stage in stages],
        rows=rows,
        filters=_filters(filters),
        documents=len(distinct),
        empty_cells=sum(not cell.documents for row in rows for cell in row.cells),
        revision=catalogue.revision(),
    )


def _menu_row(
    presenter: Presenter,
    activity: taxonomy.Term,
    stages: Sequence[taxonomy.Term],
    documents: dict[str, Document],
    tags: dict[str, tuple[Tag, ...]],
) -> s.MenuRow:
    cells: dict[str | None, list[s.MenuDocument]] = defaultdict(list)
    for document_id, document in documents.items():
        shown = [t for t in tags[document_id] if t.origin in SHOWN_ORIGINS]
        reason = next(
            (t for t in shown if (t.vocabulary, t.term) == ("activities", activity.id)), None
        )
        if reason is None:
            continue
        if not _holds(presenter, document, activity, reason):
            cells[_LESS_SURE].append(_menu_document(presenter, document, reason, None))
            continue
        carried = tuple(t for t in shown if t.vocabulary == "stages")
        for stage in carried or (None,):
            place = stage.term if stage else None
            cells[place].append(_menu_document(presenter, document, reason, stage))
    for cell in cells.values():
        cell.sort(key=lambda d: (d.origin != "confirmed", -(d.score or 1.0), d.title, d.id))
    return s.MenuRow(
        activity=_term(activity),
        examples=list(activity.examples),
        cells=[
            s.MenuCell(
                stage=stage.id,
                label=stage.label,
                count=len(cells[stage.id]),
                documents=cells[stage.id],
            )
            for stage in stages
        ],
        without_stage=cells[None],
        less_sure=cells[_LESS_SURE],
    )


def _holds(presenter: Presenter, document: Document, activity: taxonomy.Term, tag: Tag) -> bool:
    """Return whether an activity stands on the menu: confirmed, or done in the words quoted."""
    if tag.origin == "confirmed":
        return True
    reason = presenter.tag(document, tag).reason
    return reason is not None and says_activity(reason.quote or "", activity)


def _menu_document(
    presenter: Presenter, document: Document, activity: Tag, stage: Tag | None
) -> s.MenuDocument:
    confirmed = activity.origin == "confirmed" and (stage is None or stage.origin == "confirmed")
    kind = presenter.taxonomy.label("kinds", document.kind) if document.kind else None
    return s.MenuDocument(
        id=document.id,
        title=document.title,
        kind_label=kind,
        year=document.year,
        language=document.language,
        origin="confirmed" if confirmed else "suggested",
        score=activity.score,
        reason=presenter.tag(document, activity).reason,
        citation=cite_document(document),
        url=original_url(document),
        link=presenter.page_link(document.id),
    )


def checklist_of(
    service: Service, catalogue: Catalogue, filters: Filters, *, limit: int = SHOWN
) -> s.Checklist:
    """Return each factor with the sentences about it as a driver and as a constraint.

    Args:
        service: the running service.
        catalogue: the catalogue.
        filters: which documents to use.
        limit: how many sentences to show for each factor and polarity; the rest are counted.
    """
    allowed = service.searcher.documents_with(catalogue, filters)
    words = service.taxonomy.vocabulary("factors").terms
    allowed_passages = (p for p in factor_passages(catalogue) if p.document_id in allowed)
    chosen = choose_sentences(allowed_passages, words)
    documents = catalogue.documents({p.document_id for p in (*chosen.shown, *chosen.less_sure)})
    presenter = Presenter(service)
    by_cell: dict[tuple[str, str], list[FactorPassage]] = defaultdict(list)
    for passage in chosen.shown:
        by_cell[passage.factor, passage.polarity].append(passage)
    for passage in chosen.less_sure:
        by_cell[passage.factor, _LESS_SURE].append(passage)
    factors = [_factor(presenter, factor, by_cell, documents, limit) for factor in words.values()]
    return s.Checklist(
        title=CHECKLIST_TITLE,
        factors=factors,
        filters=_filters(filters),
        empty_cells=sum((not f.drivers) + (not f.constraints) for f in factors),
        revision=catalogue.revision(),
    )


def _factor(
    presenter: Presenter,
    factor: taxonomy.Term,
    by_cell: dict[tuple[str, str], list[FactorPassage]],
    documents: dict[str, Document],
    limit: int,
) -> s.ChecklistFactor:
    def shown(passages: Iterable[FactorPassage]) -> list[s.ChecklistPassage]:
        return [
            _passage(presenter, documents[p.document_id], p, p.passage_id)
            for p in passages
            if p.passage_id is not None  # sentences without a passage are not listed
        ]

    drivers, constraints = by_cell[factor.id, "driver"], by_cell[factor.id, "constraint"]
    less_sure = by_cell[factor.id, _LESS_SURE]
    return s.ChecklistFactor(
        factor=_term(factor),
        group=factor.group,
        drivers=shown(drivers[:limit]),
        constraints=shown(constraints[:limit]),
        more_drivers=max(0, len(drivers) - limit),
        more_constraints=max(0, len(constraints) - limit),
        less_sure=shown(less_sure[:LESS_SURE]),
        more_less_sure=max(0, len(less_sure) - LESS_SURE),
    )


def _passage(
    presenter: Presenter, document: Document, passage: FactorPassage, passage_id: int
) -> s.ChecklistPassage:
    page = stated_page(document, passage.page)
    return s.ChecklistPassage(
        quote=passage.quote,
        polarity=passage.polarity,
        origin="confirmed" if passage.origin == "confirmed" else "suggested",
        score=passage.score,
        page=page,
        page_end=stated_page(document, passage.page_end),
        page_label=page_label(document, passage.page, passage.page_end),
        passage_id=str(passage_id),
        document_id=document.id,
        title=document.title,
        language=document.language,
        citation=cite_document(document, passage.page, passage.page_end),
        url=source_link(document, page, presenter.stored_link(document)),
        link=presenter.passage_link(document.id, passage_id),
        model=passage.model,
        decided_by=passage.decided_by,
        note=passage.note,
    )


def _term(term: taxonomy.Term) -> s.Term:
    return s.Term(id=term.id, label=term.label, definition=term.definition)


def _filters(filters: Filters) -> s.ToolFilters:
    return s.ToolFilters.model_validate({f.parameter: list(filters[f.field]) for f in NARROWED_BY})
