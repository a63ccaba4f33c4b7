"""How a document speaks leans to a stage, in four languages, by how often it does so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.taxonomy import load_taxonomy
from index.tagging.manner import NONE, READ, load_manners, stage_leanings


@pytest.fixture
def leanings(catalogue, store):
    def read(*texts, title="A text", role="body"):
        document = store("text", *texts, title=title)
        passages = [replace(p, role=role) for p in catalogue.passages("text")]
        return stage_leanings(document, passages)

    return read


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("generation", "Our study found that scores rose, and data were collected twice."),
        ("generation", "Los resultados muestran que la muestra leyó mejor."),
        ("generation", "Esta pesquisa usou um questionário com a amostra."),
        ("generation", "Cette étude a interrogé un échantillon, par questionnaire."),
        ("translation", "Research suggests this (Ray, 2019), and you should recommend it."),
        ("translation", "Según los estudios, puedes usar estas estrategias."),
        ("translation", "Segundo as pesquisas, é importante usar estratégias."),
        ("translation", "Selon les études, il faut éviter cela, et vous pouvez le faire."),
        ("use", "The ministry adopted the programme and implemented it in every district."),
        ("use", "El ministerio implementó el programa y la reforma."),
        ("use", "A secretaria implantou o programa na rede municipal."),
        ("use", "Le ministère a mis en place la réforme, lancée en mai."),
        ("generation", "Nous avons interrogé 800 élèves, et les résultats sont clairs."),
        ("translation", "Les travaux des chercheurs montrent qu'il faut privilégier les pistes."),
        ("use", "L'académie a généralisé le dispositif, déployé dans chaque école."),
        ("generation", "☐ Yes ☐ No, for each of the items on the scale."),
        ("generation", "Instrumento: escala de ítems para docentes."),
        ("generation", "Questão ( ) sim ( ) não, com itens da escala."),
        ("generation", "Cochez ☐ sur cette échelle, de 1 à 5."),
        ("use", "Supervisors and coaches meet the principals."),
        ("use", "El acompañamiento de los directivos continúa."),
        ("use", "A equipe gestora recebe o supervisor."),
        ("use", "Les chefs d'établissement reçoivent un accompagnement."),
        (NONE, "The party must explain its failure, said the spokesman."),
        (NONE, "Join us: the event will take place in June, and you can register."),
        (NONE, "La próxima reunión se realizará en mayo, dijo el director."),
        (NONE, "Participe do evento e faça a inscrição, destacou o prefeito."),
        (NONE, "Nous dénonçons cette promesse : rendez-vous mardi à la manifestation."),
    ],
)
def test_a_manner_leans_to_its_stage(leanings, stage, said):
    found = leanings(said)
    assert found[stage] > 0
    assert max(found, key=found.get) == stage


def test_what_says_nothing_leans_nowhere(leanings):
    assert leanings("It rained in the morning.") == dict.fromkeys(found_stages(), 0.0)


def test_a_title_leans_as_much_as_a_manner_that_is_everywhere(leanings):
    assert leanings("It rained.", title="A toolkit for heads")["translation"] == 1.0


def test_once_in_a_long_text_leans_little(leanings):
    said = "The ministry adopted it."
    alone, among = leanings(said), leanings(said + " It rained." * 99)
    assert among["use"] < 0.2 < alone["use"]


def test_speaking_to_the_reader_is_not_how_findings_are_told(leanings):
    said = "The study found that scores rose."
    assert leanings(said)["generation"] > leanings(f"You know that. {said}")["generation"]


def test_late_body_and_references_are_not_read(leanings):
    texts = [f"It rained on day {n}." for n in range(READ)] + ["The ministry adopted it."]
    assert leanings(*texts)["use"] == 0
    assert leanings("The ministry adopted it.", role="references")["use"] == 0


def test_manners_lean_to_stages_that_there_are():
    known = load_manners()
    assert found_stages() == {*load_taxonomy().vocabulary("stages").terms, NONE}
    assert {lean.manner for lean in known.leans} == set(known.texts)
    assert all(lean.enough > 0 for lean in known.leans)


def found_stages():
    known = load_manners()
    return {lean.term for lean in known.leans} | set(known.titles)
