"""Store what was read of a document: its record, text, pages, passages and evidence, as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.evidence import store_evidence
from corpus.documents.fetches import Fetch, fetch_of, record_fetch
from corpus.documents.versions import Reason, keep_version
from corpus.model import Document, Passage, passage_id
from ingest.intake.comparing import NOWHERE_SEEN, Content, describe_changes
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
    passages = passages_of(document.id, prepared.cuts)
    _keep_replaced(catalogue, Content(document, prepared.text, prepared.pages, tuple(passages), ()))
    catalogue.store_document(
        document,
        prepared.text,
        pages=prepared.pages,
        passages=passages,
        simhash=prepared.simhash,
        reading=READING,
    )
    store_evidence(catalogue, document.id, prepared.evidence)
    if prepared.encoding:
        said = fetch_of(catalogue, document.source) or Fetch(document.source)
        record_fetch(catalogue, replace(said, sha256=document.sha256, encoding=prepared.encoding))


def _keep_replaced(catalogue: Catalogue, after: Content) -> None:
    """Keep what was stored of a document as a version, if its text or record becomes another."""
    name = after.document.id
    stored = catalogue.documents([name], pending=True).get(name)
    if stored is None:
        return
    before = Content(
        stored,
        catalogue.text(name, pending=True),
        tuple(catalogue.pages(name)),
        tuple(catalogue.passages(name, pending=True)),
        (),
    )
    same_text = (before.text, before.pages, before.passages) == (
        after.text, after.pages, after.passages
    )  # fmt: skip
    changes = [change for change in describe_changes(before, after) if change != NOWHERE_SEEN]
    if changes or not same_text:
        because: Reason = "reading" if stored.sha256 == after.document.sha256 else "source"
        said = "; ".join(changes) or "headings"
        keep_version(catalogue, stored, because, said, with_text=not same_text)


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
