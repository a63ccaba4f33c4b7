"""What each passage says about each stage and topic, as the tagger scored it last."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from typing import Final

from corpus.catalogue.catalogue import Catalogue

CLEAR: Final = 1 / 3
"""An even share of three stages; under it, a passage speaks of none of them clearly."""


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
    scores_by_passage: dict[int, list[PassageScore]] = {}
    for row in rows:
        scores_by_passage.setdefault(row[0], []).append(PassageScore(*row))
    return {passage: tuple(scores) for passage, scores in scores_by_passage.items()}


def passages_by_term(
    catalogue: Catalogue, vocabulary: str, passage_ids: Collection[int] | None = None
) -> dict[str, list[int]]:
    """Return, by term, the passages that argue for it more than for any other of its vocabulary.

    A passage whose highest score is under ``CLEAR`` speaks of none of them. With ``passage_ids``,
    of these passages only.
    """
    some = "passage_id in (select cast(value as integer) from json_each(?))"
    # SQLite takes the other columns from the row that has the maximum.
    rows = catalogue.rows(
        f"""
        select term, passage_id, max(score) as highest
        from passage_score where vocabulary = ? and {"true" if passage_ids is None else some}
        group by passage_id having highest >= {CLEAR} order by passage_id
        """,
        [vocabulary, *([] if passage_ids is None else [json.dumps([str(i) for i in passage_ids])])],
    )
    passages: dict[str, list[int]] = defaultdict(list)
    for term, passage_id, _ in rows:
        passages[term].append(passage_id)
    return dict(passages)


def fingerprints(catalogue: Catalogue) -> dict[str, str]:
    """Return, by document id, what each document's tags and scores were last made from."""
    return dict(catalogue.rows("select document_id, fingerprint from tag_reading"))


def keep_fingerprint(catalogue: Catalogue, document_id: str, fingerprint: str) -> None:
    """Remember what a document's tags and scores were made from; inside ``transaction()``."""
    catalogue.db.execute(
        "insert or replace into tag_reading values (?, ?)", [document_id, fingerprint]
    )
