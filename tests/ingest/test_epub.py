"""EPUB: chapters in the order of the spine, the package's metadata, and what is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from corpus.errors import SourceRejected
from ingest.extract import extract_document
from ingest.extract.sniff import EPUB
from ingest.model import Extracted, Fetched, Limits

LIMITS = Limits()
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)
METADATA = (
    "<dc:title>Schools that learn</dc:title><dc:creator>Ana Silva</dc:creator>"
    "<dc:creator>Tom Reed</dc:creator><dc:publisher>The Network</dc:publisher>"
    "<dc:date>2021-06-04</dc:date><dc:language>pt-BR</dc:language>"
    "<dc:identifier>https://doi.org/10.5555/abc.1</dc:identifier>"
    "<dc:description>&lt;p&gt;About schools.&lt;/p&gt;</dc:description>"
)
CHAPTERS = {
    "one.xhtml": "<h1>First</h1><p>Pupils were <em>asked</em>.</p>",
    "two%20b.xhtml": "<h2>Second</h2><ul><li>An item</li></ul><table><tr><td>Norte</td>"
    "<td>214</td></tr></table>",
}


def package(chapters: list[str], metadata: str = METADATA) -> str:
    items = "".join(
        f'<item id="c{i}" href="{name}" media-type="application/xhtml+xml"/>'
        for i, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    return (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )


def book(chapters: dict[str, str] = CHAPTERS, **changed: str) -> bytes:
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": package(list(chapters)),
        **{
            f"OEBPS/{name.replace('%20', ' ')}": f"<html><head><title>x</title></head><body>{body}"
            "</body></html>"
            for name, body in chapters.items()
        },
        **{name.replace("__", "/").replace("_", "."): part for name, part in changed.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def read(data: bytes) -> Extracted:
    media_type, found = extract_document(Fetched("file:///book", data, "book"), LIMITS)
    assert media_type == EPUB
    return found


def test_chapters_come_in_the_order_of_the_spine_with_their_structure():
    found = read(book())
    assert [(b.text, b.heading_level) for b in found.pages[0].blocks] == [
        ("First", 1), ("Pupils were asked.", None), ("Second", 2), ("An item", None),
        ("Norte | 214", None),
    ]  # fmt: skip
    assert (found.page_unit, len(found.pages)) == (None, 1)
    assert found.encoding == "utf-8 (valid throughout)"


def test_the_package_states_the_record():
    hints = read(book()).hints[0]
    assert (hints.title, hints.authors) == ("Schools that learn", ("Ana Silva", "Tom Reed"))
    assert (hints.publishers, hints.year, hints.published) == (("The Network",), 2021, "2021-06-04")
    assert (hints.language, hints.doi, hints.summary) == ("pt", "10.5555/abc.1", "About schools.")


def test_a_chapter_that_is_missing_is_said_to_be_lost():
    found = read(book(OEBPS__book_opf=package([*CHAPTERS, "gone.xhtml", "../../etc/passwd"])))
    assert found.lost == (
        "Chapters that the book lists are missing from it: gone.xhtml, ../../etc/passwd.",
    )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"META-INF__container_xml": "<container/>"}, "unreadable"),
        ({"OEBPS__book_opf": "<package>"}, "unreadable"),
        ({"OEBPS__book_opf": '<!DOCTYPE x [<!ENTITY a "b">]>' + package(["a"])}, "unsafe"),
        ({"OEBPS__book_opf": package([])}, "no-text"),
        (
            {"META-INF__encryption_xml": '<encryption><CipherReference URI="OEBPS/one.xhtml"/>'
             "</encryption>"}, "password",
        ),
    ],
    ids=["no-package", "malformed", "entities", "no-chapters", "drm"],
)  # fmt: skip
def test_a_book_that_cannot_be_read_is_refused(changed, code):
    with pytest.raises(SourceRejected) as refused:
        read(book(**changed))
    assert refused.value.code == code


def test_encrypted_fonts_are_no_matter():
    fonts = '<encryption><CipherReference URI="OEBPS/font.otf"/></encryption>'
    assert read(book(META_INF__x="", **{"META-INF__encryption_xml": fonts})).pages[0].blocks


def test_a_document_type_without_entities_is_usual_in_old_books():
    old = '<!DOCTYPE package SYSTEM "oeb1.dtd">' + package(list(CHAPTERS))
    assert read(book(OEBPS__book_opf=old)).pages[0].blocks
