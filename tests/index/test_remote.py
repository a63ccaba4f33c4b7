"""Encoding on other machines: the vectors made here, and none of another model."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from corpus.cluster.workers import Cluster
from corpus.errors import ClusterLost, ClusterUnavailable, ModelUnavailable, TaskGivenUp
from index.vectors import builder
from index.vectors.builder import build_index
from index.vectors.encoder import load_encoder
from index.vectors.multilingual import load_multilingual
from index.vectors.profile import PACKAGED_MULTILINGUAL
from index.vectors.remote import (
    Making,
    RemoteEncoding,
    describe_encoders,
    describe_makings,
    make_first,
    make_second,
)
from index.vectors.store import VectorStore
from tests.support import cluster as support
from tests.support.fakes import HashEncoder
from tests.support.misencoding import (
    ChangingEncoder,
    OtherEncoder,
    PoisonedEncoder,
    SecondEncoder,
    ShortEncoder,
)

pytest.importorskip("distributed", reason="needs the extra dask")

TEXTS = [f"School {n} measured wellbeing in term {n % 3}, {n * 7} times." for n in range(40)]


@pytest.fixture(scope="module")
def two() -> Iterator[support.Machines]:
    with support.machines(2) as machines:
        yield machines


@contextmanager
def encoding(
    machines: support.Machines,
    first: Callable[[], HashEncoder] = HashEncoder,
    second: Callable[[], HashEncoder] = SecondEncoder,
) -> Iterator[RemoteEncoding]:
    """Yield the encoding of a cluster whose workers make these encoders in the place of ours."""
    makings = {HashEncoder.digest: Making(first), SecondEncoder.digest: Making(second)}
    here = describe_encoders([HashEncoder(), SecondEncoder()])
    with Cluster(machines.address, here, describe_makings, list(makings.values())) as cluster:
        yield RemoteEncoding(cluster, makings)


@pytest.fixture
def stored(store, monkeypatch):
    """Forty passages of five documents, encoded three at a time."""
    monkeypatch.setattr(builder, "ENCODE_STEP", 3)
    for number in range(5):
        store(f"d{number}", *TEXTS[8 * number : 8 * number + 8])


def vectors(folder, digest):
    with VectorStore(folder / "vectors.sqlite") as kept:
        return kept.read(digest)


def test_the_index_is_the_one_made_here_by_both_encoders(two, stored, catalogue, tmp_path):
    both = {"multilingual": SecondEncoder()}
    told = []
    with encoding(two) as steps:
        report = build_index(
            catalogue, tmp_path / "there", HashEncoder(), **both, encode_steps=steps,
            progress=lambda done, of: told.append((done, of)),
        )  # fmt: skip
    build_index(catalogue, tmp_path / "here", HashEncoder(), **both)
    for digest in (HashEncoder.digest, SecondEncoder.digest):
        (ids, rows), (same, others) = (
            vectors(tmp_path / place, digest) for place in ("there", "here")
        )
        assert np.array_equal(ids, same)
        assert np.array_equal(rows, others)
    assert (report.passages, report.encoded) == (40, 40)
    assert told[-1] == (80, 80)
    assert told == sorted(told)


def test_the_packaged_encoders_make_the_same_vectors_there(two):
    first, second = load_encoder(None), load_multilingual(PACKAGED_MULTILINGUAL)
    makings = {
        first.digest: Making(make_first, (None, "auto")),
        second.digest: Making(make_second, (PACKAGED_MULTILINGUAL,)),
    }
    here = describe_encoders([first, second])
    steps = [TEXTS[:5], TEXTS[5:9]]
    with Cluster(two.address, here, describe_makings, list(makings.values())) as cluster:
        for encoder in (first, second):
            found = dict(RemoteEncoding(cluster, makings)(encoder, steps))
            for number, texts in enumerate(steps):
                assert np.array_equal(found[number], encoder.encode_passages(texts))


def test_a_worker_with_another_encoder_is_refused(two):
    said = "Its encoder hash-encoder is hash-encoder-9, and here it is hash-encoder-1"
    with pytest.raises(ClusterUnavailable, match=said), encoding(two, OtherEncoder):
        pass


@pytest.mark.parametrize("made", [ChangingEncoder, ShortEncoder], ids=["digest", "rows"])
def test_no_vector_of_another_model_gets_in(made, two, stored, catalogue, tmp_path):
    with encoding(two, made) as steps, pytest.raises(ModelUnavailable, match="None of them"):
        build_index(catalogue, tmp_path, HashEncoder(), encode_steps=steps)
    with VectorStore(tmp_path / "vectors.sqlite") as kept:
        assert kept.keys(HashEncoder.digest) == set()


def test_a_worker_killed_midway_costs_nothing(two, stored, catalogue, tmp_path):
    told = []

    def kill_one(done: int, of: int) -> None:
        told.append(done)
        if len(told) == 4:
            two.workers()[0].kill()

    with encoding(two) as steps:
        report = build_index(
            catalogue, tmp_path, HashEncoder(), encode_steps=steps, progress=kill_one
        )
    two.keep(2)
    assert report.encoded == 40
    assert told[-1] == 40
    ids, _ = vectors(tmp_path, HashEncoder.digest)
    assert len(ids) == 40


def test_a_lost_scheduler_keeps_what_is_encoded(stored, catalogue, tmp_path):
    with support.machines(1) as machines, pytest.raises(ClusterLost), encoding(machines) as steps:

        def lose(done: int, of: int) -> None:
            if done == 12:
                machines.scheduler.kill()

        build_index(catalogue, tmp_path, HashEncoder(), encode_steps=steps, progress=lose)
    with VectorStore(tmp_path / "vectors.sqlite") as kept:
        held = len(kept.keys(HashEncoder.digest))
    assert held >= 12
    assert build_index(catalogue, tmp_path, HashEncoder()).encoded == 40 - held


def test_passages_that_end_every_worker_end_the_work_and_the_rest_is_kept(
    two, stored, catalogue, tmp_path
):
    keep = functools.partial(two.keep, 2)
    given_up = pytest.raises(TaskGivenUp, match="too little memory")
    with encoding(two, PoisonedEncoder) as steps, support.repeating(keep), given_up:
        build_index(catalogue, tmp_path, HashEncoder(), encode_steps=steps)
    with VectorStore(tmp_path / "vectors.sqlite") as kept:
        assert kept.keys(HashEncoder.digest)
