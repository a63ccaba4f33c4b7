"""A sheet: what a tool says, laid out once for every format."""

from __future__ import annotations

from dataclasses import dataclass

from search_api.answers.citations import web_url
from search_api.workshop import shapes as s
from search_api.workshop.menu_and_checklist import GROUP_LABELS

EMPTY = "Nothing is held here yet."
SUGGESTED = "suggested, not confirmed yet"
OWN_ROWS = 3
"""Empty rows at the end of the checklist, for what the workshop adds."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph in a cell. ``box`` puts a tick box before it, ``quote`` sets it as quoted.

    ``source`` follows it in small type: where it stands, and how sure it is; ``link`` is where it
    leads to.
    """

    text: str
    source: str = ""
    link: str | None = None
    box: bool = False
    quote: bool = False


Cell = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; the first cell of a row names it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A title, a few paragraphs, and tables."""

    title: str
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]


def menu_sheet(menu: s.Menu) -> Sheet:
    """Lay the menu of activities out: counts first, then the documents of every cell."""
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


def checklist_sheet(checklist: s.Checklist) -> Sheet:
    """Lay the checklist out for a workshop: tick what counts, rate it, say who does what."""
    header = ("Factor", "As a driver", "As a constraint", "Importance, actions, actors")
    groups = dict.fromkeys(f.group for f in checklist.factors)
    tables = tuple(
        Table(
            GROUP_LABELS.get(group or "", "Factors"),
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
        "Made from the tags of the repository. What says “suggested” was proposed by the program, "
        "and nobody has confirmed it yet: check it at its source."
    )
    return (origin, *((f"Narrowed to {'; '.join(narrowed)}.",) if narrowed else ()))


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
            link=web_url(passage.link) or passage.url,  # here, when this server has an address
            box=True,
            quote=True,
        )
        for passage in passages
    )
    rest = (Line(f"{more} more in the repository."),) if more else ()
    return (*lines, *rest) or (Line(EMPTY),)
