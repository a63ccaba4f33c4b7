"""References as a paper: each document with its citation, the passage that answers, its summary."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.model import Entry, Selection
from search_api.exports.paper import Block, Heading, Paper, Paragraph, Quotation, Run, plain
from search_api.exports.taking import Made, Reference, References
from search_api.web.links import web_url


def lay_out(references: References) -> Paper:
    """Return references as a paper."""
    blocks: list[Block] = [plain(text) for text in references.about]
    if references.address.startswith("http"):
        blocks.append(plain(references.address, link=references.address))
    for number, item in enumerate(references.items, 1):
        title = str(item.record.get("title") or "Untitled")
        if not references.alone:
            blocks.append(Heading(f"{number}. {title}", link=_target(item)))
        blocks += _details(item)
    return Paper(references.title, tuple(blocks), references.made)


def _target(item: Reference) -> str | None:
    """Return the document's page here if its whole address is known, or else the original."""
    return web_url(item.link) or item.record.get("URL")


def _details(item: Reference) -> Iterator[Block]:
    yield plain(item.citation)
    if item.note:
        yield plain(item.note)
    if item.quote:
        yield Quotation(item.quote.text, item.quote.page_label or "", item.quote.link)
    if item.summary:
        yield plain(item.summary)
    if item.terms:
        yield Paragraph((Run("Tags: ", bold=True), Run("; ".join(item.terms))))


def lay_out_list(selection: Selection, made: Made) -> Paper:
    """Return a resource list as a paper, with its sections and notes."""
    blocks: list[Block] = [plain(selection.summary)] if selection.summary else []
    for section in selection.sections:
        if section.title:
            blocks.append(Heading(section.title))
        if section.text:
            blocks.append(plain(section.text))
        for number, entry in enumerate(section.entries, 1):
            blocks += _entry(number, entry, level=3 if section.title else 2)
    return Paper(selection.title, tuple(blocks), made)


def _entry(number: int, entry: Entry, *, level: int) -> Iterator[Block]:
    yield Heading(f"{number}. {entry.title}", level, entry.url)
    if entry.note:
        yield plain(entry.note)
    if entry.pin and entry.pin.quote:
        page = f"p. {entry.pin.page} of the file" if entry.pin.page else ""
        yield Quotation(entry.pin.quote, page)
    if entry.citation:
        yield plain(entry.citation)
