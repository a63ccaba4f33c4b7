"""What is outside the learning agenda gets no stage and no topic, and a curator the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.model import Tag
from corpus.review.queue import read_queue
from corpus.tags.passage_scores import scores_of
from corpus.tags.tags import decide, tags_of
from corpus.taxonomy import DEFAULT_FILE, load_taxonomy
from index.tagging.ruling import Rules
from index.tagging.scope import read_scope, words_of_scope
from index.tagging.tagger import suggest_tags
from index.vectors.builder import build_index
from tests.support.fakes import HashEncoder

MALARIA = (
    "The survey measured how many households own a mosquito net, and how many women took tablets. "
    "A sample of villages was visited, and the results are for the ministry of health."
)
READING = "Teachers in forty schools taught reading to pupils in small groups, and learners gained."


@pytest.fixture
def tagged(catalogue, store, tmp_path):
    def tag(text: str = MALARIA, **fields: object) -> dict[str, list[Tag]]:
        if not catalogue.documents(["survey"]):
            store("survey", text, **{"title": "Indicators", **fields})
            build_index(catalogue, tmp_path / "index", HashEncoder())
        suggest_tags(catalogue, tmp_path / "index", HashEncoder(), load_taxonomy())
        found = tags_of(catalogue, ["survey"])["survey"]
        return {v: [t for t in found if t.vocabulary == v] for v in ("scope", "stages", "topics")}

    return tag


def test_a_document_outside_the_agenda_is_untagged_and_waits_with_the_reason(catalogue, tagged):
    tags = tagged()
    (scope,) = tags["scope"]
    assert (scope.term, scope.origin, scope.quote) == ("outside", "suggested", MALARIA)
    assert not tags["stages"]
    assert not tags["topics"]
    passage = catalogue.passages("survey")[0].id
    assert not scores_of(catalogue, "survey").get(passage)
    (item,) = [i for i in read_queue(catalogue) if i.id == "tag:survey:scope:outside"]
    assert item.why.startswith("Seems to be outside the agenda: 0 of its 31 words")


def test_one_within_it_is_tagged_as_before(tagged):
    tags = tagged(READING)
    assert not tags["scope"]
    assert tags["stages"]


@pytest.mark.parametrize(
    ("vocabulary", "term", "origin"),
    [
        ("scope", "outside", "rejected"),
        ("scope", "inside", "confirmed"),
        ("topics", "evidence-decisions", "confirmed"),
    ],
)
def test_a_person_who_says_it_is_within_brings_the_tags(
    catalogue, tagged, vocabulary, term, origin
):
    tagged()
    with catalogue.transaction():
        decide(catalogue, Tag("survey", vocabulary, term, origin, decided_by="ana"))
    tags = tagged()
    assert tags["stages"]
    assert [t for t in tags["scope"] if t.origin == "suggested"] == []


def test_a_person_who_confirms_that_it_is_outside_keeps_it_untagged(catalogue, tagged):
    tagged(READING)
    with catalogue.transaction():
        decide(catalogue, Tag("survey", "scope", "outside", "confirmed", decided_by="ana"))
    tags = tagged()
    assert not tags["stages"]
    assert [t.origin for t in tags["scope"]] == ["confirmed"]


@pytest.mark.parametrize(
    ("text", "title", "outside"),
    [
        ("Docentes y alumnos de la escuela.", "Informe", False),
        ("Professores e alunos da escola.", "Relatório", False),
        ("Les élèves et les enseignants de l'école.", "Rapport", False),
        ("Oil fell. " * 100 + "A school was closed.", "Markets", True),
        ("Oil fell. " * 100 + "A school was closed.", "Schools and markets", False),
        ("The ministry made evidence-informed plans for its roads. " * 9, "Roads", False),
        ("El ministerio habló del uso de la evidencia en salud. " * 9, "Informe", False),
        ("The ministry had evidence of fraud on its roads. " * 9, "Roads", True),
    ],
    ids=[
        "es",
        "pt",
        "fr",
        "one mention in 200 words",
        "and in the title",
        "how others use evidence",
        "the same, es",
        "evidence by itself",
    ],
)
def test_the_words_of_the_agenda_decide(catalogue, store, text, title, outside):
    words = words_of_scope(load_taxonomy())
    document = store("brief", text, title=title)
    assert words
    assert read_scope(document, catalogue.passages("brief"), words).outside is outside


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("The university raised fees, and its students left the campus. " * 5, True),
        ("Students of the university trained as teachers in schools with pupils. " * 5, False),
        ("La universidad admite estudiantes de licenciatura y posgrado. " * 5, True),
        ("Two universities looked at how learners read. " * 2, False),
    ],
    ids=["students of universities", "training of teachers", "es", "a short text"],
)
def test_many_words_of_what_is_outside_decide_too(catalogue, store, text, outside):
    words = words_of_scope(load_taxonomy())
    document = store("brief", text, title="Students")
    assert words
    scope = read_scope(document, catalogue.passages("brief"), words)
    assert scope.outside is outside
    if outside:
        assert "speak of subjects outside it" in scope.why
        assert 0 < scope.score <= 1


def test_a_scope_without_words_of_what_is_outside_goes_by_those_of_the_agenda(tmp_path):
    own = DEFAULT_FILE.read_text("utf-8")
    start = own.index("words = [", own.index("[scope.outside]"))
    (tmp_path / "own.toml").write_text(own[:start] + own[own.index("]", start) + 1 :], "utf-8")
    words = words_of_scope(load_taxonomy(tmp_path / "own.toml"))
    assert words
    assert words.outside is None


def test_a_taxonomy_without_a_scope_tags_every_document(tmp_path):
    own = DEFAULT_FILE.read_text("utf-8").replace("[scope.", "[other_scope.")
    (tmp_path / "own.toml").write_text(own, "utf-8")
    assert words_of_scope(load_taxonomy(tmp_path / "own.toml")) is None


@pytest.mark.parametrize(("language", "outside"), [("ar", False), ("es", True), (None, True)])
def test_what_cannot_be_read_is_not_said_to_be_outside(catalogue, store, language, outside):
    words = words_of_scope(load_taxonomy())
    document = store("brief", "ارتفعت أسعار النفط.", title="Oil", language=language)
    assert words
    assert read_scope(document, catalogue.passages("brief"), words).outside is outside


def test_any_word_of_the_scope_is_part_of_the_version_of_the_rules():
    taxonomy = load_taxonomy()
    scope = taxonomy.vocabularies["scope"]
    for name in ("inside", "outside"):
        term = scope.terms[name]
        other = replace(term, words=(*term.words[:-1], "another"))
        changed = replace(taxonomy, vocabularies=taxonomy.vocabularies | {
            "scope": replace(scope, terms=dict(scope.terms) | {name: other})})  # fmt: skip
        assert Rules(changed).version != Rules(taxonomy).version
    assert Rules(taxonomy).version == Rules(load_taxonomy()).version
