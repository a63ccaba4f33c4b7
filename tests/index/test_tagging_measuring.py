"""The tagger reaches its floors on the starter corpus, documents held out of what is learned."""

from __future__ import annotations

import pytest

from corpus.catalogue.catalogue import connect
from corpus.tags.decision_file import JUDGMENTS_FOLDER
from corpus.taxonomy import load_taxonomy
from index.tagging.examples import reviewed_examples, vectors_of
from index.tagging.measuring import (
    FOLDS,
    _folds,
    below_tagger_floors,
    compare_with_decisions,
    cross_validate,
    measure_all,
    read_tagger_floors,
)
from index.tagging.reading import term_words
from index.tagging.zeroshot import VOCABULARIES
from index.vectors.encoder import load_encoder


@pytest.fixture(scope="module")
def decided(starter):
    """The starter decisions, ready to learn from, and the vocabularies."""
    data = starter / "data"
    encoder, taxonomy = load_encoder(None), load_taxonomy()
    with connect(data / "catalogue.sqlite") as catalogue:
        words = {v: term_words(encoder, taxonomy, v) for v in VOCABULARIES}
        vectors = vectors_of(data / "index", encoder)
        examples = reviewed_examples(catalogue, vectors, list(words.values()), encoder)
    return examples, words


@pytest.fixture(scope="module")
def measured(decided):
    examples, words = decided
    return {(f.vocabulary, f.method): f for w in words.values() for f in measure_all(examples, w)}


@pytest.mark.prove
def test_the_learned_tagger_reaches_its_floors(measured):
    floors = read_tagger_floors(JUDGMENTS_FOLDER / "floors.toml")
    assert set(floors) == {"stages_macro_f1", "topics_macro_f1", "stages_brier", "topics_brier"}
    assert not below_tagger_floors(measured.values(), floors)


@pytest.mark.prove
@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_it_beats_the_vocabulary_alone_and_always_saying_yes(measured, vocabulary):
    learned = measured[vocabulary, "learned"]
    assert learned.macro_f1 > measured[vocabulary, "zero-shot"].macro_f1 + 0.1
    assert learned.macro_f1 > measured[vocabulary, "always yes"].macro_f1 + 0.05
    assert learned.brier < measured[vocabulary, "zero-shot"].brier


@pytest.mark.prove
@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_its_probabilities_are_right_about_as_often_as_they_say(measured, vocabulary):
    bins = measured[vocabulary, "learned"].reliability
    off = sum(b.count * abs(b.expected - b.observed) for b in bins) / sum(b.count for b in bins)
    assert off < 0.08


@pytest.mark.prove
def test_always_saying_yes_scores_as_arithmetic_says(measured, decided):
    examples, _ = decided
    found = measured["topics", "always yes"]
    for term in found.terms:
        carried = sum(e.labels["topics"][term.term] for e in examples)
        assert term.f1 == pytest.approx(2 * carried / (carried + len(examples)))


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_document_is_in_one_fold(decided, vocabulary):
    examples, words = decided
    folds = _folds(examples, words[vocabulary], 3)
    ids = [e.reading.document_id for fold in folds for e in fold]
    assert sorted(ids) == sorted(e.reading.document_id for e in examples)
    assert len(folds) == FOLDS


def test_shuffled_decisions_teach_nothing(decided):
    """Were held-out documents to leak into what is learned, this would look good too."""
    examples, words = decided
    ids = [e.reading.document_id for e in examples]
    moved = [
        type(e)(e.reading, examples[(i * 37 + 11) % len(examples)].labels, e.primary)
        for i, e in enumerate(examples)
    ]
    assert len(set(ids)) == len(ids)
    predictions = cross_validate(moved, words["topics"], repeats=1)
    learned = compare_with_decisions(moved, words["topics"], "learned", predictions)
    assert learned.macro_f1 < 0.6
    assert learned.brier > 0.18
