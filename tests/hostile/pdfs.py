"""PDF files that overflow, loop, lie and break off (hazards 3.1)."""

from __future__ import annotations

import io
import random
import textwrap
import zlib
from collections.abc import Iterator, Sequence

from tests.hostile.cases import PARAGRAPHS, Case, scaled

MB = 1_000_000
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
Objects = dict[int, bytes]


def stream(data: bytes, extra: str = "", length: int | None = None) -> bytes:
    """Return a stream object."""
    size = len(data) if length is None else length
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (size, extra.encode(), data)


def deflated(unit: bytes, times: int, extra: str = "") -> bytes:
    """Return a Flate stream of ``unit`` repeated, without keeping it unpacked in memory."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(unit) for _ in range(times)]
    return stream(b"".join(parts) + packer.flush(), f"/Filter /FlateDecode {extra}")


def write(objects: Objects, *, trailer: str = "", root: str = "1 0 R") -> bytes:
    """Write objects with a correct cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, offset)
    size = max(objects, default=0) + 1
    entry = f"/Root {root}" if root else ""
    out += f"trailer\n<< /Size {size} {entry} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def lines(texts: Sequence[str]) -> bytes:
    """Return page content that shows texts, each on lines of 80 characters."""
    shown = [line for text in texts for line in textwrap.wrap(text, 80)]
    parts = [b"(%s) Tj T*\n" % line.encode("latin-1", "replace") for line in shown]
    return b"".join([b"BT /F 10 Tf 12 TL 50 800 Td\n", *parts, b"ET\n"])


def pages(
    contents: Sequence[bytes], *, resources: str = "/Font << /F 3 0 R >>", font: bytes = FONT
) -> Objects:
    """Return the objects of a document: catalogue 1, pages 2, font 3, then page and content."""
    kids = " ".join(f"{10 + 2 * i} 0 R" for i in range(len(contents)))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] >>".encode(),
        3: font,
    }
    for i, content in enumerate(contents):
        objects[10 + 2 * i] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << {resources} >>"
            f" /Contents {11 + 2 * i} 0 R >>"
        ).encode()
        objects[11 + 2 * i] = content if content.startswith(b"<<") else stream(content)
    return objects


def honest(count: int = 4) -> Objects:
    """Return a document with all paragraphs on ``count`` pages."""
    share = -(-len(PARAGRAPHS) // count)
    return pages([lines(PARAGRAPHS[i * share : (i + 1) * share]) for i in range(count)])


KNOWN = "\n".join(PARAGRAPHS)


def bombs(scale: float) -> Iterator[Case]:
    """Yield files that unpack to far more than their size."""
    zeros = b"\0" * MB
    yield Case("flate-bomb.pdf", write(pages([deflated(zeros, scaled(1_000, scale))])))
    nested = zlib.compress(zlib.compress(zlib.compress(zeros * scaled(100, scale), 9), 9), 9)
    three = "/Filter [/FlateDecode /FlateDecode /FlateDecode]"
    yield Case("flate-nested.pdf", write(pages([stream(nested, three)])))
    objects = pages([b""]) | {9: deflated(zeros, 10)}
    objects[11] = b"[" + b"9 0 R " * scaled(200, scale) + b"]"
    yield Case("content-array.pdf", write(objects))
    for size in (7, 74):
        body = deflated(b"q 1 0 0 1 0 0 cm Q " * 50_000, scaled(size, scale))
        yield Case(f"operators-{size}.pdf", write(pages([body])))
    text = b"BT /F 9 Tf (" + b"word " * (scaled(70, scale) * MB // 5) + b") Tj ET"
    yield Case("huge-string.pdf", write(pages([deflated(text, 1)])))
    objects = pages([b""] * scaled(500, scale, 20))
    for number, body in objects.items():
        if number >= 10 and number % 2 == 0:
            objects[number] = body.replace(b"/Contents %d 0 R" % (number + 1), b"/Contents 9 0 R")
    shared = lines(PARAGRAPHS) * scaled(350, scale, 30)
    yield Case("shared-stream.pdf", write(objects | {9: deflated(shared, 1)}))
    lzw = stream(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01" * MB, "/Filter /LZWDecode")
    yield Case("lzw.pdf", write(pages([lzw])))
    runs = stream(b"\x81 " * (scaled(2, scale) * MB), "/Filter /RunLengthDecode")
    yield Case("run-length.pdf", write(pages([runs])))
    wide = "/DecodeParms << /Predictor 15 /Columns 1000000000 >>"
    yield Case("predictor.pdf", write(pages([deflated(b"\0" * 1000, 10, wide)])))
    yield Case("ascii-nested.pdf", write(pages([stream(b"zzzz" * MB, "/Filter /ASCII85Decode")])))
    yield from forms()
    yield from _cmaps(scale)


def forms() -> Iterator[Case]:
    """Forms that draw the next one ten times, or themselves."""
    objects = pages([b"/X20 Do"], resources="/Font << /F 3 0 R >> /XObject << /X20 20 0 R >>")
    for n in range(20, 26):
        body = lines(PARAGRAPHS[:2]) if n == 25 else b"/X%d Do " % (n + 1) * 10
        entry = f"/XObject << /X{n + 1} {n + 1} 0 R >>" if n < 25 else "/Font << /F 3 0 R >>"
        objects[n] = stream(body, f"/Type /XObject /Subtype /Form /Resources << {entry} >>")
    yield Case("form-exponential.pdf", write(objects), "\n".join(PARAGRAPHS[:2]) * 10_000)
    objects = pages([b"/X Do"], resources="/XObject << /X 20 0 R >>")
    objects[20] = stream(b"/X Do", "/Subtype /Form /Resources << /XObject << /X 20 0 R >> >>")
    yield Case("form-self.pdf", write(objects))


def _cmaps(scale: float) -> Iterator[Case]:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 8 0 R >>"
    head = b"/CIDInit /ProcSet findresource begin begincmap\n"
    space = b"1 begincodespacerange <00> <FF> endcodespacerange\n"
    for name, body in {
        "range": b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange\n",
        "ranges": b"100 beginbfrange\n" + b"<0000> <FFFF> <0041>\n" * scaled(5_000, scale),
        "surrogates": b"2 beginbfchar <61> <D800> <62> <DFFF> endbfchar\n",
        "nul": b"2 beginbfchar <61> <0000> <65> <0001> endbfchar\n",
        "bidi": b"2 beginbfchar <61> <202E> <65> <2066> endbfchar\n",
        "open": b"100 beginbfchar <61> ",
    }.items():
        objects = pages([lines(PARAGRAPHS[:10])], font=font) | {8: stream(head + space + body)}
        known = "\n".join(PARAGRAPHS[:10]) if name == "open" else ""
        yield Case(f"cmap-{name}.pdf", write(objects), known)


def trees(scale: float) -> Iterator[Case]:
    """Yield endless page trees, and tables that lie about them."""
    for depth in (90, 900, scaled(100_000, scale, 2_000)):
        objects = pages([lines(PARAGRAPHS[:10])])
        objects[2] = b"<< /Type /Pages /Count 1 /Kids [100 0 R] >>"
        for n in range(100, 100 + depth):
            kid = n + 1 if n < 99 + depth else 10
            objects[n] = b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % kid
        yield Case(f"tree-depth-{depth}.pdf", write(objects), "\n".join(PARAGRAPHS[:10]))
    for name, tree in {
        "cycle": b"<< /Type /Pages /Count 2 /Kids [20 0 R] >>",
        "self": b"<< /Type /Pages /Count 2 /Kids [2 0 R 10 0 R] >>",
        "million-kids": b"<< /Type /Pages /Count 1000000 /Kids [%s] >>"
        % (b"10 0 R " * scaled(1_000_000, scale)),
        "no-kids": b"<< /Type /Pages /Count 4 >>",
        "kids-numbers": b"<< /Type /Pages /Count 4 /Kids [1 2 3 4] >>",
        "count-huge": b"<< /Type /Pages /Count 999999999 /Kids [10 0 R] >>",
        "count-negative": b"<< /Type /Pages /Count -1 /Kids [10 0 R] >>",
    }.items():
        extra = {20: b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"}
        data = write(pages([lines(PARAGRAPHS[:10])]) | {2: tree} | extra)
        yield Case(f"tree-{name}.pdf", data)
    short = write(
        honest() | {2: b"<< /Type /Pages /Count 1 /Kids [10 0 R 12 0 R 14 0 R 16 0 R] >>"}
    )
    yield Case("tree-count-one.pdf", short, KNOWN)
    yield Case("pages-many.pdf", write(pages([lines(PARAGRAPHS[:1])] * scaled(10_000, scale))))


def structures(scale: float) -> Iterator[Case]:
    """Yield files whose tables, ends and objects are wrong."""
    whole = write(honest())
    start = whole.rindex(b"startxref")
    yield Case("prev-loop.pdf", write(honest(), trailer=f"/Prev {whole.index(b'xref')}"), KNOWN)
    yield Case("no-xref.pdf", whole.replace(b"xref", b"xxxx"), KNOWN)
    yield Case("bad-startxref.pdf", whole[:start] + b"startxref\n17\n%%EOF\n", KNOWN)
    yield Case("huge-startxref.pdf", whole[:start] + b"startxref\n9" + b"9" * 5_000 + b"\n%%EOF\n")
    yield Case("junk-before.pdf", b"\r\n" * 200 + whole, KNOWN)
    yield Case("junk-after.pdf", whole + b"\0" * 5_000, KNOWN)
    yield Case("no-root.pdf", write(honest(), root=""), KNOWN)
    yield Case("root-number.pdf", write(honest(), root="17"))
    yield Case("xref-huge.pdf", whole.replace(b"xref\n0 1\n", b"xref\n0 999999999\n", 1))
    for share in (10, 50, 90, 99):
        yield Case(f"truncated-{share}.pdf", whole[: len(whole) * share // 100], KNOWN)
    for name, data in _contents(scale).items():
        yield Case(f"content-{name}.pdf", write(pages([data, lines(PARAGRAPHS[:5])])))
    missing = honest() | {10: b"<< /Type /Page /Parent 2 0 R >>", 12: b"17", 14: b"null"}
    yield Case("pages-missing.pdf", write(missing), KNOWN)
    deep = scaled(100_000, scale, 5_000)
    yield Case("deep-array.pdf", write(honest() | {7: b"[" * deep + b"]" * deep}), KNOWN)
    yield Case("deep-contents.pdf", write(honest() | {11: b"[" * deep + b"]" * deep}), KNOWN)
    yield Case("deep-dictionary.pdf", write(pages([b""]) | {10: b"<</A" * deep}))
    yield Case("long-name.pdf", write(honest() | {7: b"/" + b"n" * scaled(5 * MB, scale)}), KNOWN)
    objects = honest() | {11: b"11 0 R", 13: b"15 0 R", 15: b"13 0 R"}
    yield Case("references-cycle.pdf", write(objects), KNOWN)
    drawn = pages([b"q 500 0 0 700 0 0 cm /Im Do Q"], resources="/XObject << /Im 6 0 R >>")
    image = "/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    yield Case("no-text-layer.pdf", write(drawn | {6: stream(b"0", image)}))
    yield Case("header-only.pdf", b"%PDF-1.7\n")
    yield Case("random.pdf", b"%PDF-1.7\n" + random.Random(0).randbytes(200_000))
    yield Case("empty.pdf", b"")
    yield Case("html-inside.pdf", b"<html><body><p>" + PARAGRAPHS[0].encode() + b"</p>%PDF-1.4")


def _contents(scale: float) -> dict[str, bytes]:
    """Return bad first pages; the second page is sound."""
    packed = zlib.compress(lines(PARAGRAPHS), 9)
    middle = len(packed) // 2
    flate = "/Filter /FlateDecode"
    broken = packed[:middle] + b"\xff" * 40 + packed[middle + 40 :]
    return {
        "bad-flate": stream(broken, flate),
        "cut-flate": stream(packed[:middle], flate),
        "flate-recovery": stream(b"\x78\x9c" + b"\xff\x00" * scaled(2 * MB, scale), flate),
        "unknown-filter": stream(packed, "/Filter /NoSuchDecode"),
        "length-zero": stream(lines(PARAGRAPHS), length=0),
        "length-huge": stream(lines(PARAGRAPHS), length=10**12),
        "length-negative": stream(lines(PARAGRAPHS), length=-5),
        "brackets": stream(b"[" * scaled(100_000, scale, 5_000)),
        "dictionaries": stream(b"<<" * scaled(100_000, scale, 5_000)),
        "open-string": stream(b"BT /F 9 Tf (" * scaled(100_000, scale)),
        "inline-image": stream(b"BI /W 9 /H 9 ID " + b"x" * scaled(5 * MB, scale)),
        "operands": stream(b"1 " * scaled(2 * MB, scale) + b"Tj"),
        "matrices": stream(b"BT /F 1e30 Tf 1e308 0 0 1e308 1e308 0 Tm (far) Tj ET"),
        "no-font": stream(lines(PARAGRAPHS).replace(b"/F ", b"/G ")),
    }


def records() -> Iterator[Case]:
    """Yield hostile document information, outlines and metadata streams."""
    for name, info in {
        "script": "/Title (<script>alert\\(1\\)</script>) /Author (<img src=x onerror=alert>)",
        "types": "/Title [1 2 3] /Author << /A 1 >> /Subject 7 /CreationDate true",
        "self": "/Title 5 0 R /Author 5 0 R",
        "surrogates": "/Title <FEFFD800D800> /Author <FEFF202E0000>",
        "long": f"/Title ({'T' * 3_000_000}) /Author ({'a, ' * 300_000})",
    }.items():
        data = write(honest() | {5: f"<< {info} >>".encode()}, trailer="/Info 5 0 R")
        yield Case(f"info-{name}.pdf", data, KNOWN)
    catalogue = b"<< /Type /Catalog /Pages 2 0 R /Outlines 30 0 R /Metadata 32 0 R >>"
    outline = {
        30: b"<< /Type /Outlines /First 31 0 R /Last 31 0 R >>",
        31: b"<< /Title (Round) /Parent 30 0 R /Next 31 0 R /First 31 0 R /Dest [10 0 R /Fit] >>",
        32: stream(b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'),
    }
    yield Case("outline-cycle.pdf", write(honest() | {1: catalogue} | outline), KNOWN)


def encrypted() -> Iterator[Case]:
    """Yield files locked by each method, with a user password and with an owner's alone."""
    from pypdf import PdfReader, PdfWriter

    for method in ("RC4-40", "RC4-128", "AES-128", "AES-256"):
        for who, password in (("user", "secret"), ("owner", "")):
            writer = PdfWriter(clone_from=PdfReader(io.BytesIO(write(honest()))))
            writer.encrypt(password, "owner", algorithm=method)
            out = io.BytesIO()
            writer.write(out)
            known = KNOWN if who == "owner" else ""
            yield Case(f"encrypted-{who}-{method.lower()}.pdf", out.getvalue(), known)
    locked = write(honest() | {5: b"<< /Filter /Unheard /V 99 >>"}, trailer="/Encrypt 5 0 R")
    yield Case("encrypted-unknown.pdf", locked)


def make(scale: float) -> Iterator[Case]:
    """Yield every PDF."""
    yield from bombs(scale)
    yield from trees(scale)
    yield from structures(scale)
    yield from records()
    yield from encrypted()
