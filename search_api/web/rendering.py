"""Templates to HTML. Everything is escaped; highlights are slices and are marked only here."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from corpus.catalogue.condition import damage_of
from corpus.taxonomy import Taxonomy
from index.filters import FILTERS
from search_api.service.closing import read_closing
from search_api.service.settings import Settings
from search_api.web import languages
from search_api.web.access import caller_of
from search_api.web.links import web_url

TEMPLATE_FOLDERS: Final = tuple(sorted(Path(__file__).parents[1].glob("*/templates")))
"""Each slice keeps its templates beside its pages; their names are unique across slices."""
STATIC_FOLDER: Final = Path(__file__).parent / "static"


def make_environment(taxonomy: Taxonomy, settings: Settings) -> Environment:
    """Return the templates with what every page shows: the network's name and a contact."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE_FOLDERS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    # Values in messages are escaped; messages may contain markup, as templates do.
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        languages.gettext,
        lambda one, many, n: languages.current().plural(one, many, n),
        newstyle=True,
    )
    environment.filters |= {
        "marked": mark_highlights,
        "italic": mark_italics,
        "codes": mark_code,
        "web_url": web_url,
        **_filters_by_language(taxonomy),
    }
    environment.globals |= {
        **_of_network(taxonomy),
        "contact": settings.contact,
        "counting": settings.demand,
        "base_url": settings.base_url or f"http://{settings.host}:{settings.port}",
        "filters": FILTERS,
        "vocabulary_label": taxonomy.short_label,
        "damage": lambda: damage_of(settings.catalogue_path),
        "closing": lambda: read_closing(settings.data_folder),
        "site_name": lambda: languages.gettext(
            "%(network)s evidence repository", network=taxonomy.short_name
        ),
        "counted": languages.counted,
        "page_language": languages.current,
        "languages": languages.OFFERED,
    }
    return environment


def _of_network(taxonomy: Taxonomy) -> dict[str, Any]:
    """Return what pages say of the network; the application adds its look."""
    return {
        "network": taxonomy.network,
        "short_name": taxonomy.short_name,
        "agenda_name": taxonomy.agenda,
        "subject": taxonomy.subject,
        "look": None,
    }


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """Return a template filled with ``context`` as a response.

    Every template also has ``path`` and ``signed_in``: the Actor, or ``None`` if anonymous.
    """
    environment: Environment = request.app.state.templates
    actor = caller_of(request).actor
    html = environment.get_template(template).render(
        path=request.url.path,
        signed_in=actor if actor.person_id else None,
        in_language=functools.partial(_in_language, request, is_answered=status < 400),
        **context,
    )
    return HTMLResponse(html, status, headers)


def _in_language(request: Request, code: str, *, is_answered: bool) -> str:
    """Return the address that switches to a language and leads back to the page that is shown."""
    # A page that answers a form may not be there to be read, and a page of an error repeats nothing
    # of what was asked: both lead home.
    is_there = is_answered and request.method in ("GET", "HEAD")
    url = request.url if is_there else request.url.replace(path="/", query="")
    return f"{url.path}?{url.query}{'&' if url.query else ''}{urlencode({'lang': code})}"


def _filters_by_language(taxonomy: Taxonomy) -> dict[str, Callable[..., str]]:
    """Return the filters that depend on the page's language, so that none is computed once."""

    def label(text: str) -> str:
        return languages.label_of(taxonomy, text)

    def value(shown: str, parameter: str, stored: str) -> str:
        if parameter == "language":
            return languages.current().language(stored)
        if parameter == "country":
            return languages.current().country(shown)
        return shown if parameter in ("publisher", "q") else label(shown)

    named: dict[str, Callable[..., str]] = {
        "label": label,
        "value": value,
        "number": lambda number: languages.current().number(number),
        "day": lambda stamp: languages.current().day(stamp),
        "language_name": lambda code: languages.current().language(code),
        "country": lambda name: languages.current().country(name),
    }
    return {name: _at_rendering(function) for name, function in named.items()}


def _at_rendering(function: Callable[..., str]) -> Callable[..., str]:
    """Return a filter that is not computed when a template is compiled."""

    @pass_context
    def filter_(_context: object, *values: Any) -> str:
        return function(*values)

    return filter_


def mark_italics(text: str, italics: Iterable[Sequence[int]]) -> Markup:
    """Return text with parts in ``<i>``, as ``mark_highlights`` does."""
    return mark_highlights(text, italics, tag="i")


def mark_highlights(text: str, highlights: Iterable[Sequence[int]], tag: str = "mark") -> Markup:
    """Return text with its highlights in ``<mark>``; every slice is escaped separately.

    Args:
        text: plain text, which may look like HTML.
        highlights: [start, end) pairs, in order and disjoint.
        tag: the name of the element around each.
    """
    parts: list[str] = []  # joining escaped strings takes a tenth of adding Markup to Markup
    at = 0
    for start, end in highlights:
        parts += (escape(text[at:start]), f"<{tag}>", escape(text[start:end]), f"</{tag}>")
        at = end
    return Markup("".join((*parts, escape(text[at:]))))


def mark_code(text: str) -> Markup:
    """Return text with its parts between backticks as code, as in the API's descriptions."""
    parts = text.split("`")
    return Markup().join(
        Markup("<code>{}</code>").format(part) if n % 2 else escape(part)
        for n, part in enumerate(parts)
    )
