"""Asks the application, in this process, for every public page and file, and writes them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus.errors import FrozenInvalid
from search_api.closing.addresses import Place, Places
from search_api.closing.rewriting import Site, anchors_of, links_of, parse, rewrite

if TYPE_CHECKING:
    from fastapi import FastAPI
    from httpx import AsyncClient

Progress = Callable[[int, int], None]
"""Called with (files written so far, files known so far)."""
_SELF: Final = "http://frozen.invalid"
_MISSING: Final = (404, 410, 422)


@dataclass(slots=True)
class Collected:
    """What was written.

    Attributes:
        files: all files, from the site's root.
        pages: those that are pages of the server, still with its addresses.
        anchors: the ids in each page.
    """

    files: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    anchors: dict[str, frozenset[str]] = field(default_factory=dict)


def collect(
    app: FastAPI,
    places: Places,
    addresses: Iterable[str],
    folder: Path,
    *,
    language: str,
    progress: Progress | None = None,
) -> Collected:
    """Write what the application answers at some addresses, and at those that they lead to.

    Args:
        app: the application, with its service.
        places: says which file an address has.
        addresses: where to begin.
        folder: where to write.
        language: of the pages.
        progress: told how far it is.

    Raises:
        FrozenInvalid: the application failed at an address.
    """
    return asyncio.run(_collect(app, places, addresses, folder, language, progress))


async def _collect(
    app: FastAPI,
    places: Places,
    addresses: Iterable[str],
    folder: Path,
    language: str,
    progress: Progress | None,
) -> Collected:
    import httpx

    collected = Collected()
    known: set[str] = set()
    waiting: deque[Place] = deque()

    def wait_for(found: Iterable[str]) -> None:
        for address in found:
            place = places.find(address)
            if place and place.address and place.file not in known:
                known.add(place.file)
                waiting.append(place)

    wait_for(addresses)
    headers = {"Accept-Language": language}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=_SELF, headers=headers) as client:
        while waiting:
            wait_for(await _take(client, waiting.popleft(), folder, collected))
            if progress:
                progress(len(known) - len(waiting), len(known))
    return collected


async def _take(client: AsyncClient, place: Place, folder: Path, collected: Collected) -> list[str]:
    """Write one answer; return the addresses in it."""
    answer = await client.get(str(place.address))
    if answer.status_code in _MISSING:
        return []  # no link will lead to it
    if answer.status_code != 200:
        raise FrozenInvalid(
            f"The page {place.address} cannot be written: the program answered "
            f"{answer.status_code}. Nothing was kept; look at: salex audit"
        )
    path = folder / place.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(answer.content)
    collected.files.add(place.file)
    if not place.file.endswith(".html") or "format=" in str(place.address):
        return []
    tree = parse(answer.content)
    collected.pages.add(place.file)
    collected.anchors[place.file] = anchors_of(tree)
    return links_of(tree)


def rewrite_pages(folder: Path, collected: Collected, site: Site) -> None:
    """Give the written pages links to each other in place of addresses of the server."""
    for name in sorted(collected.pages):
        path = folder / name
        path.write_bytes(rewrite(parse(path.read_bytes()), name, site))
