"""Papers and sheets as Word documents, A4, with the author and the day of the file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from search_api.exports.paper import (
    Block,
    Heading,
    PageBreak,
    Paper,
    Quotation,
    Run,
    plain,
)
from search_api.exports.sheet import Cell, Line, Sheet, Table
from search_api.exports.taking import Made
from search_api.web.links import web_url

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph as WordParagraph

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIX: Final = "docx"
BOX: Final = "\N{BALLOT BOX} "
_SMALL_PT: Final = 8
_PLAIN_PT: Final = 10
_LONG_MM, _SHORT_MM = 297, 210
_MARGIN_MM, _WIDE_MARGIN_MM = 15, 20
_DEEPEST: Final = 9
"""Word has headings to this level."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The date of all files in the archive, so that the same paper has the same bytes and entity
tag."""


def write_sheet(sheet: Sheet, made: Made) -> bytes:
    """Return a sheet, A4 landscape, as the bytes of a .docx file."""
    blocks: list[Block] = [*map(plain, sheet.paragraphs)]
    for table in sheet.tables:
        blocks += [Heading(table.title), table]
    return write_paper(Paper(sheet.title, tuple(blocks), made, landscape=True))


def write_paper(paper: Paper) -> bytes:
    """Return a paper as the bytes of a .docx file."""
    from docx import Document

    document = Document()
    _set_page(document, landscape=paper.landscape)
    _set_properties(document, paper)
    document.add_heading(remove_invalid_characters(paper.title), level=1)
    for block in paper.blocks:
        _add_block(document, block)
    written = io.BytesIO()
    document.save(written)
    return _undated(written.getvalue())


def remove_invalid_characters(text: str) -> str:
    """Return text without characters that XML 1.0 forbids (section 2.2) and python-docx rejects."""
    return _FORBIDDEN.sub("", text)


_FORBIDDEN: Final = re.compile(r"[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _set_page(document: Any, *, landscape: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    section = document.sections[0]
    width, height = (_LONG_MM, _SHORT_MM) if landscape else (_SHORT_MM, _LONG_MM)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(_MARGIN_MM if landscape else _WIDE_MARGIN_MM))
    document.styles["Normal"].font.size = Pt(_PLAIN_PT)


def _set_properties(document: Any, paper: Paper) -> None:
    """Say who made the file and when; python-docx's template names itself and 2013."""
    properties = document.core_properties
    properties.title = remove_invalid_characters(paper.title)[:255]  # OPC allows no more
    properties.author = properties.last_modified_by = remove_invalid_characters(paper.made.author)[
        :255
    ]
    properties.created = properties.modified = paper.made.at.replace(tzinfo=None)
    properties.comments = ""


def _add_block(document: Any, block: Block) -> None:
    if isinstance(block, Table):
        _add_table(document, block)
    elif isinstance(block, PageBreak):
        document.add_page_break()
    elif isinstance(block, Heading):
        heading = _paragraph(document, f"Heading{min(block.level, _DEEPEST)}")
        _add_runs(heading, [Run(block.text, block.link)])
    elif isinstance(block, Quotation):
        quoted = _paragraph(document, "Quote")
        source = [Run(" "), Run(block.source or "source", block.link, small=True)]
        _add_runs(
            quoted,
            [Run(f"“{block.text}”"), *(source if block.source or web_url(block.link) else ())],
        )
    else:
        _add_runs(_paragraph(document, "ListBullet" if block.bullet else None), block.runs)


def _paragraph(document: Any, style_id: str | None) -> WordParagraph:
    """Add a paragraph; python-docx looks through all styles for each name, for half of the time."""
    added: WordParagraph = document.add_paragraph()
    if style_id:
        added._p.style = style_id
    return added


def _add_runs(paragraph: WordParagraph, runs: Iterable[Run]) -> None:
    from docx.shared import Pt

    for run in runs:
        text, address = remove_invalid_characters(run.text), web_url(run.link)
        if not text:
            continue
        added = _add_link(paragraph, text, address) if address else paragraph.add_run(text)
        if run.bold:
            added.bold = True
        if run.italic:
            added.italic = True
        if run.small:
            added.font.size = Pt(_SMALL_PT)


def _add_table(document: Any, table: Table) -> None:
    from docx.oxml import OxmlElement

    grid = document.add_table(rows=1, cols=len(table.header), style="Table Grid")
    for cell, name in zip(grid.rows[0].cells, table.header, strict=True):
        cell.paragraphs[0].add_run(remove_invalid_characters(name)).bold = True
    # A header row is repeated on every page, and a row is not cut at the foot of one.
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in table.rows:
        added = grid.add_row()
        added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for place, (cell, content) in enumerate(zip(added.cells, row, strict=True)):
            _fill(cell, content, bold=place == 0)


def _fill(cell: Any, content: Cell, *, bold: bool) -> None:
    for place, line in enumerate(content):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        _add_line(paragraph, line, bold=bold and place == 0)


def _add_line(paragraph: WordParagraph, line: Line, *, bold: bool) -> None:
    text = f"“{line.text}”" if line.quote else line.text
    linked = web_url(line.link) is not None
    runs = [Run(BOX)] if line.box else []
    runs.append(Run(text, line.link, bold=bold and not linked))
    if line.source:
        runs.append(Run(f" {line.source}" if text else line.source, small=True))
    _add_runs(paragraph, runs)


def _add_link(paragraph: WordParagraph, text: str, address: str) -> Any:
    """Add a hyperlink and return its run; python-docx can read but not write them."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    target = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), target)
    run = paragraph.add_run(text)
    run.underline = True
    link.append(run._r)
    paragraph._p.append(link)
    return run


def _undated(archive: bytes) -> bytes:
    """Return the archive with the same date on every file in it."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            new.writestr(info, old.read(name), zipfile.ZIP_DEFLATED)
    return written.getvalue()
