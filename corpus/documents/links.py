"""What the addresses of documents and entries answered when they were last looked at."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final, Literal

from corpus.catalogue.catalogue import Catalogue, now
from corpus.people.actors import Actor
from corpus.people.log import log_change

LinkState = Literal["alive", "dead", "locked", "unreachable", "unchecked"]
BROKEN: Final[tuple[LinkState, ...]] = ("dead", "unreachable")
"""States a curator is warned of."""


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """What one address answered.

    Attributes:
        url: the address.
        state: ``alive``; ``dead``: the server has no such page; ``locked``: it is there, and not
            open to us; ``unreachable``: no answer, or an error; ``unchecked``: we may not look.
        reason: the same in words.
        found_at: where it led, when that is another address.
        checked_at: when.
        failing_since: when it was first found dead or unreachable without having answered since.
    """

    url: str
    state: LinkState
    reason: str
    found_at: str | None = None
    checked_at: str = ""
    failing_since: str | None = None


def link_checks(catalogue: Catalogue, urls: Iterable[str]) -> dict[str, LinkCheck]:
    """Return the last check of each address that was ever looked at."""
    rows = catalogue.rows(
        """
        select url, state, reason, found_at, checked_at, failing_since from link_check
        where url in (select value from json_each(?))
        """,
        [json.dumps(list(urls))],
    )
    return {row[0]: LinkCheck(*row) for row in rows}


def record_checks(catalogue: Catalogue, checks: Iterable[LinkCheck], actor: Actor) -> None:
    """Store checks and log how they went; call inside ``transaction()``.

    An address that was not looked at keeps what it answered before.
    """
    found = list(checks)
    held = link_checks(catalogue, (check.url for check in found))
    counts: dict[str, int] = {}
    for check in found:
        counts[check.state] = counts.get(check.state, 0) + 1
        before = held.get(check.url)
        if check.state == "unchecked" and before:
            continue
        _store(catalogue, check, before)
    if found:
        log_change(catalogue, actor, "links.check", "links", after=counts)


def _store(catalogue: Catalogue, check: LinkCheck, before: LinkCheck | None) -> None:
    at = check.checked_at or now()
    since = (before.failing_since if before else None) or at
    catalogue.db.execute(
        """
        insert or replace into link_check
        values (:url, :state, :reason, :found_at, :checked_at, :failing_since)
        """,
        {
            **asdict(check),
            "checked_at": at,
            "failing_since": since if check.state in BROKEN else None,
        },
    )
