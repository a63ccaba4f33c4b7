"""What people follow: questions, the matches each person knows, and where e-mail goes.

It is theirs alone: nothing here is logged or counted, and every read names the person. Functions
that write are called inside ``transaction()``.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal
from urllib.parse import parse_qsl

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import FollowingFull, FollowNotFound
from corpus.errors.said import say

Cadence = Literal["none", "daily", "weekly"]
CADENCES: Final[tuple[Cadence, ...]] = ("none", "daily", "weekly")
"""How often e-mail tells of what is new, if there is anything."""
MOST_FOLLOWED: Final = 30
"""How many questions one person may follow; each is searched when their page is opened."""


@dataclass(frozen=True, slots=True)
class Follow:
    """A question that somebody follows.

    Attributes:
        question: the search, written like the part of a search page's address after ``?``.
        cadence: how often e-mail tells of it.
        seen_at: when its owner last marked its matches as seen, at first when it was followed.
        since_revision: only documents that changed after this revision of the catalogue are new.
    """

    id: str
    person_id: str
    question: str
    cadence: Cadence
    created_at: str
    seen_at: str
    since_revision: int


@dataclass(frozen=True, slots=True)
class Known:
    """The matches of one question that its owner knows.

    Attributes:
        seen: those that matched when it was followed, or were marked as seen.
        told: those, and what e-mail told of.
    """

    seen: frozenset[str]
    told: frozenset[str]


def find_new(
    matching: Mapping[str, str], known: Collection[str], changed: Collection[str]
) -> frozenset[str]:
    """Return which matches are new: each document once, and never an old one.

    A document that has not changed since the question was followed is old, even if it matches only
    now: because another was withdrawn and it moved up, or because words became rarer.

    Args:
        matching: the documents that match now, each with the document that stands for its work.
        known: the documents that need not be told again.
        changed: the documents that are new or changed since the question was followed.

    Returns:
        The documents that stand for their works.
    """
    return frozenset(matching.values()).intersection(changed).difference(known)


_COLUMNS: Final = ", ".join(f.name for f in fields(Follow))


def follow_question(
    catalogue: Catalogue,
    person_id: str,
    question: str,
    *,
    matching: Iterable[str],
    revision: int,
    cadence: Cadence = "none",
) -> Follow:
    """Follow a question; one that is followed already stays as it is.

    Args:
        catalogue: where it is kept.
        person_id: who follows.
        question: in its standard form.
        matching: the documents that match now, which are known from here on.
        revision: of the index and the catalogue that were searched, the lower of the two.
        cadence: how often e-mail tells of it.

    Raises:
        FollowingFull: this person follows as many as one may.
    """
    followed = follows_of(catalogue, person_id)
    for follow in followed:
        if follow.question == question:
            return follow
    if len(followed) >= MOST_FOLLOWED:
        raise FollowingFull(
            say(
                "You follow %(n)s questions, which is the most. Stop following one first.",
                n=MOST_FOLLOWED,
            )
        )
    at = now()
    made = Follow(secrets.token_hex(8), person_id, question, cadence, at, at, revision)
    catalogue.db.execute(
        f"insert into follow ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?)",
        [getattr(made, f.name) for f in fields(Follow)],
    )
    _know(catalogue, made, matching, "seen_at")
    return made


def follows_of(catalogue: Catalogue, person_id: str) -> list[Follow]:
    """Return what a person follows, the newest first."""
    sql = f"select {_COLUMNS} from follow where person_id = ? order by created_at desc, rowid desc"
    return [Follow(*row) for row in catalogue.rows(sql, [person_id])]


def asks_in_words(catalogue: Catalogue, cadence: Cadence) -> bool:
    """Whether a question of which e-mail tells this often has words, and not filters alone."""
    rows = catalogue.rows("select question from follow where cadence = ?", [cadence])
    return any(name == "q" for (question,) in rows for name, _ in parse_qsl(question))


def follow_of(catalogue: Catalogue, person_id: str, follow_id: str) -> Follow:
    """Return one question that a person follows.

    Raises:
        FollowNotFound: they do not follow it, whoever else does.
    """
    sql = f"select {_COLUMNS} from follow where person_id = ? and id = ?"
    rows = catalogue.rows(sql, [person_id, follow_id])
    if not rows:
        raise FollowNotFound("You follow no question with this id. See /following")
    return Follow(*rows[0])


def known_matches(catalogue: Catalogue, follow: Follow) -> Known:
    """Return which matches of a question its owner knows."""
    rows = catalogue.rows(
        "select document_id, seen_at from known_match where follow_id = ?", [follow.id]
    )
    return Known(frozenset(i for i, seen in rows if seen), frozenset(i for i, _ in rows))


def mark_seen(catalogue: Catalogue, follow: Follow, document_ids: Iterable[str]) -> None:
    """Note that the owner of a question has seen these matches."""
    catalogue.db.execute("update follow set seen_at = ? where id = ?", [now(), follow.id])
    _know(catalogue, follow, document_ids, "seen_at")


def mark_mailed(catalogue: Catalogue, follow: Follow, document_ids: Iterable[str]) -> None:
    """Note that e-mail told the owner of a question of these matches."""
    _know(catalogue, follow, document_ids, "mailed_at")


def _know(
    catalogue: Catalogue,
    follow: Follow,
    document_ids: Iterable[str],
    column: Literal["seen_at", "mailed_at"],
) -> None:
    at = now()
    catalogue.db.conn.executemany(
        f"""
        insert into known_match (follow_id, document_id, {column}) values (?, ?, ?)
        on conflict (follow_id, document_id) do update set {column} = excluded.{column}
        where {column} is null
        """,
        [(follow.id, document_id, at) for document_id in document_ids],
    )


def change_cadence(catalogue: Catalogue, follow: Follow, cadence: Cadence) -> None:
    """Change how often e-mail tells of a question."""
    catalogue.db.execute("update follow set cadence = ? where id = ?", [cadence, follow.id])


def unfollow(catalogue: Catalogue, follow: Follow) -> None:
    """Stop following a question, and forget it with its matches."""
    catalogue.db.execute("delete from follow where id = ?", [follow.id])


def unfollow_all(catalogue: Catalogue, person_id: str) -> None:
    """Forget everything that a person follows."""
    catalogue.db.execute("delete from follow where person_id = ?", [person_id])
