"""Measures how good the ranking is: runs judged queries through the real searcher.

Judged queries are a folder in BEIR form: ``queries.jsonl`` (``_id``, ``text``, and here also
``language``, ``filters``, ``expect_none``) and ``qrels/test.tsv``; a test collection has
``corpus.jsonl`` beside them. Floors are a TOML file next to the judgments.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.catalogue.files import sha256_of
from corpus.errors import EvaluationInvalid
from corpus.model import Document, Page, Passage, passage_id
from index.measures import bootstrap_interval, ndcg, recall, reciprocal_rank
from index.model import MAX_RESULTS, Filters, Fusion, Query
from index.search.searcher import Searcher

MEASURES: Final[dict[str, Callable[[Sequence[str], Mapping[str, int]], float]]] = {
    "ndcg_at_10": lambda ranked, grades: ndcg(ranked, grades, 10),
    "rr_at_10": lambda ranked, grades: reciprocal_rank(ranked, grades, 10),
    "recall_at_20": lambda ranked, grades: recall(ranked, grades, 20),
    "recall_at_100": lambda ranked, grades: recall(ranked, grades, 100),
}

Cut = Callable[[Document, str], Sequence[Passage]]
"""Cuts a document's text into passages."""
LanguageOf = Callable[[str], str | None]
"""Returns the language of a text (ISO 639-1); ``None`` if it is not sure."""


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query and the grades of the documents judged for it (2 near the top, 1 useful)."""

    id: str
    text: str
    grades: Mapping[str, int]
    language: str | None = None
    filters: Filters = field(default_factory=Filters)
    expect_none: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Means over queries, the interval of nDCG@10, and each query's figures."""

    queries: int
    means: Mapping[str, float]
    interval: tuple[float, float]
    per_query: Mapping[str, Mapping[str, float]]


def read_judged_queries(folder: Path) -> list[JudgedQuery]:
    """Read queries and their judgements; queries without judgements are left out.

    Raises:
        EvaluationInvalid: names the file and line.
    """
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    path = folder / "qrels" / "test.tsv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                grades[row["query-id"]][row["corpus-id"]] = int(row["score"])
    except (OSError, KeyError, ValueError) as error:
        raise EvaluationInvalid(f"{path} cannot be read as judgements: {error!r}") from error
    judged = [_judged(row, grades) for row in _json_lines(folder / "queries.jsonl")]
    return [query for query in judged if query.grades or query.expect_none]


def read_translations(folder: Path, queries: Iterable[JudgedQuery]) -> list[JudgedQuery]:
    """Read the judged queries in each of several languages.

    They have no filters: what is measured is whether the words find the documents.

    Raises:
        EvaluationInvalid: the file cannot be read.
    """
    judged = {query.id: query for query in queries if query.grades}
    return [
        replace(
            judged[row["_id"]],
            id=f"{row['_id']}-{row['language']}",
            text=row["text"],
            language=row["language"],
            filters=Filters(),
        )
        for row in _json_lines(folder / "translations.jsonl")
        if row["_id"] in judged
    ]


def write_judged_queries(folder: Path, queries: Sequence[JudgedQuery]) -> None:
    """Write queries and their judgements in BEIR form, and the judgements as TREC's ``qrels.txt``.

    Filters are not written.

    Raises:
        EvaluationInvalid: the folder cannot be written to.
    """
    rows = [(q.id, document, grade) for q in queries for document, grade in q.grades.items()]
    texts = {
        "queries.jsonl": [
            json.dumps({"_id": q.id, "text": q.text, "language": q.language}, ensure_ascii=False)
            for q in queries
        ],
        "qrels/test.tsv": ["query-id\tcorpus-id\tscore", *(f"{q}\t{d}\t{g}" for q, d, g in rows)],
        "qrels.txt": [f"{q} 0 {d} {g}" for q, d, g in rows],
    }
    try:
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        for name, lines in texts.items():
            (folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    except OSError as error:
        raise EvaluationInvalid(f"{folder} cannot be written to: {error}") from error


def _judged(row: Mapping[str, Any], grades: Mapping[str, Mapping[str, int]]) -> JudgedQuery:
    return JudgedQuery(
        id=row["_id"],
        text=row["text"],
        grades=grades.get(row["_id"], {}),
        language=row.get("language"),
        # A strict year filter would lose undated documents that are judged relevant.
        filters=Filters.by_parameter(row.get("filters", {}), include_undated=True),
        expect_none=bool(row.get("expect_none")),
    )


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    number = 0
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                number += 1
                if line.strip():
                    yield json.loads(line)
    except OSError as error:
        raise EvaluationInvalid(f"{path} cannot be read: {error}") from error
    except ValueError as error:
        raise EvaluationInvalid(f"{path}, line {number}, is not JSON: {error}") from error


def measure_ranking(
    catalogue: Catalogue,
    searcher: Searcher,
    queries: Iterable[JudgedQuery],
    *,
    fusion: Fusion = "scores",
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Rank the documents of every query that has relevant ones, and measure the rankings."""
    per_query: dict[str, dict[str, float]] = {}
    for judged in queries:
        if judged.expect_none:
            continue
        query = Query(judged.text, judged.filters, limit=MAX_RESULTS, fusion=fusion)
        ranked = [document for document, _ in searcher.rank_documents(catalogue, query)]
        per_query[judged.id] = {n: f(ranked, judged.grades) for n, f in MEASURES.items()}
        if progress:
            progress(len(per_query))
    return summarise(per_query)


def summarise(per_query: Mapping[str, Mapping[str, float]]) -> Report:
    """Average the figures of all queries."""
    count = len(per_query)
    means = {
        name: sum(f[name] for f in per_query.values()) / count if count else 0.0
        for name in MEASURES
    }
    interval = bootstrap_interval([f["ndcg_at_10"] for f in per_query.values()])
    return Report(count, means, interval, per_query)


def by_language(report: Report, queries: Iterable[JudgedQuery]) -> dict[str, Report]:
    """Split a report by the language of the queries."""
    return split(report, {query.id: query.language or "unknown" for query in queries})


def split(report: Report, group_of: Mapping[str, str]) -> dict[str, Report]:
    """Split a report by a group of the queries, given by their ids."""
    groups: dict[str, dict[str, Mapping[str, float]]] = defaultdict(dict)
    for query_id, group in group_of.items():
        if query_id in report.per_query:
            groups[group][query_id] = report.per_query[query_id]
    return {group: summarise(figures) for group, figures in sorted(groups.items())}


def find_bands(
    catalogue: Catalogue, searcher: Searcher, queries: Iterable[JudgedQuery]
) -> dict[str, str]:
    """Return how good the searcher says the evidence for each query is, by the query's id."""
    return {
        judged.id: searcher.search(
            catalogue, Query(judged.text, judged.filters, limit=1, passages_per_hit=1)
        ).strength
        for judged in queries
    }


def read_floors(path: Path, table: str = "floors") -> dict[str, float]:
    """Return the figures a report must reach, from a table of a TOML file.

    Raises:
        EvaluationInvalid: the file cannot be read.
    """
    try:
        return {k: float(v) for k, v in tomllib.loads(path.read_text("utf-8"))[table].items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise EvaluationInvalid(f"{path} cannot be read as floors: {error!r}") from error


def below_floors(report: Report, floors: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Return, for each figure below its floor, the figure and the floor."""
    return {
        name: (report.means[name], floor)
        for name, floor in floors.items()
        if report.means[name] < floor
    }


def store_collection(
    folder: Path,
    catalogue: Catalogue,
    cut: Cut | None = None,
    language_of: LanguageOf | None = None,
) -> int:
    """Store a BEIR corpus in an empty catalogue; return how many documents it has.

    Each document is one passage, as in the published figures, unless ``cut`` is given; without
    ``language_of`` it is of no known language.
    """
    count = 0
    with catalogue.transaction():
        for row in _json_lines(folder / "corpus.jsonl"):
            document, text = _collection_document(row)
            if language_of:
                document = replace(document, language=language_of(text))
            passages = cut(document, text) if cut else [_whole(document, text)]
            catalogue.store_document(
                document, text, pages=[Page(1, 0, len(text))], passages=passages
            )
            count += 1
    return count


def _collection_document(row: Mapping[str, Any]) -> tuple[Document, str]:
    text = str(row["text"]).strip() or str(row.get("title") or "(empty)")
    data = text.encode()
    return (
        Document(
            id=str(row["_id"]),
            title=str(row.get("title") or ""),
            source=f"collection:{row['_id']}",
            media_type="text/plain",
            sha256=sha256_of(data),
            size_bytes=len(data),
            added_at=now(),
            updated_at=now(),
        ),
        text,
    )


def _whole(document: Document, text: str) -> Passage:
    identity = passage_id(document.id, text, 0)
    return Passage(identity, document.id, 0, 1, 1, None, 0, len(text), text)
