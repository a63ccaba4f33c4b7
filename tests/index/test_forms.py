"""Whole sentences are quoted before lines that are none, and without the numbers of notes."""

from __future__ import annotations

import pytest

from index.search.answering import choose_nearest
from index.search.forms import FRAGMENT, LINE, WHOLE, find_form
from index.search.paragraphs import skip_mark, skip_note
from index.search.sentences import read_sentences, states_something
from tests.index.test_answering import answer, rating


@pytest.mark.parametrize(
    ("part", "form"),
    [
        ("Teachers visit other schools twice a year.", WHOLE),
        ("In most towns teachers visit schools.169,170", WHOLE),
        ("Visites d'écoles par des enseignants", FRAGMENT),
        ("Las visitas de los docentes son frecuentes", LINE),
        ("• Visitas de professores a escolas", LINE),
        ("visits of teachers to other schools.", FRAGMENT),
        ("visits of teachers are made twice a year.", LINE),
        ("Course Visits of teachers repeat...", FRAGMENT),
        ("Teachers visit schools (https://visits.example/2024).", FRAGMENT),
        ("Trends in School Visits and Their Costs in Chile: 1972 — 2009.", FRAGMENT),
        ("This guide presents the Visits of Teachers to Schools in Peru (VTSP).", WHOLE),
        ("Schools in Peru Are Visited by Their Teachers.", WHOLE),
    ],
)
def test_a_line_without_an_end_or_a_beginning_is_no_whole_sentence(part: str, form: int) -> None:
    assert find_form(part, "") == form


@pytest.mark.parametrize("before", ["Schools need:", "a bus;"])
def test_an_item_of_a_list_may_begin_with_a_small_letter(before: str) -> None:
    assert find_form("time for visits of teachers.", before) == WHOLE


@pytest.mark.parametrize(
    ("asked", "line", "says"),
    [
        ("teachers visit schools", "Introduction to how teachers visit schools",
         "In most of these towns teachers visit schools twice a year, as their heads told us."),
        ("visitas de docentes a escuelas", "Cuadro de visitas de docentes a escuelas",
         "En casi todos los pueblos hay visitas de docentes a escuelas dos veces al año."),
        ("visites des enseignants aux écoles", "Budget des visites des enseignants aux écoles",
         "Dans presque toutes les villes, il y a des visites des enseignants aux écoles."),
        ("visitas de professores a escolas", "Resumo das visitas de professores a escolas",
         "Em quase todas as cidades há visitas de professores a escolas duas vezes por ano."),
    ],
)  # fmt: skip
def test_a_sentence_is_quoted_before_a_line_with_the_same_words(asked, line, says) -> None:
    assert answer(asked, f"{says}\n\nNothing else was said about that.\n\n{line}") == [says]


def test_a_line_is_quoted_where_nothing_else_has_the_words() -> None:
    assert rating("visits of teachers", "Introduction to visits of teachers") > 0


def test_the_sentences_of_a_text_without_capitals_are_whole() -> None:
    forms = [one.form for one in read_sentences("pupils read more . the flow is laminar .")]
    assert forms == [WHOLE] * len(forms)
    assert [one.form for one in read_sentences("Pupils read. the flow")][-1] != WHOLE


def test_below_a_heading_its_first_sentence_is_quoted() -> None:
    says = "Most of them come twice a year, and stay for a day."
    text = f"Visits of teachers to schools\n\n{says}\n\nNothing else was said."
    assert answer("visits of teachers to schools", text) == [says]
    sentences = read_sentences(text)
    ((start, end),) = choose_nearest(text, sentences, "visitas de docentes", [0.6, 0.4, 0.1])
    assert text[start:end] == says
    aside = "(See the list of schools.)"
    heading = "Visits of teachers to schools"
    assert answer("visits of teachers to schools", f"{heading}\n\n{aside}") == [heading]


def test_a_heading_is_not_added_to_a_sentence() -> None:
    says = "Teachers visit schools in Peru."
    text = f"How long teachers visit schools in Peru\n\nThey are asked.\n\n{says}"
    assert answer("teachers visit schools in Peru", text) == [says]


def test_across_languages_a_line_loses_to_a_sentence_that_is_nearly_as_near() -> None:
    text = "We asked all of them.\n\nOther schools were closed.\n\nVisits to some schools in Peru"
    sentences = read_sentences(text)
    ((start, end),) = choose_nearest(text, sentences, "visitas", [0.3, 0.45, 0.5])
    assert text[start:end] == "Other schools were closed."


@pytest.mark.parametrize(
    "part",
    [
        "What is the purpose of visits? | 15 minutes",
        "4.65 Have teachers been at your school? ☐ Yes ☐ No.",
        "• Nunca □ A veces □ Casi siempre □ Siempre",
        "(figure available in print form)",
        "Video: Visits Abroad\n\nhttps://visits.example/watch",
    ],
)
def test_a_form_to_fill_in_and_an_aside_state_nothing(part: str) -> None:
    assert not states_something(part)


def test_what_limits_a_claim_is_not_shown_if_it_is_a_question() -> None:
    says = "The scale is reliable in primary schools."
    asks = "Is the scale not reliable in other schools?"
    assert answer("reliable scale in primary schools", f"{says} {asks}") == [says]


def test_a_line_before_a_colon_is_shown_with_what_follows_it() -> None:
    text = "The policy on visits of teachers states that:\n\nEach school is visited once."
    assert answer("policy on visits of teachers", text) == [
        "The policy on visits of teachers states that:",
        "Each school is visited once.",
    ]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("14 Dropout rate is the share of pupils.", "Dropout rate is the share of pupils."),
        ("17 Segundo Cruz (2017), há visitas.", "Segundo Cruz (2017), há visitas."),
        ("12 This sample has 40 schools.", "This sample has 40 schools."),
        ("1 La production est lente.", "La production est lente."),
        ("11.27 The policy has a goal.", "The policy has a goal."),
        ("28 States have adopted it.", "28 States have adopted it."),
        ("60 African countries have it.", "60 African countries have it."),
        ("3 October was the first day.", "3 October was the first day."),
        ("7 EU countries have adopted it.", "7 EU countries have adopted it."),
        ("2.5 Million people were asked.", "2.5 Million people were asked."),
        ("14 schools were visited.", "14 schools were visited."),
        ("• 28 Visited schools were open.", "28 Visited schools were open."),
    ],
)
def test_a_quote_begins_after_the_number_of_a_note(text: str, quoted: str) -> None:
    assert text[skip_mark(text, 0) :] == quoted


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Teachers visit schools in towns.12", "Teachers visit schools in towns."),
        ("Teachers said “we visit”.3,4", "Teachers said “we visit”."),
        ("Visits take 0.25", "Visits take 0.25"),
        ("It is on p.12", "It is on p.12"),
        ("Compare figs.12", "Compare figs.12"),
    ],
)
def test_a_quote_ends_before_the_number_of_a_note(text: str, quoted: str) -> None:
    assert text[: skip_note(text, len(text))] == quoted


def test_numbers_of_notes_are_not_quoted() -> None:
    says = "The teachers visit schools in towns."
    assert answer("teachers visit schools", f"14 {says}12") == [says]


@pytest.mark.parametrize(
    "signpost",
    [
        "Figure 27 presents the visits between schools in Peru and what they cost to teachers.",
        "Table A.1 shows how visits between schools in Peru are paid for, and who asked for them.",
        "A tabela a seguir apresenta as visitas: visits between schools in Peru and their costs.",
        "La siguiente tabla muestra las visitas: visits between schools in Peru and their costs.",
        "Le tableau 3 présente les visites : visits between schools in Peru and their costs.",
        "4 Voir le tableau des visites : visits between schools in Peru and their costs.",
        "12 Véase la lista de visitas: visits between schools in Peru and their costs.",
    ],
)
def test_what_a_figure_shows_comes_after_what_is_said(signpost: str) -> None:
    says = "Most visits between schools led to lessons that teachers in Peru tried out at once."
    text = f"{signpost}\n\nNothing else was found.\n\n{says}"
    assert answer("visits between schools in Peru", text)[0] == says


@pytest.mark.parametrize(
    "shows",
    [
        "Figure 2 shows that visits between schools in Peru are made by most teachers.",
        "Figure 2 presents the visits between schools in Peru: 40% of all teachers make some.",
    ],
)
def test_what_a_figure_shows_is_quoted_if_it_is_said(shows: str) -> None:
    says = "Most visits between schools led to lessons that teachers in Peru tried out at once."
    assert answer("visits between schools in Peru", f"{shows}\n\n{says}")[0] == shows
