"""From bytes to pages of blocks: one extractor a media type, behind one door."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

from corpus.errors import SourceRejected
from ingest.extract import html, markdown, pdf, text
from ingest.extract.sniff import HTML, MARKDOWN, PDF, TEXT, sniff
from ingest.model import Extracted, Fetched, Limits

EXTRACTORS: Final[Mapping[str, Callable[[Fetched, Limits], Extracted]]] = {
    PDF: pdf.extract,
    HTML: html.extract,
    MARKDOWN: markdown.extract,
    TEXT: text.extract,
}


def extract(fetched: Fetched, limits: Limits) -> tuple[str, Extracted]:
    """Return the media type of what was fetched, and what its extractor found.

    Raises:
        SourceRejected: with a code and a reason a curator can act on; nothing else, whatever the
            bytes do to the libraries that read them.
    """
    if len(fetched.data) > limits.max_file_bytes:
        raise too_large(len(fetched.data), limits.max_file_bytes)
    try:
        media_type = sniff(fetched.data, fetched.name, fetched.declared)
        return media_type, EXTRACTORS[media_type](fetched, limits)
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


def too_large(size_bytes: int, limit_bytes: int) -> SourceRejected:
    """Return the refusal of an input over the size limit."""
    return SourceRejected(
        "too-large",
        f"It is larger than the limit ({size_bytes / 1e6:.1f} MB of {limit_bytes / 1e6:.1f} MB). "
        "Find a smaller version, or raise the limit.",
    )
