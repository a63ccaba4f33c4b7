"""What was chosen on one model's cosines goes with that model, wherever it is used."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Query
from index.search.order import ANSWER_COUNTS
from index.search.searcher import Searcher
from index.tagging.mentions import find_mentions, term_cues
from index.tagging.zeroshot import propose_terms, term_vectors
from index.vectors.builder import build_index
from index.vectors.profile import MINILM, PACKAGED_MODEL, EncoderProfile, profile_of
from index.works.proposing import propose_works
from tests.support.fakes import HashEncoder

TRUST = "Members dare to share failures in a safe space, but trust between network members is weak."
TITLE = "Learning networks in five countries of the south"


class OtherEncoder(HashEncoder):
    """The same vectors with other constants."""

    def __init__(self, **changes: float) -> None:
        self.profile = replace(HashEncoder.profile, **changes)


def test_the_packaged_model_has_its_own_profile_and_an_unmeasured_model_starts_from_it():
    assert profile_of(PACKAGED_MODEL) is MINILM
    assert profile_of("a/model/nobody/measured") is MINILM


def test_every_constant_is_described():
    described = EncoderProfile.__doc__.split("Attributes:")[1]
    assert [f.name for f in fields(EncoderProfile) if f"{f.name}: " not in described] == []


@pytest.mark.parametrize(
    "changes", [{"mention_speaks": 1.01}, {"mention_near": 1.01}], ids=["speaks", "near"]
)
def test_mentions_go_by_the_encoders_profile(changes):
    def found(encoder):
        cues = term_cues(encoder, load_taxonomy(), "factors")
        return find_mentions(encoder, [TRUST], encoder.encode_passages([TRUST]), cues)

    assert found(HashEncoder())
    assert not found(OtherEncoder(**changes))


def test_proposals_go_by_the_encoders_profile():
    def found(encoder):
        terms = term_vectors(encoder, load_taxonomy(), "stages")
        return propose_terms(terms.rows[:2], terms)

    usual = found(HashEncoder())
    assert found(OtherEncoder(belief_floor=1.01)) == []
    assert found(OtherEncoder(belief_stage=1.01)) == usual  # in a language that is not read
    assert len(found(OtherEncoder(belief_second=0.0))) == 3 > len(usual)
    assert found(OtherEncoder(belief_sharpness=1.0))[0].score < usual[0].score


def test_works_go_by_the_encoders_profile(catalogue, store, tmp_path):
    store("slides", "The same words on networks.", title=TITLE, kind="presentation")
    store("report", "The same words on networks.", title=TITLE, kind="report")
    build_index(catalogue, tmp_path, HashEncoder())
    assert propose_works(catalogue, tmp_path, HashEncoder()) == 1
    assert propose_works(catalogue, tmp_path, OtherEncoder(work_near=1.01)) == 0


def test_ranking_and_strength_go_by_the_encoders_profile(catalogue, store, tmp_path):
    store("brief", "Wellbeing of students in schools.")
    build_index(catalogue, tmp_path, HashEncoder())

    def results(encoder, text="wellbeing of students"):
        return Searcher(LocalEngine(tmp_path), encoder, load_taxonomy()).search(
            catalogue, Query(text)
        )

    usual = results(HashEncoder())
    snippet = usual.hits[0].snippets[0]
    assert usual.strength == "strong"
    assert results(OtherEncoder(strong=1.51)).strength == "weak"
    assert results(OtherEncoder(strong=1.01, words_count=0.0)).strength == "weak"
    assert results(HashEncoder(), "wellbeing of giraffes").strength == "weak"
    assert results(OtherEncoder(weak=1.01), "wellbeing of giraffes").strength == "none"
    by_meaning = results(OtherEncoder(fusion_weight=1.0))
    answer = ANSWER_COUNTS * snippet.answer_score
    assert by_meaning.hits[0].score == pytest.approx(snippet.cosine + answer)
