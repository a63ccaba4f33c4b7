"""Documents placed by meaning: one point for each work, coloured by topic."""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Tag
from corpus.tags.tags import tags_of
from index.documents.arrays import Documents
from index.documents.values import Mask, Rows
from index.search.places import Places
from search_api.exports.formats import Drawn
from search_api.exports.scatter import Point, Scatter
from search_api.exports.taking import made_today
from search_api.mapping.params import NarrowedParams, filters_of_map
from search_api.mapping.shapes import PlacedDocument, PlacesAnswer
from search_api.search.presenting import filters_shape
from search_api.service.service import Service
from search_api.web.languages import counted, gettext

MOST_POINTS: Final = 1_000
"""How many points a file or an answer of the API has at most."""
MOST_ON_PAGE: Final = 250
"""How many a page has: with the list beside them they are 100 KB, and 25 KB compressed."""


def places_of(
    service: Service, catalogue: Catalogue, params: NarrowedParams, most: int = MOST_POINTS
) -> PlacesAnswer:
    """Return where the works that pass the filters lie, each by its fullest form.

    The scale is that of all documents, so a point stays where it is under any filter.

    Raises:
        QueryInvalid: a filter names a term that does not exist.
    """
    filters = filters_of_map(service, params)
    view = service.searcher.view(catalogue)
    holdings = view.documents
    allowed = holdings.allowed_documents(filters)
    total = int(holdings.works_of(allowed).sum())
    places = service.places.find(view)
    shown = _fullest_forms(holdings, places, allowed) if places else np.empty(0, np.int64)
    points = _documents(catalogue, holdings, places, _sample(holdings, shown, most))
    return PlacesAnswer(
        total=total,
        unplaced=total - len(shown),
        sampled=len(shown) > most,
        height=_scaled(places)[:, 1].max(initial=0).round(4) if places else 0.0,
        shares=[round(share, 4) for share in places.shares] if places else [],
        points=points,
        filters=filters_shape(filters),
        revision=holdings.revision,
    )


def _fullest_forms(holdings: Documents, places: Places, allowed: Mask) -> Rows:
    """Return one document row for each work that has a placed document among the allowed."""
    rows = places.rows[allowed[places.rows]]
    rows = rows[np.lexsort((rows, holdings.form[rows], holdings.work[rows]))]
    _, first = np.unique(holdings.work[rows], return_index=True)
    return np.sort(rows[first])


def _sample(holdings: Documents, rows: Rows, most: int) -> Rows:
    """Return at most so many rows: those whose ids have the lowest digests.

    It is a fair sample, and it stays the same but for what is added and removed.
    """
    if len(rows) <= most:
        return rows
    digests = {
        row: hashlib.sha256(holdings.document_ids[row].encode()).digest() for row in rows.tolist()
    }
    return np.array(sorted(sorted(digests, key=digests.__getitem__)[:most]), np.int64)


def _documents(
    catalogue: Catalogue, holdings: Documents, places: Places | None, rows: Rows
) -> list[PlacedDocument]:
    """Return the documents by title."""
    if places is None:
        return []
    ids = [holdings.document_ids[row] for row in rows.tolist()]
    at = _scaled(places)[np.searchsorted(places.rows, rows)].round(4).tolist()
    documents, tags = catalogue.documents(ids), tags_of(catalogue, ids)
    found = [
        PlacedDocument(
            id=name,
            title=documents[name].title,
            year=documents[name].year,
            topic=_first_topic(tags[name]),
            x=x,
            y=y,
            link=f"/documents/{name}",
        )
        for name, (x, y) in zip(ids, at, strict=True)
        if name in documents
    ]
    return sorted(found, key=lambda document: (document.title.casefold(), document.id))


def _scaled(places: Places) -> np.ndarray:
    """Return (k, 2): the points from 0 on, on one scale in both directions, the width being 1."""
    low = places.points.min(axis=0)
    width = float(np.ptp(places.points[:, 0])) or 1.0
    scaled: np.ndarray = (places.points - low) / width
    return scaled


def _first_topic(tags: tuple[Tag, ...]) -> str | None:
    stand = (tag.term for tag in tags if tag.vocabulary == "topics" and tag.origin != "rejected")
    return next(stand, None)


def places_export(service: Service, answer: PlacesAnswer, narrowed: str) -> Drawn[Scatter]:
    """Return what the formats write the picture from; ``narrowed`` has the filters in words."""
    return Drawn(answer, lambda: lay_out_places(service, answer, narrowed))


def lay_out_places(service: Service, answer: PlacesAnswer, narrowed: str) -> Scatter:
    """Return the picture with absolute links, where the public address is set."""
    terms = service.taxonomy.vocabulary("topics").terms
    number = {term: place for place, term in enumerate(terms)}
    made = made_today(service.taxonomy)
    return Scatter(
        title=gettext("Documents by meaning"),
        caption=caption_of_places(answer, narrowed),
        groups=tuple(term.short for term in terms.values()),
        without_group=gettext("No topic"),
        points=tuple(
            Point(p.x, p.y, number.get(p.topic or ""), p.title, p.year, service.absolute(p.link))
            for p in answer.points
        ),
        height=answer.height,
        notes=(*notes_of_places(answer), f"{made.author}, {made.at:%d %B %Y}."),
    )


def caption_of_places(answer: PlacesAnswer, narrowed: str) -> str:
    """Return what the points are, in one line."""
    of = f", {narrowed}" if narrowed else ""
    said = counted(answer.total, "%(n)s document", "%(n)s documents")
    shown = len(answer.points)
    part = counted(shown, "%(n)s is shown", "%(n)s are shown") if shown < answer.total else ""
    return f"{said}{of}{'; ' if part else ''}{part}."


def notes_of_places(answer: PlacesAnswer) -> list[str]:
    """Return what has to be known to read the picture."""
    notes = [
        gettext(
            "The nearer two points, the nearer their texts in meaning. The directions mean nothing."
        )
    ]
    if answer.shares:
        notes.append(
            gettext(
                "The picture shows %(percent)s %% of the differences between documents: two that "
                "are far apart differ, two that are near may differ in other ways.",
                percent=round(100 * sum(answer.shares)),
            )
        )
    if answer.sampled:
        notes.append(
            gettext(
                "There are too many points: %(n)s are shown, a fair sample that stays the same. "
                "Narrow the filters to see all of them.",
                n=f"{len(answer.points):,}",
            )
        )
    if answer.unplaced:
        notes.append(
            counted(
                answer.unplaced,
                "%(n)s has no place yet: the index was made before it.",
                "%(n)s have no place yet: the index was made before them.",
            )
        )
    return notes
