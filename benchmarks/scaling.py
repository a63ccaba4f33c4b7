"""What a catalogue of many passages costs, on one machine and in shards of Qdrant.

    python -m benchmarks.scaling [--passages 20000 200000] [--folder DIR]
    python -m benchmarks.scaling --engines local shard --shards 1 2 4 8 --passages 10000 100000

One process, one thread, no HTTP, and an encoder that only draws random vectors, so that what is
measured is the rest. The words are those of the starter documents, so few that a question finds a
quarter of all passages, more than a real one would. With ``--folder`` the made-up catalogues are
kept and used again: 200,000 passages take minutes to write.

With ``--engines``, engines are asked the same questions at their port. Shards are those of Qdrant,
in this process, with vectors in bytes and a graph where Qdrant makes one by itself. Several are
asked one by one and merged; "apart" is what is left if each had a machine of its own. What more
passages would need is extrapolated.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.scaling_engines import Measured, measure, recall
from benchmarks.scaling_laws import tell_cluster, tell_growth
from benchmarks.scaling_local import measure_local
from benchmarks.scaling_made import fill


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--engines", nargs="+", choices=("local", "shard"), default=())
    parser.add_argument("--shards", type=int, nargs="+", default=[1])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    measured: list[Measured] = []
    with tempfile.TemporaryDirectory() as scratch:
        for count in options.passages:
            data = (options.folder or Path(scratch)) / str(count)
            if not (data / "built.json").exists():
                (data / "built.json").write_text(json.dumps({"build_s": fill(data, count)}))
            if options.engines:
                numbers = [0] * ("local" in options.engines)
                numbers += options.shards if "shard" in options.engines else []
                for shards in numbers:
                    measured.append(measure(data, count, shards))
                    print("\n".join(_tell(measured)), flush=True)
            else:
                print(f"{count:,} passages, ms of processor time (median)")
                for said, figure in measure_local(data, count):
                    print(f"  {said:44} {figure}", flush=True)
    print("\n".join((*tell_growth(measured), *tell_cluster(measured))))


def _tell(measured: list[Measured]) -> Iterator[str]:
    """Yield the figures of what was measured last, beside the local engine if that was, too."""
    m = measured[-1]
    exact = [e for e in measured if e.engine == "local" and e.passages == m.passages]
    found = recall(m, exact[0]) if exact else {}
    yield (
        f"{m.engine}, {m.passages:,} passages: built in {m.build_s:.1f} s, "
        f"graph {m.graph_s:.1f} s, ready in {m.ready_s:.2f} s, memory {m.memory_mb:.0f} MB "
        f"and {m.mapped_mb:.0f} MB mapped, disk {m.disk_mb:.0f} MB"
    )
    yield f"  {'ms':26} {'p50':>8} {'p95':>8} {'processor':>10} {'apart':>8} {'recall@10':>10}"
    for asked, costs in m.costs.items():
        figures = "".join(f"{c:>9.1f}" for c in (*costs, m.apart_ms[asked]))
        yield f"  {asked:26}{figures} {found.get(asked, math.nan):>10.3f}"


if __name__ == "__main__":
    main()
