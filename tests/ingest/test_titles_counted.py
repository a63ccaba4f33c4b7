"""Titles of strangers' documents are counted and weighed by publisher, those kept apart never."""

from __future__ import annotations

import hashlib

from ingest.record.finding import Finding
from ingest.record.title_choice import WEIGHTS
from tests.reading.record import normal
from tests.reading.title_weights import Case, held_out, learn, written
from tests.reading.titles import HALVES, Counts, labels


def case(publisher: str, right: int) -> Case:
    """Return a document of which the right one of three wordings is the largest."""
    numbers = [{"size": float(i == right), "read": float(i == 0), "bold": 1.0} for i in range(3)]
    return Case(publisher, tuple(numbers), tuple(i == right for i in range(3)), right == 0)


CASES = [case(f"publisher {i}", i % 3) for i in range(60)]


def test_no_publisher_is_in_both_parts():
    parts = {half: {one.publisher for one in labels() if one.half == half} for half in HALVES}
    assert not parts["look"] & parts["apart"]
    assert {one.half for one in labels()} == set(HALVES)


def test_every_label_names_one_file_and_a_title():
    digests = [one.sha256 for one in labels()]
    assert len(digests) == len(set(digests))
    assert all(len(digest) == hashlib.sha256().digest_size * 2 for digest in digests)
    assert all(one.titles and all(map(normal, one.titles)) for one in labels())


def test_what_makes_wordings_right_is_learned():
    weights = learn(CASES)
    assert weights.score({"size": 1.0}) > weights.score({"size": 0.0})
    assert sum(right for *_, right in held_out(CASES)) == len(CASES)


def test_a_document_without_a_right_wording_teaches_nothing():
    wrong = Case("nobody", ({"size": 5.0},) * 2, (False, False), False)
    assert learn([*CASES, wrong]) == learn(CASES)


def test_a_publisher_is_held_out_whole():
    assert case("one", 0).fold == case("one", 2).fold


def test_the_weights_are_written_as_they_are_read(tmp_path):
    from ingest.record import title_choice

    weights = title_choice.title_weights()
    path = tmp_path / "weights.toml"
    path.write_text(written(weights), encoding="utf-8")
    assert path.read_text("utf-8") == WEIGHTS.read_text("utf-8")


def test_titles_are_counted_as_recorded_or_suggested():
    counts = Counts()
    counts.add(Finding("title", "Visits", 0.9), right=True)
    counts.add(Finding("title", "Visits", 0.1), right=False)
    counts.add(None, right=False)
    assert counts == Counts(right=1, suggested_wrong=1, missing=1)
