"""Counts the words of passages exactly as the catalogue's keyword index (FTS5) does.

Everything is asked of FTS5 itself, so that its tokenizer, stemmer and all, is nowhere repeated.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from corpus.catalogue.soundness import read_varints
from corpus.documents.headings import heading_checksum, passage_headings
from index.words.small import COLUMNS, Row, small_index

WEIGHTS: Final = (2.0, 1.0, 1.0)
"""Title, heading, text. A title weight of 2-3 gains up to .010 on the keyword leg and about 0 once
fused; 10 loses .025."""
_STEP: Final = 1 << 20
"""Places of words read at once."""

MOST_STEMS: Final = 4_096
"""Words of questions whose stems are kept: 1 MB. Each is asked for twice, to find and to quote."""

_stems: Final[dict[str, str]] = {}
_PLAIN_WORD: Final = re.compile("[0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]+")
"""What FTS5 takes for one word, whatever is beside it."""

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WordedPassage:
    """A passage as the keyword index has it, of a document that may still wait for a curator."""

    id: int
    document_id: str
    title: str
    heading: str | None
    text: str

    @property
    def checksum(self) -> int:
        """That of its title and heading."""
        return heading_checksum(self.title, self.heading)


@dataclass(frozen=True, slots=True)
class Total:
    """How many passages FTS5 counts, and how many words there are in them."""

    passages: int
    words: int

    @property
    def average(self) -> float:
        """Return the words of an average passage, as in BM25."""
        return self.words / self.passages if self.passages else 0.0


def stem_terms(terms: Sequence[str]) -> dict[str, str]:
    """Return what each term is in the index; without those that are no word there, or several."""
    known = {term: stem for term in terms if (stem := _stems.get(term)) is not None}
    new = _ask_stems([term for term in terms if term not in known])
    if len(_stems) + len(new) > MOST_STEMS:
        _stems.clear()
    if len(new) <= MOST_STEMS:
        _stems.update(new)
    return known | new


def _ask_stems(terms: Sequence[str]) -> dict[str, str]:
    """Ask FTS5 what each term is in the index.

    Plain words are asked for in one text, which takes a quarter of the time of a text for each.
    """
    plain = [term for term in terms if _PLAIN_WORD.fullmatch(term)]
    others = [term for term in terms if not _PLAIN_WORD.fullmatch(term)]
    rows: list[Row] = [(n, "", "", term) for n, term in enumerate(others)]
    if plain:
        rows.append((-1, "", "", " ".join(plain)))
    parts: dict[int, list[str]] = {}
    stems: dict[str, str] = {}
    for number, place, part in _ask_of(rows, 'select doc, "offset", term from places'):
        if number < 0:
            stems[plain[place]] = part
        else:
            parts.setdefault(number, []).append(part)
    return stems | {others[n]: found[0] for n, found in parts.items() if len(found) == 1}


def count_words(passages: Iterable[WordedPassage]) -> dict[int, dict[str, tuple[int, int, int]]]:
    """Return, by passage id and word, how often it is in the title, the heading and the text."""
    rows = [(p.id, p.title, p.heading, p.text) for p in passages]
    counts: dict[int, dict[str, tuple[int, int, int]]] = {row[0]: {} for row in rows}
    asked = """
        select doc, term, sum(col = 'title'), sum(col = 'heading'), sum(col = 'text')
        from places group by doc, term
    """
    for number, word, *of_columns in _ask_of(rows, asked):
        counts[number][word] = (of_columns[0], of_columns[1], of_columns[2])
    return counts


def _ask_of(rows: Sequence[Row], sql: str) -> list[Any]:
    """Put texts into a small index, and ask about the places of its words."""
    if not rows:
        return []
    with small_index(rows) as db:
        return db.execute(sql).fetchall()


def read_total(catalogue: Catalogue) -> Total:
    """Return the totals that BM25 counts with, from FTS5's own record of them."""
    rows = catalogue.rows("select block from passage_fts_data where id = 1")
    passages, *words = read_varints(rows[0][0]) if rows and rows[0][0] else (0,)
    return Total(passages, sum(words))


def read_headings(catalogue: Catalogue) -> tuple[Ids, npt.NDArray[np.uint32]]:
    """Return the id of every passage, and the checksum of its title and heading."""
    rows = passage_headings(catalogue, pending=True)
    return (
        np.fromiter((row[0] for row in rows), np.int64, len(rows)),
        np.fromiter((heading_checksum(row[1], row[2]) for row in rows), np.uint32, len(rows)),
    )


def read_owners(catalogue: Catalogue) -> list[str]:
    """Return the document id of every passage, ordered by the passage's id."""
    return [row[0] for row in catalogue.rows("select document_id from passage order by id")]


def read_passages(
    catalogue: Catalogue, *, ids: Iterable[int] = (), document_ids: Iterable[str] = ()
) -> list[WordedPassage]:
    """Return these passages, and those of these documents, with their text."""
    sql = "select id, document_id, title, heading, text from passage where {} = ?"
    rows = [
        row
        for column, values in (("id", ids), ("document_id", document_ids))
        for value in values
        for row in catalogue.rows(sql.format(column), [value])
    ]
    return [WordedPassage(*row) for row in rows]


def read_vocabulary(catalogue: Catalogue) -> list[tuple[str, int, int]]:
    """Return (word, passages, places) of the whole keyword index, in the order of its places."""
    with _vocabulary(catalogue, "row") as table:
        return catalogue.rows(f"select term, doc, cnt from {table}")


def read_places(catalogue: Catalogue) -> Iterator[tuple[Ids, Ids]]:
    """Yield (passage id, column weight number) of each place of each word, word by word.

    16 million places, those of 200,000 passages, take about 8 s.
    """
    with _vocabulary(catalogue, "instance") as table:
        numbers = " ".join(f"when '{name}' then {n}" for n, name in enumerate(COLUMNS))
        cursor = catalogue.db.conn.execute(f"select doc, case col {numbers} end from {table}")
        while rows := cursor.fetchmany(_STEP):
            flat = np.fromiter(chain.from_iterable(rows), np.int64, 2 * len(rows))
            yield flat[::2], flat[1::2]


@contextlib.contextmanager
def _vocabulary(catalogue: Catalogue, form: str) -> Iterator[str]:
    """Give the name of a temporary table over the words of the keyword index."""
    name = f"temp.words_by_{form}"
    catalogue.db.execute(f"create virtual table {name} using fts5vocab(main, passage_fts, {form})")
    try:
        yield name
    finally:
        catalogue.db.execute(f"drop table {name}")
