"""Where documents come from: files and folders, and addresses on the web."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from corpus.model import Outcome
from ingest.model import Fetched, Limits, Source
from ingest.sources import path, url
from ingest.sources.url import Network

__all__ = ["Network", "expand", "fetch"]


def expand(arguments: Iterable[str]) -> Iterator[Source | Outcome]:
    """Yield the sources that paths, folders, ``file:`` URIs and addresses stand for, each once.

    What cannot become a source is yielded as the rejected outcome it ends in.
    """
    seen: set[str] = set()
    for argument in arguments:
        for item in _expand_one(argument):
            uri = item.uri if isinstance(item, Source) else item.source
            if uri not in seen:
                seen.add(uri)
                yield item


def _expand_one(argument: str) -> Iterator[Source | Outcome]:
    scheme, separator, _ = argument.partition(":")
    if separator and scheme.lower() in ("http", "https"):
        yield _address(argument)
    elif separator and scheme.lower() == "file":
        yield from path.expand(Path(url2pathname(urlsplit(argument).path)))
    elif "://" in argument:
        reason = f"{scheme} addresses are not taken in. Download it and add it from disk."
        yield Outcome(argument, "rejected", reason, code="unsupported")
    else:
        yield from path.expand(Path(argument))


def _address(argument: str) -> Source | Outcome:
    try:
        return Source(url.normalise(argument))
    except ValueError:
        reason = "It is not a well-formed address. Check how it was copied."
        return Outcome(argument, "rejected", reason, code="fetch-failed")


def fetch(source: Source, limits: Limits, network: Network) -> Fetched:
    """Read the bytes of a source.

    Raises:
        SourceRejected
    """
    if source.path is None:
        return url.fetch(source, limits, network)
    return path.fetch(source, limits)
