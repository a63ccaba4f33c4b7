"""Decide what a file is by its bytes; a name or header only helps to word a rejection."""

from __future__ import annotations

import json
import re
from typing import Final

from corpus.errors import SourceRejected
from ingest.extract import (
    docx,
    epub,
    html,
    markdown,
    odt,
    pdf,
    pptx,
    rtf,
    signatures,
    table,
)
from ingest.extract import text as plain
from ingest.extract.archive import Archive
from ingest.extract.decode import decode_bytes
from ingest.model import Limits

PDF: Final = pdf.MEDIA_TYPE
HTML: Final = html.MEDIA_TYPE
MARKDOWN: Final = markdown.MEDIA_TYPE
TEXT: Final = plain.MEDIA_TYPE
CSV: Final = table.MEDIA_TYPE
RTF: Final = rtf.MEDIA_TYPE
EPUB: Final = epub.MEDIA_TYPE
ODT: Final = odt.MEDIA_TYPE
DOCX: Final = docx.MEDIA_TYPE
PPTX: Final = pptx.MEDIA_TYPE

_HTML: Final = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h[1-6]|article|section|main|header|table"
    r"|script|style|link|span|ul|ol|nav|center|font|br|a|img)\b",
    re.I,
)
_FRONT_MATTER: Final = re.compile(r"---[ \t]*\r?\n(?:#.*\r?\n|\s*\r?\n)*[A-Za-z_][\w-]*[ \t]*:")
_RIS: Final = re.compile(r"\s*TY  - ")
_BIBTEX: Final = re.compile(r"\s*@\w{3,20}\s*\{\s*[^,\s]+,")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff_media_type(data: bytes, name: str = "", declared: str | None = None) -> str:
    """Return the media type of ``data``, one of the constants of this module.

    Raises:
        SourceRejected: ``empty``, ``unsupported`` (naming the format and what to do), ``password``,
            ``truncated``, ``not-html`` or ``unreadable`` (the bytes are not what the name says).
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise SourceRejected("empty", "The file is empty. Ask for a new copy.")
    return _binary_type(data) or _text_type(data, name, declared)


def _binary_type(data: bytes) -> str | None:
    if b"%PDF-" in data[:1024]:
        return PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(data)
    if data[:64].lstrip().startswith(b"{\\rtf"):
        return RTF
    _refuse_binary(data)
    return None


def _text_type(data: bytes, name: str, declared: str | None) -> str:
    extension = _extension(name)
    text = decode_bytes(data[:200_000], declared, markup=True).text.lstrip("\ufeff \t\r\n\x00")
    if len(_CONTROLS.findall(text)) > 0.001 * len(text) + 1:
        raise _misnamed(extension) or _unsupported("binary data", "Save it as PDF or DOCX.")
    if _is_html(text, extension, declared):
        return HTML
    _refuse_other_text(data, text, extension)
    misnamed = _misnamed(extension)
    if misnamed:
        raise misnamed
    if _claims_html(extension, declared):
        raise SourceRejected(
            "not-html",
            "It is declared as HTML but contains no markup. Check the address or the file.",
        )
    if extension in table.SUFFIXES or _is_table(text):
        return CSV
    if extension in markdown.SUFFIXES or _FRONT_MATTER.match(text):
        return MARKDOWN
    return TEXT


def _misnamed(extension: str) -> SourceRejected | None:
    if extension not in signatures.NAMED:
        return None
    return SourceRejected(
        "unreadable",
        f"Its name says {signatures.NAMED[extension]}, but its content is something else. Ask for "
        "a new copy.",
    )


def _claims_html(extension: str, declared: str | None) -> bool:
    return extension in html.SUFFIXES or "html" in (declared or "").lower()


def _extension(name: str) -> str:
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def _unsupported(what: str, advice: str) -> SourceRejected:
    return SourceRejected("unsupported", f"It is {what}, which is not accepted. {advice}")


def _refuse_binary(data: bytes) -> None:
    if data.startswith(signatures.OLE):
        raise _ole_refusal(data)
    for offset, magic, what, advice in signatures.MAGIC:
        # Ordinary sentences also begin with such two letters; a binary file soon has a zero byte.
        if data.startswith(magic, offset) and (len(magic) > 2 or b"\x00" in data[:512]):
            raise _unsupported(what, advice)


def _ole_refusal(data: bytes) -> SourceRejected:
    """Return the rejection of an OLE file; the names of its streams are in it as UTF-16."""
    if _entry(signatures.OLE_ENCRYPTED) in data:
        return SourceRejected(
            "password",
            "It is an Office file protected by a password. Ask for a copy without one.",
        )
    for stream, what, advice in signatures.OLE_STREAMS:
        if _entry(stream) in data:
            return _unsupported(what, advice)
    return _unsupported(*signatures.OLE_OTHER)


def _entry(stream: str) -> bytes:
    return b"\x00" + f"{stream}\x00".encode("utf-16-le")


def _zip_type(data: bytes) -> str:
    archive = Archive(data, Limits())
    stated = archive.read("mimetype")[:100] if "mimetype" in archive else b""
    if stated.startswith(EPUB.encode()) or "META-INF/container.xml" in archive:
        return EPUB
    if stated.startswith(b"application/vnd.oasis.opendocument.") or "content.xml" in archive:
        what = (
            stated.decode("ascii", "replace").strip().rpartition(".")[2].removesuffix("-template")
        )
        if what in signatures.OPEN_DOCUMENT:
            raise _unsupported(*signatures.OPEN_DOCUMENT[what])
        return ODT
    if "[Content_Types].xml" in archive:
        for folder, media_type in (("word/", DOCX), ("ppt/", PPTX)):
            if any(n.startswith(folder) for n in archive.names):
                return media_type
    for prefix, what, advice in signatures.ZIPPED:
        if any(n.startswith(prefix) for n in archive.names):
            raise _unsupported(what, advice)
    raise _unsupported(*signatures.ZIP_OTHER)


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
    export = "Export its content as text, CSV or PDF."
    if text.startswith("<?xml") or (text.startswith("<") and extension in ("xml", "svg")):
        raise _unsupported("XML", export)
    references = "Add it as a bibliography."
    if _RIS.match(text):
        raise _unsupported("a RIS bibliography", references)
    if _BIBTEX.match(text):
        raise _unsupported("a BibTeX bibliography", references)
    if extension in signatures.TEXTUAL:
        raise _unsupported(signatures.TEXTUAL[extension], export)
    if text[:1] in "{[" and _is_json(data):
        raise _unsupported("JSON", export)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _is_table(text: str) -> bool:
    """Whether the first lines have the same number of separators, at least three each."""
    lines = [line for line in text[:20_000].splitlines()[:30] if line.strip()][:20]
    if len(lines) < 5:
        return False
    return any(
        lines[0].count(separator) >= 3 and len({line.count(separator) for line in lines}) == 1
        for separator in (",", ";", "\t")
    )
