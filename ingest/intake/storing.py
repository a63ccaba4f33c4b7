"""Store what was read of a document: its record, text, pages, passages and evidence, as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.evidence import store_evidence
from corpus.documents.fetches import Fetch, fetch_of, record_fetch
from corpus.model import Document, Passage, passage_id
from ingest.model import READING, Cut, Prepared


def store_prepared(catalogue: Catalogue, document: Document, prepared: Prepared) -> None:
    """Insert a document or replace what was read of it before; call inside ``transaction()``.

    What people decided stays: a tag, a sentence of the checklist and an entry of a list have their
    quotes with them, and point at their passage for as long as its words are in the document.

    Args:
        catalogue: where it is stored.
        document: its record, as it shall be stored.
        prepared: what was read of it.
    """
    catalogue.store_document(
        document,
        prepared.text,
        pages=prepared.pages,
        passages=passages_of(document.id, prepared.cuts),
        simhash=prepared.simhash,
        reading=READING,
    )
    store_evidence(catalogue, document.id, prepared.evidence)
    if prepared.encoding:
        said = fetch_of(catalogue, document.source) or Fetch(document.source)
        record_fetch(catalogue, replace(said, sha256=document.sha256, encoding=prepared.encoding))


def passages_of(document: str, cuts: Iterable[Cut]) -> list[Passage]:
    """Return the passages of a document, each under the id that its words give it."""
    seen: Counter[str] = Counter()
    passages = []
    for position, c in enumerate(cuts):
        number = passage_id(document, c.text, seen[c.text])
        seen[c.text] += 1
        passages.append(
            Passage(
                number,
                document,
                position,
                c.page,
                c.page_end,
                c.heading,
                c.start,
                c.end,
                c.text,
                c.role,
            )
        )
    return passages
