"""Makes the outlines of countries that the repository carries.

Run ``python -m tests.support.outlines countries-110m.json``. The file is in the npm package
world-atlas 2.0.2 and has Natural Earth's boundaries as TopoJSON. Countries are projected with
Robinson's table (Snyder and Voxland, 1989, "An Album of Map Projections"), rounded, and written as
SVG paths by ISO 3166 code.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any, Final

from babel.core import get_global

from search_api.exports.outlines import OUTLINES_FILE

WIDTH: Final = 720.0
RADIUS: Final = WIDTH / 2 / math.pi / 0.8487
LEAST_AREA: Final = 1.2
"""Islands up to this size, in square units, are left out where a country has a larger part."""
LEAST_STEP: Final = 0.35
"""Corners this near to a straight line, in units, are left out (Douglas and Peucker, 1973)."""
SOUTH: Final = -57.0
"""No country is further south; Antarctica is left out."""
ACROSS: Final = ("RU", "FJ")
"""Those on both sides of the 180th meridian: what is west of it is drawn at the right."""
KOSOVO: Final = "Kosovo"  # has no number in ISO 3166; CLDR says XK
_X: Final = (
    1.0, 0.9986, 0.9954, 0.99, 0.9822, 0.973, 0.96, 0.9427, 0.9216, 0.8962, 0.8679, 0.835, 0.7986,
    0.7597, 0.7186, 0.6732, 0.6213, 0.5722, 0.5322,
)  # fmt: skip
_Y: Final = (
    0.0, 0.062, 0.124, 0.186, 0.248, 0.31, 0.372, 0.434, 0.4958, 0.5571, 0.6176, 0.6769, 0.7346,
    0.7903, 0.8435, 0.8936, 0.9394, 0.9761, 1.0,
)  # fmt: skip
"""Robinson's lengths of parallels and distances from the equator, every five degrees."""

_TOP: Final = RADIUS * 1.3523 * 0.963
"""The distance of the equator from the top, in units: of 83.7 degrees north."""

Ring = list[tuple[float, float]]


def main(source: Path) -> None:
    """Write the outlines and print their size."""
    atlas = json.loads(source.read_text("utf-8"))
    arcs = _decode(atlas)
    paths: dict[str, str] = {}
    for shape in atlas["objects"]["countries"]["geometries"]:
        if shape["properties"]["name"] == "Antarctica":
            continue
        code = _code_of(shape)
        rings = [
            [_project(x + 360 if code in ACROSS and x < 0 else x, y) for x, y in _ring(arcs, part)]
            for polygon in _polygons(shape)
            for part in polygon
        ]
        paths[code] = paths.get(code, "") + _path(rings)
    height = round(_project(0, SOUTH)[1])
    found = {"width": int(WIDTH), "height": height, "paths": dict(sorted(paths.items()))}
    text = json.dumps(found, separators=(",", ":"), ensure_ascii=False) + "\n"
    OUTLINES_FILE.write_text(text, "utf-8")
    print(f"{OUTLINES_FILE.name}: {len(text) / 1000:.0f} kB, {len(paths)} countries")


def _decode(atlas: dict[str, Any]) -> list[Ring]:
    """Return the arcs in degrees: each position is the difference to the one before."""
    (kx, ky), (dx, dy) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = []
    for arc in atlas["arcs"]:
        x = y = 0
        ring = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            ring.append((x * kx + dx, y * ky + dy))
        arcs.append(_simplify(ring))
    return arcs


def _polygons(shape: dict[str, Any]) -> list[list[list[int]]]:
    found: list[Any] = shape["arcs"]
    return found if shape["type"] == "MultiPolygon" else [found]


def _ring(arcs: list[Ring], numbers: list[int]) -> Ring:
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring


def _code_of(shape: dict[str, Any]) -> str:
    """Return the ISO code; of places without one ``-``: they are drawn and have no name."""
    if "id" not in shape:
        return "XK" if shape["properties"]["name"] == KOSOVO else "-"
    found: str = get_global("territory_aliases")[shape["id"]][0]
    return found


def _project(longitude: float, latitude: float) -> tuple[float, float]:
    x = RADIUS * 0.8487 * _along(_X, latitude) * math.radians(longitude)
    y = math.copysign(RADIUS * 1.3523 * _along(_Y, latitude), latitude)
    return WIDTH / 2 + x, _TOP - y


def _along(table: tuple[float, ...], latitude: float) -> float:
    """Return what a table says of a latitude, between its lines in proportion."""
    step = min(abs(latitude) / 5, 17.999)
    low = int(step)
    return table[low] + (table[low + 1] - table[low]) * (step - low)


def _simplify(line: Ring) -> Ring:
    """Return a line without the corners that it hardly needs; its ends stay."""
    if len(line) < 3:
        return line
    first, last = line[0], line[-1]
    ends = _project(*first), _project(*last)
    distances = [_distance(_project(*corner), *ends) for corner in line[1:-1]]
    most = max(distances)
    if most < LEAST_STEP:
        return [first, last]
    at = distances.index(most) + 1
    return _simplify(line[: at + 1])[:-1] + _simplify(line[at:])


def _distance(corner: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = (dx * dx + dy * dy) ** 0.5
    if not length:
        return float(((corner[0] - a[0]) ** 2 + (corner[1] - a[1]) ** 2) ** 0.5)
    return abs(dx * (a[1] - corner[1]) - dy * (a[0] - corner[0])) / length


def _area(ring: Ring) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def _path(rings: list[Ring]) -> str:
    most = max(map(_area, rings))
    kept = [ring for ring in rings if _area(ring) > LEAST_AREA or _area(ring) == most]
    return "".join(map(_write_ring, kept))


def _write_ring(ring: Ring) -> str:
    """Return a closed path with one decimal, each corner relative to the one before."""
    corners = [(round(10 * x), round(10 * y)) for x, y in ring]
    (x, y), parts = corners[0], [f"M{corners[0][0] / 10:g} {corners[0][1] / 10:g}l"]
    steps = []
    for next_x, next_y in corners[1:-1]:
        if (next_x, next_y) != (x, y):
            steps.append(_pair((next_x - x) / 10, (next_y - y) / 10))
        x, y = next_x, next_y
    return parts[0] + _join(steps) + "z"


def _pair(x: float, y: float) -> str:
    first, second = (f"{value:g}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:g}"
                     for value in (x, y))  # fmt: skip
    return f"{first}{'' if second.startswith('-') else ' '}{second}"


def _join(pairs: list[str]) -> str:
    said = ""
    for pair in pairs:
        said += pair if pair.startswith("-") or not said else f" {pair}"
    return said


if __name__ == "__main__":
    main(Path(sys.argv[1]))
