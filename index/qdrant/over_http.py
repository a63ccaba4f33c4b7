"""A Qdrant server or cluster over HTTP: the one door to its Python client."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

from corpus.errors import EngineUnavailable
from index.qdrant.client import (
    OVERSAMPLING,
    QUANTILE,
    STEP,
    WORDS,
    Among,
    Ask,
    Best,
    Between,
    Client,
    Condition,
    EngineFault,
    Layout,
    OneOf,
    Point,
    Sparse,
    Where,
)

TIMEOUT_S: Final = 5
WRITING_S: Final = 120
"""How long a request that writes may take: it ends once every search sees the change."""
_BUSY: Final = (408, 429)


class HttpClient(Client):
    """Asks a server. Nothing is sent before the first request.

    Args:
        url: where it is, such as ``http://127.0.0.1:6333``; ``:memory:`` for none, for tests.
        api_key: what it wants to see; ``None`` for nothing.
        timeout_s: how long a request that reads may take.

    Raises:
        EngineUnavailable: the Python client is not installed.
    """

    def __init__(
        self, url: str, *, api_key: str | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        try:
            import qdrant_client
        except ImportError as error:
            raise EngineUnavailable(
                "The engine “qdrant” needs further packages. Install them with: "
                "pip install 'salex-evidence[qdrant]'"
            ) from error
        self._library: Any = qdrant_client
        self._models: Any = qdrant_client.models
        if url == ":memory:":
            self._reader = self._writer = self._library.QdrantClient(url)
            return
        with warnings.catch_warnings():  # a key without HTTPS: inside a closed network
            warnings.simplefilter("ignore")
            self._reader, self._writer = (
                self._library.QdrantClient(
                    url=url, api_key=api_key, timeout=seconds, check_compatibility=False
                )
                for seconds in (timeout_s, WRITING_S)
            )

    def close(self) -> None:
        """Close the connections."""
        self._reader.close()
        self._writer.close()

    @contextmanager
    def _translating(self) -> Iterator[None]:
        exceptions = self._library.http.exceptions
        try:
            yield
        except exceptions.UnexpectedResponse as error:
            status = error.status_code or 500
            answered = status < 500 and status not in _BUSY
            raise EngineFault(f"it answered with status {status}", answered=answered) from error
        except exceptions.ApiException as error:
            raise EngineFault("it did not answer") from error
        except ValueError as error:  # an answer that is none, or a collection that is not there
            raise EngineFault(f"its answer cannot be read: {error}", answered=True) from error

    def collections(self) -> list[str]:
        """Return the names of all collections."""
        with self._translating():
            return [c.name for c in self._reader.get_collections().collections]

    def current(self, alias: str) -> str | None:
        """Return the collection that an alias stands for."""
        with self._translating():
            found = self._reader.get_aliases().aliases
        return next((str(a.collection_name) for a in found if a.alias_name == alias), None)

    def switch(self, alias: str, name: str) -> None:
        """Let an alias stand for a collection; both steps are one for the server."""
        m = self._models
        made = m.CreateAliasOperation(
            create_alias=m.CreateAlias(collection_name=name, alias_name=alias)
        )
        gone = m.DeleteAliasOperation(delete_alias=m.DeleteAlias(alias_name=alias))
        steps = [made] if self.current(alias) is None else [gone, made]
        with self._translating():
            self._writer.update_collection_aliases(steps)

    def create(self, name: str, layout: Layout) -> None:
        """Make an empty collection, with an index for each field of the payload."""
        m = self._models
        quantized = m.ScalarQuantization(
            scalar=m.ScalarQuantizationConfig(type="int8", quantile=QUANTILE, always_ram=True)
        )
        with self._translating():
            self._writer.create_collection(
                name,
                vectors_config={
                    leg: m.VectorParams(
                        size=size, distance=m.Distance.DOT, on_disk=layout.quantized
                    )
                    for leg, size in layout.dimensions.items()
                },
                sparse_vectors_config={WORDS: m.SparseVectorParams()},
                quantization_config=quantized if layout.quantized else None,
                on_disk_payload=True,
            )
            for fields, kind in ((layout.keywords, "keyword"), (layout.numbers, "integer")):
                for field in fields:
                    self._writer.create_payload_index(name, field, kind, wait=True)

    def drop(self, name: str) -> None:
        """Remove a collection."""
        with self._translating():
            self._writer.delete_collection(name)

    def upsert(self, name: str, points: Sequence[Point]) -> None:
        """Put points into a collection."""
        m = self._models
        made = []
        for point in points:
            vectors: dict[str, Any] = {leg: row.tolist() for leg, row in point.vectors.items()}
            if point.words is not None:
                vectors[WORDS] = self._sparse(point.words)
            made.append(m.PointStruct(id=point.id, vector=vectors, payload=dict(point.payload)))
        with self._translating():
            self._writer.upsert(name, made, wait=True)

    def delete(self, name: str, ids: Sequence[int]) -> None:
        """Remove points."""
        if ids:
            with self._translating():
                self._writer.delete(name, list(ids), wait=True)

    def ask(self, name: str, asks: Sequence[Ask]) -> list[Best]:
        """Return the best points for each question, in one request."""
        with self._translating():
            found = self._reader.query_batch_points(name, [self._request(ask) for ask in asks])
            return [Best.of(answer.points) for answer in found]

    def _request(self, ask: Ask) -> Any:
        m = self._models
        rescored = m.QuantizationSearchParams(
            ignore=ask.exact, rescore=True, oversampling=OVERSAMPLING
        )
        words = ask.vector if isinstance(ask.vector, Sparse) else None
        return m.QueryRequest(
            query=self._sparse(words) if words else np.asarray(ask.vector).tolist(),
            using=ask.using,
            limit=ask.limit,
            filter=self._filter(ask.where),
            with_payload=False,
            params=None
            if words
            else m.SearchParams(exact=ask.exact, hnsw_ef=ask.width, quantization=rescored),
        )

    def _sparse(self, words: Any) -> Any:
        return self._models.SparseVector(indices=list(words.indices), values=list(words.values))

    def retrieve(self, name: str, ids: Sequence[int]) -> list[Point]:
        """Return the payload of points."""
        with self._translating():
            found = self._reader.retrieve(name, list(ids), with_payload=True)
        return [Point(p.id, p.payload or {}) for p in found]

    def scroll(
        self,
        name: str,
        where: Where,
        fields: tuple[str, ...],
        *,
        vectors: tuple[str, ...] = (),
        after: int | None = None,
        limit: int = STEP,
    ) -> tuple[list[Point], int | None]:
        """Return the next points by id."""
        with self._translating():
            found, following = self._reader.scroll(
                name,
                scroll_filter=self._filter(where),
                limit=limit,
                offset=after,
                with_payload=list(fields) or False,
                with_vectors=list(vectors) or False,
            )
        points = [
            Point(
                p.id,
                p.payload or {},
                {leg: np.array(row, np.float32) for leg, row in (p.vector or {}).items()},
            )
            for p in found
        ]
        return points, None if following is None else int(following)

    def count(self, name: str) -> int:
        """Return how many points a collection has."""
        with self._translating():
            return int(self._reader.count(name, exact=True).count)

    def _filter(self, where: Where) -> Any:
        if not where.must and not where.must_not:
            return None
        return self._models.Filter(
            must=[self._condition(c) for c in where.must],
            must_not=[self._condition(c) for c in where.must_not],
        )

    def _condition(self, condition: Condition) -> Any:
        m = self._models
        if isinstance(condition, OneOf):
            return m.FieldCondition(
                key=condition.field, match=m.MatchAny(any=list(condition.values))
            )
        if isinstance(condition, Between):
            bounds = m.Range(gte=condition.low, lte=condition.high)
            return m.FieldCondition(key=condition.field, range=bounds)
        if isinstance(condition, Among):
            return m.HasIdCondition(has_id=list(condition.ids))
        return m.Filter(should=[self._condition(c) for c in condition.conditions])
