"""DOCX, PPTX and ODT: their text in order, and their record."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import pytest

from corpus.errors import SourceRejected
from ingest.extract import extract_document
from ingest.extract.sniff import DOCX, ODT, PPTX
from ingest.model import Extracted, Fetched, Limits

LIMITS = Limits()
WORDS = "The network asked its members what they need."


def read(data: bytes, name: str = "a.bin", limits: Limits = LIMITS) -> Extracted:
    return extract_document(Fetched(f"file:///{name}", data, name), limits)[1]


def texts(found: Extracted, page: int = 0) -> list[str]:
    return [b.text for b in found.pages[page].blocks]


def code(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(SourceRejected) as refused:
        read(data, limits=limits)
    assert refused.value.reason.endswith(".")
    return refused.value.code


def docx_of(fill: Callable) -> bytes:
    import docx

    document = docx.Document()
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pptx_of(fill: Callable) -> bytes:
    import pptx

    deck = pptx.Presentation()
    fill(deck)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def rezipped(data: bytes, change: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """Return a package with some of its parts changed, or added where they were not there."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in dict.fromkeys((*old.namelist(), *change)):
            part = old.read(name) if name in old.namelist() else b""
            new.writestr(name, change.get(name, bytes)(part))
    return out.getvalue()


def plain(document) -> None:
    document.add_paragraph(WORDS)


def rich(document) -> None:
    document.core_properties.title = "Lessons of a network"
    document.core_properties.author = "Ana Silva; Tom Reed"
    document.add_heading("What we learned", 1)
    document.add_paragraph("Members met twice.")
    document.add_heading("In schools", 2)
    document.add_paragraph("Ask the pupils", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Region", "Schools", "Norte", "214"), strict=True):
        cell.text = text
    document.add_comment(document.paragraphs[1].runs, "Says who?", "A reviewer")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Dr. Ana Díaz \t\tJ. R. Hart\tLantern Trust", "Dr. Ana Díaz | J. R. Hart | Lantern Trust"),
        ("1.\tIntroduction", "1. Introduction"),
        ("Introduction\t5", "Introduction 5"),
        ("\tSchools that took part were seen.", "Schools that took part were seen."),
        ("June 2024\tVersion 1.0", "June 2024 Version 1.0"),
        ("They were visited.\tMost read well.", "They were visited. Most read well."),
    ],
)  # fmt: skip
def test_docx_parts_names_and_labels_that_tabs_part(typed, read):
    import docx

    document = docx.Document()
    document.add_paragraph(typed)
    written = io.BytesIO()
    document.save(written)
    fetched = Fetched("file:///names.docx", written.getvalue(), "names.docx")
    (page,) = extract_document(fetched, Limits())[1].pages
    assert [block.text for block in page.blocks] == [read]


def test_docx_says_how_large_a_paragraph_is_set():
    def fill(made):
        from docx.enum.style import WD_STYLE_TYPE
        from docx.shared import Pt

        made.styles["Normal"].font.size = Pt(11)
        large = made.styles.add_style("Large", WD_STYLE_TYPE.PARAGRAPH)
        large.base_style, large.font.size = made.styles["Normal"], Pt(20)
        small = made.styles.add_style("As large", WD_STYLE_TYPE.PARAGRAPH)
        small.base_style = large
        made.add_paragraph(WORDS)
        made.add_paragraph(WORDS, style="Large")
        made.add_paragraph(WORDS, style="As large")
        mixed = made.add_paragraph("Note ")
        mixed.add_run(WORDS).font.size = Pt(14.5)

    assert [b.height for b in read(docx_of(fill)).pages[0].blocks] == [11.0, 20.0, 20.0, 14.5]


def test_docx_gives_headings_lists_and_tables_without_comments():
    found = extract_document(Fetched("file:///a", docx_of(rich), "a"), LIMITS)
    assert found[0] == DOCX
    assert [(b.text, b.heading_level) for b in found[1].pages[0].blocks] == [
        ("What we learned", 1), ("Members met twice.", None), ("In schools", 2),
        ("• Ask the pupils", None), ("Region | Schools", None), ("Norte | 214", None),
    ]  # fmt: skip
    assert found[1].page_unit is None


def test_docx_an_item_is_bulleted_if_the_style_it_is_based_on_names_such_a_list():
    def listed(document):
        style = document.styles.add_style("Items of ours", 1)
        style.base_style = document.styles["List Bullet"]
        document.add_paragraph("Ask the pupils", style="Items of ours")
        document.add_paragraph("Ask the parents", style="List Number")
        document.add_paragraph(WORDS)

    assert texts(read(docx_of(listed))) == ["• Ask the pupils", "Ask the parents", WORDS]


def test_docx_properties_are_hints():
    hints = read(docx_of(rich)).hints[0]
    assert (hints.origin, hints.title) == ("embedded", "Lessons of a network")
    assert hints.authors == ("Ana Silva", "Tom Reed")


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
INSIDE = {
    "content control": "<w:sdt><w:sdtContent><w:p><w:r><w:t>X</w:t></w:r></w:p></w:sdtContent>"
    "</w:sdt>",
    "tracked insertion": "<w:p><w:ins><w:r><w:t>X</w:t></w:r></w:ins></w:p>",
    "text box": "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>X</w:t></w:r></w:p>"
    "</w:txbxContent></w:pict></w:r></w:p>",
    "hyperlink": "<w:p><w:hyperlink><w:r><w:t>X</w:t></w:r></w:hyperlink></w:p>",
    "layout table": "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>X</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
}  # fmt: skip


def with_body(markup: str) -> bytes:
    insert = markup.encode() + b"<w:sectPr"
    return rezipped(
        docx_of(plain), {"word/document.xml": lambda x: x.replace(b"<w:sectPr", insert, 1)}
    )


@pytest.mark.parametrize("markup", INSIDE.values(), ids=INSIDE)
def test_docx_text_is_found_wherever_word_puts_it(markup):
    assert texts(read(with_body(markup))) == [WORDS, "X"]


def test_docx_deleted_text_is_left_out():
    deleted = "<w:p><w:del><w:r><w:t>Gone</w:t></w:r></w:del><w:r><w:t>Kept</w:t></w:r></w:p>"
    assert texts(read(with_body(deleted))) == [WORDS, "Kept"]


def test_docx_an_embedded_document_is_said_to_be_lost():
    assert "altChunk" in read(with_body("<w:altChunk/>")).lost[0]


def test_docx_footnotes_come_last():
    notes = (
        f'<w:footnotes {W}><w:footnote w:type="separator"><w:p/></w:footnote><w:footnote w:id="1">'
        "<w:p><w:r><w:t>See the annex.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    relation = (
        b'<Relationship Id="rId99" Target="footnotes.xml" Type="http://schemas.openxmlformats.org/'
        b'officeDocument/2006/relationships/footnotes"/></Relationships>'
    )
    data = rezipped(
        docx_of(plain),
        {
            "word/footnotes.xml": lambda _: notes.encode(),
            "word/_rels/document.xml.rels": lambda x: x.replace(b"</Relationships>", relation),
        },
    )
    assert texts(read(data)) == [WORDS, "Footnotes", "See the annex."]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"openxmlformats-officedocument.wordprocessingml.document.main",
         b"ms-word.document.macroEnabled.main"),
        (b"wordprocessingml.document.main", b"wordprocessingml.template.main"),
    ],
    ids=["macros", "template"],
)  # fmt: skip
def test_docx_variants_are_read(old, new):
    data = rezipped(docx_of(plain), {"[Content_Types].xml": lambda x: x.replace(old, new)})
    assert texts(read(data)) == [WORDS]


def test_docx_of_the_strict_kind_is_read():
    def strict(part: bytes) -> bytes:
        for name in (b"wordprocessingml", b"officeDocument"):
            old = b"http://schemas.openxmlformats.org/" + name + b"/2006/"
            part = part.replace(old, b"http://purl.oclc.org/ooxml/" + name + b"/")
        return part

    names = ("word/document.xml", "_rels/.rels", "word/_rels/document.xml.rels")
    assert texts(read(rezipped(docx_of(plain), dict.fromkeys(names, strict)))) == [WORDS]


def slides(deck) -> None:
    from pptx.util import Inches

    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Better schools"
    first.placeholders[1].text = "Ask pupils\nTell parents"
    first.notes_slide.notes_text_frame.text = "Pause here."
    second = deck.slides.add_slide(deck.slide_layouts[6])
    box = [Inches(1)] * 4
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(*box).text_frame.text = "In a group"
    table = second.shapes.add_table(1, 2, *box).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Norte", "214"


def test_pptx_gives_a_page_a_slide_with_groups_tables_and_notes():
    media_type, found = extract_document(Fetched("file:///a", pptx_of(slides), "a"), LIMITS)
    assert (media_type, found.page_unit) == (PPTX, "slide")
    assert texts(found) == ["Better schools", "Ask pupils", "Tell parents", "Notes", "Pause here."]
    assert texts(found, 1) == ["In a group", "Norte | 214"]
    assert [b.heading_level for b in found.pages[0].blocks] == [1, None, None, 2, None]
    assert found.hints[1].title == "Better schools"


def test_pptx_the_number_of_a_slide_is_no_text_in_a_box_that_is_no_placeholder_either():
    from pptx.oxml import parse_xml
    from pptx.util import Inches

    def numbered(deck):
        slides(deck)
        box = deck.slides[0].shapes.add_textbox(*[Inches(1)] * 4).text_frame
        name = "http://schemas.openxmlformats.org/drawingml/2006/main"
        box.paragraphs[0]._p.append(
            parse_xml(f'<a:fld xmlns:a="{name}" id="{{1}}" type="slidenum"><a:t>1</a:t></a:fld>')
        )

    assert texts(read(pptx_of(numbered))) == texts(read(pptx_of(slides)))


def test_pptx_without_words_or_slides_is_refused():
    assert code(pptx_of(lambda deck: deck.slides.add_slide(deck.slide_layouts[6]))) == "no-text"
    assert code(pptx_of(lambda _: None)) == "empty"


def test_pptx_a_hidden_slide_is_read_and_said_to_be_hidden():
    def hide(deck) -> None:
        slides(deck)
        deck.slides[1]._element.set("show", "0")

    found = read(pptx_of(hide))
    assert texts(found, 1)[0] == "In a group"
    assert found.remarks == ("Hidden in a slide show: slide 2.",)


ODF = " ".join(
    f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
    for n in ("office", "text", "table")
)
ODT_BODY = (
    '<text:h text:outline-level="2">Methods</text:h><text:p>Asked<text:s/>twice.'
    "<office:annotation><text:p>Really?</text:p></office:annotation><text:note><text:note-body>"
    "<text:p>A note.</text:p></text:note-body></text:note></text:p><text:list><text:list-item>"
    "<text:p>An item</text:p></text:list-item></text:list><table:table><table:table-row>"
    "<table:table-cell><text:p>Norte</text:p></table:table-cell><table:table-cell><text:p>214"
    "</text:p></table:table-cell></table:table-row></table:table>"
)


def odt_of(body: str, head: str = "", **more: str) -> bytes:
    content = (
        f"{head}<office:document-content {ODF}><office:body><office:text>{body}</office:text>"
        "</office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        for name, part in more.items():
            archive.writestr(name.replace("__", "/") + ".xml", part)
    return out.getvalue()


def test_odt_gives_headings_paragraphs_lists_tables_and_notes():
    media_type, found = extract_document(Fetched("file:///a", odt_of(ODT_BODY), "a"), LIMITS)
    assert media_type == ODT
    assert [(b.text, b.heading_level) for b in found.pages[0].blocks] == [
        ("Methods", 2), ("Asked twice.", None), ("A note.", None), ("An item", None),
        ("Norte | 214", None),
    ]  # fmt: skip


def test_odt_with_a_password_is_refused():
    locked = {"META-INF__manifest": "<manifest><encryption-data/></manifest>"}
    assert code(odt_of(ODT_BODY, **locked)) == "password"
