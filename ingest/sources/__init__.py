"""Finds and fetches documents: files, folders, web addresses, feeds, repositories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.fetches import Fetch, fetch_of, record_fetch
from corpus.errors import SourceRejected
from corpus.model import Outcome
from ingest.model import Fetched, Limits, Source
from ingest.sources import bibliography, path, url
from ingest.sources.hosts import Network

__all__ = [
    "Network",
    "expand_arguments",
    "fetch_source",
    "known_fetch",
    "remember_fetch",
    "revisit_source",
]


def expand_arguments(
    arguments: Iterable[str], *, within: Path | None = None
) -> Iterator[Source | Outcome]:
    """Yield the sources that paths, folders, ``file:`` URIs and addresses stand for, each once.

    A bibliography stands for its records; those with attached files come first. What cannot become
    a source is yielded as the rejected outcome it ends in.

    Args:
        arguments: what to take in.
        within: the folder that files have to be in, for names that nobody typed.
    """
    seen: set[str] = set()
    items = [item for argument in arguments for item in _expand_one(argument, within)]
    # A file is first of all its record's: what is added first becomes the document.
    for item in sorted(items, key=lambda i: not (isinstance(i, Source) and i.instead)):
        uri = item.uri if isinstance(item, Source) else item.source
        if uri not in seen:
            seen.add(uri)
            yield item


def _expand_one(argument: str, within: Path | None) -> Iterator[Source | Outcome]:
    scheme, separator, _ = argument.partition(":")
    if separator and scheme.lower() in ("http", "https"):
        yield _address(argument)
    elif separator and scheme.lower() == "file":
        yield from _files(Path(url2pathname(urlsplit(argument).path)), within)
    elif "://" in argument:
        reason = f"{scheme} addresses are not supported. Download the file and add it from disk."
        yield Outcome(argument, "rejected", reason, code="unsupported")
    else:
        yield from _files(Path(argument), within)


def _files(location: Path, within: Path | None) -> Iterator[Source | Outcome]:
    if within and path.leads_outside(location, [within]):
        reason = f"It leads outside the folder {within.name}. Add its target directly."
        yield Outcome(location.absolute().as_uri(), "rejected", reason, path.OUTSIDE)
        return
    for item in path.expand_path(location):
        if isinstance(item, Source):
            yield from bibliography.expand_bibliography(item)
        else:
            yield item


def _address(argument: str) -> Source | Outcome:
    try:
        return url.source_of(argument)
    except ValueError:
        reason = "It is not a valid address. Check how it was copied."
        return Outcome(argument, "rejected", reason, code="fetch-failed")


def fetch_source(source: Source, limits: Limits, network: Network) -> Fetched:
    """Read the bytes of a source.

    Raises:
        SourceRejected
    """
    fetched = revisit_source(source, limits, network, None)
    if fetched is None:
        raise SourceRejected("fetch-failed", "Its server says it is unchanged, but it is new here.")
    return fetched


def revisit_source(
    source: Source, limits: Limits, network: Network, known: Fetch | None
) -> Fetched | None:
    """Read the bytes of a source; ``None`` if its server says that they did not change.

    Args:
        source: what to read.
        limits: bound size and time.
        network: where fetching may go.
        known: what ``known_fetch`` says about the source.

    Raises:
        SourceRejected
    """
    if source.fetched is not None:
        fetched: Fetched | None = source.fetched
    elif source.path is None:
        fetched = url.fetch_address(source, limits, network, known)
    else:
        fetched = path.read_file(source.uri, source.path, limits)
    return fetched and replace(
        fetched,
        hints=(*source.hints, *fetched.hints),
        doubts=source.doubts,
        remarks=source.remarks,
    )


def known_fetch(catalogue: Catalogue, source: Source) -> Fetch | None:
    """Return the last fetch of an address, if its document still matches it.

    A document that was withdrawn, or whose last outcome was not a success, is fetched again.
    """
    if source.path is not None or source.fetched is not None:
        return None
    known, stored = fetch_of(catalogue, source.uri), catalogue.id_of_source(source.uri)
    if known is None or stored is None:
        return None
    document = catalogue.document(stored, pending=True)
    standing = not document.withdrawn_at and not document.pending_since
    return known if document.sha256 == known.sha256 and standing else None


def remember_fetch(catalogue: Catalogue, fetched: Fetched) -> None:
    """Store how a source was fetched, for the next visit; call inside ``transaction()``."""
    for fetch in fetched.fetches:
        before = fetch_of(catalogue, fetch.source)
        same = before is not None and before.sha256 == fetch.sha256
        record_fetch(
            catalogue, replace(fetch, encoding=before.encoding) if same and before else fetch
        )
