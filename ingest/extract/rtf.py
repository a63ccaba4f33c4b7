"""RTF. The only door to striprtf, which turns the controls into text.

It skips footnotes and text boxes, so those are moved to the end first. Pictures are removed, as is
what makes its patterns slow (27 KB of a font table without semicolons took over a minute).
"""

from __future__ import annotations

import re
from typing import Any, Final

from corpus.errors import SourceRejected
from ingest.extract.embedded import office_hints
from ingest.extract.text import blocks_of
from ingest.model import Extracted, ExtractedPage, Fetched, Hints, Limits
from ingest.text.clean import scrub, squeeze

MEDIA_TYPE: Final = "application/rtf"
SUFFIXES: Final = ("rtf",)
MAX_BYTES: Final = 10_000_000
"""Without pictures. 19 MB took 46 s; a report of 1,000 pages has under 5 MB."""

HEAD_CHARS: Final = 200_000
MAX_FONTS: Final = 2_000
_ASIDE: Final = re.compile(r"\{(?:\\\*)?\s?\\(?:footnote|shptxt)\b")
_FONTS: Final = re.compile(r"\{\s?(?:\\\*)?\s?\\fonttbl\b")
_FONT: Final = re.compile(r"\\f(\d{1,6})(?!\d)|\\fcharset(\d{1,3})(?!\d)")
_BRACE: Final = re.compile(r"\\[\\{}]|[{}]")
_PICTURE: Final = re.compile(r"[0-9a-fA-F\r\n]{512,}")
_CODE_PAGE: Final = re.compile(r"\\ansicpg(\d{3,5})(?!\d)")
_VALUE: Final = r"\b\s?((?:[^{}\\]|\\.){0,2000})\}"
_FIELDS: Final = {name: re.compile(r"\{\\" + name + _VALUE) for name in ("title", "author")}


def extract(fetched: Fetched, limits: Limits) -> Extracted:
    """Return paragraphs and table rows, notes and text boxes last; RTF has no fixed pages.

    Raises:
        SourceRejected: ``too-large`` or ``no-text``.
    """
    # RTF is ASCII; other characters are escapes in the declared code page.
    source = _PICTURE.sub(" ", fetched.data.decode("latin-1"))
    if len(source) > min(MAX_BYTES, limits.max_file_bytes):
        raise SourceRejected(
            "too-large",
            f"It has {len(source) / 1e6:.0f} MB of RTF without its pictures; the limit is "
            f"{MAX_BYTES / 1e6:.0f} MB. Save it as DOCX.",
        )
    head = source[:HEAD_CHARS]
    code_page = _CODE_PAGE.search(head)
    page = code_page[1] if code_page else "1252"
    lines = (_row(line) for line in _text(_tamed(source), page).split("\n"))
    blocks = tuple(blocks_of("\n\n".join(line for line in lines if line)))
    if not any(c.isalnum() for b in blocks for c in b.text):
        raise SourceRejected("no-text", "The RTF file contains no words. Ask for a new copy.")
    stated = {k: _text(f[1], page) if (f := p.search(head)) else None for k, p in _FIELDS.items()}
    top = next((b.text for b in blocks if b.heading_level == 1), None)
    cut_off = sum({"{": 1, "}": -1}.get(b, 0) for b in _BRACE.findall(source)) > 0
    return Extracted(
        pages=(ExtractedPage(1, blocks),),
        hints=(office_hints(stated["title"], stated["author"], None), Hints("page", title=top)),
        lost=("Its end is missing: the file may have been cut off.",) if cut_off else (),
        encoding=f"windows-{page} ({'declared in the RTF' if code_page else 'assumed'})",
    )


def _text(source: str, code_page: str) -> str:
    from striprtf import striprtf

    if not source.startswith("{\\rtf"):
        source = f"{{\\rtf1\\ansi\\ansicpg{code_page} {source}}}"
    convert: Any = striprtf.rtf_to_text
    return scrub(convert(source, errors="replace"))


def _row(line: str) -> str:
    """Return a line of text; striprtf ends each cell of a table row with a bar."""
    if "|" not in line:
        return squeeze(line)
    return " | ".join(cell for part in line.split("|") if (cell := squeeze(part)))


def _tamed(source: str) -> str:
    """Return ``source`` with its notes and text boxes last, without what slows striprtf down."""
    source = source.lstrip()
    first = _FONTS.search(source)
    if first:
        end = _group_end(source, first.end())
        source = source[: first.start()] + _font_table(source[first.start() : end]) + source[end:]
        after = first.start() + len("{\\fonttbl")
        source = source[:after] + source[after:].replace("\\fonttbl", "\\*")
    # Its pattern for links runs over whole lines; an instruction that begins with \* is dropped
    # anyway.
    return _asides_last(source.replace("\\fldinst", "\\*\\fldins"))


def _font_table(group: str) -> str:
    """Return the font table with only the numbers and character sets of the fonts."""
    parts: list[str] = []
    number = None
    for font in _FONT.finditer(group[:HEAD_CHARS]):
        if font[1]:
            number = font[1]
        elif number is not None and len(parts) < MAX_FONTS:
            parts.append(f"{{\\f{number}\\fcharset{font[2]} x;}}")
    return "{\\fonttbl" + "".join(parts) + "}"


def _asides_last(source: str) -> str:
    kept, aside, at = [], [], 0
    for opening in _ASIDE.finditer(source):
        if opening.start() >= at:
            end = _group_end(source, opening.end())
            kept.append(source[at : opening.start()])
            aside.append(source[opening.end() : end].removesuffix("}"))
            at = end
    if not aside:
        return source
    body = "".join((*kept, source[at:])).rstrip(" \r\n\t\x00").removesuffix("}")
    return body + "".join(f"\\par {{{text}}}" for text in aside) + "}"


def _group_end(source: str, start: int) -> int:
    """Return the end of the group that was opened just before ``start``."""
    depth = 1
    for brace in _BRACE.finditer(source, start):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end()
    return len(source)
