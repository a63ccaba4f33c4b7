"""What was decided about each document's terms. A suggestion never overwrites a decision."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, fields, replace
from typing import Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.model import Passage, Tag

_COLUMNS: Final = ", ".join(f'"{f.name}"' for f in fields(Tag))
_VALUES: Final = ", ".join(f":{f.name}" for f in fields(Tag))
_PRIMARY: Final = [f.name for f in fields(Tag)].index("primary")


def tags_of(catalogue: Catalogue, document_ids: Iterable[str]) -> dict[str, tuple[Tag, ...]]:
    """Return the tags of documents by document id: by vocabulary, the primary and surest first."""
    ids = list(document_ids)
    rows = catalogue.rows(
        f"""
        select {_COLUMNS} from tag
        where document_id in (select value from json_each(?))
        order by vocabulary, "primary" desc, origin = 'confirmed' desc, score desc, term
        """,
        [json.dumps(ids)],
    )
    grouped: dict[str, list[Tag]] = {document_id: [] for document_id in ids}
    for row in rows:
        values = [*row]
        values[_PRIMARY] = bool(values[_PRIMARY])
        tag = Tag(*values)
        grouped[tag.document_id].append(tag)
    return {document_id: tuple(tags) for document_id, tags in grouped.items()}


def count_decisions(catalogue: Catalogue) -> dict[tuple[str, str], int]:
    """Return how often people decided about each term, by vocabulary and term.

    Documents that are withdrawn or wait for a curator are not counted.
    """
    rows = catalogue.rows(
        """
        select vocabulary, term, count(*) from tag
        where origin <> 'suggested' and document_id in (
            select id from document where pending_since is null and withdrawn_at is null
        )
        group by vocabulary, term
        """
    )
    return {(vocabulary, term): number for vocabulary, term, number in rows}


def suggestion(
    passage: Passage, vocabulary: str, term: str, *, score: float | None, model: str
) -> Tag:
    """Return the tag that the tagger proposes, with the passage that argues for it."""
    return Tag(
        document_id=passage.document_id,
        vocabulary=vocabulary,
        term=term,
        origin="suggested",
        score=None if score is None else round(score, 4),
        passage_id=passage.id,
        page=passage.page,
        quote=passage.text,
        model=model,
        decided_by="tagger",
        decided_at=now(),
    )


def suggest(catalogue: Catalogue, tag: Tag) -> bool:
    """Record a suggestion unless a person decided already; return whether it was recorded.

    Call inside ``transaction()``. A rejected tag does not come back, and a confirmed one keeps who
    confirmed it; a confirmed tag that has no passage yet is given the suggestion's as its reason.
    """
    cursor = catalogue.db.execute(
        f"""
        insert into tag ({_COLUMNS}) values ({_VALUES})
        on conflict (document_id, vocabulary, term) do update set
            "primary" = excluded."primary", score = excluded.score, model = excluded.model,
            passage_id = excluded.passage_id, page = excluded.page, quote = excluded.quote,
            decided_by = excluded.decided_by, decided_at = excluded.decided_at,
            note = excluded.note
        where origin = 'suggested'
        """,
        asdict(replace(tag, origin="suggested", decided_at=tag.decided_at or now())),
    )
    if cursor.rowcount:
        return True
    give_reason(catalogue, tag)
    return False


def give_reason(catalogue: Catalogue, tag: Tag) -> None:
    """Point a decided tag that lost or never had its passage at the one that argues for it."""
    catalogue.db.execute(
        """
        update tag set passage_id = :passage_id, page = :page, quote = :quote
        where document_id = :document_id and vocabulary = :vocabulary and term = :term
        and origin = 'confirmed' and passage_id is null
        """,
        {
            "passage_id": tag.passage_id,
            "page": tag.page,
            "quote": tag.quote,
            "document_id": tag.document_id,
            "vocabulary": tag.vocabulary,
            "term": tag.term,
        },
    )


def withdraw_suggestions(
    catalogue: Catalogue, document_id: str, vocabularies: Iterable[str] = ("stages", "topics")
) -> None:
    """Remove a document's suggestions, never its decisions; call inside ``transaction()``.

    Args:
        catalogue: where they are.
        document_id: whose they are.
        vocabularies: those the caller suggests in; the others are somebody else's to withdraw.
    """
    catalogue.db.execute(
        """
        delete from tag where document_id = ? and origin = 'suggested'
        and vocabulary in (select value from json_each(?))
        """,
        [document_id, json.dumps(list(vocabularies))],
    )


def decide(catalogue: Catalogue, tag: Tag) -> None:
    """Record a person's decision (``confirmed`` or ``rejected``); call inside ``transaction()``."""
    if tag.origin == "suggested" or not tag.decided_by:
        raise ValueError("a decision is confirmed or rejected, by someone")
    catalogue.db.execute(
        f"""
        insert into tag ({_COLUMNS}) values ({_VALUES})
        on conflict (document_id, vocabulary, term) do update set
            origin = excluded.origin, "primary" = excluded."primary", note = excluded.note,
            decided_by = excluded.decided_by, decided_at = excluded.decided_at
        """,
        asdict(replace(tag, decided_at=tag.decided_at or now())),
    )


def put_back(catalogue: Catalogue, tag: Tag) -> None:
    """Write a tag's row exactly as given; call inside ``transaction()``.

    Of its passage only the page and the quote stay when the passage is gone.
    """
    every = ", ".join(f'"{f.name}" = excluded."{f.name}"' for f in fields(Tag))
    row = asdict(tag)
    if tag.passage_id is not None and not catalogue.passages_by_id([tag.passage_id]):
        row["passage_id"] = None
    catalogue.db.execute(
        f"""
        insert into tag ({_COLUMNS}) values ({_VALUES})
        on conflict (document_id, vocabulary, term) do update set {every}
        """,
        row,
    )


def remove(catalogue: Catalogue, document_id: str, vocabulary: str, term: str) -> None:
    """Remove a tag, decision or not; call inside ``transaction()``."""
    catalogue.db.execute(
        "delete from tag where document_id = ? and vocabulary = ? and term = ?",
        [document_id, vocabulary, term],
    )


def all_tagged(
    catalogue: Catalogue, document_ids: Collection[str] | None = None
) -> list[tuple[str, str, str]]:
    """Return (vocabulary, term, document id) of every tag that stands, suggested or confirmed.

    With ``document_ids``, of these documents only.
    """
    some = "document_id in (select value from json_each(?))"
    return catalogue.rows(
        f"""
        select vocabulary, term, document_id from tag where origin <> 'rejected'
        and document_id not in (select id from document where pending_since is not null)
        and {"true" if document_ids is None else some}
        """,
        [] if document_ids is None else [json.dumps(list(document_ids))],
    )
