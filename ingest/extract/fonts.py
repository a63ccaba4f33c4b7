"""The name of a PDF's font, and whether its letters are bold though the name does not say so."""

from __future__ import annotations

import contextlib
import re
from typing import Any, Final

BOLD: Final = re.compile(r"bold|black|heavy|demi", re.I)
HEAVY: Final = 600
"""The weight of a font from which on it is bold: PDF 32000-1, table 122."""


class FontNames:
    """Names the fonts of a page; each is looked into once."""

    def __init__(self) -> None:
        self._names: dict[int, tuple[Any, str]] = {}

    def of(self, font: Any) -> str:
        """Return the name of a font, with "Bold" if only its weight says so ("...Pro-BdCn")."""
        if font is None:
            return ""
        known = self._names.get(id(font))
        if known is None:
            self._names[id(font)] = known = (
                font,
                _name(font),
            )  # held, so that its id stays its own
        return known[1]


def _name(font: Any) -> str:
    name = str(font.get("/BaseFont", ""))
    return name if BOLD.search(name) or not _is_heavy(font) else f"{name},Bold"


def _is_heavy(font: Any) -> bool:
    with contextlib.suppress(Exception):  # what is damaged in a font says nothing
        if "/DescendantFonts" in font:
            font = font["/DescendantFonts"].get_object()[0].get_object()
        return float(font["/FontDescriptor"].get_object().get("/FontWeight", 0)) >= HEAVY
    return False
