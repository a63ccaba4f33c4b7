"""Counts by country as a map of the world, and as a table (CSV).

A country with documents is a link in one of five colours; the others are outlines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from ingest.records.table import write_table
from search_api.exports.outlines import load_outlines
from search_api.exports.svg import STYLE, clean_text, draw_text, frame_picture

FILLS: Final = ("#e4f0f1", "#b9d8dc", "#86bcc3", "#2f7480", "#0d5560")
_STYLE: Final = Markup("").join(
    [
        STYLE,
        Markup(".land{fill:#f5f6f4;stroke:#d9dde2;stroke-width:.5}"),
        Markup(".country{stroke:#0d5560;stroke-width:.6}"),
        *(
            Markup(".country.level-{}{{fill:{}}}").format(number, fill)
            for number, fill in enumerate(FILLS, 1)
        ),
    ]
)
_TOP: Final = 76


@dataclass(frozen=True, slots=True)
class Country:
    """A country or region: its count, the step of its colour (0 to 5), and its documents.

    ``code`` is that of ISO 3166; ``None`` for a region, which the map cannot show.
    """

    code: str | None
    name: str
    count: int
    level: int
    link: str


@dataclass(frozen=True, slots=True)
class Atlas:
    """A map of the world, laid out once for each format: ``classes`` are the counts of a colour."""

    title: str
    caption: str
    countries: tuple[Country, ...]
    classes: tuple[str, ...]
    none: str
    notes: tuple[str, ...]


def write_countries(atlas: Atlas) -> str:
    """Return the counts as CSV."""
    rows = ((c.code, c.name, c.count, c.link) for c in atlas.countries)
    return write_table(("Code", "Country or region", "Documents", "Link"), rows)


def write_atlas(atlas: Atlas) -> str:
    """Return the map as a file of its own."""
    outlines = load_outlines()
    foot = _TOP + outlines.height + 24
    parts = [
        draw_text(16, 32, atlas.title, "name"),
        draw_text(16, 56, atlas.caption, "small"),
        Markup('<g transform="translate(0 {})">\n').format(_TOP),
        *_draw(atlas),
        Markup("</g>\n"),
        *_draw_key(atlas, foot),
        *(draw_text(16, foot + 28 + 18 * n, note, "small") for n, note in enumerate(atlas.notes)),
    ]
    size = (outlines.width, foot + 28 + 18 * len(atlas.notes))
    return str(frame_picture(size, atlas.title, _in_words(atlas), parts, _STYLE, "group"))


def draw_atlas(atlas: Atlas) -> Markup:
    """Return the map for a page, which has the key and the table."""
    outlines = load_outlines()
    size = (outlines.width, outlines.height)
    return frame_picture(size, atlas.title, atlas.caption, _draw(atlas), role="group")


def _draw(atlas: Atlas) -> Iterator[Markup]:
    """Yield the countries without documents, which have no name here, and then the others."""
    shown = {country.code: country for country in atlas.countries if country.count}
    for code, path in load_outlines().paths.items():
        if code not in shown:
            yield Markup('<path class="land" d="{}"/>\n').format(path)
    for code, path in load_outlines().paths.items():
        if code in shown:
            country = shown[code]
            yield Markup(
                '<a href="{}"><title>{}: {}</title><path class="country level-{}" d="{}"/></a>\n'
            ).format(
                country.link, clean_text(country.name), f"{country.count:,}", country.level, path
            )


def _draw_key(atlas: Atlas, top: int) -> Iterator[Markup]:
    looks = ["land", *(f"country level-{n}" for n in range(1, len(FILLS) + 1))]
    for place, (label, look) in enumerate(zip((atlas.none, *atlas.classes), looks, strict=False)):
        left = 16 + 100 * place
        yield Markup('<rect class="{}" x="{}" y="{}" width="18" height="14"/>\n').format(
            look, left, top - 12
        )
        yield draw_text(left + 24, top, label, "small")


def _in_words(atlas: Atlas) -> str:
    named = (f"{country.name}: {country.count:,}" for country in atlas.countries if country.count)
    return f"{atlas.caption} {'; '.join(named)}"
