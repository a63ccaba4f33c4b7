"""The real model: loads from this machine alone, keeps order, and is checked before it is used."""

from __future__ import annotations

import json
import subprocess
import sys
import threading

import numpy as np
import pytest

from index.vectors import encoder as choosing
from index.vectors import kept_graph, packaged, processor
from index.vectors.encoder import load_encoder
from index.vectors.graph import read_word_vectors, write_graph
from index.vectors.kept_graph import keep_graph
from index.vectors.model_files import packaged_folder
from index.vectors.packaged import CHECKED, EncoderUnfit, load_packaged

TEXTS = [
    "Schools measure the wellbeing of students.",
    "A randomised trial of structured pedagogy in Kenya. " * 12,
    "x",
    "Los docentes participan en las decisiones.",
    "",
    "a\x00b \x1f 😀 e\u0301 " * 3,
    "wellbeing " * 3_000,
]


@pytest.fixture(scope="module")
def encoder():
    return load_encoder(precision="float32")


def test_vectors_are_unit_rows_in_the_order_given(encoder):
    rows = encoder.encode_passages(TEXTS)
    assert rows.shape == (len(TEXTS), encoder.dimensions) == (7, 384)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    alone = np.stack([encoder.encode_query(text) for text in TEXTS])
    assert np.array_equal(rows, alone)


def test_vectors_are_those_of_the_library(encoder):
    expected = np.load(packaged._REFERENCE)
    assert np.allclose(encoder.encode_passages(CHECKED), expected, atol=1e-4)


def test_progress_counts_every_text(encoder):
    counted = []
    encoder.encode_passages(TEXTS[:3], progress=counted.append)
    assert sum(counted) == 3


def test_no_texts_give_no_rows(encoder):
    assert encoder.encode_passages([]).shape == (0, 384)


def test_a_query_does_not_wait_for_passages(encoder):
    begun, answered, seen = threading.Event(), threading.Event(), []

    def wait_once(_count):
        if not begun.is_set():
            begun.set()
            seen.append(answered.wait(9))

    thread = threading.Thread(
        target=encoder.encode_passages, args=(TEXTS[:3],), kwargs={"progress": wait_once}
    )
    thread.start()
    begun.wait(9)
    encoder.encode_query("wellbeing")
    answered.set()
    thread.join()
    assert seen == [True]


def test_the_vectors_of_words_are_read_from_the_models_file_and_are_no_part_of_the_graph():
    words = read_word_vectors(packaged_folder())
    assert words.shape == (30_522, 384)
    assert isinstance(words.base.base, np.memmap)
    assert len(write_graph(packaged_folder(), "int8")) < words.nbytes / 3


def keep(folder, data: bytes, release: str = "1") -> kept_graph.KeptGraph:
    return keep_graph(packaged_folder(), "float32", folder, lambda *_: data, release=release)


@pytest.mark.parametrize("damage", ["cut", "changed", "record", "weights", "format", "release"])
def test_a_kept_graph_that_is_not_whole_or_not_current_is_written_again(tmp_path, damage):
    kept = keep(tmp_path, b"a graph")
    record = json.loads(kept.source.with_suffix(".json").read_text())
    if damage in ("cut", "changed"):
        kept.source.write_bytes(b"a gr" if damage == "cut" else b"a grapH")
    elif damage == "record":
        kept.source.with_suffix(".json").write_text("[" * 100_000)
    elif damage in ("weights", "format"):
        record |= {"weights": [1, 2]} if damage == "weights" else {"format": 0}
        kept.source.with_suffix(".json").write_text(json.dumps(record))
    release = "2" if damage == "release" else "1"
    assert keep(tmp_path, b"again", release).source.read_bytes() == b"again"
    assert keep(tmp_path, b"a third", release).source.read_bytes() == b"again"


def test_a_graph_that_cannot_be_kept_is_used_from_memory(tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert keep(tmp_path / "file" / "below", b"a graph").source == b"a graph"


@pytest.mark.parametrize(
    ("features", "exact", "tried"),
    [
        ("fpu avx2 avx512_vnni", False, ["int8", "float32"]),
        ("fpu avx2 avx_vnni", False, ["int8", "float32"]),
        ("fpu avx2 avx512bw", False, ["float32"]),
        ("fpu avx2 avx512_vnni", True, ["float32"]),
        ("", False, ["float32"]),
    ],
)
def test_bytes_are_multiplied_only_where_that_is_exact(monkeypatch, features, exact, tried):
    asked = []

    def refuse(_model, arithmetic, _folder):
        asked.append(arithmetic)
        raise EncoderUnfit("not here")

    monkeypatch.setattr(packaged, "_load", refuse)
    monkeypatch.setattr(processor, "processor_features", lambda: frozenset(features.split()))
    with pytest.raises(EncoderUnfit, match="not here"):
        load_packaged(exact=exact)
    assert asked == tried


def test_features_are_read_from_what_linux_lists(tmp_path):
    listed = tmp_path / "cpuinfo"
    listed.write_text("processor : 0\nflags\t\t: fpu avx2 avx_vnni\n")
    assert processor.processor_features(listed) == {"fpu", "avx2", "avx_vnni"}
    assert processor.processor_features(tmp_path / "missing") == frozenset()


@pytest.mark.parametrize(
    ("asked", "processors", "threads"), [("", 8, 2), ("", 1, 1), ("1", 8, 1), ("x", None, 1)]
)
def test_threads_are_no_more_than_the_machine_has(monkeypatch, asked, processors, threads):
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    monkeypatch.delattr("os.sched_getaffinity")  # as outside of Linux
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    assert processor.encoding_threads() == threads


def test_wrong_vectors_are_noticed_and_another_way_is_taken(tmp_path, monkeypatch, caplog):
    swapped = tmp_path / "reference.npy"
    np.save(swapped, np.load(packaged._REFERENCE)[::-1])
    monkeypatch.setattr(packaged, "_REFERENCE", swapped)
    monkeypatch.setattr(packaged, "CHECKED", (*CHECKED[:-1], "evidence of it"))
    monkeypatch.setattr("index.vectors.transformer.load_transformer", lambda *_, **__: "other")
    assert choosing.load_encoder() == "other"
    assert "lowest cosine" in caplog.text


BLOCKED = """
import socket, sys

def refuse(*_, **__):
    raise SystemExit("a connection was tried")

socket.socket.connect = refuse
socket.getaddrinfo = refuse
from index.vectors.encoder import load_encoder
encoder = load_encoder(precision=sys.argv[1])
print(encoder.encode_query("wellbeing").shape, encoder.runs_on)
print({"torch", "transformers", "sentence_transformers", "onnx"} & set(sys.modules) or "light")
"""


def load_blocked(precision: str) -> list[str]:
    asked = [sys.executable, "-W", "ignore", "-c", BLOCKED, precision]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_loading_the_model_opens_no_connection_and_loads_no_heavy_library(encoder):
    assert load_blocked("float32") == ["(384,) ONNX Runtime, float32", "light"]
