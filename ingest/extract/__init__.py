"""Turns bytes into pages of text blocks, with one extractor for each media type."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from corpus.errors import SourceRejected
from corpus.plugins import Plugin, lacks, load_plugins
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
from ingest.extract.sniff import sniff_media_type
from ingest.model import Extracted, Fetched, Limits


class Extractor(Protocol):
    """What a module for one format states: its media type, its suffixes, and how it is read."""

    @property
    def MEDIA_TYPE(self) -> str:  # noqa: D102, N802 (a constant of a module)
        ...

    @property
    def SUFFIXES(self) -> tuple[str, ...]:  # noqa: N802
        """The ends of file names, without the dot; a stored file is handed out with the first."""
        ...

    def extract(self, fetched: Fetched, limits: Limits) -> Extracted:
        """Return the pages of a file."""
        ...


_MODULES: Final[tuple[Extractor, ...]] = (
    pdf, html, markdown, text, docx, pptx, epub, odt, rtf, table, record,
)  # fmt: skip
EXTRACTORS: Final[Mapping[str, Extractor]] = {module.MEDIA_TYPE: module for module in _MODULES}
"""The formats that are taken in, by media type; plugins add to them."""
_PLUGINS: Final = "salex.extractors"


def plugin_extractors() -> Mapping[str, Extractor]:
    """Return the formats that plugins read, by media type."""
    return {plugin.value.MEDIA_TYPE: plugin.value for plugin in load_plugins(_PLUGINS, _fault_of)}


def _fault_of(plugin: Plugin, before: Sequence[Plugin]) -> str | None:
    value = plugin.value
    fault = lacks(value, MEDIA_TYPE=str, SUFFIXES=tuple)
    if fault or not value.SUFFIXES or not callable(getattr(value, "extract", None)):
        return fault or "it has no suffix, or no function extract"
    for other in (*_MODULES, *(taken.value for taken in before)):
        taken = {*other.SUFFIXES, other.MEDIA_TYPE} & {*value.SUFFIXES, value.MEDIA_TYPE}
        if taken:
            return f"{min(taken)} is taken"
    return None


def _of_plugin(name: str) -> str | None:
    """Return the media type of a file that a plugin reads, by how its name ends."""
    ending = name.rpartition(".")[2].lower()
    plugins = plugin_extractors().items()
    return next((kind for kind, reader in plugins if ending in reader.SUFFIXES), None)


def suffix_of(media_type: str) -> str:
    """Return how the name of a stored file ends, such as ``.pdf``; empty for an unknown type."""
    extractor = EXTRACTORS.get(media_type) or plugin_extractors().get(media_type)
    return f".{extractor.SUFFIXES[0]}" if extractor else ""


def extract_document(fetched: Fetched, limits: Limits) -> tuple[str, Extracted]:
    """Return the media type of what was fetched, and what its extractor read.

    Raises:
        SourceRejected: with a code and a reason a curator can act on; no other exception, whatever
            the libraries raise.
    """
    if len(fetched.data) > limits.max_file_bytes:
        raise too_large(len(fetched.data), limits.max_file_bytes)
    try:
        media_type = fetched.declared or ""
        if media_type != record.MEDIA_TYPE:  # JSON: only its origin can say that it is a record
            media_type = _of_plugin(fetched.name) or sniff_media_type(
                fetched.data, fetched.name, fetched.declared
            )
        reader = EXTRACTORS.get(media_type) or plugin_extractors()[media_type]
        extracted = reader.extract(fetched, limits)
        if media_type != pdf.MEDIA_TYPE:  # it stops at a whole page
            extracted = cap_text(extracted, limits)
    except SourceRejected:
        raise
    # pypdf alone raises ValueError, TypeError, AssertionError, AttributeError, RecursionError and
    # NotImplementedError on damaged files (measured on 5,358): one file must never end a run.
    except Exception as error:
        logging.getLogger(__name__).debug("could not read %s", fetched.source, exc_info=True)
        raise SourceRejected(
            "unreadable",
            f"It could not be read ({type(error).__name__}). Open it in another program and save "
            "it again, or ask for a new copy.",
        ) from error
    if not has_words(extracted.pages):
        raise SourceRejected(
            "no-text",
            "It contains no whole word, only numbers, signs or single letters. Check the file.",
        )
    # Rows of values are not prose, and a record states its own origin.
    if media_type not in (table.MEDIA_TYPE, record.MEDIA_TYPE):
        extracted = replace(
            extracted,
            doubts=(
                *extracted.doubts,
                *garbled.garbled_doubts(extracted.pages, extracted.page_unit),
            ),
        )
    return media_type, extracted


def too_large(size_bytes: int, limit_bytes: int) -> SourceRejected:
    """Return the rejection of an input over the size limit."""
    return SourceRejected(
        "too-large",
        f"It is larger than the limit ({size_bytes / 1e6:.1f} MB of {limit_bytes / 1e6:.1f} MB). "
        "Find a smaller version, or raise the limit.",
    )
