"""Papers and sheets as Markdown (CommonMark with GitHub's tables and task lists)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from search_api.exports.paper import Block, Heading, PageBreak, Paper, Quotation, Run
from search_api.exports.sheet import Line, Sheet, Table
from search_api.web.links import web_url

MEDIA_TYPE: Final = "text/markdown; charset=utf-8"
SUFFIX: Final = "md"
_SHORT: Final = 40
"""Tables with cells up to this many characters are written as tables."""
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|~!]|&(?=#?\w+;))")
"""What is markup anywhere in a line. An ampersand is only so at the beginning of an entity."""
_LINE_START: Final = re.compile(r"^(\s*)([-+=]|\d+[.)])")


def write_sheet(sheet: Sheet) -> bytes:
    """Return the sheet as Markdown in UTF-8."""
    parts = [f"# {escape_text(sheet.title)}", *(escape_text(text) for text in sheet.paragraphs)]
    for table in sheet.tables:
        parts += [f"## {escape_text(table.title)}", *_table(table)]
    return ("\n\n".join(parts) + "\n").encode()


def write_paper(paper: Paper) -> bytes:
    """Return a paper as Markdown in UTF-8; its last line says who made it and when."""
    parts = [f"# {escape_text(paper.title)}"]
    for block in paper.blocks:
        parts += _block(block)
    parts.append(f"*{escape_text(paper.made.author)}, {paper.made.at.date().isoformat()}*")
    return ("\n\n".join(parts) + "\n").encode()


def _block(block: Block) -> list[str]:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, PageBreak):
        return ["---"]
    if isinstance(block, Heading):
        return [f"{'#' * min(block.level, 6)} {_runs([Run(block.text, block.link)])}"]
    if isinstance(block, Quotation):
        source = _runs([Run(block.source or "source", block.link)])
        where = f" – {source}" if block.source or web_url(block.link) else ""
        return [f"> “{escape_text(block.text)}”{where}"]
    return [("- " if block.bullet else "") + _runs(block.runs)]


def _runs(runs: Iterable[Run]) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    """Return a run; the spaces around it stay outside its marks."""
    text = link_text(escape_text(run.text), run.link)
    if not text:
        return " " if run.text else ""
    mark = "**" * run.bold + "*" * run.italic
    before, after = (" " if run.text[at].isspace() else "" for at in (0, -1))
    return f"{before}{mark}{text}{mark}{after}"


def _table(table: Table) -> list[str]:
    return [_grid(table)] if _is_short(table) else _sections(table)


def escape_text(text: str) -> str:
    """Return text escaped for Markdown, so that an untrusted title cannot become a link."""
    flat = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LINE_START.sub(r"\1\\\2", flat) if not flat[:1].isdigit() else _number(flat)


def escape_lines(text: str) -> str:
    """Return a text of several lines or paragraphs escaped for Markdown, each line by itself."""
    return "\n".join(escape_text(line) for line in text.strip().splitlines())


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
    if line.text:
        text = link_text(text, line.link)
    return " – ".join(part for part in (text, escape_text(line.source)) if part)


def link_text(text: str, link: str | None) -> str:
    """Return text that is escaped as a link, if it has a web address to lead to."""
    address = web_url(link)
    if not address or not text:
        return text
    # In angle brackets an address may have all characters but these (CommonMark 0.31, 6.3).
    target = re.sub(r"[<>\\\s]", lambda m: f"%{ord(m[0]):02X}", address)
    return f"[{text}](<{target}>)"
