"""How likely a sentence is to hold comes from sentences like it, its words and its document."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from corpus.taxonomy import load_taxonomy
from index.tagging.claims import (
    CELLS,
    FARTHEST,
    ClaimWeights,
    claim_weights,
    claims_of,
    field_words,
    numbers_of,
    read_claims,
)
from tests.support.fakes import HashEncoder

TAXONOMY: Final = load_taxonomy()
CLAIMS: Final = read_claims(HashEncoder(), TAXONOMY)
TIME: Final = "Lack of time keeps teachers from using research in their schools."
PLAIN: Final = ClaimWeights("", ("claim",), (0.5,), (0.1,), (2.0,), 0.0, 0.4, 0.2)


def _row(sentence):
    return HashEncoder().encode_passages([sentence])[0]


def _numbers(sentence, field=1.0):
    found = numbers_of(CLAIMS, sentence, _row(sentence), field)
    return {(cell.factor.id, cell.polarity): numbers for cell, numbers in found}


def test_a_sentence_is_weighed_for_the_factors_and_sides_it_is_nearest_to():
    found = numbers_of(CLAIMS, TIME, _row(TIME), 1.0)
    assert len(found) == CELLS
    first, numbers = found[0]
    assert (first.factor.id, first.polarity) == ("time-and-resources", "constraint")
    assert [n["nearest"] for _, n in found] == [1.0, 0.0, 0.0]
    assert numbers["said"] == numbers["named"] == numbers["hindrance beside"] == 1.0
    assert numbers["use"] >= 1.0
    assert numbers["over other factors"] > 0


def test_timely_data_do_not_name_a_lack_of_time():
    late = TIME.replace("time", "timely data")
    told = [n["named"] for (factor, _), n in _numbers(late).items() if factor.startswith("time")]
    assert told
    assert not any(told)


def test_what_may_be_so_is_told_to_the_regression():
    unsure = TIME.replace("keeps", "may keep")
    assert {n["unsure"] for n in _numbers(TIME).values()} == {0.0}
    assert {n["unsure"] for n in _numbers(unsure).values()} == {1.0}


def test_what_is_told_of_the_document_reaches_the_regression():
    weights = ClaimWeights("", ("field",), (0.0,), (1.0,), (1.0,), 0.0, 0.4, 0.2)
    chances = [
        claims_of(CLAIMS, weights, TIME, _row(TIME), field)[0].chance for field in (0.5, 2.0)
    ]
    assert chances == pytest.approx([1 / (1 + math.exp(-0.5)), 1 / (1 + math.exp(-2.0))])


def test_the_likeliest_comes_first():
    chances = [c.chance for c in claims_of(CLAIMS, PLAIN, TIME, _row(TIME), 1.0)]
    assert chances == sorted(chances, reverse=True)


def test_no_number_counts_for_more_than_it_may():
    assert PLAIN.chance({"claim": 9.0}) == pytest.approx(1 / (1 + math.exp(-2.0 * FARTHEST)))


def test_a_document_of_the_field_has_more_of_its_words():
    of_field = "Research use by policymakers rests on knowledge brokers and on data use. " * 20
    elsewhere = "Gardens were laid out behind the town hall, and roses grew in all of them. " * 20
    assert field_words([of_field]) > field_words([elsewhere]) == 0.0
    assert field_words(["Data use."]) < field_words([of_field])  # one word in a note is not many


def test_a_factor_without_sentences_of_its_own_is_compared_with_its_cues():
    factors = TAXONOMY.vocabulary("factors")
    ours = replace(factors.terms["capacity"], id="our-own")
    vocabularies = {**TAXONOMY.vocabularies, "factors": replace(factors, terms={"our-own": ours})}
    cells = read_claims(HashEncoder(), replace(TAXONOMY, vocabularies=vocabularies)).cells
    assert [cell.polarity for cell in cells] == ["driver", "constraint"]
    assert all(np.array_equal(cell.rows, cell.cues.cues) for cell in cells)


def test_every_number_that_counts_is_weighed():
    weights = claim_weights()
    assert set(weights.names) == set(_numbers(TIME)["time-and-resources", "constraint"])
    assert len(weights.names) == len(weights.centre) == len(weights.scale) == len(weights.weights)
    assert all(scale > 0 for scale in weights.scale)
