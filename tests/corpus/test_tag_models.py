"""Undoing an adoption puts suggestions back beside what people decided since."""

from __future__ import annotations

import pytest

from corpus.errors import TagModelUnusable
from corpus.model import Tag
from corpus.people.actors import Actor
from corpus.tags.deciding import confirm
from corpus.tags.models import KEPT, adopt, adopted_model, keep_model, undo_adoption
from corpus.tags.tags import suggest, tags_of, withdraw_suggestions

ANA = Actor("ana", "curator")


@pytest.fixture
def tagged(catalogue, store):
    """A document with one suggested stage, and a way to adopt a model that suggests another."""
    store("brief", "First passage.")
    passage = catalogue.passages("brief")[0]

    def suggesting(term):
        withdraw_suggestions(catalogue, "brief")
        tag = Tag(
            "brief", "stages", term, "suggested", True, 0.61, passage.id, 1, passage.text, term,
            "tagger",
        )  # fmt: skip
        suggest(catalogue, tag)

    def adopting(term):
        with catalogue.transaction():
            keep_model(catalogue, term, "{}")
        return adopt(catalogue, ANA, term, lambda: suggesting(term), {})

    with catalogue.transaction():
        suggesting("use")
    return adopting


def _held(catalogue):
    return {t.term: t for t in tags_of(catalogue, ["brief"])["brief"]}


def test_undoing_brings_the_earlier_suggestions_and_model_back(catalogue, tagged):
    tagged("translation")
    before = _held(catalogue)
    tagged("generation")
    assert set(_held(catalogue)) == {"generation"}
    undo_adoption(catalogue, ANA)
    assert _held(catalogue) == before
    assert adopted_model(catalogue).version == "translation"


def test_the_primary_term_a_person_decided_since_stays_the_only_one(catalogue, tagged):
    tagged("generation")
    decided = confirm(catalogue, ANA, "brief", "stages", "generation")
    undo_adoption(catalogue, ANA)
    held = _held(catalogue)
    assert held["generation"] == decided
    assert (held["use"].origin, held["use"].primary) == ("suggested", False)


def test_only_the_last_few_adoptions_can_be_undone(catalogue, tagged):
    for term in ("generation", "translation", "use", "generation"):
        tagged(term)
    for _ in range(KEPT):
        undo_adoption(catalogue, ANA)
    assert set(_held(catalogue)) == {"generation"}
    with pytest.raises(TagModelUnusable, match="too long ago"):
        undo_adoption(catalogue, ANA)
