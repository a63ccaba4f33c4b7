"""The keyword leg: a safe FTS5 query from a reader's words, and BM25 scores.

The reader's text is never read as FTS5 syntax. Words are taken out of it, quoted, and joined with
OR: by itself, FTS5 joins words with AND and finds almost nothing (SciFact nDCG@10 .047; .686 with
OR).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import QueryInvalid
from index.words.counting import WEIGHTS
from index.words.stopwords import STOP_WORDS

MAX_TERMS: Final = 64
MAX_TERM_CHARACTERS: Final = 64

_WORD: Final = re.compile(r"[^\W_]+")


def query_terms(text: str) -> list[str]:
    """Return the distinct words to search for, in order; stop words only if there are no others.

    A word is a run of letters and digits, as FTS5's unicode61 tokenizer sees it.
    """
    words = [word[:MAX_TERM_CHARACTERS] for word in _WORD.findall(text.lower())]
    content = [word for word in words if word not in STOP_WORDS]
    return list(dict.fromkeys(content or words))[:MAX_TERMS]


def match_expression(terms: Iterable[str]) -> str:
    """Return an FTS5 MATCH expression that finds passages with any of the terms.

    A term is a word, several words that follow each other, or with a star at its end the beginning
    of a word.
    """
    return " OR ".join(f'"{t[:-1]}"*' if t.endswith("*") else f'"{t}"' for t in terms)


def passages_with(
    catalogue: Catalogue, words: Sequence[str], *, title: bool = False, prefix: bool = False
) -> npt.NDArray[np.int64]:
    """Return the ids of the passages in which the words follow each other, stems included.

    Args:
        catalogue: the catalogue.
        words: runs of letters and digits.
        title: look in the document's title alone.
        prefix: the last word is only the beginning of one.
    """
    column = "title : " if title else ""
    expression = column + match_expression([" ".join(words) + ("*" if prefix else "")])
    sql = "select rowid, 0 from passage_fts where passage_fts match ?"
    rows = _query(catalogue, sql, [expression])
    return np.fromiter((row[0] for row in rows), np.int64, len(rows))


def search_keywords(
    catalogue: Catalogue, terms: list[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return every passage with any of the terms, and its BM25 score (higher is better).

    All of them, not only the best: the fusion needs a score for the other leg's candidates too.

    Returns:
        ids (n,) int64 and scores (n,) float64, in no particular order.
    """
    if not terms:
        return np.empty(0, np.int64), np.empty(0, np.float64)
    # FTS5's bm25() is negative, the better the lower (https://sqlite.org/fts5.html#the_bm25_function).
    sql = f"""
        select rowid, -bm25(passage_fts, {", ".join(map(str, WEIGHTS))})
        from passage_fts where passage_fts match ?
    """
    rows = _query(catalogue, sql, [match_expression(terms)])
    ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    scores = np.fromiter((row[1] for row in rows), np.float64, len(rows))
    # With a term in over half of all passages FTS5's IDF floors at 1e-6; it is never negative.
    return ids, np.maximum(scores, 0.0)


def has_keyword(catalogue: Catalogue, term: str) -> bool:
    """Return whether any passage has the term."""
    sql = "select rowid from passage_fts where passage_fts match ? limit 1"
    return bool(_query(catalogue, sql, [match_expression([term])]))


def _query(catalogue: Catalogue, sql: str, parameters: list[str]) -> list[Any]:
    try:
        return catalogue.rows(sql, parameters)
    except sqlite3.OperationalError as error:
        # Never answered as "no results": a query that SQLite cannot read is a fault to report.
        raise QueryInvalid(f"The keyword search failed: {error}") from error
