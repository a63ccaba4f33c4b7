"""What a worker must have in common with this process: the release, and facts such as digests."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from corpus.cluster.connection import Call

DISTRIBUTION: Final = "salex-evidence"

Facts = Mapping[str, str]
"""What has to be the same here and there, by name, such as the digest of an encoder."""


async def find_fault(
    ask: Callable[[Call], Awaitable[Any]], state_facts: Call, here: Facts
) -> str | None:
    """Say why a worker cannot be used, in a sentence or two; ``None`` if it can.

    Args:
        ask: has the worker make a call.
        state_facts: returns ``Facts``.
        here: what it returned in this process.
    """
    release = release_here()
    try:
        there = await ask(Call(importlib.metadata.version, (DISTRIBUTION,)))
        if there != release:
            return (
                f"It has release {there} of {DISTRIBUTION}, and here is {release}. Install the "
                "same release there."
            )
        return _difference(here, await ask(state_facts))
    except importlib.metadata.PackageNotFoundError:
        return f"It does not have {DISTRIBUTION}. Install release {release} there."
    except Exception as error:  # whatever a call raises there
        return f"It cannot do this work ({type(error).__name__}: {error})."


def release_here() -> str:
    """Return the release of this program; ``0`` when it runs from a bare checkout."""
    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "0"


def _difference(here: Facts, there: Facts) -> str | None:
    for name in {**here, **there}:
        ours, theirs = here.get(name, "none"), there.get(name, "none")
        if ours != theirs:
            return f"Its {name} is {theirs}, and here it is {ours}."
    return None
