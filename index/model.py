"""The values of one search: the query, the hits, and the scores that explain their ranks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from corpus.model import Document, Tag
from corpus.roles import Role
from index.filters import FILTER_OF

Fusion = Literal["scores", "rrf"]
Sort = Literal["relevance", "newest", "oldest"]
Strength = Literal["strong", "weak", "none", "unranked"]

KEYWORDS: Final = "keywords"
VECTORS: Final = "vectors"
MULTILINGUAL: Final = "multilingual"
"""The names of the legs of a query: its words, and its meaning to each of two encoders."""
MAX_PER_PAGE: Final = 50
MAX_RESULTS: Final = 100
"""How many works a ranking lists. Further down, the legs have not scored the same ones."""

SEARCHED_CHARACTERS: Final = 2_000
"""A longer query is cut here, and a notice says so. The encoder reads about 1,200."""


@dataclass(frozen=True, slots=True, init=False)
class Filters:
    """Hard restrictions, applied before ranking: ``Filters(stages=("use",), year_from=2020)``.

    A document passes with any of the values of a field, but has to pass every field. The fields are
    listed in ``index.filters``. ``year_from`` and ``year_to`` are inclusive; documents whose year
    is unknown pass a year filter only with ``include_undated``.
    """

    chosen: tuple[tuple[str, tuple[str, ...]], ...]
    """The fields to filter by, in the order of the list, and the values of each."""
    year_from: int | None
    year_to: int | None
    include_undated: bool

    def __init__(
        self,
        *,
        year_from: int | None = None,
        year_to: int | None = None,
        include_undated: bool = False,
        **values: Iterable[str],
    ) -> None:
        unknown = values.keys() - FILTER_OF.keys()
        if unknown:
            raise TypeError(f"There is no filter {min(unknown)!r}.")
        given = ((field, tuple(values.get(field, ()))) for field in FILTER_OF)
        object.__setattr__(self, "chosen", tuple(pair for pair in given if pair[1]))
        object.__setattr__(self, "year_from", year_from)
        object.__setattr__(self, "year_to", year_to)
        object.__setattr__(self, "include_undated", include_undated)

    @classmethod
    def by_parameter(cls, given: Mapping[str, Any], *, include_undated: bool = False) -> Filters:
        """Return the filters with one value each, by their names in addresses; others are ignored.

        Args:
            given: the values, ``year_from`` and ``year_to`` among them.
            include_undated: whether documents of unknown years pass.
        """
        named = ((f.field, given.get(f.parameter)) for f in FILTER_OF.values())
        return cls(
            **{field: (value,) for field, value in named if value},
            year_from=given.get("year_from"),
            year_to=given.get("year_to"),
            include_undated=include_undated,
        )

    def __getitem__(self, field: str) -> tuple[str, ...]:
        """Return the values of a field; empty if the search is not filtered by it."""
        return dict(self.chosen).get(FILTER_OF[field].field, ())

    def __bool__(self) -> bool:
        return self != Filters(include_undated=self.include_undated)

    def without(self, field: str) -> Filters:
        """Return the filters with every value of a field allowed."""
        return Filters(**(self.as_dict() | {field: ()}))

    def as_dict(self) -> dict[str, Any]:
        """Return every field with its values, and the years."""
        return {field: self[field] for field in FILTER_OF} | {
            "year_from": self.year_from,
            "year_to": self.year_to,
            "include_undated": self.include_undated,
        }


@dataclass(frozen=True, slots=True)
class Query:
    """One request: the words as typed, the filters, and which part of the ranking to show.

    ``sort`` orders the documents of the ranking; ``spelling`` says whether words that no document
    has may be corrected. ``language`` is the code of the language the words are in, ``und`` if they
    may be in any; ``None`` leaves it to the program.
    """

    text: str
    filters: Filters = field(default_factory=Filters)
    offset: int = 0
    limit: int = 10
    passages_per_hit: int = 3
    fusion: Fusion = "scores"
    sort: Sort = "relevance"
    spelling: bool = True
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """Sentences that follow each other in a paragraph of a passage.

    They are the slice of its text from ``start`` to ``end``, and stand on the pages from ``page``
    to ``page_end``.
    """

    start: int
    end: int
    page: int
    page_end: int


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage quoted in a hit.

    ``highlights`` are slices into ``text`` (start inclusive, end exclusive, in characters), in
    order, without overlaps; the text is plain and never HTML. ``score`` is the fused score the
    passage was ranked by; ``scores`` has the score from each leg that ran, by the leg's name, and
    ``None`` where that leg has no score for it. ``answer`` has the sentences that answer the query,
    in reading order: none if nothing was asked, or if the passage has none that state anything.
    ``answer_score`` says how well the best of them does, 0 if it has no word of the query.
    """

    passage_id: int
    text: str
    page: int
    page_end: int
    heading: str | None
    highlights: tuple[tuple[int, int], ...]
    score: float
    scores: Mapping[str, float | None]
    role: Role
    answer: tuple[Extract, ...] = ()
    answer_score: float = 0.0

    @property
    def cosine(self) -> float | None:
        """Return the cosine with the query, ``None`` without vectors."""
        return self.scores.get(VECTORS)

    @property
    def bm25(self) -> float | None:
        """Return the BM25 score, 0 if no word matched; ``None`` if no words were searched for."""
        return (self.scores[KEYWORDS] or 0.0) if KEYWORDS in self.scores else None


@dataclass(frozen=True, slots=True)
class Hit:
    """One document with its best passages; ``score`` is that of its best passage.

    Only the best form of a work is a hit, with the score of the work's best passage; ``also`` has
    the other forms. ``scores`` has the score of that passage from each leg, as in a ``Snippet``. A
    document that is listed without being ranked has no snippets, no ``scores``, and ``score`` 0.
    ``strength`` says how good the evidence of the work is, as in ``Results``.
    """

    rank: int
    score: float
    document: Document
    tags: tuple[Tag, ...]
    snippets: tuple[Snippet, ...]
    also: tuple[Document, ...] = ()
    scores: Mapping[str, float | None] = field(default_factory=dict)
    strength: Strength = "unranked"


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a facet, the total of a search with it, and whether it is selected."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The counts of one filter's values beside the results; ``field`` is the filter's name."""

    field: str
    label: str
    counts: tuple[FacetCount, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits, with everything that is shown around them.

    ``total`` counts the hits on all pages, the forms of a work once: at most ``MAX_RESULTS`` if
    they are ranked; ``more`` says that there were more. ``matched`` counts all with a word of the
    query, also past that; ``related`` counts the hits without one, near in meaning. ``strength``
    says how good the best evidence is; it is ``unranked`` for a query without words, which lists
    what the filters allow. ``notices`` tell the reader in plain words what limits the answer: no
    words in the query, no semantic search, a query cut short. ``corrected`` is the query with its
    misspelt words corrected, which was searched for instead; ``None`` if none were. ``timings_ms``
    has how long each part of the work took, in milliseconds. ``language`` is the language the query
    was taken to be in, as in ``Query``; ``None`` for one without words.
    ``missing_words`` are the words of the query that no document has.
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    matched: int
    related: int
    more: bool
    strength: Strength
    facets: tuple[Facet, ...]
    notices: tuple[str, ...]
    legs: tuple[str, ...]
    revision: int
    timings_ms: dict[str, float]
    corrected: str | None = None
    language: str | None = None
    missing_words: tuple[str, ...] = ()

    @property
    def by_meaning(self) -> bool:
        """Return whether an encoder answered too, so that the strength says something."""
        return VECTORS in self.legs or MULTILINGUAL in self.legs
