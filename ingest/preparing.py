"""From bytes to everything that is stored about them: pure, so that a worker can do it."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from corpus.catalogue.files import sha256_of
from corpus.errors import SourceRejected
from corpus.folios import folios_of
from corpus.model import Document, Page
from ingest import duplicates, metadata
from ingest.extract import (
    docx,
    epub,
    extract_document,
    html,
    odt,
    pdf,
    pptx,
    record,
    rtf,
    table,
)
from ingest.extract.sniff import MARKDOWN, TEXT
from ingest.model import Cut, Extracted, Fetched, Hints, Limits, Prepared
from ingest.record import (
    Finding,
    Front,
    Medium,
    evidence_for,
    front_of,
    hints_of,
    read_record,
)  # fmt: skip
from ingest.record.folios import read_labels
from ingest.record.wordings import names_a_section
from ingest.roles.assigning import assign_roles
from ingest.roles.judging import judge_roles
from ingest.text.passages import Assembled, assemble_pages, cut_passages

_WORD: Final = re.compile(r"\w")
_SENTENCE_END: Final = tuple('.!?…”"»)。！？')
PARAGRAPH_CHARS: Final = 120
SHARE_OF_PROSE: Final = 0.8
_MEDIA: Final[Mapping[str, Medium]] = {
    pdf.MEDIA_TYPE: "paged",
    pptx.MEDIA_TYPE: "slides",
    html.MEDIA_TYPE: "web",
    docx.MEDIA_TYPE: "office",
    odt.MEDIA_TYPE: "office",
    rtf.MEDIA_TYPE: "office",
    epub.MEDIA_TYPE: "office",
}
_STATED: Final = frozenset(("front matter", "manifest", "record"))
"""Origins a person or a cataloguer wrote: their language wins over the detector's."""


def prepare_document(fetched: Fetched, limits: Limits = Limits()) -> Prepared:  # noqa: B008 (frozen)
    """Return everything that is stored about what was fetched, except its id.

    It depends only on the bytes, their name and the hints given with them.

    Raises:
        SourceRejected: it cannot become a document; nothing else is raised for any bytes.
    """
    try:
        return _prepare(fetched, limits)
    except SourceRejected:
        raise
    except Exception as error:  # text can be hostile too: no document may end a run
        logging.getLogger(__name__).debug("could not prepare %s", fetched.source, exc_info=True)
        raise SourceRejected(
            "unreadable",
            f"Its text could not be cut into passages ({type(error).__name__}). Please report it, "
            "with the file; converting it to another form may help.",
        ) from error


def _prepare(fetched: Fetched, limits: Limits) -> Prepared:
    media_type, extracted = extract_document(fetched, limits)
    assembled = assemble_pages(extracted.pages, apart=extracted.page_unit == "slide")
    if not _WORD.search(assembled.text):
        raise SourceRejected(
            "no-text", "No words are left after cleaning its text. Check the file."
        )
    labels = read_labels(extracted.printed, extracted.labels) if extracted.printed else ()
    pages = tuple(map(_labelled, assembled.pages, labels or (None,) * len(assembled.pages)))
    found = _read_record(fetched, media_type, extracted, assembled.text)
    values, origins = metadata.merge_hints(_hints(fetched, extracted, assembled.text, found))
    document = Document(
        id="",
        source=fetched.source,
        media_type=media_type,
        sha256=sha256_of(fetched.data),
        size_bytes=len(fetched.data),
        page_count=len(assembled.pages),
        page_unit=extracted.page_unit,
        metadata_origins=origins,
        folios=folios_of(labels),
        **values,
    )
    return Prepared(
        document=document,
        text=assembled.text,
        pages=pages,
        cuts=_cut(
            assembled, document.title, judged=not _states_nothing(fetched, media_type, extracted)
        ),
        simhash=duplicates.compute_simhash(assembled.text),
        wanted_id=next((h.id for h in extracted.hints if h.id), None),
        lost=extracted.lost,
        doubts=(*extracted.doubts, *_doubts(fetched, media_type, assembled.text)),
        remarks=(*extracted.remarks, *fetched.remarks),
        encoding=extracted.encoding,
        evidence=tuple(evidence_for(found, values, origins, assembled.text, pages)),
    )


def _cut(assembled: Assembled, title: str | None, *, judged: bool) -> tuple[Cut, ...]:
    cuts = cut_passages(assembled, title, assign_roles(assembled, title))
    if not judged:
        return tuple(cuts)
    roles = judge_roles(assembled, cuts, title)
    return tuple(replace(cut, role=role) for cut, role in zip(cuts, roles, strict=True))


def _labelled(page: Page, label: str | None) -> Page:
    return replace(page, label=label)


def _read_record(
    fetched: Fetched, media_type: str, extracted: Extracted, text: str
) -> tuple[Finding, ...]:
    """Return what the pages state."""
    if _states_nothing(fetched, media_type, extracted):
        return ()
    return read_record(front_for(fetched, media_type, extracted, text))


def front_for(fetched: Fetched, media_type: str, extracted: Extracted, text: str) -> Front:
    """Return the parts of a document that state its record."""
    return front_of(extracted, _MEDIA.get(media_type, "text"), text, address=fetched.url)


def _states_nothing(fetched: Fetched, media_type: str, extracted: Extracted) -> bool:
    """Return whether it is a digest or a row of data: they say nothing of themselves."""
    digest = any(h.digest for h in (*fetched.hints, *extracted.hints))
    return digest or media_type in (table.MEDIA_TYPE, record.MEDIA_TYPE)


def stated_by(origin: str, hints: Sequence[Hints]) -> dict[str, Any]:
    """Return the fields of a record that come from one origin, of what came with the bytes."""
    # The last hint gives the title that nobody states.
    values, origins = metadata.merge_hints((*hints, Hints("")))
    return {name: value for name, value in values.items() if origins[name] == origin}


def _doubts(fetched: Fetched, media_type: str, text: str) -> tuple[str, ...]:
    return (*fetched.doubts, *_torn(media_type, fetched.data, text))


def _torn(media_type: str, data: bytes, text: str) -> tuple[str, ...]:
    """Doubt a text that stops in the middle of a sentence; formats with an end mark check that.

    A short last line is a list item, an address or a name (three of five real texts end in one),
    unless it stops at a space or in a heading, or nearly all lines before it are sentences.
    """
    if media_type not in (TEXT, MARKDOWN) or data.rstrip(b"\0").endswith((b"\n", b"\r")):
        return ()
    if not (text[-1].isalnum() or text[-1] in ",;:(-"):
        return ()
    *before, last = text.split("\n\n")
    ended = sum(line.endswith(_SENTENCE_END) for line in before)
    prose = len(before) >= 2 and ended >= SHARE_OF_PROSE * len(before)
    stops = data.endswith((b" ", b"\t")) or data.rpartition(b"\n")[2].startswith(b"#")
    if len(last) < PARAGRAPH_CHARS and not (stops or prose):
        return ()
    return ("It ends in the middle of a sentence: it may have been cut off.",)


def _without_template(hints: Hints) -> Hints:
    """Return what a file says without its template's language and a section's heading as title."""
    section = hints.title is not None and names_a_section(hints.title)
    return replace(hints, language=None, title=None if section else hints.title)


def _hints(
    fetched: Fetched, extracted: Extracted, text: str, found: Sequence[Finding]
) -> list[Hints]:
    """Return what each origin says, best first: people, then the pages, then properties."""
    given = next((h.language for h in extracted.hints if h.language), None)
    detected = metadata.language_hints(text, given)
    # What a curator wrote takes precedence over the detector; what a template says does not.
    own = [h if h.origin in _STATED else _without_template(h) for h in extracted.hints]
    doubted = any(one.field == "publishers" for one in found)
    return [
        *fetched.hints,
        *(h for h in own if h.origin in _STATED),
        hints_of(found),
        # Programs fill in the author, and sites a motto as their name: what the readers of the
        # record are not sure of is only suggested.
        *(
            replace(h, authors=(), publishers=() if doubted else h.publishers)
            for h in own
            if h.origin not in _STATED
        ),
        detected,
        Hints("http", url=fetched.url),
        metadata.name_hints(fetched.name),
    ]
