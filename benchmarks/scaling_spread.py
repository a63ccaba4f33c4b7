"""Several shards in one process behind the port of one engine: asked one by one, and merged."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.qdrant.client import STEP, Ask, Best, Client, Layout, Point, Where
from tests.support.shard import ShardClient


class SpreadClient(Client):
    """Points by the remainder of their ids, as a cluster spreads them over its nodes.

    Attributes:
        spared_s: how much less questions would have taken if each shard had a machine of its own.
    """

    def __init__(self, folder: Path, shards: int) -> None:
        self._shards = [ShardClient(folder / str(n)) for n in range(shards)]
        self.spared_s = 0.0

    def optimize(self, name: str) -> None:
        for shard in self._shards:
            shard.optimize(name)

    def close(self) -> None:
        for shard in self._shards:
            shard.close()

    def collections(self) -> list[str]:
        return list(self._shards[0].collections())

    def current(self, alias: str) -> str | None:
        found: str | None = self._shards[0].current(alias)
        return found

    def switch(self, alias: str, name: str) -> None:
        self._shards[0].switch(alias, name)

    def create(self, name: str, layout: Layout) -> None:
        self._each(lambda shard: shard.create(name, layout))

    def drop(self, name: str) -> None:
        self._each(lambda shard: shard.drop(name))

    def upsert(self, name: str, points: Sequence[Point]) -> None:
        for number, shard in enumerate(self._shards):
            own = [point for point in points if point.id % len(self._shards) == number]
            if own:
                shard.upsert(name, own)

    def delete(self, name: str, ids: Sequence[int]) -> None:
        for number, shard in enumerate(self._shards):
            shard.delete(name, [i for i in ids if i % len(self._shards) == number])

    def ask(self, name: str, asks: Sequence[Ask]) -> list[Best]:
        took, answers = [], []
        for shard in self._shards:
            started = time.perf_counter()
            answers.append(shard.ask(name, asks))
            took.append(time.perf_counter() - started)
        self.spared_s += sum(took) - max(took)
        return [
            _best([of_shard[n] for of_shard in answers], asked.limit)
            for n, asked in enumerate(asks)
        ]

    def retrieve(self, name: str, ids: Sequence[int]) -> list[Point]:
        return [p for found in self._each(lambda shard: shard.retrieve(name, ids)) for p in found]

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
        found = self._each(
            lambda shard: shard.scroll(
                name, where, fields, vectors=vectors, after=after, limit=limit
            )
        )
        points = sorted((p for some, _ in found for p in some), key=lambda point: point.id)
        later = [p.id for p in points[limit : limit + 1]]
        later += [following for _, following in found if following is not None]
        return points[:limit], min(later, default=None)

    def count(self, name: str) -> int:
        return sum(self._each(lambda shard: shard.count(name)))

    def _each(self, work: Callable[[ShardClient], Any]) -> list[Any]:
        return [work(shard) for shard in self._shards]


def _best(answers: Sequence[Best], limit: int) -> Best:
    ids = np.concatenate([best.ids for best in answers])
    scores = np.concatenate([best.scores for best in answers])
    order = np.argsort(-scores, kind="stable")[:limit]
    return Best(ids[order], scores[order])
