"""Roles of passages: told by the form of the text first, then by its heading and its place."""

from __future__ import annotations

import pytest

from corpus.roles import APPARATUS, ROLES
from ingest.model import Block, ExtractedPage
from ingest.roles.assigning import assign_roles
from ingest.roles.names import role_of_heading
from ingest.text.passages import assemble_pages, cut_passages

PROSE = (
    "Teachers who are coached in their own classroom change how they teach, and pupils learn "
    "more than those of teachers who were only sent a manual. This is what three trials have "
    "shown in as many countries of two continents."
)
ENTRIES = (
    "Anders, B. A. (2023). Manuals and teaching. Patterns, 4(3), 100-112. "
    "https://doi.org/10.1016/j.patter.2023.100694",
    "Popova A, Evans DK, Breeding ME. Teacher development around the world. World Bank "
    "Research Observer 2022;37(1):107-136.",
    "MINISTERIO DE EDUCACIÓN. Plan nacional de lectura. Santiago, 2019. Disponible en: "
    "https://www.example.org/plan.pdf",
)
NOTES = [f"p. {n} “half of the world”: ITU. (2020). World. ITU." for n in range(8, 12)]
IMPRINT = (
    "© Example Institute 2024. All rights reserved.",
    "ISBN 978-92-3-100612-8",
    "Cover photo: A. Person. Printed in France",
)


def roles(*pages, title=None):
    """Return (role, text) of each passage of a document with these pages of blocks."""
    blocks = [
        ExtractedPage(number, tuple(b if isinstance(b, Block) else Block(b) for b in page))
        for number, page in enumerate(pages, start=1)
    ]
    assembled = assemble_pages(blocks)
    cuts = cut_passages(assembled, title, assign_roles(assembled, title))
    return [(cut.role, cut.text) for cut in cuts]


ABBREVIATIONS = (
    "EMIS Education Management Information System",
    "OCDE Organización para la Cooperación y el Desarrollo Económicos",
    "PNE Plano Nacional de Educação",
    "AFD Agence Française de Développement",
)
INDEX = (
    "absence, 12, 45–47, pupils, 3, 88, reading, 14, 19–23, 101, schools, 7, 56, teachers, 9, 77",
    "trust, 31, 40, universities, 5, villages, 61–63, water, 17, women, 8, 29, youth, 33, 90–92",
)
OF_A_HOUSE = (
    "The Lantern Trust is an independent foundation for schools in the hills.",
    "Su misión es acompañar a las maestras de las escuelas pequeñas.",
    "It works in more than 12 countries and was founded in 1987.",
)


def test_a_text_without_structure_is_body():
    assert [role for role, _ in roles([PROSE, PROSE.replace("three", "four")])] == ["body"]


@pytest.mark.parametrize(
    "heading", ["Implications for research", "Bibliografía", "Références", None]
)
def test_reference_entries_are_known_by_their_form_under_any_heading(heading):
    page = [PROSE, *([Block(heading, 1)] if heading else []), *ENTRIES]
    (body, _), *rest = roles(page)
    assert body == "body"
    assert {role for role, _ in rest} == {"references"}


def test_prose_with_citations_is_not_a_list_of_references():
    cited = PROSE.replace("shown", "shown (Anders et al., 2023; Popova, 2022, p. 12)")
    assert [role for role, _ in roles([cited, "See https://example.org for what they did."])] == [
        "body"
    ]


def test_references_and_prose_share_no_passage():
    for role, text in roles([f"{PROSE} {ENTRIES[0]} {ENTRIES[1]}"]):
        assert ("Anders" in text) == (role == "references"), text


def test_a_list_of_references_ends_where_its_entries_end():
    found = roles([Block("References", 1), *ENTRIES * 3, *[PROSE] * 30])
    assert found[-1][0] == "body"


@pytest.mark.parametrize(
    ("role", "lines"),
    [
        ("contents", [f"{n} The {w} chapter {n * 9}" for n, w in enumerate("abcdef", start=1)]),
        ("contents", [f"Chapter {n} ............ {n}" for n in range(1, 6)]),
        ("search-strategy", ['TI ("class size*" OR crowd*) AND (teach* OR "primary school*")']),
        ("search-strategy", ["S13 S3 AND S8 AND S12", "S12 (teacher* OR pupil*) NOT adult*"]),
        ("references", NOTES),
        ("references", ["12 Rossi and Blum, Schools of the Hills, 41."]),
        ("references", ["7 Interview with the head of a school, Lima, March 2015."]),
        ("front-matter", IMPRINT),
        ("front-matter", ABBREVIATIONS),
        ("front-matter", ["Las opiniones expresadas aquí son de sus autores.", *IMPRINT]),
        ("front-matter", ["Diagramación: B. Persona", "Impreso en Lima", "Primera edición, 2019"]),
        ("front-matter", ["Projeto gráfico: C. Pessoa", "É permitida a reprodução", IMPRINT[1]]),
        ("front-matter", ["Mise en page : D. Personne", "Imprimé en Suisse", IMPRINT[1]]),
        ("table", [f"{name} 12 30.5 4.1 9" for name in ("Angola", "Chile", "France", "India")]),
        ("table", ["Country | Pupils | Teachers", "Chile | many | few"]),
    ],
)
def test_forms_that_are_no_prose_are_known(role, lines):
    found = roles([PROSE], lines, [PROSE], [PROSE])
    assert {r for r, text in found if text.split()[0] == lines[0].split()[0]} == {role}
    assert found[-1][0] == "body"


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Executive Summary", "summary"),
        ("Resumen ejecutivo", "summary"),
        ("RESUMO", "summary"),
        ("Messages clés", "summary"),
        ("8.1 References to included studies", "references"),
        ("I NTRODUCTION", "body"),
        ("REFERÊNCIAS", "references"),
        ("END NOTES/REFERENCES", "references"),
        ("Tabla de contenidos", "contents"),
        ("SOMMAIRE", "contents"),
        ("Anexo 2: Encuesta", "appendix"),
        ("IV. Conclusions and recommendations", "findings"),
        ("Considerações finais", "findings"),
        ("Méthodologie", "methods"),
        ("Declaration of interests", "back-matter"),
        ("Notes on contributors", "back-matter"),
        ("Quiénes somos", "back-matter"),
        ("Índice remissivo", "back-matter"),
        ("Équipe de rédaction", "back-matter"),
        ("Steering committee members", "front-matter"),
        ("Liste des sigles", "front-matter"),
        ("Lista de siglas", "front-matter"),
        ("Liste des tableaux", "contents"),
        ("Abbreviations", "back-matter"),
        ("The index of teacher shortage", None),
        ("Remerciements", "back-matter"),
        ("Search strings", "search-strategy"),
        ("Report abstract", "summary"),
        ("The study at a glance", "summary"),
        ("Puntos clave", "summary"),
        ("En bref", "summary"),
        ("Schools at a glance in Peru", None),
        ("Teachers in rural schools", None),
        ("References to teachers in law", None),
        ("Références (2/3)", "references"),
        ("Teachers (2/3)", None),
        ("Analytic Method", "methods"),
        ("Percurso metodológico", "methods"),
        ("3.2 Empirical strategy", "methods"),
        ("Resultados preliminares", "findings"),
        ("Abstract en español", "summary"),
        ("Chiffres clés", "summary"),
    ],
)
def test_names_of_sections_are_known_in_four_languages(name, role):
    assert role_of_heading(name) == role


def test_a_section_passes_its_role_to_the_prose_in_it_until_it_ends():
    found = roles(
        [Block("Abstract", 1), Block("Results", 2), PROSE, Block("1 Introduction", 1), PROSE]
    )
    assert [role for role, _ in found] == ["summary", "body"]


def test_acknowledgements_are_back_matter_also_where_their_heading_is_set_like_text():
    thanks = "We thank Ana Diaz and the ministry for their time, and the pupils who took part."
    found = roles(["A title"], ["Acknowledgements", thanks], ["1. Teachers", PROSE])
    assert [role for role, text in found if "Ana Diaz" in text] == ["back-matter"]
    assert found[-1][0] == "body"


def test_a_running_head_that_was_left_is_navigation():
    pages = [[f"{PROSE} Page {n}.", "A report on teachers and pupils"] for n in range(4)]
    assert {r for r, text in roles(*pages) if text.startswith("A report")} == {"navigation"}


def test_the_names_of_all_chapters_at_the_edge_of_pages_are_navigation():
    tabs = "VISITAS ENTRE ESCOLAS 2. QUAIS SÃO OS CAMINHOS? 1. ENTENDENDO AS VISITAS 3. COMO FORMAR"
    pages = [[f"{PROSE} Page {n}.", f"{tabs} QUEM VISITA? {tabs}"] for n in range(4)]
    assert {r for r, text in roles(*pages) if "CAMINHOS" in text} == {"navigation"}


def test_the_title_on_a_cover_is_one():
    found = roles(["Coaching teachers", *IMPRINT], [PROSE], title="Coaching teachers")
    assert found[0] == ("title", "Coaching teachers")


def test_a_title_that_asks_something_is_one():
    asks = "Who coaches the teachers of small schools?"
    found = roles([asks, *IMPRINT], [PROSE], title=asks)
    assert found[0] == ("title", asks)


def test_the_title_on_the_back_cover_is_no_evidence():
    title = "Coaching teachers"
    found = roles([title], *[[PROSE]] * 6, [title], title=title)
    assert found[-1] == ("back-matter", title)


def test_what_a_house_says_of_itself_is_no_evidence_beside_its_imprint():
    found = roles(["Coaching teachers"], [*OF_A_HOUSE, IMPRINT[0]], [PROSE], [PROSE])
    assert {role for role, text in found if "Lantern" in text} == {"front-matter"}


def test_what_a_text_says_of_an_organisation_is_body():
    found = roles([f"{PROSE} {OF_A_HOUSE[0]} {PROSE}", PROSE], [PROSE])
    assert {role for role, _ in found} == {"body"}


def test_an_index_at_the_end_is_back_matter():
    found = roles([PROSE], *[[PROSE]] * 9, INDEX)
    assert found[-1][0] == "back-matter"


@pytest.mark.parametrize(
    "officials",
    [
        "Ana Díaz Ministra de Educación y Cultura",
        "João Lima Secretário de Estado da Educação",
        "Marie Blanc Directrice de la Fondation",
    ],
)
def test_names_with_their_posts_are_an_imprint(officials):
    found = roles(["Coaching"], [officials, *IMPRINT[:2]], [PROSE], [PROSE])
    assert {role for role, text in found if officials in text} == {"front-matter"}


def test_every_role_is_of_the_vocabulary():
    assert set(ROLES) > APPARATUS


@pytest.mark.parametrize("unit", [".", "A, B. ", "12 ", "x OR ", "((", "é"])
def test_time_grows_no_faster_than_a_text(unit):
    """At 200 KB a quadratic rule takes minutes."""
    assert roles([unit * (200_000 // len(unit))])


MORE = (
    "The network of forty schools was followed for two years. Its teachers wrote down what they "
    "tried each week. They kept what their pupils asked for again, and left out the rest of it."
)
INTRODUCTION = Block("1 Introduction", 1)


@pytest.mark.parametrize(
    ("name", "keywords"),
    [
        ("Abstract: ", "Keywords: coaching; manuals"),
        ("ABSTRACT ", "JEL Codes: I21, J24"),
        ("Resumo – ", "Palavras-chave: formação; manuais"),
        ("Résumé. ", "Mots-clés : formation ; manuels"),
        ("", "Palabras clave: formación; manuales"),
    ],
)
def test_an_abstract_without_a_heading_is_a_summary(name, keywords):
    pages = [["Ana Díaz", f"{name}{PROSE} {MORE}", MORE, keywords, INTRODUCTION, PROSE]]
    said = roles(*pages)
    assert {role for role, text in said if MORE in text} == {"summary"}
    assert said[-1][0] == "body"


def test_only_the_paragraph_that_begins_with_the_name_is_an_abstract_without_keywords():
    for name in ("Summary: ", "SUMMARY "):
        said = roles([f"{name}{PROSE} {MORE}", PROSE, PROSE])
        assert [role for role, _ in said] == ["summary", "body"]


def test_keywords_below_names_and_far_inside_a_text_make_no_abstract():
    assert all(
        role != "summary"
        for role, _ in roles(["It was written in one week of May.", "Keywords: manuals", PROSE])
    )
    late = [[PROSE]] * 6 + [[f"{PROSE} {MORE}", "Keywords: manuals"]]
    assert all(role != "summary" for role, _ in roles(*late))


def test_key_findings_on_the_first_pages_sum_up_and_later_ones_are_findings():
    section = [Block("Key findings", 1), PROSE]
    pages = [[INTRODUCTION, PROSE], section, [PROSE], [Block("2 Data", 1), PROSE], section]
    told = [role for role, text in roles(*pages) if role in ("summary", "findings")]
    assert told == ["summary", "findings"]
