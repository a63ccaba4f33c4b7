"""A resource list as Markdown, to read and to edit elsewhere."""

from __future__ import annotations

import re
from typing import Final

from corpus.model import Entry, Selection

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|])")
_LINE_START: Final = re.compile(r"^(\s*)([-+>]|\d+[.)])(?=\s)", re.MULTILINE)


def write_list(selection: Selection) -> str:
    """Return a list as Markdown."""
    blocks = [f"# {_plain(selection.title)}"]
    if selection.summary:
        blocks.append(_plain(selection.summary))
    for section in selection.sections:
        if section.title:
            blocks.append(f"## {_plain(section.title)}")
        if section.text:
            blocks.append(_plain(section.text))
        blocks += [_item(n, entry) for n, entry in enumerate(section.entries, 1)]
    return "\n\n".join(blocks) + "\n"


def _item(number: int, entry: Entry) -> str:
    title = _plain(entry.title)
    named = f"[{title}](<{entry.url}>)" if entry.url and ">" not in entry.url else title
    parts = [f"**{named}**"]
    if entry.note:
        parts.append(_plain(entry.note))
    if entry.pin and entry.pin.quote:
        page = f" (p. {entry.pin.page} of the file)" if entry.pin.page else ""
        quoted = _plain(entry.pin.quote).replace("\n", "\n> ")
        parts.append(f"> {quoted}{page}")
    if entry.citation:
        parts.append(_plain(entry.citation))
    indented = "\n\n".join(parts).replace("\n", "\n   ").replace("\n   \n", "\n\n")
    return f"{number}. {indented}"


def _plain(text: str) -> str:
    """Return text with Markdown's special characters escaped; addresses stay readable."""
    escaped = _SPECIAL.sub(r"\\\1", text.strip())
    return _LINE_START.sub(lambda match: f"{match[1]}\\{match[2]}", escaped)
