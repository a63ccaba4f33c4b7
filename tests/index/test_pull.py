"""What a language does to the cosines of an encoder is taken off those of the terms."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.taxonomy import load_taxonomy
from index.tagging.pull import PLAIN, PULLED, measure_pulls, parallel_sentences
from index.tagging.reading import term_words
from index.tagging.zeroshot import TermVectors, propose_terms
from index.vectors.encoder import load_encoder
from index.vectors.profile import MINILM
from tests.support.fakes import HashEncoder


class Leaning(HashEncoder):
    """Reads English: what is in another language is half as near to all, but to the first term."""

    def encode_passages(self, texts):
        rows = np.zeros((len(texts), 4), np.float32)
        rows[:, 3] = 1
        for row, text in zip(rows, texts, strict=True):
            if text not in parallel_sentences()[PLAIN]:
                row[:] = (0.6, 0, 0, 0.8)
        return rows


def test_every_sentence_is_there_in_the_four_languages():
    sentences = parallel_sentences()
    assert set(sentences) == {"en", "es", "pt", "fr"}
    assert len({len(set(said)) for said in sentences.values()}) == 1


def test_a_term_pulls_as_far_as_other_languages_are_nearer_to_it_than_english():
    pulls = measure_pulls(Leaning(), np.eye(4, dtype=np.float32)[:3])
    assert set(pulls) == {"es", "pt", "fr"}
    assert pulls["es"] == pytest.approx([0.4, -0.2, -0.2])


def test_what_a_term_pulls_is_taken_off_in_that_language_alone():
    pulls = {"es": np.array([0.1, -0.1, 0], np.float32)}
    terms = TermVectors("topics", ("a", "b", "c"), np.eye(3, dtype=np.float32), MINILM, pulls)
    passages = np.array([[0.75, 0.66, 0]], np.float32)
    passages /= np.linalg.norm(passages)

    def first(language):
        return propose_terms(passages, terms, language=language)[0].term

    assert [first(language) for language in (None, "en", "es", "es-MX", "hu")] == list("aabba")


def test_topics_are_pulled_and_stages_are_not():
    vocabularies = {v: term_words(HashEncoder(), load_taxonomy(), v) for v in ("stages", "topics")}
    assert {v for v, terms in vocabularies.items() if terms.vectors.pulls} == set(PULLED)


def test_with_the_packaged_encoder_scaling_pulls_what_is_not_english():
    encoder = load_encoder()
    topics = term_words(encoder, load_taxonomy(), "topics").vectors
    scaling = topics.terms.index("scaling-innovations")
    for language in ("es", "pt", "fr"):
        assert topics.pull_on(language).argmax() == scaling
        assert topics.pull_on(language)[scaling] == pytest.approx(0.06, abs=0.02)
    assert not topics.pull_on("en").any()
