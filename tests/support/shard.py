"""Qdrant's own shard, in this process: what a server would run, with folders for collections."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import qdrant_edge as edge

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


class ShardClient(Client):
    """Collections as shards in folders; an alias is a line of a file."""

    def __init__(self, folder: Path, *, graph: bool = False) -> None:
        """Open no shard yet; with ``graph``, ``optimize`` builds one for small collections, too."""
        self.folder, self.graph = folder, graph
        self._open: dict[str, edge.EdgeShard] = {}
        self._lock = threading.RLock()
        folder.mkdir(parents=True, exist_ok=True)

    def close(self) -> None:
        """Close all shards."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()

    def optimize(self, name: str) -> bool:
        """Build the graphs and quantize, which a server does by itself."""
        return self._shard(name).optimize()

    def collections(self):
        return sorted(p.name for p in self.folder.iterdir() if p.is_dir())

    def _aliases(self) -> dict[str, str]:
        path = self.folder / "aliases.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def current(self, alias):
        return self._aliases().get(alias)

    def switch(self, alias, name):
        (self.folder / "aliases.json").write_text(json.dumps(self._aliases() | {alias: name}))

    def create(self, name, layout: Layout):
        quantization = None
        if layout.quantized:
            quantization = edge.ScalarQuantizationConfig(edge.ScalarType.Int8, quantile=QUANTILE)
        config = edge.EdgeConfig(
            vectors={
                leg: edge.EdgeVectorParams(size=size, distance=edge.Distance.Dot)
                for leg, size in layout.dimensions.items()
            },
            sparse_vectors={WORDS: edge.EdgeSparseVectorParams()},
            quantization_config=quantization,
            hnsw_config=edge.HnswIndexConfig(16, 128, 10) if self.graph else None,
            optimizers=edge.EdgeOptimizersConfig(indexing_threshold=10) if self.graph else None,
        )
        path = self.folder / name
        path.mkdir()
        with self._lock:
            shard = self._open[name] = edge.EdgeShard.create(str(path), config)
        for fields, kind in (
            (layout.keywords, edge.PayloadSchemaType.Keyword),
            (layout.numbers, edge.PayloadSchemaType.Integer),
        ):
            for field in fields:
                shard.update(edge.UpdateOperation.create_field_index(field, kind))

    def drop(self, name):
        with self._lock:
            if name in self._open:
                self._open.pop(name).close()
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def upsert(self, name, points: Sequence[Point]):
        made = []
        for point in points:
            vectors = {leg: row.tolist() for leg, row in point.vectors.items()}
            if point.words is not None:
                words = point.words
                vectors[WORDS] = edge.SparseVector(list(words.indices), list(words.values))
            made.append(edge.Point(point.id, vectors, dict(point.payload)))
        self._shard(name).update(edge.UpdateOperation.upsert_points(made))

    def delete(self, name, ids):
        if ids:
            self._shard(name).update(edge.UpdateOperation.delete_points(list(ids)))

    def ask(self, name, asks: Sequence[Ask]):
        requests = [
            edge.QueryRequest(
                limit=ask.limit,
                query=edge.Query.Nearest(_vector(ask.vector), using=ask.using),
                filter=_filter(ask.where),
                with_payload=False,
                params=edge.SearchParams(
                    exact=ask.exact,
                    hnsw_ef=ask.width,
                    quantization=edge.QuantizationSearchParams(
                        ignore=ask.exact, rescore=True, oversampling=OVERSAMPLING
                    ),
                ),
            )
            for ask in asks
        ]
        found = self._shard(name).query_batch(edge.QueryBatchRequest(requests)) if asks else []
        return [Best.of(points) for points in found]

    def retrieve(self, name, ids):
        found = self._shard(name).retrieve(list(ids), True, False)
        return [Point(p.id, p.payload or {}) for p in found]

    def scroll(self, name, where, fields, *, vectors=(), after=None, limit=STEP):
        request = edge.ScrollRequest(
            offset=after,
            limit=limit,
            filter=_filter(where),
            with_payload=list(fields) or False,
            with_vector=list(vectors) or False,
        )
        found, following = self._shard(name).scroll(request)
        points = [
            Point(
                p.id,
                p.payload or {},
                {leg: np.array(row, np.float32) for leg, row in (p.vector or {}).items()},
            )
            for p in found
        ]
        return points, following

    def count(self, name):
        return self._shard(name).count(edge.CountRequest(exact=True))

    def _shard(self, name: str) -> edge.EdgeShard:
        with self._lock:
            if name not in self._open:
                if not (self.folder / name).is_dir():
                    raise EngineFault(f"There is no collection {name}.", answered=True)
                self._open[name] = edge.EdgeShard.load(str(self.folder / name))
            return self._open[name]


def _vector(vector):
    if isinstance(vector, Sparse):
        return edge.SparseVector(list(vector.indices), list(vector.values))
    return vector.tolist()


def _filter(where: Where):
    if not where.must and not where.must_not:
        return None
    return edge.Filter(
        must=[_condition(c) for c in where.must], must_not=[_condition(c) for c in where.must_not]
    )


def _condition(condition: Condition):
    if isinstance(condition, OneOf):
        return edge.FieldCondition(condition.field, match=edge.MatchAny(list(condition.values)))
    if isinstance(condition, Between):
        bounds = edge.RangeFloat(gte=condition.low, lte=condition.high)
        return edge.FieldCondition(condition.field, range=bounds)
    if isinstance(condition, Among):
        return edge.HasIdCondition(set(condition.ids))
    return edge.Filter(should=[_condition(c) for c in condition.conditions])
