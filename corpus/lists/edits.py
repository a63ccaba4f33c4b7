"""Single edits of a resource list: pure functions from selection to selection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from corpus.errors import ListInvalid, ListNotFound
from corpus.errors.said import say
from corpus.model import Entry, Section, Selection

Step = Literal[-1, 1]


def add_section(selection: Selection, title: str, *, section_id: str = "") -> Selection:
    """Return the selection with an empty section at its end."""
    return replace(selection, sections=(*selection.sections, Section(section_id, title)))


def remove_section(selection: Selection, section_id: str) -> Selection:
    """Return the selection without a section; its entries move to the neighbouring section.

    The only section is removed only if it is empty.

    Raises:
        ListNotFound
    """
    place = _place(selection, section_id)
    gone, rest = selection.sections[place], list(selection.sections)
    del rest[place]
    if gone.entries and not rest:
        return selection
    if gone.entries:
        near = max(0, place - 1)
        joined = (
            (*rest[near].entries, *gone.entries) if place else (*gone.entries, *rest[near].entries)
        )
        rest[near] = replace(rest[near], entries=joined)
    return replace(selection, sections=tuple(rest))


def move_section(selection: Selection, section_id: str, step: Step) -> Selection:
    """Return the selection with a section moved by one place; at the edge it does not move.

    Raises:
        ListNotFound
    """
    place = _place(selection, section_id)
    sections = list(selection.sections)
    other = place + step
    if 0 <= other < len(sections):
        sections[place], sections[other] = sections[other], sections[place]
    return replace(selection, sections=tuple(sections))


def add_entry(selection: Selection, section_id: str | None, entry: Entry) -> Selection:
    """Return the selection with an entry at the end of a section.

    Args:
        selection: the selection to extend.
        section_id: ``None`` means the last section; if there is none, one is created.
        entry: the entry to add.

    Raises:
        ListNotFound: there is no such section.
    """
    if section_id is None and not selection.sections:
        return replace(selection, sections=(Section("", "", entries=(entry,)),))
    place = len(selection.sections) - 1 if section_id is None else _place(selection, section_id)
    sections = list(selection.sections)
    sections[place] = replace(sections[place], entries=(*sections[place].entries, entry))
    return replace(selection, sections=tuple(sections))


def is_listed(selection: Selection, entry: Entry) -> bool:
    """Tell whether the list has an entry's document, or its address outside the repository.

    Several passages of one document may be pinned; an entry with one is listed if its passage is.
    """
    return any(_same(other, entry) for other in selection.entries)


def refuse_twice(selection: Selection, entry: Entry) -> None:
    """Reject an entry that the list has already.

    Raises:
        ListInvalid: naming the section where it is.
    """
    for number, section in enumerate(selection.sections, 1):
        if any(_same(other, entry) for other in section.entries):
            place = (
                say("the section “%(title)s”", title=section.title)
                if section.title
                else say("section %(number)s", number=number)
            )
            what = say("This passage") if entry.pin else f"“{entry.title}”"
            raise ListInvalid(
                say("%(what)s is in the list already: see %(place)s.", what=what, place=place)
            )


def _same(other: Entry, entry: Entry) -> bool:
    if entry.document_id is None:
        return entry.url is not None and entry.url == other.url
    if entry.document_id != other.document_id:
        return False
    pinned = other.pin.passage_id if other.pin else None
    return entry.pin is None or entry.pin.passage_id == pinned


def remove_entry(selection: Selection, entry_id: str) -> Selection:
    """Return the selection without an entry.

    Raises:
        ListNotFound
    """
    _section_of(selection, entry_id)
    return _each(selection, lambda entry: None if entry.id == entry_id else entry)


def move_entry(selection: Selection, entry_id: str, step: Step) -> Selection:
    """Return the selection with an entry moved by one place, into the next section if need be.

    Raises:
        ListNotFound
    """
    at = _section_of(selection, entry_id)
    section = selection.sections[at]
    place = next(n for n, entry in enumerate(section.entries) if entry.id == entry_id)
    other = place + step
    if 0 <= other < len(section.entries):
        entries = list(section.entries)
        entries[place], entries[other] = entries[other], entries[place]
        sections = list(selection.sections)
        sections[at] = replace(section, entries=tuple(entries))
        return replace(selection, sections=tuple(sections))
    if not 0 <= at + step < len(selection.sections):
        return selection
    sections = list(remove_entry(selection, entry_id).sections)
    near = sections[at + step]
    moved = section.entries[place]
    joined = (moved, *near.entries) if step == 1 else (*near.entries, moved)
    sections[at + step] = replace(near, entries=joined)
    return replace(selection, sections=tuple(sections))


def edit_entries(selection: Selection, change: Callable[[Entry], Entry]) -> Selection:
    """Return the selection with ``change`` applied to each entry."""
    return _each(selection, change)


def _each(selection: Selection, change: Callable[[Entry], Entry | None]) -> Selection:
    sections = tuple(
        replace(s, entries=tuple(e for e in map(change, s.entries) if e is not None))
        for s in selection.sections
    )
    return replace(selection, sections=sections)


def _place(selection: Selection, section_id: str) -> int:
    for place, section in enumerate(selection.sections):
        if section.id == section_id:
            return place
    raise ListNotFound(
        say(
            "The list has no section %(section_id)s. Somebody may have removed it: reload the "
            "list.",
            section_id=repr(section_id),
        )
    )


def _section_of(selection: Selection, entry_id: str) -> int:
    for place, section in enumerate(selection.sections):
        if any(entry.id == entry_id for entry in section.entries):
            return place
    raise ListNotFound(
        say(
            "The list has no entry %(entry_id)s. Somebody may have removed it: reload the list.",
            entry_id=repr(entry_id),
        )
    )
