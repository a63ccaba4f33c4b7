"""Archives: Office files and books that overflow, lie about their sizes, and point outside."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping

from tests.hostile.cases import PARAGRAPHS, PROSE, Case, scaled

MB = 1_000_000
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
    '+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/'
    'document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.'
    'document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
CONTAINER = (
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="%s" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    + "]>"
)
OUTSIDE = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


def pack(members: Mapping[str, str | bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """Return a ZIP of members; those ``stored`` are not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in members.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), data, how)
    return out.getvalue()


def paragraphs(texts: tuple[str, ...] = PARAGRAPHS) -> str:
    """Return the paragraphs of a Word document."""
    return "".join(f"<w:p><w:r><w:t>{t}</w:t></w:r></w:p>" for t in texts)


def docx(body: str, before: str = "", **members: str | bytes) -> dict[str, str | bytes]:
    """Return the members of a Word file."""
    document = f'{before}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return {
        "[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document,
    } | members  # fmt: skip


def epub(chapter: str, package: str = "", href: str = "c.xhtml") -> dict[str, str | bytes]:
    """Return the members of a book of one chapter."""
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER % "p.opf",
        "p.opf": package
        or '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Book</dc:title></metadata><manifest>'
        f'<item id="c" href="{href}" media-type="application/xhtml+xml"/></manifest><spine>'
        '<itemref idref="c"/></spine></package>',
        "c.xhtml": f"<html><head><title>Book</title></head><body>{chapter}</body></html>",
    }


def lying(data: bytes, size: int) -> bytes:
    """Return an archive whose headers all say that members unfold to ``size`` bytes."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + offset : at + offset + 4] = struct.pack("<I", size)
            at = changed.find(mark, at + 4)
    return bytes(changed)


def _word(scale: float) -> Iterator[Case]:
    whole = pack(docx(paragraphs()))
    zeros = b" " * MB * scaled(1_000, scale)
    yield Case("bomb.docx", pack(docx(paragraphs(), **{"word/big.xml": zeros})))
    bomb = pack(docx("<w:p><w:r><w:t>" + "word " * (len(zeros) // 20) + "</w:t></w:r></w:p>"))
    yield Case("bomb-body.docx", bomb)
    yield Case("bomb-lying.docx", lying(bomb, 1_000))
    yield Case("sizes-huge.docx", lying(whole, 0xFFFFFFF0), PROSE)
    yield Case("laughs.docx", pack(docx("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", LAUGHS)))
    yield Case("outside.docx", pack(docx("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", OUTSIDE)))
    depth = scaled(100_000, scale, 5_000)
    deep = "<w:sdt><w:sdtContent>" * depth + paragraphs() + "</w:sdtContent></w:sdt>" * depth
    yield Case("deep.docx", pack(docx(deep)), PROSE)
    cells = "<w:tbl><w:tr><w:tc>" * 500 + paragraphs() + "</w:tc></w:tr></w:tbl>" * 500
    yield Case("tables.docx", pack(docx(cells)), PROSE)
    empty = "<w:p/>" * scaled(1_000_000, scale)
    yield Case("paragraphs.docx", pack(docx(empty + paragraphs())))
    members = {f"word/m{i}.xml": "" for i in range(scaled(50_000, scale, 3_000))}
    yield Case("members.docx", pack(docx(paragraphs(), **members)))
    for share in (30, 60, 95):
        yield Case(f"truncated-{share}.docx", whole[: len(whole) * share // 100], PROSE)
    yield Case("not-xml.docx", pack(docx("") | {"word/document.xml": b"\0\1\2" * 100}))
    yield Case("no-document.docx", pack({"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS}))
    yield Case("deleted.docx", pack(docx(f"<w:del>{paragraphs()}</w:del>")))


def _books(scale: float) -> Iterator[Case]:
    chapter = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    stored = ("mimetype",)
    outside = epub(chapter, href="../../../../etc/hostname")
    yield Case("traversal.epub", pack(outside | {"../../etc/evil": "x"}, stored=stored))
    yield Case("absolute.epub", pack(epub(chapter, href="/etc/hostname"), stored=stored))
    yield Case("address.epub", pack(epub(chapter, href="http://127.0.0.1:9/x"), stored=stored))
    yield Case("laughs.epub", pack(epub(chapter, f"{LAUGHS}<package>&a9;</package>")))
    yield Case("container-laughs.epub", pack(epub(chapter) | {"META-INF/container.xml": LAUGHS}))
    words = "word " * (scaled(300, scale) * MB // 5)
    bomb = pack(epub(f"<p>{words}</p>"), stored=stored)
    yield Case("bomb.epub", bomb)
    yield Case("bomb-lying.epub", lying(bomb, 500))
    deep = "<div>" * 5_000 + chapter + "</div>" * 5_000
    yield Case("deep.epub", pack(epub(deep), stored=stored), PROSE)
    spine = "".join('<itemref idref="c"/>' for _ in range(scaled(20_000, scale)))
    package = (
        '<package><metadata/><manifest><item id="c" href="c.xhtml" media-type="application/xhtml'
        f'+xml"/></manifest><spine>{spine}</spine></package>'
    )
    yield Case("spine.epub", pack(epub(chapter, package), stored=stored))
    yield Case("no-spine.epub", pack(epub(chapter, "<package/>"), stored=stored), PROSE)
    yield Case("truncated.epub", pack(epub(chapter), stored=stored)[:-200], PROSE)


def _others(scale: float) -> Iterator[Case]:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    depth = scaled(50_000, scale, 5_000)
    content = f'<office:document-content xmlns:office="{office}" xmlns:text="{text}"><office:body>'
    mimetype = "application/vnd.oasis.opendocument.text"
    body = "<text:section>" * depth + f"<text:p>{PROSE}</text:p>"
    deep = {"mimetype": mimetype, "content.xml": content + body}
    yield Case("deep.odt", pack(deep, stored=("mimetype",)), PROSE)
    spaces = f'{content}<text:p>a<text:s text:c="2000000000"/>b</text:p></office:body>'
    counted = {"mimetype": mimetype, "content.xml": spaces + "</office:document-content>"}
    yield Case("spaces.odt", pack(counted, stored=("mimetype",)))
    laughs = {"mimetype": mimetype, "content.xml": f"{LAUGHS}<office>&a9;</office>"}
    yield Case("laughs.odt", pack(laughs, stored=("mimetype",)))
    slides = docx("") | {"ppt/presentation.xml": f"{LAUGHS}<p>&a9;</p>", "ppt/slides/s.xml": ""}
    yield Case("laughs.pptx", pack(slides))
    inner = pack({"0.txt": b"\0" * MB * scaled(100, scale)})
    for i in range(5):
        inner = pack({f"{i}-{j}.zip": inner for j in range(10)})
    yield Case("nested.zip", inner)
    yield Case("nested.docx", inner)
    yield Case("magic.docx", b"PK\x03\x04" + b"\xff" * 100_000)
    yield Case("end-only.docx", b"PK\x05\x06" + b"\0" * 18)
    rtf = r"{\rtf1 " + "{" * scaled(200_000, scale, 5_000) + PARAGRAPHS[0]
    yield Case("deep.rtf", rtf.encode())
    yield Case("binary.rtf", rb"{\rtf1 \bin999999999 " + PROSE.encode() + b"}")
    yield Case("unicode.rtf", rb"{\rtf1 \u-10240?\u99999999999?\'zz " + PROSE.encode() + b"}")
    yield Case("fields.csv", ("a,b,c,d\n" + "," * scaled(4 * MB, scale)).encode())
    yield Case("quote.csv", ('a,b,c,d\n"' + "x,\n" * scaled(MB, scale)).encode())


def make(scale: float) -> Iterator[Case]:
    """Yield every archive, and some unusual formats."""
    yield from _word(scale)
    yield from _books(scale)
    yield from _others(scale)
