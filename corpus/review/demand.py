"""What readers looked for and did not find: words, language and day, and nothing about them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import DemandNotFound
from corpus.people.actors import Actor
from corpus.people.log import log_change

MAX_CHARACTERS: Final = 120
MAX_WORDS: Final = 15
"""Longer than this, a search is a text somebody pasted, and may be about a person."""
UNKNOWN_LANGUAGE: Final = "und"
"""ISO 639-2: the language is not known; short searches often do not show it."""

_PERSONAL: Final = (
    re.compile(r"\S@\S|(?:^|\s)@\w"),  # a mail address, or a name as social networks write it
    re.compile(r"\b(?:https?:|www\.)|\b\w[\w-]*\.(?:com|org|net|edu|gov|int|io|info|[a-z]{2})\b/?"),
    re.compile(r"(?:\d[\s().+/-]*){6,}"),  # telephone, account and identity numbers
)
_STOPS: Final = re.compile(r"[^\w\s'’-]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search that found little: how often, in which languages, from which day to which."""

    query: str
    searches: int
    languages: tuple[str, ...]
    first_day: str
    last_day: str


def today() -> str:
    """Return the day, by UTC, as ISO 8601."""
    return datetime.now(UTC).date().isoformat()


def normalised(query: str) -> str | None:
    """Return a search as it is counted, or ``None`` if it is not to be kept.

    Case, punctuation and spacing are put aside. Not kept are searches without words, long ones, and
    those that hold what looks like a mail address, a web address, or a number as people have them.
    A person's name is not recognised: it looks like any other words.
    """
    words = _words(fold_case(query))
    joined = " ".join(words)
    if looks_personal(query) or not any(c.isalpha() for c in joined):
        return None
    return joined if len(joined) <= MAX_CHARACTERS and len(words) <= MAX_WORDS else None


def looks_personal(query: str) -> bool:
    """Tell whether a search has what looks like a mail or web address, or a long number."""
    text = fold_case(query)
    # Both: punctuation may hide a number ("020,7946,0958") or make an address what it is.
    forms = (text, " ".join(_words(text)))
    return any(pattern.search(form) for pattern in _PERSONAL for form in forms)


def fold_case(query: str) -> str:
    """Return a search without case and compatibility forms (Unicode 3.13, NFKC)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", query).casefold())


def _words(text: str) -> list[str]:
    return [w for w in (w.strip("'’-_") for w in _STOPS.sub(" ", text).split()) if w]


def count(
    catalogue: Catalogue, searches: Mapping[tuple[str, str, str], int], *, keep_days: int
) -> None:
    """Add searches to what is counted, and forget what is too old; call inside ``transaction()``.

    Args:
        catalogue: where they are counted.
        searches: how often, by (normalised query, language, day).
        keep_days: how many days are kept, today among them.
    """
    catalogue.db.conn.executemany(
        """
        insert into demand values (?, ?, ?, ?)
        on conflict do update set searches = searches + excluded.searches
        """,
        [(*key, times) for key, times in searches.items()],
    )
    forget(catalogue, keep_days=keep_days)


def forget(catalogue: Catalogue, *, keep_days: int) -> int:
    """Remove what is older than ``keep_days``, today included; return how many counts were removed.

    Call inside ``transaction()``. With 0 nothing is kept.
    """
    first = _first_day(keep_days)
    cursor = catalogue.db.execute("delete from demand where day < ?", [first])
    catalogue.db.execute("delete from demand_dismissed where day < ?", [first])
    return cursor.rowcount


def wanted(catalogue: Catalogue, *, keep_days: int) -> list[Wanted]:
    """Return the searches without good results within ``keep_days``, the most frequent first.

    A dismissed search is left out until it is made again on a later day.
    """
    rows = catalogue.rows(
        """
        select demand.query, sum(searches), group_concat(distinct language), min(demand.day),
               max(demand.day) as last_day
        from demand left join demand_dismissed on demand_dismissed.query = demand.query
        where demand.day >= ? and (demand_dismissed.day is null
                                   or demand.day > demand_dismissed.day)
        group by demand.query
        order by sum(searches) desc, last_day desc, demand.query
        """,
        [_first_day(keep_days)],
    )
    return [Wanted(row[0], row[1], tuple(sorted(row[2].split(","))), *row[3:]) for row in rows]


def dismiss(catalogue: Catalogue, actor: Actor, query: str) -> None:
    """Take a search off the list, because it was answered or does not concern the network.

    If it was dismissed before, by a second click, nothing changes and nothing is logged.

    Raises:
        DemandNotFound: no search for it was counted.
    """
    with catalogue.transaction():
        counted, searches = catalogue.rows(
            """
            select count(*), sum(searches) filter (where dismissed.day is null
                                                   or demand.day > dismissed.day)
            from demand left join demand_dismissed as dismissed on dismissed.query = demand.query
            where demand.query = ?
            """,
            [query],
        )[0]
        if not counted:
            raise DemandNotFound(f"{query!r} is not on the list of what is wanted.")
        if searches is None:
            return
        catalogue.db.execute(
            """
            insert into demand_dismissed values (?, ?)
            on conflict do update set day = excluded.day
            """,
            [query, today()],
        )
        # The log outlives the retention, so it tells how often, and not what.
        log_change(catalogue, actor, "demand.dismiss", "demand", after={"searches": searches})


def _first_day(keep_days: int) -> str:
    return (date.fromisoformat(today()) - timedelta(days=keep_days - 1)).isoformat()
