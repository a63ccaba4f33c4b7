"""The engines that one suite of tests is run on, and how their answers are compared."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from index.clock import Clock
from index.engine import DEPTH, Question, View
from index.local.engine import LocalEngine
from index.model import KEYWORDS
from index.qdrant.engine import QdrantEngine
from index.vectors.profile import profile_of
from tests.support.fakes import HashEncoder

URL = os.environ.pop("SALEX_QDRANT_URL", None)
"""A Qdrant server to run the suite on as well: it makes and drops collections of its own there. The
variable is taken out, as commands would take it for a setting."""
KINDS = ("shard", "translated", *(("server",) if URL else ()))
"""Qdrant's shard in this process; the requests of its Python client, answered by that client
itself; and a server, if one is named."""


ROUNDING = 1e-6
"""By less than this, single precision does not tell two cosines apart."""


class SecondEncoder(HashEncoder):
    """A second encoder, with vectors of its own."""

    digest = "hash-encoder-2"
    name = "hash-encoder-second"
    profile = profile_of(name)
    dimensions = 48


@contextmanager
def client_of(kind: str, folder: Path, *, graph: bool = False) -> Iterator[object]:
    """Give an empty engine of a kind; skip if it is not installed."""
    if kind == "shard":
        pytest.importorskip("qdrant_edge", reason="qdrant-edge-py is not installed")
        from tests.support.shard import ShardClient

        in_memory = Path(
            "/dev/shm"
        )  # a shard syncs each of its files, which takes seconds on disks
        with TemporaryDirectory(dir=in_memory if in_memory.is_dir() else folder) as place:
            shard = ShardClient(Path(place), graph=graph)
            yield shard
            shard.close()
        return
    pytest.importorskip("qdrant_client", reason="the extra qdrant is not installed")
    from index.qdrant.over_http import HttpClient

    client = HttpClient(URL if kind == "server" else ":memory:")
    yield client
    client.close()


@contextmanager
def engine_of(
    kind: str, folder: Path, index: Path, *, graph: bool = False, **settings: object
) -> Iterator[QdrantEngine]:
    """Give an engine over an index folder, with collections of its own, which are dropped."""
    with client_of(kind, folder, graph=graph) as client:
        alias = f"test-{uuid.uuid4().hex[:8]}"
        exact = {"exact": True, "quantized": False} | settings
        yield QdrantEngine(client, index, alias=alias, **exact)
        for name in client.collections():
            if name.startswith(alias):
                client.drop(name)


def same_answers(catalogue, local: View, other: View, question: Question, depths=(DEPTH,)) -> None:
    """Check that two engines say the same of a question."""
    wanted, got = (v.ask(catalogue, question, Clock()) for v in (local, other))
    assert got.legs == wanted.legs
    assert got.coverage == pytest.approx(wanted.coverage)
    whole = wanted.candidates()
    for depth in depths:
        if depth == DEPTH or not _cuts_between_alike(whole, depth):
            same_found(wanted.candidates(depth), got.candidates(depth))
    counted, told = wanted.counts(), got.counts()
    for name in ("scored", "said", "evidence", "scored_evidence", "said_evidence"):
        assert getattr(told, name).tolist() == getattr(counted, name).tolist(), name
    assert (told.any_role, told.most) == (counted.any_role, counted.most)


def _cuts_between_alike(found, depth: int) -> bool:
    """Whether a leg's first passages end between two whose cosines differ by rounding alone.

    Which of them is among the first is for the order of the sums to say, and engines have their
    own. Those of one vector are the same to the last digit, and their order counts.
    """
    for leg, scores in found.legs.items():
        known = np.sort(scores[~np.isnan(scores)])[::-1]
        if leg != KEYWORDS and len(known) > depth:
            apart = known[depth - 1] - known[depth]
            if 0 < apart < ROUNDING:
                return True
    return False


def same_found(wanted, got) -> None:
    """Check that candidates are the same, to what single precision leaves of their scores."""
    assert got.ids.tolist() == wanted.ids.tolist()
    assert got.owners.tolist() == wanted.owners.tolist()
    assert got.concluding.tolist() == wanted.concluding.tolist()
    assert list(got.legs) == list(wanted.legs)
    for leg, scores in wanted.legs.items():
        near, least = (1e-6, 0.0) if leg == KEYWORDS else (1e-5, 1e-6)
        np.testing.assert_allclose(got.legs[leg], scores, rtol=near, atol=least, err_msg=leg)
    np.testing.assert_allclose(got.shares, wanted.shares, rtol=1e-9)


def same_state(catalogue, local: View, other: View) -> None:
    """Check that two engines agree about what does not depend on a question's legs."""
    for name in ("document_ids", "revision"):
        assert getattr(other.documents, name) == getattr(local.documents, name)
    for name in ("years", "work", "form", "forms", "have_passages", "have_evidence"):
        assert getattr(other.documents, name).tolist() == getattr(local.documents, name).tolist()
    for field, values in local.documents.values.items():
        told = {value: rows.tolist() for value, rows in other.documents.values[field].items()}
        assert told == {value: rows.tolist() for value, rows in values.items()}
    assert other.manifest == local.manifest
    assert (other.passages, other.without_vector) == (local.passages, local.without_vector)
    assert other.problem == local.problem
    assert other.limits == ()


__all__ = ["KINDS", "LocalEngine", "SecondEncoder", "client_of", "engine_of", "same_answers"]
