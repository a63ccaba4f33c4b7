"""Files that come as a ZIP (Office, EPUB, OpenDocument): read in memory, in steps, under limits.

The only reader of ZIP members. Sizes stated in headers are never trusted: a false one made
``ZipFile.read`` inflate 1 GB. Nothing is written to disk and no name becomes a path.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from corpus.errors import SourceRejected
from ingest.model import Limits

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

STEP_BYTES: Final = 64 * 1024
SMALL_BYTES: Final = 1_000_000
"""Below this size any compression ratio is allowed: blank tables reach 1,000."""

MAX_ENTRIES: Final = 50_000
"""Directory entries in the bytes, including those of embedded workbooks."""

MAX_XML_DEPTH: Final = 200
"""lxml stops at 256; nested tables in reports reach about 60."""

# Python unpacks the other methods without a limit: 64 KB of bzip2 can expand to 1 GB. The standards
# of the formats read here allow only these.
_BOUNDED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_XML_NAMES: Final = (".xml", ".rels", ".opf", ".ncx")
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)
_STRICT: Final = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_VARIANTS: Final = re.compile(
    rb"application/vnd\.(?:ms-word\.(?:document|template)\.macroEnabled"
    rb"|ms-powerpoint\.(?:presentation|template|slideshow)\.macroEnabled"
    rb"|openxmlformats-officedocument\.(?:wordprocessingml|presentationml)\.(?:template|slideshow))"
    rb"\.main\+xml"
)


class Archive:
    """The members of a ZIP in memory.

    Args:
        data: the bytes of the file.
        limits: on members, on the unpacked bytes of all that is read, and on the ratio.

    Raises:
        SourceRejected: ``truncated``, ``unreadable`` or ``unsafe``.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._size = 0
        # The whole directory is read when a ZIP is opened: 100 MB of it would fill the memory.
        if data.count(b"PK\x01\x02") > MAX_ENTRIES:
            raise unsafe_file(f"It has over {MAX_ENTRIES:,} parts")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self.names: tuple[str, ...] = tuple(dict.fromkeys(self._zip.namelist()))
        except (*_BROKEN, ValueError) as error:
            raise _broken(data, type(error).__name__) from error
        if len(self._zip.infolist()) > limits.max_members:
            raise unsafe_file(f"It has {len(self._zip.infolist()):,} parts")

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def read(self, name: str) -> bytes:
        """Return the bytes of a member.

        Raises:
            SourceRejected: ``password``, ``unreadable`` or ``unsafe``.
        """
        info = self._zip.getinfo(name)
        if info.flag_bits & 1:
            raise SourceRejected(
                "password", "Its parts are encrypted. Ask for a copy without a password."
            )
        if info.compress_type not in _BOUNDED:
            raise unsafe_file("A part of it is packed by a method other than deflate")
        parts: list[bytes] = []
        size = 0
        try:
            with self._zip.open(info) as member:
                while step := member.read(STEP_BYTES):
                    parts.append(step)
                    size += len(step)
                    self._check(size, self._size + size, info.compress_size)
        except _BROKEN as error:
            raise SourceRejected(
                "unreadable",
                f"A part of it is damaged ({type(error).__name__}). Open it in another program "
                "and save it again, or ask for a new copy.",
            ) from error
        self._size += size
        return b"".join(parts)

    def _check(self, size: int, total: int, packed: int) -> None:
        if total > self._limits.max_unpacked_bytes:
            raise unsafe_file(f"It unpacks to over {self._limits.max_unpacked_bytes / 1e6:.0f} MB")
        if size > SMALL_BYTES and size > self._limits.max_ratio * max(packed, 1):
            raise unsafe_file(
                f"A part of it unpacks to over {self._limits.max_ratio} times its size"
            )

    def parse_xml(self, name: str) -> Element:
        """Return the root of an XML member; entities and deep nesting are rejected."""
        data = self.read(name)
        check_xml(data, forbid_dtd=False)
        from defusedxml import ElementTree  # type: ignore[import-untyped]

        root: Element = ElementTree.fromstring(data)
        return root


def office_copy(data: bytes, limits: Limits) -> bytes:
    """Return a plain copy of an Office file, for libraries that open and parse the ZIP themselves.

    python-docx and python-pptx read members whole and parse them with lxml. The copy contains what
    was read here under the limits, stored unpacked, each part once and with its real size. Every
    XML part has been through defusedxml: well-formed, no document type, no entity, at most
    ``MAX_XML_DEPTH`` deep. Pictures and other binary parts are left empty, because nothing reads
    them. Macro, template, show and strict variants are renamed to the plain form the libraries
    know.
    """
    archive = Archive(data, limits)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as copy:
        for name in archive.names:
            part = b""
            if name.lower().endswith(_XML_NAMES):
                part = _as_plain_form(archive.read(name))
                check_xml(part)
            copy.writestr(zipfile.ZipInfo(name), part)
    return out.getvalue()


def _as_plain_form(part: bytes) -> bytes:
    part = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", part)
    return _VARIANTS.sub(_plain_type, part)


def _plain_type(match: re.Match[bytes]) -> bytes:
    form = b"wordprocessingml.document" if b"word" in match[0] else b"presentationml.presentation"
    return b"application/vnd.openxmlformats-officedocument." + form + b".main+xml"


class _Depth:
    """A target for the parser that builds nothing and only measures depth."""

    def __init__(self) -> None:
        self.depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        self.depth += 1
        if self.depth > MAX_XML_DEPTH:
            raise unsafe_file(f"Its XML is nested over {MAX_XML_DEPTH} levels deep")

    def end(self, tag: str) -> None:  # noqa: ARG002
        self.depth -= 1


def check_xml(part: bytes, *, forbid_dtd: bool = True) -> None:
    """Reject XML with entities, with a document type, nested too deeply, or not well-formed."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError  # type: ignore[import-untyped]

    parser = DefusedXMLParser(target=_Depth(), forbid_dtd=forbid_dtd)
    try:
        parser.feed(part)
        parser.close()
    except DefusedXmlException as error:
        raise unsafe_file("Its XML declares entities or a document type") from error
    except (ParseError, ValueError, LookupError) as error:
        raise SourceRejected(
            "unreadable",
            "The XML in it is damaged. Open it in another program and save it again, or ask for a "
            "new copy.",
        ) from error


def unsafe_file(what: str) -> SourceRejected:
    """Return the rejection of a file built to exhaust its reader."""
    return SourceRejected(
        "unsafe",
        f"{what}, which no normal document does, so it was not read. If it is a real document, "
        "save it again or as PDF.",
    )


def _broken(data: bytes, cause: str) -> SourceRejected:
    if b"PK\x05\x06" not in data[-66_000:]:
        return SourceRejected(
            "truncated",
            "It is a ZIP-based file (such as DOCX, PPTX or EPUB) that is cut off: its end is "
            "missing. Download it again, or ask for a new copy.",
        )
    return SourceRejected(
        "unreadable",
        f"It is a damaged ZIP archive or Office file ({cause}). Ask for a new copy.",
    )
