"""The thresholds curators are shown are those of the model in use."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.catalogue.catalogue import Catalogue
from corpus.people.actors import Actor
from corpus.tags.models import adopt, keep_model, undo_adoption
from index.tagging.model import TagModel, TermWeights, VocabularyModel, version_of
from index.tagging.thresholds import thresholds_in_use
from index.tagging.words import Lexicon

MEI = Actor("mei", "curator", "p-mei")


def put_in_use(
    catalogue: Catalogue, threshold: float, vocabulary: str = "topics", term: str = "scaling"
) -> None:
    weights = TermWeights(term, np.zeros(1), np.zeros(1), 0.0, threshold, 12)
    square = np.ones((5, 1), np.float32)
    learned = VocabularyModel(vocabulary, (term,), square, square, (weights,))
    lexicon = Lexicon(("peers",), np.ones(1, np.float32))
    body = TagModel("hash-encoder-1", lexicon, {vocabulary: learned}, {}).to_json()
    version = version_of(body)
    with catalogue.transaction():
        keep_model(catalogue, version, body)
    adopt(catalogue, MEI, version, lambda: None, {})


def test_without_a_model_there_are_none(catalogue: Catalogue) -> None:
    assert thresholds_in_use(catalogue) == {}


def test_they_follow_what_is_adopted_and_undone(catalogue: Catalogue) -> None:
    put_in_use(catalogue, 0.3)
    assert thresholds_in_use(catalogue) == {("topics", "scaling"): 0.3}
    put_in_use(catalogue, 0.4)
    assert thresholds_in_use(catalogue) == {("topics", "scaling"): 0.4}
    undo_adoption(catalogue, MEI)
    assert thresholds_in_use(catalogue) == {("topics", "scaling"): 0.3}


def test_that_of_a_stage_lies_between_what_was_learned_and_what_is_believed(
    catalogue: Catalogue,
) -> None:
    put_in_use(catalogue, 0.45, "stages", "use")
    (threshold,) = thresholds_in_use(catalogue).values()
    assert threshold == pytest.approx(0.5 * 0.45 + 0.5 * 0.4)


def test_a_damaged_model_does_not_close_the_queue(catalogue: Catalogue) -> None:
    put_in_use(catalogue, 0.3)
    catalogue.db.execute("update tag_model set body = '{}'")
    assert thresholds_in_use(catalogue) == {}
