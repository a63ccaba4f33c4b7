"""The colours of the style sheets: named once for light and once for dark, and readable in both."""

from __future__ import annotations

import re
from typing import Final

import pytest

from search_api.web.look import EDGES_ON, TEXT_ON, contrast, usual_colours
from search_api.web.rendering import STATIC_FOLDER, TEMPLATE_FOLDERS

CSS: Final = (STATIC_FOLDER / "pages.css").read_text("utf-8")
PALETTES: Final = usual_colours()


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
