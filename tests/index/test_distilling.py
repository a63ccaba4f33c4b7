"""Word vectors distilled from an encoder find what the encoder finds."""

from __future__ import annotations

import numpy as np
import pytest

from index.vectors.distilling import distill, find_word
from tests.support.fakes import HashEncoder

SENTENCES = [
    "Teachers plan lessons together.",
    "Pupils measure their wellbeing by survey.",
    "Ministries finance school meals.",
    "Peers coach school leaders on data.",
]


def _table():
    encoder = HashEncoder()
    words = {word.strip(".").lower() for sentence in SENTENCES for word in sentence.split()}
    return distill(encoder, sorted(words), SENTENCES, encoder.encode_passages(SENTENCES))


@pytest.mark.parametrize("number", range(4))
def test_a_question_is_nearest_to_the_passage_that_the_encoder_finds(number):
    question = " ".join(SENTENCES[number].split()[:3])
    cosines = _table().cosines(question)
    encoder = HashEncoder()
    expected = encoder.encode_passages(SENTENCES) @ encoder.encode_query(question)
    assert cosines.argmax() == expected.argmax() == number
    assert np.abs(cosines - expected).max() < 0.2


def test_words_that_nothing_is_known_of_have_no_meaning():
    assert not _table().cosines("xyzzy 42").any()


def test_stop_words_count_little():
    encoder = HashEncoder()
    words = ["pupils", "the", "teachers"]
    passages = encoder.encode_passages(["the", "pupils"])
    table = distill(encoder, words, ["the pupils"], passages, stop_words={"the"})
    assert table.cosines("the pupils").argmax() == 1


@pytest.mark.parametrize(
    ("word", "found"),
    [("medir", "medir"), ("medirem", "medir"), ("medicine", None), ("med", None), ("", None)],
)
def test_an_unknown_word_is_read_as_one_that_begins_alike(word, found):
    words = ("escuela", "medida", "medir", "mesurer")
    row = find_word(words, word)
    assert (None if row is None else words[row]) == found
