"""The colours of the style sheets: named once for light and once for dark, and readable in both."""

from __future__ import annotations

import re
from typing import Final

import pytest

from search_api.web.rendering import STATIC_FOLDER, TEMPLATE_FOLDERS

CSS: Final = (STATIC_FOLDER / "pages.css").read_text("utf-8")
BLOCKS: Final = re.findall(r":root \{(.+?)\}", CSS, re.DOTALL)
PALETTES: Final = {
    name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for name, block in zip(("light", "dark"), BLOCKS, strict=True)
}
TEXT_ON: Final = {
    "paper": ("ink", "prose", "soft", "accent", "accent-ink", "warn"),
    "wash": ("ink", "prose", "soft", "accent"),
    "field": ("ink", "faint", "accent"),
    "accent": ("on-accent",),
    "accent-deep": ("on-accent",),
    "accent-wash": ("ink", "soft", "accent", "accent-ink"),
    "accent-hover": ("ink", "soft", "accent"),
    "mark": ("ink", "accent"),
    "heat-1": ("ink",),
    "heat-2": ("ink",),
    "heat-3": ("ink",),
    "heat-4": ("on-accent",),
    "heat-5": ("on-accent",),
    "warn-wash": ("ink", "soft", "accent", "warn"),
}
"""Background -> the colours of the texts that stand on it."""
POINTS: Final = tuple(f"point-{number}" for number in range(1, 7))
EDGES_ON: Final = {"paper": ("edge", "accent-line", "focus", *POINTS), "field": ("edge",)}
"""Background -> the colours of what must be seen to use the page (WCAG 2.2, 1.4.11)."""


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize(("pairs", "least"), [(TEXT_ON, 4.5), (EDGES_ON, 3)], ids=["text", "edges"])
def test_what_must_be_seen_stands_out(
    name: str, pairs: dict[str, tuple[str, ...]], least: float
) -> None:
    colours = PALETTES[name]
    assert [
        (front, back, round(contrast(colours[front], colours[back]), 2))
        for back, fronts in pairs.items()
        for front in fronts
        if contrast(colours[front], colours[back]) < least
    ] == []


def test_light_and_dark_name_the_same_colours() -> None:
    assert PALETTES["light"].keys() == PALETTES["dark"].keys()
    assert PALETTES["light"]["paper"] != PALETTES["dark"]["paper"]


def test_no_rule_for_screens_has_a_colour_of_its_own() -> None:
    own = re.compile(r":[^;{]*(#[0-9a-f]{3,8}\b|rgba?\(|\b(?:white|black)\b)", re.IGNORECASE)
    for path in STATIC_FOLDER.glob("*.css"):
        if path.name == "print.css":
            continue
        css = re.sub(r":root \{.+?\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        css = re.sub(r"@media print \{.*?^\}", "", css, flags=re.DOTALL | re.MULTILINE)
        assert own.findall(css) == [], path.name


def test_the_browser_has_the_colour_of_the_paper_around_the_page() -> None:
    base = next(f / "base.html" for f in TEMPLATE_FOLDERS if (f / "base.html").exists())
    for name, colours in PALETTES.items():
        wanted = f'media="(prefers-color-scheme: {name})" content="{colours["paper"]}"'
        assert wanted in base.read_text("utf-8")
