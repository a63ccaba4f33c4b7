"""A sheet as Markdown (CommonMark with GitHub's tables and task lists)."""

from __future__ import annotations

import re
from typing import Final

from search_api.exports.sheet import Line, Sheet, Table
from search_api.web.links import web_url

MEDIA_TYPE: Final = "text/markdown; charset=utf-8"
SUFFIX: Final = "md"
_SHORT: Final = 40
"""Tables with cells up to this many characters are written as tables."""
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|~!&])")
_LINE_START: Final = re.compile(r"^(\s*)([-+=]|\d+[.)])")


def write_sheet(sheet: Sheet) -> bytes:
    """Return the sheet as Markdown in UTF-8."""
    parts = [f"# {escape_text(sheet.title)}", *(escape_text(text) for text in sheet.paragraphs)]
    for table in sheet.tables:
        parts.append(f"## {escape_text(table.title)}")
        parts += [_grid(table)] if _is_short(table) else _sections(table)
    return ("\n\n".join(parts) + "\n").encode()


def escape_text(text: str) -> str:
    """Return text escaped for Markdown, so that an untrusted title cannot become a link."""
    flat = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LINE_START.sub(r"\1\\\2", flat) if not flat[:1].isdigit() else _number(flat)


def _number(text: str) -> str:
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", text)


def _is_short(table: Table) -> bool:
    cells = [cell for row in table.rows for cell in row]
    return all(len(c) == 1 and len(c[0].text) <= _SHORT and not c[0].source for c in cells)


def _grid(table: Table) -> str:
    rows = [tuple(escape_text(cell[0].text) for cell in row) for row in table.rows]
    header = tuple(escape_text(name) for name in table.header)
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _sections(table: Table) -> list[str]:
    """Return a heading per row, with a list for each further column below it."""
    parts = []
    for name, *cells in table.rows:
        parts.append(f"### {escape_text(name[0].text) or '…'}")
        parts += [_plain(line) for line in name[1:]]
        for column, cell in zip(table.header[1:], cells, strict=True):
            parts += [f"**{escape_text(column)}**", "\n".join(f"- {_line(line)}" for line in cell)]
    return parts


def _line(line: Line) -> str:
    box = "[ ] " if line.box else ""
    return f"{box}{_plain(line)}".rstrip()


def _plain(line: Line) -> str:
    text = f"“{escape_text(line.text)}”" if line.quote else escape_text(line.text)
    address = web_url(line.link)
    if address and line.text:
        # In angle brackets an address may have all characters but these (CommonMark 0.31, 6.3).
        target = re.sub(r"[<>\\\s]", lambda m: f"%{ord(m[0]):02X}", address)
        text = f"[{text}](<{target}>)"
    return " – ".join(part for part in (text, escape_text(line.source)) if part)
