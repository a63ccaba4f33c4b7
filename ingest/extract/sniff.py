"""What a file is, decided by its bytes; a name or header only helps to word a refusal."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Final

from corpus.errors import SourceRejected
from ingest.extract.decode import decode

PDF: Final = "application/pdf"
HTML: Final = "text/html"
MARKDOWN: Final = "text/markdown"
TEXT: Final = "text/plain"

_MAGIC: Final = (
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older Office file (DOC, XLS, PPT or MSG)"),
    (0, b"{\\rtf", "RTF"),
    (0, b"\x89PNG", "a PNG image"), (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF8", "a GIF image"), (8, b"WEBP", "a WebP image"), (0, b"II*\x00", "a TIFF image"),
    (0, b"MM\x00*", "a TIFF image"), (0, b"BM", "a BMP image"),
    (4, b"ftyp", "a video or audio file"), (0, b"ID3", "an MP3 recording"),
    (0, b"OggS", "an Ogg recording"), (0, b"fLaC", "a FLAC recording"),
    (8, b"WAVE", "a WAV recording"), (0, b"\x1aE\xdf\xa3", "a Matroska video"),
    (0, b"\x1f\x8b", "a gzip archive"), (0, b"7z\xbc\xaf", "a 7z archive"),
    (0, b"Rar!", "a RAR archive"), (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ", "an xz archive"),
    (257, b"ustar", "a tar archive"), (0, b"SQLite format 3", "an SQLite database"),
    (0, b"%!PS", "PostScript"), (0, b"AT&TFORM", "DjVu"),
    (0, b"\x7fELF", "a program"), (0, b"MZ", "a program"),
)  # fmt: skip
_ZIPPED: Final = (
    ("word/", "a Word document (DOCX)"),
    ("ppt/", "a PowerPoint deck (PPTX)"),
    ("xl/", "an Excel workbook (XLSX)"),
    ("META-INF/container.xml", "an EPUB book"),
    ("content.xml", "an OpenDocument file"),
)
_HTML: Final = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h[1-6]|article|section|main|header|table"
    r"|script|style|link|span|ul|ol|nav|center|font|br|a|img)\b",
    re.I,
)
_FRONT_MATTER: Final = re.compile(r"---[ \t]*\r?\n(?:#.*\r?\n|\s*\r?\n)*[A-Za-z_][\w-]*[ \t]*:")
_RIS: Final = re.compile(r"\s*TY  - ")
_BIBTEX: Final = re.compile(r"\s*@\w{3,20}\s*\{\s*[^,\s]+,")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NAMED: Final = {
    "pdf": "PDF", "docx": "DOCX", "pptx": "PPTX", "xlsx": "XLSX", "epub": "EPUB", "doc": "DOC",
    "ppt": "PPT", "xls": "XLS", "msg": "MSG", "rtf": "RTF", "odt": "ODT", "png": "PNG",
    "jpg": "JPEG", "jpeg": "JPEG", "zip": "ZIP",
}  # fmt: skip
_TABLES: Final = {"csv": "CSV", "tsv": "TSV", "json": "JSON", "jsonl": "JSON lines", "ris": "RIS",
                  "bib": "BibTeX", "xml": "XML", "yaml": "YAML", "yml": "YAML"}  # fmt: skip


def sniff(data: bytes, name: str = "", declared: str | None = None) -> str:
    """Return the media type of ``data``: one of ``PDF``, ``HTML``, ``MARKDOWN``, ``TEXT``.

    Raises:
        SourceRejected: ``empty``, ``unsupported`` (naming the format), ``not-html`` or
            ``unreadable`` (the bytes are not what the name says).
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise SourceRejected("empty", "The file is empty. Ask for it anew.")
    if b"%PDF-" in data[:1024]:
        return PDF
    _refuse_binary(data)
    extension = _extension(name)
    text = decode(data[:200_000], declared, markup=True).text.lstrip("\ufeff \t\r\n\x00")
    if len(_CONTROLS.findall(text)) > 0.001 * len(text) + 1:
        raise _misnamed(extension) or _unsupported("binary data")
    if _is_html(text, extension, declared):
        return HTML
    _refuse_other_text(data, text, extension)
    misnamed = _misnamed(extension)
    if misnamed:
        raise misnamed
    if _claims_html(extension, declared):
        raise SourceRejected(
            "not-html", "It is given as HTML but holds no markup. Check the address or the file."
        )
    if extension in ("md", "markdown", "mdown") or _FRONT_MATTER.match(text):
        return MARKDOWN
    return TEXT


def _misnamed(extension: str) -> SourceRejected | None:
    if extension not in _NAMED:
        return None
    return SourceRejected(
        "unreadable",
        f"The name says {_NAMED[extension]} but the bytes are not. Ask for the file anew.",
    )


def _claims_html(extension: str, declared: str | None) -> bool:
    return extension in ("html", "htm", "xhtml") or "html" in (declared or "").lower()


def _extension(name: str) -> str:
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def _unsupported(what: str) -> SourceRejected:
    return SourceRejected(
        "unsupported",
        f"It is {what}. PDF, HTML, Markdown and plain text are taken in: convert it or find the "
        "document in one of those forms.",
    )


def _refuse_binary(data: bytes) -> None:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise _unsupported(_zip_kind(data))
    for offset, magic, what in _MAGIC:
        # Two-letter marks also begin ordinary sentences; a binary file has a zero byte soon.
        if data.startswith(magic, offset) and (len(magic) > 2 or b"\x00" in data[:512]):
            raise _unsupported(what)


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "a damaged ZIP archive or Office file"
    for prefix, what in _ZIPPED:
        if any(n.startswith(prefix) for n in names):
            return what
    return "a ZIP archive"


def _is_html(text: str, extension: str, declared: str | None) -> bool:
    start = text[:4096]
    if start.startswith("<"):
        return bool(_HTML.search(start)) and not _is_other_xml(start)
    return (
        _claims_html(extension, declared)
        and not start.startswith(("{", "["))
        and bool(_HTML.search(text))
    )


def _is_other_xml(start: str) -> bool:
    root = re.search(r"<([A-Za-z_][\w:.-]*)", re.sub(r"<!--.*?-->", "", start, flags=re.S))
    return start.startswith("<?xml") and root is not None and root[1].lower() != "html"


def _refuse_other_text(data: bytes, text: str, extension: str) -> None:
    if text.startswith("<?xml") or (text.startswith("<") and extension in ("xml", "svg")):
        raise _unsupported("XML")
    if _RIS.match(text):
        raise _unsupported("a RIS bibliography")
    if _BIBTEX.match(text):
        raise _unsupported("a BibTeX bibliography")
    if extension in _TABLES:
        raise _unsupported(_TABLES[extension])
    if text[:1] in "{[" and _is_json(data):
        raise _unsupported("JSON")
    if _is_table(text):
        raise _unsupported("a table of values (CSV)")


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _is_table(text: str) -> bool:
    """Whether the first lines have the same number of separators, three or more in each."""
    lines = [line for line in text[:20_000].splitlines()[:30] if line.strip()][:20]
    if len(lines) < 5:
        return False
    return any(
        lines[0].count(separator) >= 3 and len({line.count(separator) for line in lines}) == 1
        for separator in (",", ";", "\t")
    )
