"""What a passage is as a point: its vectors, the part of BM25 that is its own, and filter values.

BM25 of a word is its rarity, which depends on all passages, times a part that depends on the
passage alone, but for the average length. Only that part is in the engine; the rarity is put into
the question, so that it is the same on every shard of a cluster.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from index.filters import DOCUMENT_FILTERS, PASSAGE_FILTERS
from index.model import Filters
from index.qdrant.client import Between, Condition, Either, Layout, OneOf, Row, Sparse, Where
from index.words.counting import WEIGHTS, WordedPassage
from index.words.postings import K1, B, document_key

FORMAT: Final = 1
"""The version of the form of the points: a collection of another version is filled again."""
DOCUMENT: Final = "document"
YEAR: Final = "year"
STAMP: Final = "stamp"
BARE: Final = "bare"
"""A point with this in its payload has no vector yet, and is found by its words alone."""
_YES: Final = "yes"
KEYWORDS_OF_PAYLOAD: Final = (*(f.field for f in (*DOCUMENT_FILTERS, *PASSAGE_FILTERS)), BARE)
IS_BARE: Final = Where((OneOf(BARE, (_YES,)),))


@dataclass(frozen=True, slots=True)
class DocumentValues:
    """What the points of a document have of it: its key, its year and its filter values."""

    key: int
    year: int
    values: Mapping[str, tuple[str, ...]]


def layout_for(dimensions: Mapping[str, int], *, quantized: bool = False) -> Layout:
    """Return the layout of a collection of passages."""
    return Layout(dict(dimensions), KEYWORDS_OF_PAYLOAD, (DOCUMENT, YEAR), quantized)


@functools.lru_cache(maxsize=200_000)
def hash_word(word: str) -> int:
    """Return the index of a word in sparse vectors: 32 bits, of which two words may share one."""
    digest = hashlib.blake2b(word.encode(), digest_size=4, person=b"salex-word").digest()
    return int.from_bytes(digest, "big")


def words_of(counts: Mapping[str, tuple[int, int, int]], average: float) -> Sparse:
    """Return a passage's words as a sparse vector.

    Args:
        counts: by word, how often it is in the title, the heading and the text.
        average: the words of an average passage.
    """
    length = sum(map(sum, counts.values()))
    against = K1 * (1 - B + B * length / (average or 1.0))
    parts: dict[int, float] = {}
    for word, of_columns in counts.items():
        often = sum(w * n for w, n in zip(WEIGHTS, of_columns, strict=True))
        index, part = hash_word(word), often * (K1 + 1) / (often + against)
        parts[index] = max(part, parts.get(index, 0.0))
    ordered = sorted(parts)
    return Sparse(tuple(ordered), tuple(parts[index] for index in ordered))


def payload_of(
    document: DocumentValues, sort: Mapping[str, str], *, stamp: int, bare: bool
) -> dict[str, object]:
    """Return the payload of a passage's point; what is empty is left out."""
    payload: dict[str, object] = {
        DOCUMENT: document.key,
        YEAR: document.year,
        STAMP: stamp,
    }
    payload |= {field: list(values) for field, values in document.values.items() if values}
    payload |= {field: value for field, value in sort.items() if value}
    return payload | ({BARE: _YES} if bare else {})


def stamp_of(
    passage: WordedPassage,
    document: DocumentValues,
    sort: Mapping[str, str],
    average: float,
    vectors: Mapping[str, Row],
) -> int:
    """Return a number that changes with whatever a passage's point is made of, 62 bits."""
    values = sorted((field, tuple(sorted(v))) for field, v in document.values.items())
    made_of = (FORMAT, passage.id, passage.checksum, average, document.key, document.year)
    digest = hashlib.blake2b(
        repr((made_of, values, sorted(sort.items()))).encode(), digest_size=8, person=b"salex-point"
    )
    for leg in sorted(vectors):
        digest.update(leg.encode() + vectors[leg].tobytes())
    return int.from_bytes(digest.digest(), "big") >> 2


def where_passing(filters: Filters, leave_out: Iterable[int] = ()) -> Where:
    """Return which points pass filters, without those of the documents with some keys."""
    must: list[Condition] = [OneOf(field, wanted) for field, wanted in filters.chosen]
    but: list[Condition] = []
    if filters.year_from is not None or filters.year_to is not None:
        within = Between(YEAR, filters.year_from or 1, filters.year_to)
        undated = OneOf(YEAR, (0,))
        if filters.include_undated:
            must.append(Either((within, undated)))
        else:
            must.append(within)
            but.append(undated)
    keys = tuple(leave_out)
    if keys:
        but.append(OneOf(DOCUMENT, keys))
    return Where(tuple(must), tuple(but))


def where_of(keys: Iterable[int]) -> Where:
    """Return the points of documents with some keys."""
    return Where((OneOf(DOCUMENT, tuple(keys)),))


def keys_of(document_ids: Iterable[str]) -> list[int]:
    """Return the keys of documents, in the same order."""
    return [document_key(name) for name in document_ids]
