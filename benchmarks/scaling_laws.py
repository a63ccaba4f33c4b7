"""How figures grow with the number of passages, and what that would mean for more of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from benchmarks.scaling_engines import Measured

PER_SHARD = 5_000_000
"""Passages on one shard: 10 GB with their graph, so that one can be moved in minutes."""
SIZES = (10_000_000, 100_000_000, 1_000_000_000)
ESTIMATED = {
    10_000_000: (14, 20, 30, 100), 100_000_000: (135, 200, 50, 150),
    1_000_000_000: (1350, 2000, 100, 250),
}  # fmt: skip
"""Estimated beforehand, from what Qdrant says of itself: memory and disk (GB), a question (ms)."""


class Law:
    """``cost = factor * passages ** power``, fitted to what was measured.

    Memory and disk have a part that is the same at any size, which the power hides: with ``line``,
    more passages are reckoned by what each of them added.
    """

    def __init__(self, passages: Sequence[int], costs: Sequence[float], *, line: bool) -> None:
        power, factor = np.polyfit(np.log(passages), np.log(np.maximum(costs, 1e-9)), 1)
        self.power, self._factor = float(power), math.exp(factor)
        self._line = np.polyfit(passages, costs, 1) if line else None

    def __call__(self, passages: float) -> float:
        """Return the cost at a size."""
        if self._line is not None:
            return float(np.polyval(self._line, passages))
        return float(self._factor * passages**self.power)


FIGURES: dict[str, Callable[[Measured], float]] = {
    "build, s": lambda m: m.build_s + m.graph_s,
    "memory, MB": lambda m: m.memory_mb,
    "memory and mapped files, MB": lambda m: m.memory_mb + m.mapped_mb,
    "disk, MB": lambda m: m.disk_mb,
    "words, ms": lambda m: m.costs["words, none"][2],
    "vectors, ms": lambda m: m.costs["vectors, none"][2],
    "both, ms": lambda m: m.costs["both, none"][2],
    "both with stage + topic, ms": lambda m: m.costs["both, stage + topic"][2],
    "both with rare filters, ms": lambda m: m.costs["both, rare"][2],
}
"""Times of questions are the median of processor time, which others on the machine change least."""


def law_of(name: str, rows: Sequence[Measured]) -> Law:
    """Return how one figure grows."""
    costs = [FIGURES[name](m) for m in rows]
    return Law([m.passages for m in rows], costs, line=name.endswith("MB"))


def tell_growth(measured: Sequence[Measured]) -> Iterator[str]:
    """Yield the power of each figure, and what it comes to; nothing for a single size."""
    for engine in dict.fromkeys(m.engine for m in measured):
        rows = [m for m in measured if m.engine == engine]
        if len({m.passages for m in rows}) < 2:
            continue
        yield f"\n{engine}: growth from {rows[0].passages:,} to {rows[-1].passages:,} passages"
        for name in FIGURES:
            law = law_of(name, rows)
            at = "".join(f"{law(size):>16,.0f}" for size in SIZES)
            yield f"  {name:30} passages ** {law.power:4.2f}  {at}"


def tell_cluster(measured: Sequence[Measured]) -> Iterator[str]:
    """Yield what shards of ``PER_SHARD`` passages would need, beside what was estimated."""
    rows = [m for m in measured if m.engine == "1 shard"]
    if len({m.passages for m in rows}) < 2:
        return
    laws = {name: law_of(name, rows) for name in FIGURES}
    yield f"\nA cluster with shards of {PER_SHARD:,} passages each: EXTRAPOLATED, not measured"
    yield "  passages        shards  memory GB (est.)   disk GB (est.)   one shard, ms (est.)"
    for size in SIZES:
        shards = math.ceil(size / PER_SHARD)
        memory, disk = (
            laws[name](PER_SHARD) * shards / 1000
            for name in ("memory and mapped files, MB", "disk, MB")
        )
        est = ESTIMATED[size]
        yield (
            f"  {size:<15,} {shards:>6}  {memory:>9,.0f} ({est[0]:,})  {disk:>9,.0f} ({est[1]:,})"
            f"  {laws['both, ms'](PER_SHARD):>9,.0f} ({est[2]}-{est[3]})"
        )
