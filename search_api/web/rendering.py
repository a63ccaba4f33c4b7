"""Templates to HTML. Everything is escaped; highlights are slices and are marked only here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from corpus.catalogue.condition import damage_of
from corpus.taxonomy import Taxonomy
from index.filters import FILTERS
from search_api.service.settings import Settings
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
    )
    environment.filters |= {
        "marked": mark_highlights,
        "italic": mark_italics,
        "codes": mark_code,
        "count": count_nouns,
        "web_url": web_url,
    }
    environment.globals |= {
        "network": taxonomy.network,
        "short_name": taxonomy.short_name,
        "contact": settings.contact,
        "counting": settings.demand,
        "base_url": settings.base_url or f"http://{settings.host}:{settings.port}",
        "filters": FILTERS,
        "vocabulary_label": taxonomy.short_label,
        "damage": lambda: damage_of(settings.catalogue_path),
    }
    return environment


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
        path=request.url.path, signed_in=actor if actor.person_id else None, **context
    )
    return HTMLResponse(html, status, headers)


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
    html, at = Markup(), 0
    for start, end in highlights:
        html += escape(text[at:start]) + Markup("<{0}>{1}</{0}>").format(tag, text[start:end])
        at = end
    return html + escape(text[at:])


def mark_code(text: str) -> Markup:
    """Return text with its parts between backticks as code, as in the API's descriptions."""
    parts = text.split("`")
    return Markup().join(
        Markup("<code>{}</code>").format(part) if n % 2 else escape(part)
        for n, part in enumerate(parts)
    )


def count_nouns(number: int, singular: str, plural: str | None = None) -> str:
    """Return ``1 document`` or ``1,200 documents``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
