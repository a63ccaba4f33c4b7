"""Documents by country, for the map of the world."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.authorities import country_code, country_name
from index.documents.arrays import Documents
from index.model import Filters
from index.search.crossing import Lines, count_lines
from search_api.exports.countries_svg import Atlas, Country
from search_api.exports.formats import Drawn
from search_api.exports.outlines import NAMELESS, load_outlines
from search_api.exports.taking import made_today
from search_api.mapping.axes import without_axes
from search_api.mapping.counting import BROWSED_AT
from search_api.mapping.params import NarrowedParams, address, filters_of_map
from search_api.mapping.shapes import CountriesAnswer, CountryCount
from search_api.search.presenting import filters_shape
from search_api.service.service import Service
from search_api.web.languages import counted, current, gettext

LEVELS: Final = 5


def countries_of(service: Service, catalogue: Catalogue, params: NarrowedParams) -> CountriesAnswer:
    """Return how many works there are of each country, those without any last.

    Raises:
        QueryInvalid: a filter names a term that does not exist.
    """
    filters = filters_of_map(service, params)
    holdings = service.searcher.view(catalogue).documents
    allowed = holdings.allowed_documents(filters)
    works, stated = holdings.works_of(allowed), np.zeros(len(allowed), dtype=bool)
    stated[holdings.values["countries"].rows] = True
    counts = _count(holdings, filters)
    bounds = bounds_of(max(counts.values(), default=0))
    rest = without_axes(filters, "country")
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    codes = _codes_of([name for name, _ in ordered])
    return CountriesAnswer(
        total=int(works.sum()),
        not_stated=int((works & ~holdings.works_of(allowed & stated)).sum()),
        bounds=bounds,
        countries=[
            CountryCount(
                value=name,
                code=codes[name],
                count=count,
                level=sum(count > bound for bound in bounds[:-1]) + 1 if count else 0,
                link=address(BROWSED_AT, rest, ("country", name)),
            )
            for name, count in ordered
        ],
        filters=filters_shape(filters),
        revision=holdings.revision,
    )


def _codes_of(names: list[str]) -> dict[str, str | None]:
    """Return the code of each name; of two names of one country, only the first one's."""
    codes: dict[str, str | None] = {}
    for name in names:
        code = country_code(name)
        codes[name] = None if code in codes.values() else code
    return codes


def _count(holdings: Documents, filters: Filters) -> dict[str, int]:
    """Return the works of each country that is on the map or in the catalogue."""
    allowed, values = holdings.allowed_documents(filters), holdings.values["countries"]
    wanted = filters["countries"]
    names = [name for name in values if not wanted or name in wanted]
    lines = Lines.of(values[name] for name in names)
    counts = dict(zip(names, count_lines(holdings, lines, allowed).tolist(), strict=True))
    if wanted:
        return counts
    codes = {country_code(name) for name in names}
    drawn = set(load_outlines().paths) - codes - {NAMELESS}
    return counts | {country_name(code): 0 for code in drawn}


def bounds_of(most: int) -> list[int]:
    """Return the greatest count of each colour: at most five, by equal ratios up to ``most``."""
    return sorted({round(most ** (step / LEVELS)) for step in range(1, LEVELS + 1)}) if most else []


def lay_out_countries(service: Service, answer: CountriesAnswer, narrowed: str) -> Atlas:
    """Return the map with absolute links, where the public address is set."""
    made = made_today(service.taxonomy)
    language = current()
    return Atlas(
        title=gettext("Documents by country"),
        caption=caption_of_countries(answer, narrowed),
        countries=tuple(
            Country(c.code, language.country(c.value), c.count, c.level, service.absolute(c.link))
            for c in answer.countries
        ),
        classes=tuple(classes_of(answer.bounds)),
        none=gettext("none"),
        notes=(*notes_of_countries(answer), f"{made.author}, {made.at:%d %B %Y}."),
    )


def classes_of(bounds: list[int]) -> list[str]:
    """Return the counts of each colour in words: "3–7"."""
    return [
        f"{low + 1:,}" if low + 1 == high else f"{low + 1:,}–{high:,}"
        for low, high in pairwise([0, *bounds])
    ]


def caption_of_countries(answer: CountriesAnswer, narrowed: str) -> str:
    """Return what is counted, in one line."""
    of = f", {narrowed}" if narrowed else ""
    said = counted(answer.total, "%(n)s document", "%(n)s documents")
    named = sum(bool(c.count) for c in answer.countries)
    places = counted(named, "%(n)s country or region", "%(n)s countries and regions")
    return f"{said}{of}; {places}."


def notes_of_countries(answer: CountriesAnswer) -> list[str]:
    """Return what has to be known to read the map."""
    notes = [gettext("A work with several documents counts once, in each of its countries.")]
    if answer.not_stated:
        notes.append(
            counted(
                answer.not_stated,
                "%(n)s document states no country.",
                "%(n)s documents state no country.",
            )
        )
    paths = load_outlines().paths
    off = sum(bool(c.count) and c.code not in paths for c in answer.countries)
    if off:
        notes.append(
            counted(
                off,
                "%(n)s of the table is not on the map: a region, or too small for it.",
                "%(n)s of the table are not on the map: regions, or too small for it.",
            )
        )
    notes.append(
        gettext(
            "Outlines: Natural Earth, 1:110 million. Boundaries say nothing about the status of "
            "a territory."
        )
    )
    return notes


def countries_export(service: Service, answer: CountriesAnswer, narrowed: str) -> Drawn[Atlas]:
    """Return what the formats write the map from; ``narrowed`` has the filters in words."""
    return Drawn(answer, lambda: lay_out_countries(service, answer, narrowed))
