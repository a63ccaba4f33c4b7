"""The sizes of type in a Word file: what a paragraph is set in, by itself or by its style."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
USUAL_HALF_POINTS: Final = 20
"""What Word sets text in where a file states nothing."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of a file's styles, by the style's id, and of its text, in half-points."""

    styles: dict[str, int] = field(default_factory=dict)
    usual: int = USUAL_HALF_POINTS
    normal: str = ""

    def points(self, paragraph: Any) -> float:
        """Return the height of most letters of a paragraph, in points."""
        style = _value(paragraph.find(f"{W}pPr/{W}pStyle")) or self.normal
        own = self.styles.get(style, self.usual)
        counted: Counter[int] = Counter()
        for run in paragraph.iter(W + "r"):
            letters = sum(len((text.text or "").strip()) for text in run.iterfind(W + "t"))
            counted[_half_points(run.find(f"{W}rPr/{W}sz")) or own] += letters
        return (max(counted, key=counted.__getitem__) if counted.total() else own) / 2


def read_sizes(document: Any) -> Sizes:
    """Return the sizes that the styles of an opened Word file state or inherit."""
    root = document.styles.element
    usual = _half_points(root.find(f"{W}docDefaults//{W}rPr/{W}sz")) or USUAL_HALF_POINTS
    own: dict[str, int] = {}
    base: dict[str, str] = {}
    normal = ""
    for style in root.iter(W + "style"):
        key = style.get(W + "styleId") or ""
        base[key] = _value(style.find(W + "basedOn"))
        if size := _half_points(style.find(f"{W}rPr/{W}sz")):
            own[key] = size
        if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true"):
            normal = key
    inherited = {key: next((own[k] for k in _chain(key, base) if k in own), usual) for key in base}
    return Sizes(inherited, usual, normal)


def _chain(key: str, base: dict[str, str]) -> Iterator[str]:
    seen: set[str] = set()
    while key and key not in seen:
        seen.add(key)
        yield key
        key = base.get(key, "")


def _value(element: Any) -> str:
    return "" if element is None else str(element.get(W + "val") or "")


def _half_points(element: Any) -> int:
    value = _value(element)
    return int(value) if value.isdigit() and len(value) < 5 else 0
