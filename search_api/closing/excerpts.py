"""What is kept of a text that may not be copied: its first sentences, and what was quoted of it.

The quotes become the document's text and its passages, on the pages they were cited with, so every
citation, tag and line of the checklist stays true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.files import sha256_of
from corpus.catalogue.frozen import Named, Row
from corpus.model import Passage, passage_id
from corpus.roles import APPARATUS
from corpus.sentences import split_sentences
from search_api.web.links import web_url

FIRST_WORDS: Final = 60
"""How many words of a text are quoted from its beginning, at most one sentence more."""
_GAP: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The rows that stand for a document whose text may not be copied.

    Attributes:
        text: the quotes, page after page.
        pages: rows of ``page``: only those that something is quoted from.
        passages: rows of ``passage``, one for each quote.
        ids: the id of the passage for a page and a quote.
    """

    text: str
    pages: tuple[Row, ...]
    passages: tuple[Row, ...]
    ids: Mapping[tuple[int, str], int] = field(default_factory=dict)


def make_excerpt(catalogue: Catalogue, document: Row) -> Excerpt:
    """Return what may be quoted of a document; the caller keeps a read transaction open."""
    own = str(document["id"])
    passages = catalogue.passages(own)
    quotes = [*_beginning(passages), *_quoted(catalogue, own)]
    lines = _lines_of_record(catalogue, own)
    if not quotes:
        told = document["summary"] or document["title"]
        quotes = [(1, str(told), None)]
    by_page: dict[int, dict[str, str | None]] = {}
    for page, quote, heading in quotes:
        by_page.setdefault(page, {}).setdefault(quote, heading)
    return _lay_out(document, by_page, lines)


def _lay_out(
    document: Row, by_page: Mapping[int, Mapping[str, str | None]], lines: Mapping[int, list[str]]
) -> Excerpt:
    own, text = str(document["id"]), ""
    pages: list[Row] = []
    passages: list[Row] = []
    ids: dict[tuple[int, str], int] = {}
    seen: dict[str, int] = {}
    for number in sorted({*by_page, *lines}):
        text += _GAP if text else ""
        start = len(text)
        text += _GAP.join(lines.get(number, ()))
        for quote, heading in by_page.get(number, {}).items():
            text += _GAP if len(text) > start else ""
            identity = passage_id(own, quote, seen.get(quote, 0))
            seen[quote] = seen.get(quote, 0) + 1
            ids[number, quote] = identity
            passages.append(
                {
                    "id": identity, "document_id": own, "position": len(passages),
                    "page": number, "page_end": number, "title": document["title"],
                    "heading": heading, "start": len(text), "end": len(text) + len(quote),
                    "text": quote, "role": "body",
                }
            )  # fmt: skip
            text += quote
        pages.append({"document_id": own, "number": number, "start": start, "end": len(text)})
    return Excerpt(text, tuple(pages), tuple(passages), ids)


def _beginning(passages: Iterable[Passage]) -> Iterator[tuple[int, str, str | None]]:
    """Yield the first sentences of the text itself, of one passage on one page."""
    for passage in passages:
        if passage.role in APPARATUS or passage.page != passage.page_end:
            continue
        end = 0
        for _, stop in split_sentences(passage.text):
            if end and len(passage.text[:stop].split()) > FIRST_WORDS:
                break
            end = stop
        if end:
            yield passage.page, passage.text[:end], passage.heading
        return


def _quoted(catalogue: Catalogue, document_id: str) -> Iterator[tuple[int, str, str | None]]:
    """Yield what tags and the checklist quote of a document."""
    yield from catalogue.rows(
        """
        select tag.page, tag.quote, passage.heading
        from tag left join passage on passage.id = tag.passage_id
        where tag.document_id = :id and tag.quote <> '' and tag.page is not null
        union
        select f.page, f.quote, passage.heading
        from factor_passage as f left join passage on passage.id = f.passage_id
        where f.document_id = :id order by 1, 2
        """,
        {"id": document_id},
    )


def _lines_of_record(catalogue: Catalogue, document_id: str) -> dict[int, list[str]]:
    """Return the lines that fields of the record were read from, by page."""
    lines: dict[int, list[str]] = {}
    for page, quote in catalogue.rows(
        """
        select distinct page, quote from record_evidence
        where document_id = ? and quote is not null order by 1, 2
        """,
        [document_id],
    ):
        lines.setdefault(page, []).append(quote)
    return lines


def reduce_rows(rows: Iterable[Named], excerpts: Mapping[str, Excerpt]) -> Iterator[Named]:
    """Yield the rows with the excerpts in place of what may not be copied.

    Args:
        rows: passages before their scores, as ``select_public`` yields them.
        excerpts: by the id of the document.
    """
    copied: set[int] = set()
    for table, row in rows:
        excerpt = excerpts.get(str(row.get("document_id", row.get("id"))))
        if table == "document":
            yield table, _reduce_document(row, excerpt)
            if excerpt is not None:
                yield from (("page", page) for page in excerpt.pages)
                yield from (("passage", passage) for passage in excerpt.passages)
        elif table == "passage_score":
            if row["passage_id"] in copied:
                yield table, row
        elif excerpt is not None:
            yield from _reduce(table, row, excerpt)
        else:
            copied |= {row["id"]} if table == "passage" else set()
            yield table, row


def _reduce(table: str, row: Row, excerpt: Excerpt) -> Iterator[Named]:
    """Yield a row about a document whose text may not be copied, if it is kept."""
    if table in ("tag", "factor_passage"):
        yield table, row | {"passage_id": excerpt.ids.get((row["page"], row["quote"]))}
    elif table == "judgement":
        yield table, row | {"passage_id": None}
    elif table not in ("page", "passage"):
        yield table, row


def _reduce_document(row: Row, excerpt: Excerpt | None) -> Row:
    """Return a document's row without the path of a file on this machine."""
    source = str(row["source"])
    if web_url(source) is None and PurePath(source).name != source:
        row = row | {"source": f"frozen:{row['id']}/{PurePath(source).name}"}
    if excerpt is None:
        return row
    data = excerpt.text.encode()
    kept: dict[str, Any] = {
        "text": excerpt.text,
        "sha256": sha256_of(data),
        "size_bytes": len(data),
        "media_type": "text/plain",
    }
    return row | kept
