"""A sheet as a Word document, A4 landscape, for workshops."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

from search_api.exports.sheet import Cell, Line, Sheet, Table
from search_api.web.links import web_url

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIX: Final = "docx"
BOX: Final = "\N{BALLOT BOX} "
_SMALL_PT: Final = 8
_PLAIN_PT: Final = 10
_LONG_MM, _SHORT_MM, _MARGIN_MM = 297, 210, 15
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The date of all files in the archive, so that the same sheet has the same bytes and entity
tag."""


def write_sheet(sheet: Sheet) -> bytes:
    """Return the sheet as the bytes of a .docx file."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(_LONG_MM), Mm(_SHORT_MM)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(_MARGIN_MM))
    document.styles["Normal"].font.size = Pt(_PLAIN_PT)
    document.core_properties.title = remove_invalid_characters(sheet.title)
    for name in ("author", "comments"):  # the template's
        setattr(document.core_properties, name, "")
    document.add_heading(remove_invalid_characters(sheet.title), level=1)
    for text in sheet.paragraphs:
        document.add_paragraph(remove_invalid_characters(text))
    for table in sheet.tables:
        document.add_heading(remove_invalid_characters(table.title), level=2)
        _add_table(document, table)
    written = io.BytesIO()
    document.save(written)
    return _undated(written.getvalue())


def remove_invalid_characters(text: str) -> str:
    """Return text without characters that XML 1.0 forbids (section 2.2) and python-docx rejects."""
    return "".join(
        c
        for c in text
        if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
    )


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


def _add_line(paragraph: Paragraph, line: Line, *, bold: bool) -> None:
    from docx.shared import Pt

    if line.box:
        paragraph.add_run(BOX)
    text = remove_invalid_characters(f"“{line.text}”" if line.quote else line.text)
    address = web_url(line.link)
    if address and text:
        _add_link(paragraph, text, address)
    elif text:
        paragraph.add_run(text).bold = bold
    if line.source:
        run = paragraph.add_run(
            remove_invalid_characters(f" {line.source}" if text else line.source)
        )
        run.font.size = Pt(_SMALL_PT)


def _add_link(paragraph: Paragraph, text: str, address: str) -> None:
    """Add a hyperlink; python-docx can read but not write them."""
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


def _undated(archive: bytes) -> bytes:
    """Return the archive with the same date on every file in it."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            new.writestr(info, old.read(name), zipfile.ZIP_DEFLATED)
    return written.getvalue()
