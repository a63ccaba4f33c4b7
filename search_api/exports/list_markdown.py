"""A resource list as Markdown, to read and to edit elsewhere."""

from __future__ import annotations

from corpus.model import Entry, Selection
from search_api.exports.markdown import escape_lines, escape_text, link_text


def write_list(selection: Selection) -> str:
    """Return a list as Markdown."""
    blocks = [f"# {escape_text(selection.title)}"]
    if selection.summary:
        blocks.append(escape_lines(selection.summary))
    for section in selection.sections:
        if section.title:
            blocks.append(f"## {escape_text(section.title)}")
        if section.text:
            blocks.append(escape_lines(section.text))
        blocks += [_item(n, entry) for n, entry in enumerate(section.entries, 1)]
    return "\n\n".join(blocks) + "\n"


def _item(number: int, entry: Entry) -> str:
    parts = [f"**{link_text(escape_text(entry.title), entry.url)}**"]
    if entry.note:
        parts.append(escape_lines(entry.note))
    if entry.pin and entry.pin.quote:
        page = f" (p. {entry.pin.page} of the file)" if entry.pin.page else ""
        quoted = escape_lines(entry.pin.quote).replace("\n", "\n> ")
        parts.append(f"> {quoted}{page}")
    if entry.citation:
        parts.append(escape_lines(entry.citation))
    indented = "\n\n".join(parts).replace("\n", "\n   ").replace("\n   \n", "\n\n")
    return f"{number}. {indented}"
