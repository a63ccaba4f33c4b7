"""Merge two curators' versions of one resource list; nothing either of them wrote is lost.

A field that only one of them changed keeps that change. Where both changed it, one text is in the
result and the other in a ``Conflict``, for a person to choose. An entry that one removed and the
other rewrote stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

from corpus.model import Entry, Section, Selection

SELECTION_FIELDS: Final = ("title", "summary", "query")
SECTION_FIELDS: Final = ("title", "text")
ENTRY_FIELDS: Final = ("title", "document_id", "url", "citation", "note", "pin")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both changed, or a part that one removed and the other rewrote.

    Attributes:
        part: the id of the section or entry; empty for the list itself.
        field: the field; ``""`` if one removed the part and the other rewrote it.
        theirs: what the other wrote, in words; ``""`` if they left it empty or removed it.
    """

    part: str
    field: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged selection, and the conflicts a person has to decide."""

    selection: Selection
    conflicts: tuple[Conflict, ...]


class _Part(Protocol):
    @property
    def id(self) -> str: ...


_SectionOrEntry = TypeVar("_SectionOrEntry", Entry, Section)
_Any = TypeVar("_Any", Entry, Section, Selection)


def merge_selections(base: Selection, theirs: Selection, mine: Selection) -> Merged:
    """Merge two selections with a common base; in a conflict ``mine`` is in the result.

    Args:
        base: the selection both started from.
        theirs: the selection saved in the meantime.
        mine: the selection to be saved.
    """
    conflicts: list[Conflict] = []
    sections = _parts(base.sections, theirs.sections, mine.sections, SECTION_FIELDS, conflicts)
    entries = _parts(base.entries, theirs.entries, mine.entries, ENTRY_FIELDS, conflicts)
    order = _order(base, theirs, mine)
    merged = _fields(base, theirs, mine, SELECTION_FIELDS, "", conflicts)
    return Merged(replace(merged, sections=_laid_out(order, sections, entries)), tuple(conflicts))


def _parts(
    base: Iterable[_SectionOrEntry],
    theirs: Iterable[_SectionOrEntry],
    mine: Iterable[_SectionOrEntry],
    fields: tuple[str, ...],
    conflicts: list[Conflict],
) -> dict[str, _SectionOrEntry]:
    """Return the parts that stay, by id; the order of their content is not considered here."""
    old, other, own = _by_id(base), _by_id(theirs), _by_id(mine)
    kept: dict[str, _SectionOrEntry] = {}
    for key in {**other, **own}:
        if key in other and key in own:
            kept[key] = _fields(old.get(key), other[key], own[key], fields, key, conflicts)
        elif key not in old:
            kept[key] = own[key] if key in own else other[key]
        else:
            left = own[key] if key in own else other[key]
            if _differs(old[key], left, fields):
                kept[key] = left
                conflicts.append(Conflict(key, "", "" if key in own else left.title))
    return kept


def _fields(
    base: _Any | None, theirs: _Any, mine: _Any, fields: tuple[str, ...], part: str,
    conflicts: list[Conflict],
) -> _Any:  # fmt: skip
    changed = {}
    for name in fields:
        was = getattr(base, name, None)  # None if both added the part
        other, own = getattr(theirs, name), getattr(mine, name)
        changed[name] = other if own == was else own
        if other != was and own not in (was, other):
            shown = getattr(other, "quote", other)
            conflicts.append(Conflict(part, name, str(shown or "")))
    return replace(mine, **changed)


def _differs(one: _Any, other: _Any, fields: tuple[str, ...]) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in fields)


def _by_id(parts: Iterable[_SectionOrEntry]) -> dict[str, _SectionOrEntry]:
    return {part.id: part for part in parts}


Order = list[tuple[str, list[str]]]
"""The ids of sections in order, each with the ids of its entries in order."""


def _order(base: Selection, theirs: Selection, mine: Selection) -> Order:
    """Return the order of whoever changed it (mine if both did), with the other's new parts."""
    old, other, own = _ids(base), _ids(theirs), _ids(mine)
    follow_theirs = other != old and not _reordered(old, own)
    first, second = (other, own) if follow_theirs else (own, other)
    placed = {key for _, entries in first for key in entries}
    order = [(section, list(entries)) for section, entries in first]
    for section, entries in second:
        if section not in [key for key, _ in order]:
            order.append((section, []))
        target = next(entries for key, entries in order if key == section)
        for place, key in enumerate(entries):
            if key not in placed:
                before = entries[place - 1] if place else None
                at = target.index(before) + 1 if before in target else len(target)
                target.insert(at if place else 0, key)
                placed.add(key)
    return order


def _reordered(old: Order, new: Order) -> bool:
    """Whether parts that are in both moved; new and removed parts are ignored."""
    both = {k for s, entries in old for k in (s, *entries)} & {
        k for s, entries in new for k in (s, *entries)
    }

    def common(order: Order) -> Order:
        return [(s, [e for e in entries if e in both]) for s, entries in order if s in both]

    return common(old) != common(new)


def _ids(selection: Selection) -> Order:
    return [(s.id, [e.id for e in s.entries]) for s in selection.sections]


def _laid_out(
    order: Order, sections: Mapping[str, Section], entries: Mapping[str, Entry]
) -> tuple[Section, ...]:
    """Put the remaining parts in order; entries of a removed section go to the one before it."""
    laid: list[Section] = []
    homeless: tuple[Entry, ...] = ()
    for key, ids in order:
        own = tuple(entries[entry] for entry in ids if entry in entries)
        if key in sections:
            laid.append(replace(sections[key], entries=(*homeless, *own)))
            homeless = ()
        elif laid:
            laid[-1] = replace(laid[-1], entries=(*laid[-1].entries, *own))
        else:
            homeless += own
    return (*laid, Section("s", "", entries=homeless)) if homeless else tuple(laid)
