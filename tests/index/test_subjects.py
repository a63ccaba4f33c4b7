"""The words of each topic are counted over a document, and those of subjects that no topic has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.taxonomy import load_taxonomy
from index.tagging.subjects import ELSEWHERE, READ, SMOOTHED, count_subjects, subjects_of

SUBJECTS = subjects_of(load_taxonomy())


@pytest.fixture
def counted(catalogue, store):
    def count(*texts):
        store("text", *texts)
        return count_subjects(catalogue.passages("text"), SUBJECTS)

    return count


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("foundational-skills-wellbeing", "Pupils read aloud, and phonics and wellbeing matter."),
        ("foundational-skills-wellbeing", "La convivencia escolar y la lectoescritura."),
        ("foundational-skills-wellbeing", "A alfabetização e o bem-estar das crianças."),
        ("foundational-skills-wellbeing", "Le harcèlement et la résolution de problèmes au CP."),
        ("educator-voice", "The union will strike over pay, and principals agree."),
        ("educator-voice", "El sindicato del magisterio convocó la huelga."),
        ("educator-voice", "A greve dos professores pelo piso salarial."),
        ("educator-voice", "Les enseignants en grève, leurs salaires, leur syndicat."),
        ("evidence-decisions", "Policymakers use dashboards in decision-making."),
        ("evidence-decisions", "Uso de datos para la toma de decisiones."),
        ("evidence-decisions", "Monitoramento e uso de dados na tomada de decisão."),
        ("evidence-decisions", "Les apports de la recherche à la prise de décision."),
        ("scaling-innovations", "The pilot was scaled up and rolled out nationwide."),
        ("scaling-innovations", "El pilotaje de la innovación y su expansión."),
        ("scaling-innovations", "A inovação e sua expansão em escala."),
        ("scaling-innovations", "L'expérimentation, son déploiement à grande échelle."),
        (ELSEWHERE, "University admissions, school buildings, exams and buses."),
        (ELSEWHERE, "La infraestructura, el presupuesto y los uniformes."),
        (ELSEWHERE, "O orçamento, o vestibular e a merenda."),
        (ELSEWHERE, "La cantine, les bâtiments, le baccalauréat et les bourses."),
    ],
)
def test_words_of_a_subject_are_counted_in_four_languages(counted, subject, said):
    found = counted(said)
    assert max(found, key=found.get) == subject


@pytest.mark.parametrize(
    "said",
    [
        "For example, it was examined because the lecturer saw stages of culture and places.",
        "Emissions were on a scale of five, and birds saw it.",
        "At the reunion they overbullied nobody.",
    ],
)
def test_words_of_one_language_are_no_beginnings_in_another(counted, said):
    assert set(counted(said).values()) == {0.0}


def test_counts_are_of_a_thousand_words_and_a_word_in_a_short_text_is_no_flood(counted):
    assert counted("A strike.")["educator-voice"] == pytest.approx(1000 / (SMOOTHED + 2))
    long = "A strike." + " It rained today." * 950
    assert counted(long)["educator-voice"] == pytest.approx(1000 / (SMOOTHED + 2852))


def test_the_end_of_a_very_long_text_is_not_read(counted):
    assert counted(*["It rained."] * READ, "A strike.")["educator-voice"] == 0


def test_topics_without_words_are_not_counted_beside_those_with_some():
    taxonomy = load_taxonomy()
    topics = taxonomy.vocabularies["topics"]
    silent = {id_: replace(t, words=()) if id_ == "educator-voice" else t
              for id_, t in topics.terms.items()}  # fmt: skip
    changed = replace(taxonomy, vocabularies=taxonomy.vocabularies | {
        "topics": replace(topics, terms=silent)})  # fmt: skip
    assert subjects_of(changed) == {}
    without = {n: v for n, v in taxonomy.vocabularies.items() if n != "topics"}
    assert subjects_of(replace(taxonomy, vocabularies=without)) == {}
