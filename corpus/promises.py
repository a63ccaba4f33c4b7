"""Whether the catalogue keeps its promises. Each check reads everything and reports its faults."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.condition import check as check_file
from corpus.catalogue.originals import Originals
from corpus.catalogue.soundness import schema_faults
from corpus.documents.citing import citation_problem
from corpus.documents.record_checks import find_changed_records
from corpus.documents.versions import count_versions, find_broken_versions
from corpus.errors import CatalogueBusy, CatalogueDamaged, CatalogueUnwritable, ListInvalid
from corpus.lists.as_json import read_selection
from corpus.lists.rules import check_selection
from corpus.people.log import broken_links
from corpus.review.interrupted import find_interrupted
from corpus.review.judgements import check_judgements
from corpus.tags.factors import factor_passages

MOST_FAULTS: Final = 20
MAX_LOG_BYTES: Final = 64_000_000
STORING_S: Final = 600.0
"""An original younger than this, in seconds, may be of a document that is being stored."""
JUDGED: Final = "judgements name their query and its passage"
NO_STRAY_ORIGINALS: Final = "every original belongs to a document"


@dataclass(frozen=True, slots=True)
class Check:
    """One promise: how many things were checked, and the first few faults, in words.

    ``problem`` says why the check could not be made: a lock, a permission, a full or broken disk.
    """

    name: str
    checked: int
    faults: tuple[str, ...]
    fault_count: int
    problem: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the promise is known to be kept."""
        return self.fault_count == 0 and self.problem is None


def make_check(name: str, checked: int, faults: list[str]) -> Check:
    """Make a check from all its faults."""
    return Check(name, checked, tuple(faults[:MOST_FAULTS]), len(faults))


def cannot_make(name: str, error: Exception) -> Check:
    """Make a check that the machine did not allow, from its error."""
    if isinstance(error, OSError):
        return Check(name, 0, (), 0, f"{error.filename}: {error.strerror}")
    return Check(name, 0, (), 0, str(error))


def audit_catalogue(catalogue: Catalogue, originals: Originals) -> Iterator[Check]:
    """Yield each check of the catalogue and the originals as it is done.

    A check that the machine does not allow is yielded with that as its problem, and the rest go on.
    """
    checks: dict[str, Callable[[Catalogue], Iterator[Check]]] = {
        "SQLite file and foreign keys": _sqlite,
        "keyword index equals passages": _keyword_index,
        "passages are slices of their document": _citations,
        "tags point at a passage of their document": _tags,
        "the checklist quotes what is on the page": _factors,
        "fields of records quote what is on the page": _evidence,
        "resource lists can be read and are complete": _lists,
        "every document has its outcome": _ledger,
        "no contribution is left half read": _contributions,
        JUDGED: lambda c: iter([make_check(JUDGED, *check_judgements(c))]),
        "write-ahead log is small": _log_size,
        "audit log's chain of hashes is whole": _log_chain,
        "records are as they were recorded": _records,
        "earlier versions of documents can be read": _versions,
        "originals are stored unchanged": lambda c: _originals(c, originals),
        NO_STRAY_ORIGINALS: lambda c: _stray_originals(c, originals),
    }
    for name, check in checks.items():
        try:
            yield from check(catalogue)
        except CatalogueDamaged as error:
            yield make_check(name, 0, [str(error)])
        except (CatalogueBusy, CatalogueUnwritable, OSError) as error:
            yield cannot_make(name, error)


def _sqlite(catalogue: Catalogue) -> Iterator[Check]:
    rows = [row[0] for row in catalogue.rows("pragma integrity_check")]
    faults = [row for row in rows if row != "ok"] + schema_faults(catalogue.db.conn)
    faults += [f"foreign key: {row}" for row in catalogue.rows("pragma foreign_key_check")]
    yield make_check("SQLite file and foreign keys", 1, faults)


def _keyword_index(catalogue: Catalogue) -> Iterator[Check]:
    """Compare FTS5 with the passages it indexes (the ``rank = 1`` form reads both).

    FTS5 takes this for writing: where nothing can be written, the index is compared with itself.
    """
    count = catalogue.count_rows()["passage"]
    try:
        catalogue.db.execute("begin")
        catalogue.db.execute(
            "insert into passage_fts(passage_fts, rank) values ('integrity-check', 1)"
        )
    except CatalogueUnwritable:
        damage = check_file(catalogue.path)
        faults = list(damage.faults) if damage and damage.of_words else []
        yield make_check("keyword index (not compared: nothing can be written)", count, faults)
        return
    finally:
        catalogue.db.rollback()
    yield make_check("keyword index equals passages", count, [])


def _citations(catalogue: Catalogue) -> Iterator[Check]:
    """Check that each passage is a slice of its document's text, with its words on its pages."""
    slices: list[str] = []
    pages: list[str] = []
    empty: list[str] = []
    passages = documents = 0
    for document in catalogue.all_documents(pending=True):
        text = catalogue.text(document.id, pending=True)
        own_pages, own = catalogue.pages(document.id), catalogue.passages(document.id, pending=True)
        documents += 1
        passages += len(own)
        if not own:
            empty.append(f"{document.id} has no passage")
        for passage in own:
            where = f"passage {passage.id} of {document.id}"
            if text[passage.start : passage.end] != passage.text:
                slices.append(f"{where} differs from its document's text at {passage.start}")
            problem = citation_problem(passage, text, own_pages, document.page_count)
            if problem:
                pages.append(f"{where}: {problem}")
    yield make_check("passages are slices of their document", passages, slices)
    yield make_check("passages' words are on their page", passages, pages)
    yield make_check("documents have passages", documents, empty)


def _tags(catalogue: Catalogue) -> Iterator[Check]:
    """Check that each tag has an author, and a passage of its document on the page it names.

    A person may decide without naming a passage, and a decision outlives its passage; a suggestion
    needs one. ``quote`` is in it word for word.
    """
    rows = catalogue.rows(
        """
        select tag.document_id, tag.term, tag.origin, tag.decided_by, tag.passage_id,
               passage.document_id, tag.page between passage.page and passage.page_end,
               tag.quote <> '' and instr(passage.text, tag.quote) > 0
        from tag left join passage on passage.id = tag.passage_id
        """
    )
    faults = [
        f"tag {term} of {document}: {fault}"
        for document, term, *facts in rows
        if (fault := _tag_fault(document, *facts))
    ]
    yield make_check("tags point at a passage of their document", len(rows), faults)


def _tag_fault(
    document: str,
    origin: str,
    decided_by: str | None,
    passage: int | None,
    owner: str | None,
    on_page: int | None,
    in_words: int | None,
) -> str | None:
    if origin != "suggested" and decided_by is None:
        return "it does not say who decided it"
    if passage is None:
        return "it is a suggestion without a passage" if origin == "suggested" else None
    if owner is None:
        return "its passage does not exist"
    if owner != document:
        return "its passage belongs to another document"
    if not on_page:
        return "its passage is not on the page it names"
    return None if in_words else "its quote is not in its passage"


def _factors(catalogue: Catalogue) -> Iterator[Check]:
    """Check that each quote of the checklist is in its passage and on its pages."""
    quotes = sorted(factor_passages(catalogue, rejected=True), key=lambda q: q.document_id)
    passages = catalogue.passages_by_id(q.passage_id for q in quotes if q.passage_id)
    faults, read = [], ""
    for quote in quotes:
        passage = passages.get(quote.passage_id or 0)
        if quote.document_id != read:
            read = quote.document_id
            pages, text = catalogue.pages(read), catalogue.text(read)
        on_pages = " ".join(
            text[p.start : p.end] for p in pages if quote.page <= p.number <= quote.page_end
        )
        if passage is None or passage.document_id != quote.document_id:
            faults.append(
                f"{quote.factor} of {quote.document_id}: its passage belongs to another document"
            )
        elif quote.quote not in passage.text:
            faults.append(f"{quote.factor} of {quote.document_id}: not in passage {passage.id}")
        elif " ".join(quote.quote.split()) not in " ".join(on_pages.split()):
            faults.append(f"{quote.factor} of {quote.document_id}: not on page {quote.page}")
    yield make_check("the checklist quotes what is on the page", len(quotes), faults)


def _evidence(catalogue: Catalogue) -> Iterator[Check]:
    """Check that what a field of a record was read from is on the page it names."""
    rows = catalogue.rows(
        """
        select e.document_id, e.field, e.page, e.quote, page.start, page.end
        from record_evidence as e
        left join page on page.document_id = e.document_id and page.number = e.page
        where e.quote is not null order by e.document_id
        """
    )
    faults, read, text = [], "", ""
    for document_id, name, number, quote, start, end in rows:
        if document_id != read:
            read, text = document_id, catalogue.text(document_id, pending=True)
        if start is None or quote not in text[start:end]:
            faults.append(f"{name} of {document_id}: not on page {number}")
    yield make_check("fields of records quote what is on the page", len(rows), faults)


def _lists(catalogue: Catalogue) -> Iterator[Check]:
    """Read every revision and version of every list, and count the versions."""
    rows = catalogue.rows(
        """
        select slug, 'revision', number, selection from list_revision
        union all select slug, 'version', number, selection from list_version order by 1, 2, 3
        """
    )
    faults, last = [], ("", "", 0)
    for slug, what, number, text in rows:
        where = f"{what} {number} of the list {slug}"
        try:
            check_selection(read_selection(text))
        except (ListInvalid, ValueError) as error:
            faults.append(f"{where}: {error}")
        expected = last[2] + 1 if last[:2] == (slug, what) else 1
        if number != expected:
            faults.append(f"{what} {expected} of the list {slug} is missing")
        last = (slug, what, number)
    yield make_check("resource lists can be read and are complete", len(rows), faults)


def _ledger(catalogue: Catalogue) -> Iterator[Check]:
    rows = catalogue.rows(
        """
        select source from document
        where not exists (
            select 1 from outcome
            where outcome.source = document.source and outcome.document_id = document.id
        )
        """
    )
    faults = [f"{row[0]} is stored, but has no outcome" for row in rows]
    yield make_check("every document has its outcome", catalogue.count_rows()["document"], faults)


def _contributions(catalogue: Catalogue) -> Iterator[Check]:
    """Name each contribution that was interrupted and that nobody has ended yet."""
    faults = [
        f"contribution {c.id} ({c.name}, by {c.contributor}, {c.received_at}) was interrupted; "
        "the next start of the server ends it, and so does: salex review"
        for c in find_interrupted(catalogue)
    ]
    count = catalogue.rows("select count(*) from contribution")[0][0]
    yield make_check("no contribution is left half read", count, faults)


def _log_size(catalogue: Catalogue) -> Iterator[Check]:
    """Find a write-ahead log that grows because a reader never closes its connection."""
    log = catalogue.path.with_name(catalogue.path.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    faults = [f"{log} has {size:,} bytes; stop the process that keeps the catalogue open"]
    yield make_check("write-ahead log is small", 1, faults if size > MAX_LOG_BYTES else [])


def _log_chain(catalogue: Catalogue) -> Iterator[Check]:
    count = catalogue.rows("select count(*) from log_entry")[0][0]
    yield make_check("audit log's chain of hashes is whole", count, list(broken_links(catalogue)))


def _records(catalogue: Catalogue) -> Iterator[Check]:
    count = catalogue.count_rows()["document"]
    faults = list(find_changed_records(catalogue))
    yield make_check("records are as they were recorded", count, faults)


def _versions(catalogue: Catalogue) -> Iterator[Check]:
    faults = list(find_broken_versions(catalogue))
    yield make_check("earlier versions of documents can be read", count_versions(catalogue), faults)


def _stray_originals(catalogue: Catalogue, originals: Originals) -> Iterator[Check]:
    """Name the originals that no document and no outcome names, once nothing can be storing them.

    An original is stored before its document. Those of earlier versions and of declined
    contributions are named by their outcomes.
    """
    settled = time.time() - STORING_S
    stored = [path for path in originals.list_files() if path.stat().st_mtime < settled]
    named = {
        row[0]
        for row in catalogue.rows(
            "select sha256 from document union select sha256 from outcome where sha256 is not null"
        )
    }
    faults = [
        f"{path} belongs to no document: a command was interrupted, or an older backup was "
        "restored. Add its source again, or delete it"
        for path in stored
        if path.name not in named
    ]
    yield make_check(NO_STRAY_ORIGINALS, len(stored), faults)


def _originals(catalogue: Catalogue, originals: Originals) -> Iterator[Check]:
    """Check the originals by their bytes; name the source of each that has to be added again."""
    rows = catalogue.rows("select sha256, id, source from document order by sha256, id")
    wanted = {sha256: f"the original of {id_}, from {source}" for sha256, id_, source in rows}
    faults = [
        f"{sha256} changed on disk" + (f": {wanted[sha256]}" if sha256 in wanted else "")
        for sha256 in originals.find_damaged()
    ]
    faults += [f"{s} is missing: {w}" for s, w in wanted.items() if not originals.path(s).exists()]
    yield make_check("originals are stored unchanged", len(wanted), faults)
