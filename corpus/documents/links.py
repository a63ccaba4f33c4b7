"""The results of the last checks of the addresses of documents and entries."""

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
"""States that curators are warned about."""


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """The result of checking one address.

    Attributes:
        url: the address.
        state: ``alive``; ``dead``: the server has no such page; ``locked``: access is denied;
            ``unreachable``: no answer, or an error; ``unchecked``: checking is not allowed.
        reason: the same in words.
        found_at: the address it redirects to, if any.
        checked_at: when it was checked.
        failing_since: when it first failed, if it has not answered since.
    """

    url: str
    state: LinkState
    reason: str
    found_at: str | None = None
    checked_at: str = ""
    failing_since: str | None = None


def link_checks(catalogue: Catalogue, urls: Iterable[str]) -> dict[str, LinkCheck]:
    """Return the last check of each address that was ever checked."""
    rows = catalogue.rows(
        """
        select url, state, reason, found_at, checked_at, failing_since from link_check
        where url in (select value from json_each(?))
        """,
        [json.dumps(list(urls))],
    )
    return {row[0]: LinkCheck(*row) for row in rows}


def record_checks(catalogue: Catalogue, checks: Iterable[LinkCheck], actor: Actor) -> None:
    """Store checks and log their results; call inside ``transaction()``.

    An unchecked address keeps its earlier result.
    """
    new = list(checks)
    stored = link_checks(catalogue, (check.url for check in new))
    counts: dict[str, int] = {}
    for check in new:
        counts[check.state] = counts.get(check.state, 0) + 1
        before = stored.get(check.url)
        if check.state == "unchecked" and before:
            continue
        _store(catalogue, check, before)
    if new:
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
