"""Which paragraphs of a Word document are items of a bulleted list.

A paragraph or its style names a list; the list says what stands before its items (ECMA-376, 17.9).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MARK: Final = "• "


class Bullets:
    """Knows the bulleted lists of one document.

    Args:
        document: a ``Document`` of python-docx.
    """

    def __init__(self, document: Any) -> None:
        self._lists = _bulleted(document)
        self._styles = dict(_lists_of_styles(document)) if self._lists else {}

    def mark_of(self, properties: Any) -> str:
        """Return what stands before a paragraph with these ``w:pPr``: a bullet, or nothing."""
        if not self._lists:
            return ""
        named, level = _named_list(properties)
        if not named:
            named, _ = self._styles.get(_value(properties.find(W + "pStyle")), ("", "0"))
        return MARK if level in self._lists.get(named, ()) else ""


def _bulleted(document: Any) -> Mapping[str, set[str]]:
    """Return the levels of each list that have bullets, by the number of the list."""
    lists: dict[str, set[str]] = {}
    with contextlib.suppress(KeyError, NotImplementedError, AttributeError):  # has no lists
        root = document.part.numbering_part.element
        kinds = {
            kind.get(W + "abstractNumId"): set(_levels_with_bullets(kind))
            for kind in root.iter(W + "abstractNum")
        }
        for one in root.iter(W + "num"):
            lists[one.get(W + "numId")] = kinds.get(_value(one.find(W + "abstractNumId")), set())
    return {number: levels for number, levels in lists.items() if levels}


def _levels_with_bullets(kind: Any) -> Iterator[str]:
    for level in kind.iter(W + "lvl"):
        if _value(level.find(W + "numFmt")) == "bullet":
            yield level.get(W + "ilvl") or "0"


def _lists_of_styles(document: Any) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the styles that name a list, themselves or by the styles they are based on."""
    styles = {s.get(W + "styleId") or "": s for s in document.styles.element.iter(W + "style")}
    for key, style in styles.items():
        seen: set[str] = set()
        while style is not None and (own := style.get(W + "styleId")) not in seen:
            seen.add(own)
            properties = style.find(W + "pPr")
            named = ("", "0") if properties is None else _named_list(properties)
            if named[0]:
                yield key, named
                break
            style = styles.get(_value(style.find(W + "basedOn")))


def _named_list(properties: Any) -> tuple[str, str]:
    """Return the number of the list that a ``w:pPr`` names, if any, and the level in it."""
    level = _value(properties.find(f"{W}numPr/{W}ilvl")) or "0"
    return _value(properties.find(f"{W}numPr/{W}numId")), level


def _value(element: Any) -> str:
    return "" if element is None else str(element.get(W + "val") or "")
