"""The form in which a curator edits a list: pure functions from typed text to a selection.

One form has the whole list, and every button sends all of it: moving an entry loses no text. A
button's ``action`` is a word, or a word and an id: ``save``, ``up:3f2a9c0d``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qs

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import ListInvalid
from corpus.errors.said import say
from corpus.lists.as_json import selection_data, selection_from
from corpus.lists.edits import (
    add_entry,
    add_section,
    edit_entries,
    move_entry,
    move_section,
    refuse_twice,
    remove_entry,
    remove_section,
)
from corpus.lists.rules import new_id
from corpus.model import Entry, Pin, Section, Selection
from search_api.lists.entries import entry_for
from search_api.web.forms import text_of
from search_api.web.links import split_address

Fields = Mapping[str, str]
_DOCUMENT: Final = re.compile(r"(?:^|/documents/)([^/?#\s]+)(?:[?#]|$)")


def apply_texts(base: Selection, fields: Fields) -> Selection:
    """Return the selection with the typed texts; ``pin_passages`` adds passages."""

    def typed(name: str, stored: str) -> str:
        return text_of(fields[name]) if name in fields else stored

    sections = tuple(
        replace(
            section,
            title=typed(f"section-{section.id}-title", section.title),
            text=typed(f"section-{section.id}-text", section.text),
            entries=tuple(_entry(entry, typed) for entry in section.entries),
        )
        for section in base.sections
    )
    query = base.query if base.query is None else typed("query", base.query)
    return replace(
        base,
        title=typed("title", base.title),
        summary=typed("summary", base.summary),
        query=query,
        sections=sections,
    )


def _entry(entry: Entry, typed: Callable[[str, str], str]) -> Entry:
    name = f"entry-{entry.id}-"
    return replace(
        entry,
        title=typed(f"{name}title", entry.title),
        url=typed(f"{name}url", entry.url or "") or None,
        citation=typed(f"{name}citation", entry.citation or "") or None,
        note=typed(f"{name}note", entry.note),
    )


def pin_passages(selection: Selection, fields: Fields) -> Selection:
    """Return the selection with the named passages pinned.

    Raises:
        ListInvalid: the text does not name a passage.
    """

    def pin(entry: Entry) -> Entry:
        named = fields.get(f"entry-{entry.id}-passage", "").strip()
        return replace(entry, pin=Pin(_passage_id(named), "")) if named else entry

    return edit_entries(selection, pin)


def _passage_id(typed: str) -> int:
    """Return the id of a passage from typed text: an id, or the address of a passage."""
    number = parse_qs(split_address(typed).query).get("passage", [typed])[0]
    if not (number.isascii() and number.isdecimal() and len(number) <= 19):
        raise ListInvalid(
            say(
                "%(typed)s does not name a passage. Copy the address of the ¶ beside a passage in "
                "its document.",
                typed=repr(typed[:60]),
            )
        )
    return int(number)


def document_id_of(typed: str) -> str:
    """Return the id of a document from typed text: an id, or the address of its page."""
    match = _DOCUMENT.search(typed.strip())
    return match[1] if match else typed.strip()


def apply_action(catalogue: Catalogue, selection: Selection, fields: Fields) -> Selection:
    """Return the selection with the named passages pinned, after the pressed button's action.

    Raises:
        ListNotFound, ListInvalid, DocumentNotFound, PassageNotFound
    """
    selection = pin_passages(selection, fields)
    action, _, about = fields.get("action", "save").partition(":")
    moves = {
        "up": lambda: move_entry(selection, about, -1),
        "down": lambda: move_entry(selection, about, 1),
        "remove": lambda: remove_entry(selection, about),
        "unpin": lambda: edit_entries(selection, lambda e: _unpinned(e, about)),
        "section-up": lambda: move_section(selection, about, -1),
        "section-down": lambda: move_section(selection, about, 1),
        "section-remove": lambda: remove_section(selection, about),
        "section-add": lambda: _with_section(selection, fields),
        "add": lambda: _added(selection, fields, _new_entry(catalogue, fields)),
        "add-found": lambda: _added(selection, fields, entry_for(catalogue, about)),
        "replace": lambda: _replaced(catalogue, selection, about),
    }
    return moves[action]() if action in moves else selection


def _unpinned(entry: Entry, entry_id: str) -> Entry:
    return replace(entry, pin=None) if entry.id == entry_id else entry


def _with_section(selection: Selection, fields: Fields) -> Selection:
    return add_section(selection, text_of(fields.get("new-section-title", "")), section_id=new_id())


def _added(selection: Selection, fields: Fields, entry: Entry) -> Selection:
    refuse_twice(selection, entry)
    return add_entry(selection, _target(fields), entry)


def _target(fields: Fields) -> str | None:
    return fields.get("new-section") or None


def _new_entry(catalogue: Catalogue, fields: Fields) -> Entry:
    note = text_of(fields.get("new-note", ""))
    document = text_of(fields.get("new-document", ""))
    if document:
        return entry_for(catalogue, document_id_of(document), note=note)
    title, url = text_of(fields.get("new-title", "")), text_of(fields.get("new-url", ""))
    if not title:
        raise ListInvalid(say("Name a document by its id or address, or give a title."))
    return Entry(new_id(), title, url=url or None, note=note)


def _replaced(catalogue: Catalogue, selection: Selection, about: str) -> Selection:
    """Return the selection with an entry's document replaced; the note stays."""
    entry_id, _, document_id = about.partition(":")
    other = entry_for(catalogue, document_id)
    return edit_entries(
        selection,
        lambda e: replace(other, id=e.id, note=e.note) if e.id == entry_id else e,
    )


def write_unsaved(selection: Selection) -> str:
    """Return a selection as text for a hidden field, for parts that are not saved yet."""
    return json.dumps(selection_data(_with_part_ids(selection)), ensure_ascii=False)


def read_unsaved(text: str) -> Selection:
    """Read what ``write_unsaved`` wrote.

    Raises:
        ListInvalid
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ListInvalid(say("The form is incomplete. Open the page again.")) from error
    if not isinstance(data, dict):
        raise ListInvalid(say("The form is incomplete. Open the page again."))
    return selection_from(data)


def _with_part_ids(selection: Selection) -> Selection:
    sections: tuple[Section, ...] = tuple(
        replace(s, id=s.id or new_id()) for s in selection.sections
    )
    return replace(selection, sections=sections)
