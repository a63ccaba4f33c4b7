"""Known formats that are not accepted: their first bytes, and what to do with such a file.

Tables only; ``sniff_media_type`` decides.
"""

from __future__ import annotations

from typing import Final

_IMAGE: Final = "If it shows text, save it as PDF and add that with --ocr."
_RECORDING: Final = "Add a transcript or its description instead."
_ARCHIVE: Final = "Unpack it and add the files in it."
_PROGRAM: Final = "It is not a document."

MAGIC: Final = (
    (0, b"\x89PNG", "a PNG image", _IMAGE), (0, b"\xff\xd8\xff", "a JPEG image", _IMAGE),
    (0, b"GIF8", "a GIF image", _IMAGE), (8, b"WEBP", "a WebP image", _IMAGE),
    (0, b"II*\x00", "a TIFF image", _IMAGE), (0, b"MM\x00*", "a TIFF image", _IMAGE),
    (0, b"BM", "a BMP image", _IMAGE), (4, b"ftypheic", "a HEIC image", _IMAGE),
    (4, b"ftypavif", "an AVIF image", _IMAGE), (4, b"ftypM4A", "an M4A recording", _RECORDING),
    (4, b"ftypqt", "a QuickTime video", _RECORDING), (4, b"ftyp", "an MP4 video", _RECORDING),
    (0, b"ID3", "an MP3 recording", _RECORDING), (0, b"\xff\xfb", "an MP3 recording", _RECORDING),
    (0, b"\xff\xf3", "an MP3 recording", _RECORDING), (0, b"OggS", "an Ogg recording", _RECORDING),
    (0, b"fLaC", "a FLAC recording", _RECORDING), (8, b"WAVE", "a WAV recording", _RECORDING),
    (8, b"AVI ", "an AVI video", _RECORDING), (0, b"FLV\x01", "a Flash video", _RECORDING),
    (0, b"\x1aE\xdf\xa3", "a Matroska or WebM video", _RECORDING),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media recording", _RECORDING),
    (0, b"\x1f\x8b", "a gzip archive", _ARCHIVE), (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive",
                                                   _ARCHIVE),
    (0, b"Rar!\x1a\x07", "a RAR archive", _ARCHIVE), (0, b"BZh", "a bzip2 archive", _ARCHIVE),
    (0, b"\xfd7zXZ\x00", "an xz archive", _ARCHIVE), (0, b"\x28\xb5\x2f\xfd", "a zstd archive",
                                                      _ARCHIVE),
    (257, b"ustar", "a tar archive", _ARCHIVE),
    (0, b"SQLite format 3", "an SQLite database", "Export its content as text or CSV."),
    (0, b"%!PS", "PostScript", "Convert it to PDF."), (0, b"AT&TFORM", "DjVu",
                                                       "Convert it to PDF."),
    (0, b"ITSF", "a Windows help file (CHM)", "Convert it to PDF or HTML."),
    (60, b"BOOKMOBI", "a Kindle book (MOBI)", "Convert it to EPUB."),
    (0, b"\x7fELF", "a program", _PROGRAM), (0, b"MZ", "a program", _PROGRAM),
)  # fmt: skip
"""Offset, bytes, format, advice; the first match decides."""

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_STREAMS: Final = (
    ("__properties_version1.0", "an Outlook message (MSG)", "Save it as text or HTML."),
    ("PowerPoint Document", "an older PowerPoint deck (PPT)", "Save it as PPTX or PDF."),
    ("WordDocument", "an older Word document (DOC)", "Save it as DOCX or PDF."),
    ("Workbook", "an older Excel workbook (XLS)", "Save its sheets as CSV."),
    ("Book", "an older Excel workbook (XLS)", "Save its sheets as CSV."),
    ("VisioDocument", "a Visio drawing", "Save it as PDF."),
    ("Quill", "a Publisher file", "Save it as PDF."),
)
"""Names of streams in OLE compound files ([MS-CFB] 2.6.1), the most specific first."""

OLE_OTHER: Final = ("an older Office file (DOC, XLS, PPT or MSG)", "Save it as DOCX, PPTX or PDF.")
OLE_ENCRYPTED: Final = "EncryptedPackage"
"""[MS-OFFCRYPTO] 2.3.4.4: an encrypted DOCX, PPTX or XLSX is an OLE file around this stream."""

ZIPPED: Final = (
    ("xl/", "an Excel workbook (XLSX)", "Save its sheets as CSV."),
    ("visio/", "a Visio drawing", "Save it as PDF."),
    ("Index/Document.iwa", "an Apple Pages, Numbers or Keynote file", "Export it as DOCX or PDF."),
    ("Index.zip", "an Apple Pages, Numbers or Keynote file", "Export it as DOCX or PDF."),
    ("META-INF/MANIFEST.MF", "a Java program", _PROGRAM),
    ("AndroidManifest.xml", "an Android program", _PROGRAM),
)
ZIP_OTHER: Final = ("a ZIP archive", _ARCHIVE)
OPEN_DOCUMENT: Final = {
    "presentation": ("an OpenDocument deck (ODP)", "Save it as PPTX or PDF."),
    "spreadsheet": ("an OpenDocument table (ODS)", "Save its sheets as CSV."),
    "graphics": ("an OpenDocument drawing (ODG)", "Save it as PDF."),
}

NAMED: Final = {
    "pdf": "PDF", "docx": "DOCX", "pptx": "PPTX", "xlsx": "XLSX", "epub": "EPUB", "doc": "DOC",
    "ppt": "PPT", "xls": "XLS", "msg": "MSG", "rtf": "RTF", "odt": "ODT", "png": "PNG",
    "jpg": "JPEG", "jpeg": "JPEG", "zip": "ZIP",
}  # fmt: skip
"""Extensions whose files are never plain text."""

TEXTUAL: Final = {"json": "JSON", "jsonl": "JSON lines", "ris": "RIS", "bib": "BibTeX",
                  "xml": "XML", "yaml": "YAML", "yml": "YAML"}  # fmt: skip
"""Extensions of text files that are data, not documents."""
