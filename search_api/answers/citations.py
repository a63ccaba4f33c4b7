"""Citations of and links to documents: plain strings, the same in JSON, pages and exports."""

from __future__ import annotations

import functools
from pathlib import PurePath
from typing import Final
from urllib.parse import quote, urlsplit

from corpus.folios import printed_page, written_range
from corpus.model import Document
from search_api.web.languages import ENGLISH, gettext, read_language, speaking
from search_api.web.links import web_url

PDF: Final = "application/pdf"
DIGEST_NOTE: Final = (
    "This is a digest written for this repository, in its own words. The original is the source: "
    "read and cite the original."
)


def original_url(document: Document) -> str | None:
    """Return the web address of the original, if it is known."""
    return web_url(document.url) or web_url(document.source)


def public_source(document: Document) -> str:
    """Return the source without the folders of the machine it came from."""
    return web_url(document.source) or PurePath(document.source).name or document.source


def doi_url(document: Document) -> str | None:
    """Return the address that resolves the document's DOI."""
    if not document.doi:
        return None
    bare = document.doi.removeprefix("https://doi.org/").removeprefix("doi:")
    return f"https://doi.org/{quote(bare, safe='/:;()._-')}"


def stated_page(document: Document, page: int | None) -> int | None:
    """Return the page if the medium has pages; web pages and digests have none to cite."""
    return page if document.page_unit else None


def page_label(document: Document, page: int | None, page_end: int | None = None) -> str | None:
    """Return ``p. 52``, ``pp. iv–v`` or ``slide 4``; ``None`` where there are no pages.

    Pages are named as they are printed. Where that is not known, the page of the file is named and
    said to be one: ``p. 4 of the file``. On a page it is in the reader's language.
    """
    if page is None or document.page_unit is None:
        return None
    last = page if page_end is None else page_end
    if document.page_unit == "slide":
        if last == page:
            return gettext("slide %(number)s", number=page)
        return gettext("slides %(first)s–%(last)s", first=page, last=last)
    printed = [printed_page(document.folios, number) for number in (page, last)]
    first, end = printed if all(printed) else (page, last)
    if first == end:  # some pages of a file print the number of the page before
        said = gettext("p. %(number)s", number=first)
    else:
        said = gettext("pp. %(first)s–%(last)s", first=first, last=end)
    return said if all(printed) else gettext("%(pages)s of the file", pages=said)


def cited_page(document: Document, page: int | None, page_end: int | None = None) -> str | None:
    """Return ``page_label`` in English: citations are the same on every page and in every file."""
    if page is None or document.page_unit is None:
        return None
    with speaking(read_language(ENGLISH)):
        return page_label(document, page, page_end)


def source_link(document: Document, page: int | None, stored: str | None) -> str | None:
    """Return the address of the original, at the page if it is a PDF (RFC 8118: ``#page=N``).

    Args:
        document: the document cited.
        page: the page to open, 1-based.
        stored: the address of the stored file on this server, if there is one; a digest's file is
            not the original.
    """
    target = original_url(document) or (None if document.digest else stored)
    if target and page is not None and document.media_type == PDF and not urlsplit(target).fragment:
        return f"{target}#page={page}"
    return target


def _place_in_journal(document: Document) -> str:
    """Return where an article stands: ``Journal of Education, 12(3), 45–67``."""
    issue = f"({document.issue})" if document.issue else ""
    pages = written_range(document.page_range or "")
    parts = (document.journal, f"{document.volume or ''}{issue}", pages)
    return ", ".join(part for part in parts if part)


def cite_document(document: Document, page: int | None = None, page_end: int | None = None) -> str:
    """Return a citation: who (year or n.d.). Title. Journal or publisher. Page. Address.

    Unknown facts are left out, not guessed. The citation of a digest says that it is one, because
    its words are not the author's.
    """
    label = cited_page(document, page, page_end)
    before, after = _around_page(_Cited(document))
    return f"{before} {_as_sentence(label)}{after}" if label else f"{before}{after}"


class _Cited:
    """A document as the key of its citation; one that has changed is another."""

    __slots__ = ("document",)

    def __init__(self, document: Document) -> None:
        self.document = document

    def __hash__(self) -> int:
        return hash((self.document.id, self.document.updated_at))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Cited):
            return NotImplemented
        return self.document is other.document or self.document == other.document


@functools.lru_cache(maxsize=1_024)  # a hit is cited five times
def _around_page(cited: _Cited) -> tuple[str, str]:
    """Return what a citation has before the page and after it."""
    document = cited.document
    who = "; ".join(document.authors or document.publishers)
    year = f"({document.year or 'n.d.'})"
    title = document.title.rstrip(".")
    parts = [f"{who} {year}", title] if who else [f"{title} {year}"]
    if document.journal:
        parts.append(_place_in_journal(document))
    elif document.authors and document.publishers:
        parts.append("; ".join(document.publishers))
    after = []
    if document.digest:
        after.append("Digest of the original, written for this repository.")
    address = doi_url(document) or original_url(document)
    if address:
        after.append(address)
    return " ".join(map(_as_sentence, parts)), "".join(f" {part}" for part in after)


def _as_sentence(part: str) -> str:
    return part if part.endswith(("?", "!", "…")) else f"{part}."
