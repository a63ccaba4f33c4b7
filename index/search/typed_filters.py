"""Turns ``field:value`` among the words of a query into filters, if there are such values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.model import FIRST_YEAR, LAST_YEAR
from corpus.taxonomy import Taxonomy
from index.filters import FILTERS, Filter
from index.model import Filters, Query
from index.search.asking import Asking, TypedFilter, read_text, without_parts
from index.search.facets import language_name

MOST_VALUES: Final = 8
"""How many values one typed value may stand for: "publisher:unesco" is any publisher with the word.
So many are also named to a reader who typed one that does not exist."""

YEAR: Final = "year"
_YEARS: Final = re.compile(r"(?P<first>\d{4})?(?P<to>[-–])?(?P<last>(?<=[-–])\d{4})?")
_BY_NAME: Final = {name: f for f in FILTERS for name in (f.field, f.parameter)}

KnownValues = Mapping[str, Iterable[str]]
"""The values that documents have, by the field of a filter."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A typed filter: the values or years it stands for, or why it is none."""

    typed: TypedFilter
    field: str = ""
    values: tuple[str, ...] = ()
    years: tuple[int | None, int | None] | None = None
    fault: str = ""


def take_filters(query: Query, taxonomy: Taxonomy, values: KnownValues) -> Query:
    """Return the query with the filters typed among its words moved to its other filters.

    Values of one field are alternatives, wherever they come from; typed years replace others. What
    is no filter stays among the words. Moving what was moved already changes nothing.
    """
    if ":" not in query.text:
        return query
    checked = _check(read_text(query.text).filters, taxonomy, values)
    known = [one for one in checked if one.values or one.years]
    if not known:
        return query
    chosen = query.filters.as_dict()
    for one in known:
        if one.years:
            chosen["year_from"], chosen["year_to"] = one.years
            continue
        chosen[one.field] = tuple(dict.fromkeys((*chosen[one.field], *one.values)))
    text = without_parts(query.text, [one.typed for one in known])
    return take_filters(replace(query, text=text, filters=Filters(**chosen)), taxonomy, values)


def faults_of(asking: Asking, taxonomy: Taxonomy, values: KnownValues) -> tuple[str, ...]:
    """Return, for each typed filter that is none, what there is instead."""
    checked = _check(asking.filters, taxonomy, values)
    return tuple(dict.fromkeys(one.fault for one in checked if one.fault))


def _check(
    typed: Sequence[TypedFilter], taxonomy: Taxonomy, values: KnownValues
) -> tuple[Checked, ...]:
    return tuple(_check_one(one, taxonomy, values) for one in typed)


def _check_one(typed: TypedFilter, taxonomy: Taxonomy, values: KnownValues) -> Checked:
    if typed.name.lower() == YEAR:
        return _check_years(typed)
    filter_ = _BY_NAME.get(typed.name.lower().replace("-", "_"))
    if filter_ is None:
        names = ", ".join(f.parameter for f in FILTERS)
        return Checked(
            typed, fault=f"There is no filter “{typed.name}”. There are: title, {YEAR}, {names}."
        )
    names_of = _names(filter_, taxonomy, values)
    wanted = _plain(typed.value)
    meant = [value for value, names in names_of.items() if wanted in names]
    if not meant and not filter_.vocabulary and not filter_.values and wanted:
        meant = [
            value
            for value, names in names_of.items()
            if any(f" {name}".find(f" {wanted}") >= 0 for name in names)
        ]
    if meant:
        return Checked(typed, filter_.field, tuple(meant[:MOST_VALUES]))
    return Checked(typed, fault=_no_such_value(typed, filter_, sorted(names_of)))


def _check_years(typed: TypedFilter) -> Checked:
    """Read ``2020``, ``2018-2022``, ``2018-`` or ``-2022``."""
    read = _YEARS.fullmatch(typed.value)
    first, last = (int(read[name]) if read and read[name] else None for name in ("first", "last"))
    if not read or (first or last) is None or (first or FIRST_YEAR) > (last or LAST_YEAR):
        said = f"“{typed.value}” is no year. Type {YEAR}:2020, {YEAR}:2018-2022 or {YEAR}:2018-."
        return Checked(typed, fault=said)
    return Checked(typed, years=(first, last if read["to"] else first))


def _no_such_value(typed: TypedFilter, filter_: Filter, values: Sequence[str]) -> str:
    more = ", …" if len(values) > MOST_VALUES and not filter_.vocabulary else ""
    shown = values if filter_.vocabulary else values[:MOST_VALUES]
    there = f"There are: {', '.join(shown)}{more}." if shown else "No document has one."
    return f"There is no {filter_.parameter.replace('_', ' ')} “{typed.value}”. {there}"


def _names(filter_: Filter, taxonomy: Taxonomy, values: KnownValues) -> dict[str, set[str]]:
    """Return the values of a filter, each with the names a reader may type for it."""
    if filter_.vocabulary:
        terms = taxonomy.vocabulary(filter_.vocabulary).terms.values()
        return {t.id: {_plain(t.id), _plain(t.label), _plain(t.short)} for t in terms}
    if filter_.values:
        return {value: {_plain(value)} for value in filter_.values}
    known = values.get(filter_.field, ())
    if filter_.record == "language":
        return {code: {code, _plain(language_name(code))} for code in known}
    return {value: {_plain(value)} for value in known}


def _plain(text: str) -> str:
    """Return text without case, accents and punctuation, to compare names by."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(kept.split())
