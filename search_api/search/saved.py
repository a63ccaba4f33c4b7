"""A search that is kept: written like the part of a search page's address after ``?``."""

from __future__ import annotations

from typing import Any, get_args
from urllib.parse import parse_qsl

from pydantic import ValidationError

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import QueryInvalid
from index.model import Query
from search_api.search.addresses import DEFAULTS, address_of_query
from search_api.search.params import SearchParams, query_of
from search_api.service.service import Service


def clean_address(text: str) -> str:
    """Return a search in its standard form, without the page that was shown; empty without one.

    Args:
        text: the part of a search page's address after ``?``, or the whole address.

    Raises:
        QueryInvalid: it has something that no search page knows.
    """
    params = _params(text)
    names = {*SearchParams.model_fields} - {"cursor", "limit", "format"}
    pairs = [
        (name, str(value).lower() if isinstance(value, bool) else str(value))
        for name in SearchParams.model_fields
        if name in names
        for value in _values(getattr(params, name))
        if value not in ("", None, False)
    ]
    pairs = sorted((p for p in pairs if p not in DEFAULTS), key=lambda p: p[0] != "q")
    return address_of_query("", Query(""), pairs).removeprefix("?")


def query_at(service: Service, catalogue: Catalogue, text: str) -> Query:
    """Return the query of a search that was kept.

    Raises:
        QueryInvalid: a filter names a term that does not exist (any more).
    """
    return query_of(service, catalogue, _params(text))


def _params(text: str) -> SearchParams:
    pairs = parse_qsl(text.rpartition("?")[2], keep_blank_values=False)
    params: dict[str, Any] = {}
    for name, value in pairs:
        field = SearchParams.model_fields.get(name)
        if field is not None and name != "cursor":
            many = field.annotation is not None and list in _origins(field.annotation)
            params[name] = [*params.get(name, []), value] if many else value
    try:
        return SearchParams.model_validate(params)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise QueryInvalid(f"The saved query cannot be used: {faults}") from error


def _origins(annotation: Any) -> set[Any]:
    inner = (getattr(part, "__origin__", part) for part in get_args(annotation))
    return {getattr(annotation, "__origin__", annotation), *inner}


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
