"""What the layout of a slide says: which text is its title, and which lines stand on most slides.

Many programs write decks without placeholders for titles: of 29 decks, 13 had none. It works on the
XML, as ``drawing`` does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ingest.extract.drawing import FALLBACK, A, blocks_of

P: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
TITLES: Final = ("title", "ctrTitle")
MAX_TITLE_CHARS: Final = 200
TITLE_TOP: Final = 0.4
"""The titles of 39 slides without placeholders began at .31 of the height or above, the largest
words that were no title at .45 or below."""

BOX_SIZE: Final = 1800
PLACEHOLDER_SIZE: Final = 3200
"""In hundredths of a point: what is shown where no size is stated (ECMA-376 part 1, 21.1.2.3.9)."""

FEWEST_SLIDES: Final = 3
_SAME_PLACE: Final = 36_000
"""A millimetre, in the unit of drawings (EMU)."""

_WORD: Final = re.compile(r"[^\W\d_]{3}")
_NUMBER: Final = re.compile(r"0*(\d{1,4})(?:\s*/\s*\d{1,4})?")


@dataclass(frozen=True, slots=True)
class _Box:
    """A shape with text; ``place`` is its left and top edge in EMU, if it states them."""

    shape: Any
    text: str
    place: tuple[float, float] | None
    placeholder: str | None

    @property
    def spot(self) -> tuple[int, int] | None:
        """Return where it stands, to the millimetre."""
        if self.place is None:
            return None
        return round(self.place[0] / _SAME_PLACE), round(self.place[1] / _SAME_PLACE)


def title_shape(root: Any, height: int) -> Any | None:
    """Return the shape with a slide's title: its placeholder, or what is set largest at the top."""
    boxes = list(_boxes(root))
    placed = [b.shape for b in boxes if b.placeholder in TITLES]
    if placed:
        return placed[0]
    worded = [b for b in boxes if _WORD.search(b.text)]
    best = max(worded, key=lambda b: min(_sizes(b)), default=None)
    if best is None or best.place is None or len(best.text) > MAX_TITLE_CHARS:
        return None
    least = min(_sizes(best))
    if any(max(_sizes(other)) >= least for other in worded if other is not best):
        return None
    return best.shape if best.place[1] < TITLE_TOP * height else None


def running_shapes(roots: Sequence[Any]) -> list[list[Any]]:
    """Return, for each slide, the shapes that only repeat what stands on most slides.

    A line is kept where it stands first, because it may name who publishes the deck; the number of
    the slide is left out everywhere.
    """
    slides = [list(_boxes(root)) for root in roots]
    said: Counter[tuple[tuple[int, int] | None, str]] = Counter()
    for boxes in slides:
        said.update({(b.spot, b.text) for b in boxes if b.spot})
    counted = Counter(
        spot
        for number, boxes in enumerate(slides, start=1)
        for spot in {b.spot for b in boxes if b.spot and _is_number(b.text, number)}
    )
    most = max(FEWEST_SLIDES, len(slides) / 2)
    usual = {spot for spot, times in counted.items() if times >= most}
    seen: set[tuple[tuple[int, int] | None, str]] = set()
    left: list[list[Any]] = []
    for number, boxes in enumerate(slides, start=1):
        repeated = [b for b in boxes if said[b.spot, b.text] >= most and (b.spot, b.text) in seen]
        numbers = [b for b in boxes if b.spot in usual and _is_number(b.text, number)]
        left.append([b.shape for b in (*repeated, *numbers)])
        seen |= {(b.spot, b.text) for b in boxes}
    return left


def _is_number(text: str, number: int) -> bool:
    match = _NUMBER.fullmatch(text)
    return match is not None and int(match[1]) == number


def _boxes(root: Any) -> Iterator[_Box]:
    for shape in root.iter(P + "sp"):
        if any(above.tag == FALLBACK for above in shape.iterancestors()):
            continue
        text = " ".join(b.text for b in blocks_of(shape) if b.text)
        if text:
            yield _Box(shape, text, _place(shape), placeholder_of(shape))


def placeholder_of(shape: Any) -> str | None:
    """Return the type of the placeholder that a shape fills, such as ``title`` or ``sldNum``."""
    placeholder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    return None if placeholder is None else placeholder.get("type", "obj")


def _place(shape: Any) -> tuple[float, float] | None:
    """Return where a shape begins on the slide: groups have their own scale."""
    offset = shape.find(f"{P}spPr/{A}xfrm/{A}off")
    if offset is None:
        return None
    x, y = _pair(offset, "x", "y")
    for group in shape.iterancestors(P + "grpSp"):
        frame = group.find(f"{P}grpSpPr/{A}xfrm")
        parts = [
            None if frame is None else frame.find(A + n) for n in ("off", "ext", "chOff", "chExt")
        ]
        if any(part is None for part in parts):
            continue
        off, ext, inner, size = (
            _pair(part, *names)
            for part, names in zip(parts, (("x", "y"), ("cx", "cy")) * 2, strict=True)
        )
        x = off[0] + (x - inner[0]) * ext[0] / (size[0] or 1)
        y = off[1] + (y - inner[1]) * ext[1] / (size[1] or 1)
    return x, y


def _pair(element: Any, first: str, second: str) -> tuple[float, float]:
    return _whole(element.get(first)), _whole(element.get(second))


def _whole(value: str | None) -> float:
    return int(value) if value and re.fullmatch(r"-?\d{1,15}", value) else 0


def _sizes(box: _Box) -> list[float]:
    """Return the sizes in which the words of a box are set, in hundredths of a point."""
    usual = BOX_SIZE if box.placeholder is None else PLACEHOLDER_SIZE
    sizes: list[float] = []
    for run in box.shape.iter(A + "r", A + "fld"):
        if not "".join(t.text or "" for t in run.iter(A + "t")).strip():
            continue
        stated = run.find(A + "rPr")
        size = None if stated is None else stated.get("sz")
        sizes.append(_whole(size) or _style_size(box.shape, run) or usual)
    return sizes or [usual]


def _style_size(shape: Any, run: Any) -> float:
    """Return the size that a shape's own list styles give to the paragraph of ``run``."""
    properties = run.getparent().find(A + "pPr")
    level = _whole(None if properties is None else properties.get("lvl"))
    path = f"{P}txBody/{A}lstStyle/{A}lvl{int(level) + 1}pPr/{A}defRPr"
    style = shape.find(path)
    return _whole(None if style is None else style.get("sz"))
