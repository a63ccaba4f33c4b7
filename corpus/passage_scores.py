"""What each passage says about each stage and topic, as the tagger scored it last."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from corpus.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class PassageScore:
    """How strongly a passage, read by itself, argues for a term: 0 to 1, as a document's would."""

    passage_id: int
    vocabulary: str
    term: str
    score: float
    model: str


def keep_scores(catalogue: Catalogue, document_id: str, scores: Iterable[PassageScore]) -> None:
    """Replace the scores of a document's passages; call inside ``transaction()``."""
    catalogue.db.execute(
        """
        delete from passage_score
        where passage_id in (select id from passage where document_id = ?)
        """,
        [document_id],
    )
    catalogue.db.conn.executemany(
        "insert into passage_score values (?, ?, ?, ?, ?)", [astuple(s) for s in scores]
    )


def scores_of(catalogue: Catalogue, document_id: str) -> dict[int, tuple[PassageScore, ...]]:
    """Return the scores of a document's passages by passage id, the highest first."""
    rows = catalogue.rows(
        """
        select passage_score.* from passage_score
        join passage on passage.id = passage_score.passage_id
        where passage.document_id = ? order by vocabulary, score desc, term
        """,
        [document_id],
    )
    found: dict[int, list[PassageScore]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(PassageScore(*row))
    return {passage: tuple(scores) for passage, scores in found.items()}


def passages_about(catalogue: Catalogue, vocabulary: str, terms: Iterable[str]) -> set[int]:
    """Return the passages that argue for one of the terms more than for any other of its kind."""
    rows = catalogue.rows(
        """
        select passage_id from passage_score as one
        where vocabulary = ? and term in (select value from json_each(?)) and score = (
            select max(score) from passage_score as other
            where other.passage_id = one.passage_id and other.vocabulary = one.vocabulary
        )
        """,
        [vocabulary, json.dumps(list(terms))],
    )
    return {row[0] for row in rows}


def fingerprints(catalogue: Catalogue) -> dict[str, str]:
    """Return, by document id, what each document's tags and scores were last made from."""
    return dict(catalogue.rows("select document_id, fingerprint from tag_reading"))


def keep_fingerprint(catalogue: Catalogue, document_id: str, fingerprint: str) -> None:
    """Remember what a document's tags and scores were made from; inside ``transaction()``."""
    catalogue.db.execute(
        "insert or replace into tag_reading values (?, ?)", [document_id, fingerprint]
    )
