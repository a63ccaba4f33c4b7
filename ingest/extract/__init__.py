"""From bytes to pages of blocks: one extractor a media type, behind one door."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from corpus.errors import SourceRejected
from ingest.extract import (
    docx,
    epub,
    garbled,
    html,
    markdown,
    odt,
    pdf,
    pptx,
    record,
    rtf,
    table,
    text,
)  # fmt: skip
from ingest.extract.completeness import cap_text, has_words
from ingest.extract.sniff import (
    CSV,
    DOCX,
    EPUB,
    HTML,
    MARKDOWN,
    ODT,
    PDF,
    PPTX,
    RTF,
    TEXT,
    sniff_media_type,
)  # fmt: skip
from ingest.model import Extracted, Fetched, Limits

EXTRACTORS: Final[Mapping[str, Callable[[Fetched, Limits], Extracted]]] = {
    PDF: pdf.extract,
    HTML: html.extract,
    MARKDOWN: markdown.extract,
    TEXT: text.extract,
    DOCX: docx.extract,
    PPTX: pptx.extract,
    EPUB: epub.extract,
    ODT: odt.extract,
    RTF: rtf.extract,
    CSV: table.extract,
    record.RECORD: record.extract,
}


def extract_document(fetched: Fetched, limits: Limits) -> tuple[str, Extracted]:
    """Return the media type of what was fetched, and what its extractor found.

    Raises:
        SourceRejected: with a code and a reason a curator can act on; nothing else, whatever the
            bytes do to the libraries that read them.
    """
    if len(fetched.data) > limits.max_file_bytes:
        raise too_large(len(fetched.data), limits.max_file_bytes)
    try:
        media_type = fetched.declared or ""
        if media_type != record.RECORD:  # JSON: only who made it can say that it is a record
            media_type = sniff_media_type(fetched.data, fetched.name, fetched.declared)
        found = EXTRACTORS[media_type](fetched, limits)
        if media_type != PDF:  # it stops at a whole page
            found = cap_text(found, limits)
    except SourceRejected:
        raise
    # pypdf alone raises ValueError, TypeError, AssertionError, AttributeError, RecursionError and
    # NotImplementedError on damaged files (hazards measured on 5,358): one file never ends a run.
    except Exception as error:
        logging.getLogger(__name__).debug("could not read %s", fetched.source, exc_info=True)
        raise SourceRejected(
            "unreadable",
            f"It could not be read ({type(error).__name__}). Open it in another program and save "
            "it again, or ask for it anew.",
        ) from error
    if not has_words(found.pages):
        raise SourceRejected(
            "no-text",
            "It holds no whole word, only numbers, signs or single letters. Look at the file.",
        )
    # Rows of values are no prose; a record says itself where it comes from.
    if media_type not in (CSV, record.RECORD):
        found = replace(
            found, doubts=(*found.doubts, *garbled.garbled_doubts(found.pages, found.page_unit))
        )
    return media_type, found


def too_large(size_bytes: int, limit_bytes: int) -> SourceRejected:
    """Return the refusal of an input over the size limit."""
    return SourceRejected(
        "too-large",
        f"It is larger than the limit ({size_bytes / 1e6:.1f} MB of {limit_bytes / 1e6:.1f} MB). "
        "Find a smaller version, or raise the limit.",
    )
