"""The files of a frozen site: the server's pages, pages of its own, exports, and search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.model import Document
from corpus.tags.tags import tags_of
from corpus.taxonomy import Taxonomy, load_taxonomy
from index.filters import DOCUMENT_FILTERS
from index.model import Query
from index.vectors.encoder import Encoder
from search_api.answers.holdings import facet_shape
from search_api.answers.presenting import Presenter
from search_api.app import create_app
from search_api.closing.addresses import ALL_DOCUMENTS, SEARCH, SEEDS, Places
from search_api.closing.crawling import Collected, Progress, collect, rewrite_pages
from search_api.closing.rewriting import Site, anchors_of, parse
from search_api.closing.searching import DATA, FOLDER, SCRIPTS, Searched, write_search
from search_api.closing.static_oai import write_static_repository
from search_api.exports.formats import DOCUMENTS
from search_api.exports.licences import OPEN, may_copy
from search_api.exports.taking import Collector, References, made_today
from search_api.service.service import Service, make_service
from search_api.service.settings import Settings
from search_api.web.languages import counted, current, gettext, read_language, speaking

if TYPE_CHECKING:
    from fastapi import FastAPI

ABOUT_PAGE: Final = "about.html"
LICENCES_PAGE: Final = "licences.html"
OAI: Final = "exports/oai.xml"
EXPORTED: Final = ("ris", "bibtex", "csl-json", "csv")
"""The formats in which all documents are written."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What the site is made from: the public copy of a repository.

    Attributes:
        settings: of the copy.
        day: the date of the copy.
        encoders: the embedding model and the second one.
        language: of the pages.
        originals: the file of each document that may be handed out, by the document's id.
        whole: how many documents have their whole text.
        also: licences whose texts were copied besides the open ones.
    """

    settings: Settings
    day: str
    encoders: tuple[Encoder | None, Encoder | None]
    language: str
    originals: Mapping[str, str] = field(default_factory=dict)
    whole: int = 0
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Parts:
    """What all steps share."""

    frozen: Frozen
    app: FastAPI
    service: Service
    taxonomy: Taxonomy
    catalogue: Catalogue
    folder: Path


def write_site(frozen: Frozen, folder: Path, progress: Progress | None = None) -> None:
    """Write the site of a public copy into a folder.

    Raises:
        FrozenInvalid: a page cannot be made.
    """
    settings = frozen.settings
    taxonomy = load_taxonomy(settings.taxonomy_file)
    app = create_app(settings)
    first, second = frozen.encoders
    service = make_service(settings, taxonomy, app.state.templates, first, None, (second, None))
    app.state.service = service
    try:
        with connect(settings.catalogue_path) as catalogue:
            parts = _Parts(frozen, app, service, taxonomy, catalogue, folder)
            with speaking(read_language(frozen.language)):
                _write(parts, progress)
    finally:
        service.connections.close()


def _write(parts: _Parts, progress: Progress | None) -> None:
    documents = list(parts.catalogue.all_documents())
    exports = _write_exports(parts, documents)
    scripts = [f"{FOLDER}/{name}" for name in (*DATA, *SCRIPTS)]
    own = {*exports, *scripts, ALL_DOCUMENTS, SEARCH, ABOUT_PAGE, LICENCES_PAGE, "catalogue.jsonl"}
    positions = {
        str(identity): position
        for identity, position in parts.catalogue.rows("select id, position from passage")
    }
    places = Places(positions, parts.frozen.originals, frozenset(own))
    addresses = [*SEEDS, *(f"/documents/{d.id}" for d in documents)]
    language = parts.frozen.language
    collected = collect(
        parts.app, places, addresses, parts.folder, language=language, progress=progress
    )
    write_search(
        Searched(parts.service, parts.catalogue, places, parts.frozen.encoders), parts.folder
    )
    collected.files |= {*own, *parts.frozen.originals.values()}
    downloads = [(DOCUMENTS[n].label, f"/{f}") for n, f in zip(EXPORTED, exports, strict=True)]
    _write_page(parts, collected, SEARCH, "frozen_search.html", **_search_context(parts, scripts))
    _write_page(
        parts, collected, ALL_DOCUMENTS, "frozen_documents.html",
        documents=_newest_first(parts, documents), downloads=downloads,
    )  # fmt: skip
    _write_page(
        parts, collected, ABOUT_PAGE, "frozen_about.html", day=parts.frozen.day,
        documents=len(documents), whole=parts.frozen.whole, downloads=downloads,
    )  # fmt: skip
    _write_page(
        parts, collected, LICENCES_PAGE, "frozen_licences.html",
        open=OPEN, also=parts.frozen.also, rows=_count_licences(documents, parts.frozen.also),
    )  # fmt: skip
    site = Site(places, collected.files, collected.anchors, _notice(parts))
    rewrite_pages(parts.folder, collected, site)


def _write_page(
    parts: _Parts, collected: Collected, file: str, template: str, **context: Any
) -> None:
    """Write a page of the site's own, with the server's addresses like the others."""
    text = parts.service.templates.get_template(template).render(
        path=f"/{file}", signed_in=None, in_language=lambda _: "/", **context
    )
    html = text.encode()
    (parts.folder / file).write_bytes(html)
    collected.files.add(file)
    collected.pages.add(file)
    collected.anchors[file] = anchors_of(parse(html))


def _notice(parts: _Parts) -> str:
    """Return what every page says of the copy, with ``{about}`` in place of an address."""
    day = parts.frozen.day
    text = Markup('<p class="frozen width">{} <a href="ABOUT">{}</a></p>').format(
        gettext("A copy of the repository as it was on %(day)s.", day=day),
        gettext("About this copy"),
    )
    return str(text).replace("{", "&#123;").replace("}", "&#125;").replace("ABOUT", "{about}")


def _search_context(parts: _Parts, scripts: list[str]) -> dict[str, Any]:
    everything = parts.service.searcher.search(parts.catalogue, Query("", limit=1))
    shapes = [facet_shape(facet, parts.taxonomy) for facet in everything.facets]
    offered = {f.parameter for f in DOCUMENT_FILTERS}
    return {
        "facets": [shape for shape in shapes if shape.parameter in offered],
        "scripts": scripts,
        "messages": _messages(),
    }


def _messages() -> dict[str, str]:
    """Return what the script of the search says, in the words of the other pages."""
    return {
        "results": gettext("Results for"),
        "nearest": gettext("Nearest to"),
        "nothing": gettext("Nothing found for"),
        "none": gettext("No evidence found for %(asked)s."),
        "strong": gettext("A passage is near the question in meaning and has its words."),
        "weak": gettext("Nothing direct on %(asked)s."),
        "judge": gettext("The nearest passages are below; judge them with care."),
        "off": gettext("Nothing on %(asked)s."),
        "elsewhere": gettext("The nearest passages are below; they may be about something else."),
        "missing": gettext("No document has the word %(word)s."),
        "read": gettext("Read in context"),
        "original": gettext("Original source"),
        "cite": gettext("Cite"),
        "more": gettext("More passages"),
        "one": counted(1, "%(n)s document", "%(n)s documents"),
        "many": current().plural("%(n)s document", "%(n)s documents", 2),
    }


def _newest_first(parts: _Parts, documents: Iterable[Document]) -> list[Any]:
    shown = sorted(
        (d for d in documents if not d.withdrawn_at), key=lambda d: (-(d.year or 0), d.title, d.id)
    )
    tags = tags_of(parts.catalogue, [d.id for d in shown])
    presenter = Presenter(parts.service)
    return [presenter.summary(document, tags[document.id]) for document in shown]


def _count_licences(
    documents: Iterable[Document], also: tuple[str, ...]
) -> list[tuple[str, int, bool]]:
    """Return each licence with how many documents have it, and whether their texts are here."""
    counted = Counter(
        (
            gettext("Our own digest") if d.digest else d.licence or "",
            may_copy(
                {"withdrawn_at": d.withdrawn_at, "digest": d.digest, "licence": d.licence},
                also=also,
            ),
        )
        for d in documents
    )
    return [(name, count, whole) for (name, whole), count in sorted(counted.items())]


def _write_exports(parts: _Parts, documents: Iterable[Document]) -> list[str]:
    """Write the references of all documents in each format; return the files."""
    shown = [d for d in documents if not d.withdrawn_at]
    tags = tags_of(parts.catalogue, [d.id for d in shown])
    collector = Collector.of(parts.service)
    items = tuple(collector.reference(d, tags[d.id]) for d in shown)
    title = gettext("%(network)s evidence repository", network=parts.taxonomy.short_name)
    taken = References(title, "", (), items, made_today(parts.taxonomy))
    (parts.folder / "exports").mkdir()
    names = []
    for name in EXPORTED:
        known = DOCUMENTS[name]
        suffix = "csl.json" if name == "csl-json" else known.suffix
        names.append(f"exports/documents.{suffix}")
        (parts.folder / names[-1]).write_bytes(known.write(taken))
    contact = parts.frozen.settings.contact or ""
    (parts.folder / OAI).write_bytes(
        write_static_repository(title, contact, list(zip(shown, items, strict=True)))
    )
    return names
