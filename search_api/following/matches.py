"""Which documents match a search well enough to be reported as new, and why each does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Document, Tag
from corpus.tags.tags import tags_of
from index.filters import FILTERS, Filter
from index.model import MAX_RESULTS, Hit, Query, Snippet
from search_api.answers.citations import page_label
from search_api.service.service import Service
from search_api.web.languages import current, gettext, label_of

MATCHING: Final = ("strong", "weak", "unranked")
"""How good evidence has to be: the nearest of nothing is no match."""
NEAREST: Final = 5
"""Related documents are told of up to this many in all, so that a question with nothing strong is
not silent. On the 27 judged questions, told of are 5.5 documents each, of which .47 are judged
useful (with all that are related 25.4 and .13), and .95 of those judged best (.98)."""
MAX_QUOTE_CHARACTERS: Final = 400


@dataclass(frozen=True, slots=True)
class Match:
    """A document that matches.

    Attributes:
        document: its record.
        why: in sentences, in the language of the page or the message, except what is quoted.
        passage_id: the passage that answers; ``None`` without one.
    """

    document: Document
    why: str
    passage_id: int | None = None

    @property
    def anchor(self) -> str:
        """Return what to add to the address of the document's page to read the passage there."""
        return f"?passage={self.passage_id}#p-{self.passage_id}" if self.passage_id else ""


def find_matching(service: Service, catalogue: Catalogue, query: Query) -> dict[str, str]:
    """Return the documents that match, each with the document that stands for its work.

    Quotes nothing, so it is quick.
    """
    if not query.text:
        return {i: i for i in service.searcher.documents_with(catalogue, query.filters)}
    return _with_their_works(_hits(service, catalogue, query, passages=0))


def find_worth_telling(
    service: Service, catalogue: Catalogue, query: Query, told: Collection[str] = ()
) -> dict[str, str]:
    """Return those of the documents that match of which people are told, in the same form.

    Args:
        service: searches.
        catalogue: what is searched.
        query: without words, all that match are told of.
        told: the documents that were told of before, as in ``choose_worth_telling``.
    """
    if not query.text:
        return find_matching(service, catalogue, query)
    hits = _hits(service, catalogue, query, passages=0)
    return _with_their_works(choose_worth_telling(hits, told))


def choose_worth_telling(hits: Sequence[Hit], told: Collection[str] = ()) -> Iterator[Hit]:
    """Yield the hits that answer, and the nearest related ones up to ``NEAREST`` in all.

    Related ones that were told of before stay, though nearer ones came.

    Args:
        hits: best first.
        told: the documents that were told of before.
    """
    room = NEAREST - sum(hit.strength == "strong" for hit in hits)
    for hit in hits:
        is_related = hit.strength == "weak"
        if not is_related or room > 0 or hit.document.id in told:
            yield hit
        room -= is_related


def _with_their_works(hits: Iterable[Hit]) -> dict[str, str]:
    """Return the documents of hits, each with the document that stands for its work."""
    return {d.id: hit.document.id for hit in hits for d in (hit.document, *hit.also)}


def explain_matches(
    service: Service, catalogue: Catalogue, query: Query, document_ids: Sequence[str]
) -> list[Match]:
    """Return documents with why they match, in the order given; others are left out."""
    if query.text:
        hits = {h.document.id: h for h in _hits(service, catalogue, query, passages=1)}
        chosen = [hits[i] for i in document_ids if i in hits]
        return [_of_hit(service, query, hit) for hit in chosen]
    documents, tags = catalogue.documents(document_ids), tags_of(catalogue, document_ids)
    return [
        Match(documents[i], " ".join(why_filters(service, query, documents[i], tags.get(i, ()))))
        for i in document_ids
        if i in documents
    ]


def _hits(service: Service, catalogue: Catalogue, query: Query, *, passages: int) -> list[Hit]:
    whole = replace(query, offset=0, limit=MAX_RESULTS, passages_per_hit=passages)
    hits = service.searcher.search(catalogue, whole).hits
    return [hit for hit in hits if hit.strength in MATCHING]


def _of_hit(service: Service, query: Query, hit: Hit) -> Match:
    said = list(why_filters(service, query, hit.document, hit.tags, ask=False))
    if not hit.snippets:
        return Match(hit.document, " ".join(said))
    best = hit.snippets[0]
    page = page_label(hit.document, best.page, best.page_end)
    quote = f"“{quote_of(best)}”" + (f" ({page})" if page else "")
    if hit.strength == "strong":
        quote = gettext("Answers the question: %(quote)s", quote=quote)
    elif hit.strength == "weak":
        quote = gettext("Related to the question: %(quote)s", quote=quote)
    sentences = [quote, *said]
    return Match(hit.document, " ".join(sentences), best.passage_id)


def quote_of(snippet: Snippet) -> str:
    """Return the sentences that answer, or the beginning of the passage."""
    text = " ".join(
        " ".join(snippet.text[a.start : a.end].split()) for a in snippet.answer
    ) or " ".join(snippet.text.split())
    if len(text) <= MAX_QUOTE_CHARACTERS:
        return text
    return f"{text[:MAX_QUOTE_CHARACTERS].rsplit(' ', 1)[0]} …"


def why_filters(
    service: Service,
    query: Query,
    document: Document,
    tags: Iterable[Tag],
    *,
    ask: bool = True,
) -> Iterable[str]:
    """Yield a sentence for each filter that the document passes; one if there are no filters."""
    by_term = {(t.vocabulary, t.term): t for t in tags if t.origin != "rejected"}
    said = False
    for filter_ in FILTERS:
        for value in query.filters[filter_.field]:
            sentence = _why(service, filter_, value, document, by_term)
            if sentence:
                said = True
                yield sentence
    years = (query.filters.year_from, query.filters.year_to)
    if any(years) and document.year:
        said = True
        yield gettext("Year: %(year)s.", year=document.year)
    if ask and not said:
        yield gettext("New in the repository.")


def name_value(service: Service, filter_: Filter, value: str) -> str:
    """Return the value of a filter as it is shown, in the language of the page."""
    if filter_.vocabulary:
        return label_of(service.taxonomy, service.taxonomy.label(filter_.vocabulary, value))
    if filter_.parameter == "language":
        return current().language(value)
    return current().country(value) if filter_.parameter == "country" else value


def _why(
    service: Service,
    filter_: Filter,
    value: str,
    document: Document,
    tags: Mapping[tuple[str, str], Tag],
) -> str | None:
    name = label_of(service.taxonomy, filter_.label_in(service.taxonomy))
    shown = name_value(service, filter_, value)
    if filter_.record:
        return f"{name}: {shown}." if value in filter_.recorded_in(document) else None
    tag = tags.get((filter_.vocabulary or "", value))
    if tag is None or filter_.passages:
        return None
    confirmed = tag.origin == "confirmed"
    state = gettext("confirmed by a person") if confirmed else gettext("suggested by the program")
    if not tag.quote:
        return f"{name}: {shown}, {state}."
    page = page_label(document, tag.page)
    short = " ".join(tag.quote.split())
    if len(short) > MAX_QUOTE_CHARACTERS:
        short = f"{short[:MAX_QUOTE_CHARACTERS].rsplit(' ', 1)[0]} …"
    return f"{name}: {shown}, {state}: “{short}”" + (f" ({page})." if page else ".")
