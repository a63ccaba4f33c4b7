"""The values all rooms share: frozen, typed, with no behaviour beyond their own identity."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from corpus.folios import Folios
from corpus.roles import Role

OutcomeKind = Literal[
    "added", "updated", "unchanged", "duplicate", "partial", "needs_review", "rejected"
]
TagOrigin = Literal["suggested", "confirmed", "rejected"]
PageUnit = Literal["page", "slide"]
ListState = Literal["draft", "published", "archived"]

FIRST_YEAR: Final = 1000
LAST_YEAR: Final = 2100
"""The years a document can be of, stated or filtered by."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a document: its 1-based number and its slice of the document's text.

    ``label`` is the number printed on it ("xii", "A-3"), if one was read.
    """

    number: int
    start: int
    end: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is embedded and matched.

    ``text == document_text[start:end]``; ``page`` is where it starts and ``page_end`` where it
    ends (they differ when it continues on the next page). ``role`` is what it is for.
    """

    id: int
    document_id: str
    position: int
    page: int
    page_end: int
    heading: str | None
    start: int
    end: int
    text: str
    role: Role = "body"


@dataclass(frozen=True, slots=True)
class Document:
    """One report, brief, post or deck with its bibliographic record.

    An unknown field is ``None`` or an empty tuple, never a guess. ``metadata_origins`` says where
    each known field came from: ``embedded``, ``page``, ``front matter``, ``curator``, ...
    ``page_unit`` is ``None`` if the medium has no pages (``page_count`` is then 1). ``digest``
    marks a text written for this repository about an original that is published elsewhere. A
    ``withdrawn`` document stays in the repository, but search leaves it out. A ``pending`` one was
    contributed and is shown only to curators and its contributor until a curator accepts it.
    ``folios`` has the page numbers printed in it.
    """

    id: str
    title: str
    source: str
    media_type: str
    sha256: str
    size_bytes: int
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    year: int | None = None
    published: str | None = None
    kind: str | None = None
    language: str | None = None
    url: str | None = None
    doi: str | None = None
    isbn: str | None = None
    journal: str | None = None
    volume: str | None = None
    issue: str | None = None
    page_range: str | None = None
    series: str | None = None
    licence: str | None = None
    summary: str | None = None
    digest: bool = False
    confidence: str | None = None
    note: str | None = None
    page_count: int = 1
    page_unit: PageUnit | None = None
    near_duplicate_of: str | None = None
    withdrawn_at: str | None = None
    withdrawn_reason: str | None = None
    pending_since: str | None = None
    added_at: str = ""
    updated_at: str = ""
    metadata_origins: Mapping[str, str] = field(default_factory=dict)
    folios: Folios = ()


@dataclass(frozen=True, slots=True)
class RecordEvidence:
    """Where a field of a document's record was read.

    Attributes:
        field: one of ``RECORD_FIELDS``.
        page: the page of the file, ``None`` if the line is not in the text.
        quote: the words on that page, as the document's text has them.
        confidence: 0..1.
        value: what is only suggested, because the reading is not sure enough to be recorded.
    """

    field: str
    page: int | None
    quote: str | None
    confidence: float
    value: str | int | tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RecordField:
    """A field of the bibliographic record, which sources state and curators correct.

    Attributes:
        name: the field of ``Document``.
        label: its name for people.
        several: it is a tuple of names.
        long: it is a text of more than a line.
    """

    name: str
    label: str
    several: bool = False
    long: bool = False


RECORD_FIELDS: Final = (
    RecordField("title", "title"),
    RecordField("authors", "authors", several=True),
    RecordField("publishers", "publisher", several=True),
    RecordField("countries", "country", several=True),
    RecordField("year", "year"),
    RecordField("published", "date"),
    RecordField("kind", "kind"),
    RecordField("language", "language"),
    RecordField("url", "address"),
    RecordField("doi", "DOI"),
    RecordField("isbn", "ISBN"),
    RecordField("journal", "journal"),
    RecordField("volume", "volume"),
    RecordField("issue", "issue"),
    RecordField("page_range", "pages in the journal"),
    RecordField("series", "series"),
    RecordField("licence", "licence"),
    RecordField("summary", "summary", long=True),
    RecordField("note", "note", long=True),
)
"""In the order of the form that corrects them."""
LIST_FIELDS: Final = tuple(f.name for f in RECORD_FIELDS if f.several)
TEXT_FIELDS: Final = tuple(
    f.name for f in RECORD_FIELDS if not f.several and f.name not in ("year", "published")
)
"""Those whose value is any text; a year and a date have forms of their own."""


@dataclass(frozen=True, slots=True)
class Tag:
    """The assertion that a document carries a term, and the reason for it.

    ``passage_id``, ``page`` and ``quote`` are the passage that supports the tag, as it read when
    the tag was made. ``score`` is in 0..1. ``decided_by`` is a person, ``starter``, or the tagger.
    """

    document_id: str
    vocabulary: str
    term: str
    origin: TagOrigin
    primary: bool = False
    score: float | None = None
    passage_id: int | None = None
    page: int | None = None
    quote: str | None = None
    model: str | None = None
    decided_by: str | None = None
    decided_at: str = ""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input: exactly one per source and run, always with a reason."""

    source: str
    kind: OutcomeKind
    reason: str
    code: str | None = None
    document_id: str | None = None
    sha256: str | None = None
    at: str = ""


def document_id(source: str) -> str:
    """Return the id of a document from its first source: 16 hexadecimal digits.

    It depends only on the source, so a changed file updates its document and keeps its decisions.
    """
    return hashlib.blake2b(source.encode(), digest_size=8, person=b"salex-doc").hexdigest()


def passage_id(document: str, text: str, occurrence: int) -> int:
    """Return a 63-bit id that only the same words in the same document can have.

    SQLite reuses the rowids of deleted rows, so a rowid could match a stale vector to a new
    passage; a content hash cannot. It exceeds 2**53: never write it as a JSON number.

    Args:
        document: the id of the document.
        text: the passage's text.
        occurrence: how many earlier passages of the document have the same text.
    """
    payload = "\x1f".join((document, str(occurrence), text)).encode()
    digest = hashlib.blake2b(payload, digest_size=8, person=b"salex-psg").digest()
    return int.from_bytes(digest, "big") >> 1


@dataclass(frozen=True, slots=True)
class Pin:
    """A passage pinned to an entry, quoted as it read when it was pinned."""

    passage_id: int
    quote: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a resource list: a document of the repository, or a resource outside it.

    ``title``, ``url`` and ``citation`` date from when the entry was made or last published, so an
    entry outlives its document. ``id`` is unique within its list.
    """

    id: str
    title: str
    document_id: str | None = None
    url: str | None = None
    citation: str | None = None
    note: str = ""
    pin: Pin | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a resource list, with its entries in a curator's order."""

    id: str
    title: str
    text: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """The content of a resource list, without its history.

    A smart list has a ``query``, written like the part of a search page's address after ``?``; its
    results are stored only when it is published.
    """

    title: str
    summary: str = ""
    sections: tuple[Section, ...] = ()
    query: str | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return the entries of all sections in order."""
        return tuple(entry for section in self.sections for entry in section.entries)


@dataclass(frozen=True, slots=True)
class ListVersion:
    """A resource list as it was published; it never changes. Numbers count from 1."""

    number: int
    selection: Selection
    note: str
    published_by: str
    published_at: str


@dataclass(frozen=True, slots=True)
class ResourceList:
    """A curator's ordered, sectioned, annotated selection.

    ``selection`` is the working copy that curators edit; readers see the newest published version.
    ``revision`` grows with every save; each save names the one it is based on.
    """

    slug: str
    selection: Selection
    revision: int
    created_by: str
    created_at: str
    updated_by: str
    updated_at: str
    published: ListVersion | None = None
    archived_at: str | None = None

    @property
    def state(self) -> ListState:
        """Return ``draft``, ``published`` or ``archived``."""
        if self.archived_at:
            return "archived"
        return "published" if self.published else "draft"
