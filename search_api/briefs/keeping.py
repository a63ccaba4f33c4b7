"""Keeps a brief as the draft of a resource list: a section a heading, a pinned quote a line."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace

from corpus.catalogue.catalogue import Catalogue
from corpus.lists.lists import all_lists, create_draft
from corpus.lists.rules import MAX_SLUG, MAX_TITLE, new_id, slug_of
from corpus.model import Entry, Section, Selection
from corpus.people.actors import Actor
from search_api.briefs.listed import KEY_SECTION
from search_api.briefs.shapes import BriefAnswer, Statement
from search_api.lists.entries import complete_entries, entry_for


def keep_as_list(catalogue: Catalogue, brief: BriefAnswer, actor: Actor) -> str:
    """Create a draft with a brief's lines and return its address.

    Raises:
        ListInvalid
    """
    title = f"Brief: {brief.title}"[:MAX_TITLE]
    sections = [_section(catalogue, KEY_SECTION, brief.key_messages)]
    sections += [_section(catalogue, group.label, group.statements) for group in brief.findings]
    summary = f"{brief.note} Made on {brief.made.made_on} from revision {brief.made.revision}."
    selection = Selection(title, summary, tuple(s for s in sections if s.entries))
    with catalogue.transaction():
        slug = _free_slug(catalogue, title)
        create_draft(catalogue, slug, complete_entries(catalogue, selection), actor)
    return slug


def _section(catalogue: Catalogue, title: str, statements: Iterable[Statement]) -> Section:
    entries = []
    for line in (line for statement in statements for line in statement.lines):
        entry = entry_for(catalogue, line.document_id, line.passage_id)
        entries.append(_quoting(entry, line.text))
    return Section(new_id(), title, entries=tuple(entries))


def _quoting(entry: Entry, text: str) -> Entry:
    return replace(entry, pin=replace(entry.pin, quote=text)) if entry.pin else entry


def _free_slug(catalogue: Catalogue, title: str) -> str:
    taken = {stored.slug for stored in all_lists(catalogue)}
    slug = slug_of(title)
    numbered = (f"{slug[: MAX_SLUG - 4]}-{n}" for n in itertools.count(2))
    return next(s for s in itertools.chain([slug], numbered) if s not in taken)
