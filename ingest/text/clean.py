"""Make text safe to store, compare and show. ``lines`` joins the lines of a page."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Final

_SPACES: Final = re.compile(r"\s+")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# Word's bullets and boxes and the signs of its font Symbol live in a private use area; what else is
# there is left as it was found.
_REPLACED: Final = {
    0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n",
    0x2010: "-", 0x2011: "-", 0xF0B7: "•", 0xF0A7: "•",
    0xF0A3: "≤", 0xF0B0: "°", 0xF0B1: "±", 0xF0B3: "≥", 0xF0B4: "×", 0xF0B8: "÷", 0xF0B9: "≠",
    0xF0BB: "≈", 0xF020: " ", 0xF06F: "□", 0xF0A8: "□",
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "ft",
    0xFB06: "st",
}  # fmt: skip
_SPACE_LIKE: Final = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
# Controls, soft hyphen, zero-width signs, bidirectional controls, tags and noncharacters: they
# are invisible, they part words that read as one, or they reverse what a reader sees.
_DROPPED: Final = (
    *(c for c in range(0x20) if c not in (0x09, 0x0A)), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x180E,
    *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF,
    *range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF, *range(0xE0000, 0xE0080),
)  # fmt: skip


@functools.cache
def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(_DROPPED)
    return table | dict.fromkeys(_SPACE_LIKE, " ") | _REPLACED


def scrub(text: str) -> str:
    r"""Return ``text`` without invisible characters that may break SQLite, JSON or a browser.

    Lone surrogates become U+FFFD (19 of 2,500 damaged PDFs gave some); controls other than newline
    and tab, bidirectional controls, zero-width signs and soft hyphens go; ligatures are spelled
    out (up to 56 of them in one report); every newline is ``\n``; the rest is NFC.
    """
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text.translate(_table()))


def squeeze(text: str) -> str:
    """Return ``text`` on one line, its words one space apart."""
    return _SPACES.sub(" ", text).strip()


def tidy(text: str) -> str:
    """Scrub and squeeze."""
    return squeeze(scrub(text))


def shorten(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of ``text``, cut at a word with an ellipsis."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1].rsplit(None, 1)
    return f"{kept[0] if kept else ''}…"
