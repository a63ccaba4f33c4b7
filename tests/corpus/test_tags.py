"""Decisions outlive suggestions, corrections of the text, and retagging."""

from __future__ import annotations

import pytest

from corpus.errors import UnknownTerm, VocabularyInvalid
from corpus.model import Tag
from corpus.tags.decision_file import STARTER_FOLDER, Decisions, apply_decisions, read_decisions
from corpus.tags.tags import decide, suggest, tags_of, withdraw_suggestions
from corpus.taxonomy import DEFAULT_FILE, NEEDED, load_taxonomy


def _tag(origin="suggested", **fields):
    values = {"decided_by": "ana", "score": 0.7, "quote": "why"} | fields
    return Tag("brief", "stages", "use", origin, **values)


def _held(catalogue):
    return tags_of(catalogue, ["brief"])["brief"]


def test_a_suggestion_is_kept_with_its_reason(catalogue, store):
    document = store("brief", "The ministry adopted it.")
    passage = catalogue.passages(document.id)[0]
    with catalogue.transaction():
        assert suggest(catalogue, _tag(passage_id=passage.id, page=1, quote=passage.text))
    (tag,) = _held(catalogue)
    assert (tag.origin, tag.score, tag.passage_id, tag.page) == ("suggested", 0.7, passage.id, 1)
    assert tag.quote == passage.text
    assert tag.decided_at


@pytest.mark.parametrize("decision", ["confirmed", "rejected"])
def test_a_suggestion_never_overwrites_a_decision(catalogue, store, decision):
    store("brief", "Text.")
    with catalogue.transaction():
        decide(catalogue, _tag(decision, note="sure"))
        assert not suggest(catalogue, _tag(decided_by="tagger"))
        withdraw_suggestions(catalogue, "brief")
    (tag,) = _held(catalogue)
    assert (tag.origin, tag.decided_by, tag.note) == (decision, "ana", "sure")


def test_suggestions_of_other_vocabularies_stay(catalogue, store):
    store("brief", "Text.")
    with catalogue.transaction():
        suggest(catalogue, _tag())
        withdraw_suggestions(catalogue, "brief", ("activities",))
        assert len(_held(catalogue)) == 1
        withdraw_suggestions(catalogue, "brief")
    assert _held(catalogue) == ()


def test_a_decision_takes_over_the_suggestions_passage(catalogue, store):
    store("brief", "Text.")
    passage = catalogue.passages("brief")[0]
    with catalogue.transaction():
        suggest(catalogue, _tag(passage_id=passage.id))
        decide(catalogue, _tag("confirmed"))
    assert _held(catalogue)[0].passage_id == passage.id


def test_a_decision_needs_someone_who_made_it(catalogue, store):
    store("brief", "Text.")
    with pytest.raises(ValueError, match="by someone"), catalogue.transaction():
        decide(catalogue, _tag("confirmed", decided_by=None))


def test_a_decision_survives_the_loss_of_its_passage(catalogue, store):
    store("brief", "Text.")
    passage = catalogue.passages("brief")[0]
    with catalogue.transaction():
        suggest(catalogue, _tag(passage_id=passage.id))
        decide(catalogue, _tag("confirmed"))
    store("brief", "Other text.")
    (tag,) = _held(catalogue)
    assert (tag.origin, tag.passage_id, tag.quote) == ("confirmed", None, "why")


def test_decisions_from_a_file_do_not_overrule_people(catalogue, store):
    store("brief", "Text.")
    decisions = Decisions("starter", {"brief": {"stages": ["use", "translation"]}, "absent": {}})
    with catalogue.transaction():
        decide(catalogue, _tag("rejected"))
    assert apply_decisions(catalogue, decisions) == 1
    held = {t.term: (t.origin, t.decided_by) for t in _held(catalogue)}
    assert held == {"use": ("rejected", "ana"), "translation": ("confirmed", "starter")}


def test_the_first_term_of_a_decision_is_the_primary_one(catalogue, store):
    store("brief", "Text.")
    apply_decisions(catalogue, Decisions("starter", {"brief": {"stages": ["use", "translation"]}}))
    assert [(t.term, t.primary) for t in _held(catalogue)] == [
        ("use", True),
        ("translation", False),
    ]


def test_the_starter_decisions_name_terms_that_exist_for_documents_that_exist():
    decisions = read_decisions(STARTER_FOLDER / "decisions.toml", load_taxonomy())
    files = {path.stem for path in (STARTER_FOLDER / "documents").glob("*.md")}
    assert set(decisions.documents) == files
    assert len(files) == 80
    assert all(d["stages"] and d["topics"] for d in decisions.documents.values())


def test_a_decision_for_an_unknown_term_is_refused(tmp_path):
    path = tmp_path / "d.toml"
    path.write_text('decided_by = "ana"\n[documents.brief]\nstages = ["dreaming"]\n')
    with pytest.raises(UnknownTerm, match="generation, translation, use"):
        read_decisions(path, load_taxonomy())


def test_a_decision_about_a_vocabulary_without_tags_is_refused(tmp_path):
    path = tmp_path / "d.toml"
    path.write_text('decided_by = "ana"\n[documents.brief]\nkinds = ["report"]\n')
    with pytest.raises(UnknownTerm, match="stages, topics, activities, factors"):
        read_decisions(path, load_taxonomy())


def test_the_taxonomy_has_the_networks_vocabularies():
    taxonomy = load_taxonomy()
    sizes = {v: len(taxonomy.vocabulary(v).terms) for v in NEEDED}
    assert sizes == {"stages": 3, "topics": 4, "activities": 2, "factors": 11, "kinds": 10}
    for vocabulary in taxonomy.vocabularies.values():
        for term in vocabulary.terms.values():
            assert term.definition
            assert term.cues
            assert term.label


@pytest.mark.parametrize(
    ("text", "message"),
    [("version = ", "cannot be read"), ("version = 1", "lacks"), (None, "cannot be read")],
    ids=["not TOML", "a section missing", "no file"],
)
def test_a_taxonomy_that_cannot_be_used_says_why(tmp_path, text, message):
    path = tmp_path / f"{message}.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(VocabularyInvalid, match=message):
        load_taxonomy(path)


def test_a_taxonomy_of_the_earlier_form_has_the_labels_of_the_program(tmp_path):
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    start, end = text.index("\n[vocabularies.stages]"), text.index("[stages.generation]")
    path = tmp_path / "earlier.toml"
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    loaded = load_taxonomy(path)
    assert loaded.vocabulary("stages").label == "Evidence stage"
    assert loaded.vocabulary("factors").short == "Influencing factor"
    assert list(loaded.vocabularies) == list(load_taxonomy().vocabularies)


def test_a_taxonomy_names_its_vocabularies_and_adds_its_own(tmp_path):
    path = tmp_path / "own.toml"
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    text = text.replace('label = "Evidence stage"', 'label = "Phase"').replace(
        'short = "Stage"\n', ""
    )
    own = """
[vocabularies.settings]
label = "Setting"
[settings.urban]
label = "Urban"
definition = "In towns."
cues = ["schools in towns"]
"""
    path.write_text(text + own, encoding="utf-8")
    loaded = load_taxonomy(path)
    assert (loaded.vocabulary("stages").label, loaded.short_label("stages")) == ("Phase", "Phase")
    assert loaded.label("settings", "urban") == "Urban"
    assert "settings" in [vocabulary.id for vocabulary in loaded.tagged]
    assert "kinds" not in [vocabulary.id for vocabulary in loaded.tagged]
