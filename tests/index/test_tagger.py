"""The tagger proposes with a reason, and keeps its hands off decisions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from corpus.model import Tag
from corpus.tags.tags import decide, tags_of
from corpus.taxonomy import load_taxonomy
from index.tagging.tagger import TermVectors, propose_terms, suggest_tags
from index.tagging.zeroshot import closeness_to_terms
from index.vectors.builder import build_index
from index.vectors.profile import MINILM
from tests.support.fakes import HashEncoder

USE = "adopted by the ministry of education; national scale-up; implementation in schools"


def _unit(*rows):
    matrix = np.array(rows, dtype=np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


TERMS = TermVectors(
    "stages", ("a", "b", "c"), _unit([1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]), MINILM
)


def test_the_nearest_term_comes_first_with_the_passage_that_argues_most():
    found = propose_terms(_unit([0.1, 1, 0, 0], [0, 5, 0, 0.1]), TERMS)
    assert [(p.term, p.place) for p in found] == [("b", 1)]
    assert 0.3 < found[0].score <= 1


def test_two_terms_that_fit_alike_are_both_proposed():
    found = propose_terms(_unit([1, 1.01, 0, 0]), TERMS)
    assert [p.term for p in found] == ["b", "a"]


def test_nothing_is_proposed_for_a_text_about_something_else():
    assert propose_terms(_unit([0.05, 0, 0, 1]), TERMS) == []


def test_what_a_document_is_counts_as_far_as_it_is_sure():
    speaks_of_a = _unit([1, 0.85, 0, 0])
    terms = [
        [p.term for p in propose_terms(speaks_of_a, TERMS, {"b": sure})]
        for sure in (0.0, 0.55, 0.95)
    ]
    assert terms == [["a"], ["b", "a"], ["b"]]


def test_a_sure_type_alone_proposes_a_term_where_the_text_fits_none():
    elsewhere = _unit([0.05, 0, 0, 1])
    assert propose_terms(elsewhere, TERMS, {"b": 0.65}) == []
    assert [p.term for p in propose_terms(elsewhere, TERMS, {"b": 0.95})] == ["b"]


def test_a_text_that_shows_no_stage_and_comes_close_to_none_has_none():
    far = _unit([0.4, 0, 0, 0.9165])
    assert [p.term for p in propose_terms(far, TERMS)] == ["a"]  # in a language nobody reads here
    assert propose_terms(far, TERMS, {"b": 0.2}, read=True) == []
    assert [p.term for p in propose_terms(far, TERMS, {"a": 0.6}, read=True)] == ["a"]
    assert [p.term for p in propose_terms(_unit([0.5, 0, 0, 0.866]), TERMS, read=True)] == ["a"]


def test_a_topic_asks_for_less_closeness_than_a_stage_that_nothing_shows():
    topics = replace(TERMS, vocabulary="topics")
    near, far = _unit([0.4, 0, 0, 0.9165]), _unit([0.3, 0, 0, 0.954])
    assert [p.term for p in propose_terms(near, topics, read=True)] == ["a"]
    assert propose_terms(far, topics, read=True) == []


def test_the_passages_that_argue_for_a_term_count_as_much_as_all_together():
    beside_the_point = [0, 0.35, 0, 1]
    argues = [1, 0, 0, 0.2]
    passages = _unit(beside_the_point, beside_the_point, argues)
    close = closeness_to_terms(passages, TERMS)
    mean = passages.mean(axis=0) / np.linalg.norm(passages.mean(axis=0))
    assert close[0] == pytest.approx((mean[0] + passages[2, 0]) / 2)
    assert close[0] > close[1]


def test_a_passage_that_shows_the_stage_is_the_one_that_argues_for_it():
    passages = _unit([1, 0, 0, 0], [0.9, 0, 0, 0.3], [0.8, 0, 0, 0.5])
    (found,) = propose_terms(passages, TERMS, {"a": 0.6}, places={"a": (1, 2)})
    assert (found.term, found.place) == ("a", 1)


@pytest.fixture
def tagged(catalogue, store, tmp_path):
    def run():
        build_index(catalogue, tmp_path / "i", HashEncoder())
        return suggest_tags(catalogue, tmp_path / "i", HashEncoder(), load_taxonomy())

    store("brief", "Something else.", USE)
    return run


def _stages(catalogue):
    return [t for t in tags_of(catalogue, ["brief"])["brief"] if t.vocabulary == "stages"]


def test_a_suggestion_points_at_a_passage_of_its_document(catalogue, tagged):
    tagged()
    tag = _stages(catalogue)[0]
    passage = catalogue.passages_by_id([tag.passage_id])[tag.passage_id]
    assert passage.document_id == "brief"
    assert (tag.quote, tag.page, tag.origin) == (passage.text, passage.page, "suggested")
    assert tag.model.endswith(HashEncoder.digest)


def test_tagging_again_changes_nothing(tagged):
    assert tagged().changed == 1
    assert tagged().changed == 0


def test_where_a_person_decided_nothing_more_is_suggested(catalogue, tagged):
    with catalogue.transaction():
        decide(catalogue, Tag("brief", "stages", "generation", "confirmed", decided_by="ana"))
    tagged()
    (tag,) = _stages(catalogue)
    assert (tag.term, tag.decided_by, tag.origin) == ("generation", "ana", "confirmed")
    assert tag.passage_id is not None


def test_a_rejected_term_does_not_come_back(catalogue, tagged):
    tagged()
    proposed = _stages(catalogue)[0].term
    with catalogue.transaction():
        decide(catalogue, Tag("brief", "stages", proposed, "rejected", decided_by="ana"))
    tagged()
    origins = {t.term: t.origin for t in _stages(catalogue)}
    assert origins[proposed] == "rejected"
