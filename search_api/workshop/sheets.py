"""The menu and the checklist, laid out once for every format."""

from __future__ import annotations

from collections.abc import Mapping

from search_api.exports.sheet import EMPTY, Cell, Line, Sheet, Table
from search_api.web.links import web_url
from search_api.workshop import shapes as s
from search_api.workshop.menu_and_checklist import WITHOUT_GROUP

SUGGESTED = "suggested, not confirmed yet"


OWN_ROWS = 3
"""Empty rows at the end of the checklist, for the workshop's own factors."""


def menu_sheet(menu: s.Menu) -> Sheet:
    """Lay out the menu of activities: counts first, then the documents of every cell."""
    stages = [stage.label for stage in menu.stages]
    counts = Table(
        "At a glance",
        ("Activity", *stages),
        tuple(
            ((Line(row.activity.label),), *((Line(str(cell.count)),) for cell in row.cells))
            for row in menu.rows
        ),
    )
    documents = Table(
        "Documents",
        ("Activity", *stages),
        tuple(
            (_activity(row), *(_documents(cell.documents) for cell in row.cells))
            for row in menu.rows
        ),
    )
    stageless = tuple(
        ((Line(row.activity.label),), _documents(row.without_stage))
        for row in menu.rows
        if row.without_stage
    )
    extra = (Table("Without a stage", ("Activity", "Documents"), stageless),) if stageless else ()
    return Sheet(menu.title, _paragraphs(menu.filters), (counts, documents, *extra))


def checklist_sheet(checklist: s.Checklist, labels: Mapping[str, str]) -> Sheet:
    """Lay out the checklist for a workshop: tick what matters, rate it, note actions and actors.

    ``labels`` heads each group of factors.
    """
    header = ("Factor", "As a driver", "As a constraint", "Importance, actions, actors")
    groups = dict.fromkeys(f.group for f in checklist.factors)
    tables = tuple(
        Table(
            labels.get(group or "", WITHOUT_GROUP),
            header,
            tuple(_factor(f) for f in checklist.factors if f.group == group),
        )
        for group in groups
    )
    own = Table("Your own", header, ((((Line(""),), (_BLANK,), (_BLANK,), _RATING),) * OWN_ROWS))
    goal = "The goal this is about: ________________________________________"
    paragraphs = (goal, *_paragraphs(checklist.filters))
    return Sheet(checklist.title, paragraphs, (*tables, own))


_BLANK = Line("", box=True)


_RATING: Cell = (
    Line("low", box=True),
    Line("medium", box=True),
    Line("high", box=True),
    Line("Actions: ____________"),
    Line("Actors: ____________"),
)


def _paragraphs(filters: s.ToolFilters) -> tuple[str, ...]:
    narrowed = [f"{name}: {', '.join(values)}" for name, values in filters if values]
    origin = (
        "Made from the tags of the repository. Items marked “suggested” were proposed by the "
        "program, from texts in English only, and are not confirmed yet: check them at their "
        "source."
    )
    return (origin, *((f"Only documents with {'; '.join(narrowed)}.",) if narrowed else ()))


def _activity(row: s.MenuRow) -> Cell:
    return (Line(row.activity.label), *(Line(example) for example in row.examples))


def _documents(documents: list[s.MenuDocument]) -> Cell:
    lines = tuple(
        Line(
            document.citation,
            source=f"({SUGGESTED if document.origin == 'suggested' else 'confirmed'})",
            link=document.url or document.link,
        )
        for document in documents
    )
    return lines or (Line(EMPTY),)


def _factor(factor: s.ChecklistFactor) -> tuple[Cell, ...]:
    return (
        (Line(factor.factor.label), Line("", source=factor.factor.definition)),
        _passages(factor.drivers, factor.more_drivers),
        _passages(factor.constraints, factor.more_constraints),
        _RATING,
    )


def _passages(passages: list[s.ChecklistPassage], more: int) -> Cell:
    lines = tuple(
        Line(
            passage.quote,
            source=f"{passage.citation} "
            + (f"({SUGGESTED})" if passage.origin == "suggested" else "(confirmed)"),
            link=web_url(passage.link)
            or passage.url,  # this repository, if its public address is set
            box=True,
            quote=True,
        )
        for passage in passages
    )
    rest = (Line(f"{more} more in the repository."),) if more else ()
    return (*lines, *rest) or (Line(EMPTY),)
