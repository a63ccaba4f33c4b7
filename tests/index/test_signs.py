"""What a document says was done tells its stage: found out, passed on, put in place, or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.taxonomy import load_taxonomy
from index.tagging.reading import read_documents, term_words
from index.tagging.signs import OPENING, load_signs, stage_signs
from tests.support.fakes import HashEncoder


@pytest.fixture
def shown(catalogue, store):
    def stages(*texts, types=(), **fields):
        document = store("text", *texts, **fields)
        return stage_signs(document, catalogue.passages("text"), types)

    return stages


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("The study found that pupils who were tutored read better.", "generation"),
        ("She interviewed thirty teachers in five schools.", "generation"),
        ("Data were collected from 399 schools in all districts.", "generation"),
        ("Some 74% of students reached the lowest level.", "generation"),
        ("El estudio de la universidad encontró mejores resultados.", "generation"),
        ("L'étude menée dans dix écoles montre des progrès.", "generation"),
        ("This brief summarises what is known of tutoring.", "translation"),
        ("Three lessons from two years of networks follow.", "translation"),
        ("Pupils who were tutored read better (Banerjee and others, 2007).", "translation"),
        ("The ministry of education introduced monthly tests.", "use"),
        ("The programme was rolled out to all districts.", "use"),
        ("El programa fue implementado en todo el país.", "use"),
        ("Le programme a été généralisé dans le pays.", "use"),
        ("Entrevistamos a los docentes de cinco escuelas.", "generation"),
        ("Foram entrevistados trinta professores em cinco escolas.", "generation"),
        ("Nous avons interrogé 800 enseignants.", "generation"),
        ("Un élève sur trois se sent seul.", "generation"),
        ("Esta guía resume lo que se sabe de las tutorías.", "translation"),
        ("Este caderno apresenta o que se sabe das tutorias.", "translation"),
        ("Cette fiche explique ce que l'on sait du tutorat.", "translation"),
        ("La recherche montre que le tutorat aide.", "translation"),
        ("La secretaría de educación puso en marcha pruebas mensuales.", "use"),
        ("A prefeitura implantou provas mensais em toda a rede.", "use"),
        ("Le ministère a mis en place des tests mensuels.", "use"),
    ],
)
def test_what_was_done_shows_the_stage(shown, text, stage):
    strengths = {term: one.strength for term, one in shown(text).items()}
    assert max(strengths, key=strengths.get, default="") == stage


@pytest.mark.parametrize(
    "text",
    [
        "The union wants better pay for support staff and meets on Monday.",
        "Teachers chanted in front of the parliament.",
        "Previous trials found that pupils who were tutored read better.",
        "A new survey should examine whether tutoring helps.",
        "The ministry has not introduced monthly tests.",
        "Le ministère n'a pas mis en place de tests mensuels.",
        "El sindicato pide mejores sueldos y se reúne el lunes.",
        "Os professores protestaram em frente ao parlamento.",
    ],
    ids=["announcement", "news", "others", "wish", "denial", "denial-fr", "union-es", "news-pt"],
)
def test_what_others_did_or_nobody_did_shows_nothing(shown, text):
    assert shown(text) == {}


def test_the_title_shows_the_stage_too(shown):
    text = "Words about something."
    assert list(shown(text, title="Results of a survey of teachers")) == ["generation"]
    assert list(shown(text, title="Lessons from ten networks")) == ["translation"]
    assert list(shown(text, title="How Ghana is scaling up tutoring")) == ["use"]
    assert list(shown(text, title="Enquête auprès des enseignants")) == ["generation"]
    assert list(shown(text, title="Ce que dit la recherche sur le tutorat")) == ["translation"]
    assert list(shown(text, title="A implantação das tutorias no Ceará")) == ["use"]


def test_a_sign_counts_by_its_share_of_the_sentences(shown):
    said = "The ministry introduced monthly tests."
    alone = shown(said)["use"].strength
    among = shown(f"{said} {'Schools have pupils. ' * 99}")["use"].strength
    assert alone == pytest.approx(0.5)
    assert among == pytest.approx(0.5 / 3, abs=0.01)


def test_a_review_tells_of_findings_and_they_count_little(shown):
    text = "The trial found better scores. Data were collected from 80 schools."
    alone, in_review = shown(text), shown(text, types=["systematic-review"])
    assert in_review["generation"].strength == pytest.approx(alone["generation"].strength / 4)


def test_the_passages_with_a_sign_are_known(shown):
    found = shown("Schools have pupils.", "The study found that they read more.")
    assert found["generation"].places == (1,)


def test_late_body_is_not_read_but_findings_are(catalogue, store):
    filler = [f"Schools have {n} pupils." for n in range(OPENING)]
    document = store("text", *filler, "The ministry introduced monthly tests.")
    *early, late = catalogue.passages("text")
    assert stage_signs(document, [*early, late], ()) == {}
    assert list(stage_signs(document, [*early, replace(late, role="findings")], ())) == ["use"]


def test_signs_and_language_are_part_of_what_is_read_of_a_document(catalogue, store):
    document = store("text", "The study found that they read more.", language="es")
    passages = catalogue.passages("text")
    vectors = {p.id: HashEncoder().encode_passages([p.text])[0] for p in passages}
    (reading,) = read_documents(HashEncoder(), vectors, [(document, passages)], [])
    assert list(reading.signs) == ["generation"]
    assert not reading.read  # words tell of Spanish, the encoder reads English
    for language in ("en", "en-GB", None, "hu"):
        assert replace(reading, language=language).read
    assert term_words(HashEncoder(), load_taxonomy(), "stages").votes(reading)


def test_signs_name_stages_and_types_that_there_are():
    known, taxonomy = load_signs(), load_taxonomy()
    stages = taxonomy.vocabulary("stages").terms
    types = taxonomy.vocabulary("evidence_types").terms
    assert {sign.term for sign in known.signs} == set(stages)
    assert set(known.instead.values()) <= set(stages)
    assert {*known.instead, *known.types} - {"other"} <= set(types)
    assert len({sign.id for sign in known.signs}) == len(known.signs)
    assert all(0 < sign.weight < 1 and (sign.titles or sign.enough) for sign in known.signs)
