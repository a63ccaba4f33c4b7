"""Who issued a document, on made-up pages in several layouts and languages."""

from __future__ import annotations

import pytest

from ingest.model import Hints
from ingest.record import Front, is_sure, read_record
from ingest.record.covers import read_titled
from ingest.record.finding import Finding
from ingest.record.front import Line
from ingest.record.organisations import clean_body
from tests.ingest.test_record import COVER, page, read


def leaf(*lines: str, number: int) -> tuple[Line, ...]:
    """Return a page that has only these lines."""
    return tuple(Line(text, number) for text in lines)


@pytest.mark.parametrize(
    ("lines", "publisher"),
    [
        (["Published by Books for Schools"], "Books for Schools"),
        (["Publié en 2021 par la Fondation Exemple, Lyon"], "Fondation Exemple"),
        (["Editado por la Red Andina de Escuelas"], "Red Andina de Escuelas"),
        (["Publicado em 2020 pela Fundação Exemplo"], "Fundação Exemplo"),
        (["Éditeur : Institut des Écoles"], "Institut des Écoles"),
        (["Publisher:", "Books for Schools"], "Books for Schools"),
        (["A publication of the Example Council for Schools"], "Example Council for Schools"),
        (["Visits News is published twice a year by the Example Trust"], "Example Trust"),
        (["© 2021", "Example Foundation"], "Example Foundation"),
        (["© Example Foundation, 2021"], "Example Foundation"),
        (["© 2021 by the World Bank Group"], "World Bank"),
        (["© UNICEF Office of Research – Innocenti"], "UNICEF Office of Research – Innocenti"),
        (["© 2022 The Editors of Rural Schools Quarterly"], "Rural Schools Quarterly"),
        (["Suggested citation: Example Fund (2021). Visits between schools."], "Example Fund"),
        (
            ["Suggested citation: Books for Schools (2021). Visits of schools. Books for Schools."],
            "Books for Schools",
        ),
        (["About the Example Fund"], "Example Fund"),
    ],
    ids=lambda value: " / ".join(value)[:40] if isinstance(value, list) else "",
)
def test_an_imprint_names_the_publisher(lines, publisher):
    assert read(page(COVER), page(*lines, number=2)).get("publishers") == (publisher,)


@pytest.mark.parametrize(
    "columns",
    [
        ("Published in 2019 by the United Nations", "Educational, Scientific and Cultural",
         "Organization, 7, place de Fontenoy"),
        ("Publié en 2019 par l’Organisation des", "Nations Unies pour l’éducation,",
         "la science et la culture en coopération avec d’autres"),
    ],
    ids=["English", "French"],
)  # fmt: skip
def test_a_known_name_is_whole_in_a_narrow_column(columns):
    assert read(page(COVER), page(*columns, number=2))["publishers"] == ("UNESCO",)


def test_a_name_that_only_begins_with_a_known_one_is_another():
    lines = page("Published by UNESCO Institute for Example Learning", number=2)
    assert read(page(COVER), lines)["publishers"] == ("UNESCO Institute for Example Learning",)


@pytest.mark.parametrize(
    "lines",
    [
        ["Lima | Nairobi | New Delhi"],
        ["© 2021 London • Paris • Dakar"],
        ["Commissioned by the Example Foundation"],
        ["Funded by", "Example Foundation"],
        ["With the support of", "Example Foundation"],
        ["Financiado por la Fundación Ejemplo"],
        ["Com o apoio da Fundação Exemplo"],
        ["Avec le soutien de la Fondation Exemple"],
        ["In partnership with the Example Institute"],
        ["Printed by Example Press"],
        ["Prepared for the Ministry of Example Affairs"],
        ["The rest of the visits were paid for by a grant that was published in a study that was",
         "published by the Example Institute in the year of the visits"],
        ["Published by Ana Quispe"],
    ],
    ids=lambda value: value[0][:40],
)  # fmt: skip
def test_who_paid_helped_or_printed_is_no_publisher(lines):
    assert "publishers" not in read(page(COVER, *lines))


def test_who_paid_is_passed_over_for_who_published():
    lines = ("Commissioned by the Example Foundation", "Published by the Institute of Visits")
    assert read(page(COVER, *lines))["publishers"] == ("Institute of Visits",)


@pytest.mark.parametrize(
    ("lines", "publisher"),
    [
        (["Faculty of Education, University of Example"], "University of Example"),
        (["Facultad de Educación, Universidad de Ejemplo"], "Universidad de Ejemplo"),
        (["MINISTERIO DE ENSEÑANZA RURAL"], "Ministerio de Enseñanza Rural"),
        (["Institute for the Study", "of Schools"], "Institute for the Study of Schools"),
        (["Example Council | Institute of Visits"], "Example Council"),
    ],
    ids=["faculty", "facultad", "capitals", "wrapped", "two"],
)  # fmt: skip
def test_a_cover_names_the_publisher(lines, publisher):
    assert read(page(COVER, *lines))["publishers"][0] == publisher


def test_a_name_in_capitals_is_written_as_the_text_writes_it():
    lines = ("MINISTRY OF SCHOOLS AND SPORT", "The plan of the Ministry of Schools and Sport says")
    assert read(page(COVER, *lines))["publishers"] == ("Ministry of Schools and Sport",)


def test_words_inside_a_paragraph_are_no_name_on_the_cover():
    lines = (
        "Con el visto de la Secretaría de Planificación, de la Oficina de Métodos y Visitas de",
        "Estrategia y Presupuesto, de la Unidad de Organización y de la Oficina General",
    )
    assert "publishers" not in read(page(COVER, *lines))


def test_a_name_in_which_a_sentence_goes_on_is_no_name_on_the_cover():
    lines = (
        "The visits were planned by the teachers together with all those in",
        "Ministry of Schools",
    )
    assert "publishers" not in read(page(COVER, *lines))


def test_an_abbreviation_is_given_in_full_where_the_text_has_it():
    lines = ("© EVF, 2024", "The Example Visits Fund (EVF) began in 2019")
    assert read(page(COVER), page(*lines, number=2))["publishers"] == ("Example Visits Fund",)


def test_a_running_head_and_the_file_name_the_publisher():
    running = ("Example Institute of Visits | Annual review",)
    assert read(page(COVER), running=running)["publishers"] == ("Example Institute of Visits",)
    stated = Hints("embedded", authors=("Example Institute",))
    named = page(COVER, "The Example Institute asked the teachers in twelve schools.")
    assert read(named, stated=stated)["publishers"] == ("Example Institute",)


def test_a_series_names_its_publisher():
    found = read(page(COVER, "OECD Education Working Papers No. 12"))
    assert found["publishers"] == ("OECD",)


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("ISBN 978-92-64-12345-8", "OECD"),
        ("ISBN 978-92-3-100447-6", "UNESCO"),
        ("https://doi.org/10.1596/12345", "World Bank"),
        ("https://doi.org/10.5555/12345", None),
    ],
)
def test_the_prefix_of_an_isbn_or_a_doi_tells_whose_it_is(line, publisher):
    found = read(page(COVER), page(line, number=2)).get("publishers")
    assert found == ((publisher,) if publisher else None)


def suggested(*pages: tuple[Line, ...], **fields) -> object:
    """Return the publisher that is only suggested."""
    head = tuple(line for lines in pages for line in lines)
    text = "\n".join(line.text for line in head)
    front = Front(head, **({"medium": "paged", "page_count": 20, "text": text} | fields))
    found = next((f for f in read_record(front) if f.field == "publishers"), None)
    assert found is None or not is_sure(found)
    return found and found.value


def test_an_address_and_a_back_cover_are_only_suggested_and_a_host_is_not():
    address = page("Example Institute", "12 Example Street, Leeds", number=3)
    assert suggested(page(COVER), address) == ("Example Institute",)
    back = leaf("Example Institute", number=20)
    assert suggested(page(COVER), tail=back) == ("Example Institute",)
    mail = page("Write to info@visits.example.org or ana@visits.example.org.", number=2)
    again = page("Write to bo@visits.example.org.", number=3)
    assert suggested(page(COVER), mail, again) is None  # one of ten such was the publisher's


def test_a_site_named_once_in_the_text_is_not_suggested():
    named = page("All GOX schools take part, see www.gox.org for more.", number=5)
    assert suggested(page(COVER), named) is None  # three of eleven such were the publisher's


def test_a_minister_and_an_oft_named_body_are_only_suggested():
    signed = page("Ana Quispe", "Minister of Schools and Sport", number=3)
    assert suggested(page(COVER), signed) == ("Ministry of Schools and Sport",)
    several = page("Minister of Schools and Sport", "Minister of Finance and Trade", number=3)
    assert suggested(page(COVER), several) is None
    often = page(*["what the Example Council of Visits said"] * 6, number=4)
    assert suggested(page(COVER), often) == ("Example Council of Visits",)
    logo = page(COVER, "Books for Schools", *["Those at Books for Schools said"] * 6)
    assert suggested(logo) is None


def test_a_ministry_that_is_named_throughout_is_the_publisher():
    lines = ["las normas del Ministerio de Educación, Deporte y Cultura dicen"] * 8
    assert read(page(COVER), page(*lines, number=3))["publishers"] == (
        "Ministerio de Educación, Deporte y Cultura",
    )


def test_an_abbreviation_on_the_cover_is_given_in_full():
    text = page("The Example Visits Council (EVC) began in 2019", number=3)
    assert read(page(COVER, "EVC"), text)["publishers"] == ("Example Visits Council",)


def test_a_page_printed_by_a_browser_tells_its_site():
    running = ("https://www.schoolbooks.org/visits/about",)
    named = page("All that the School Books say", number=4)
    assert read(page(COVER), named, running=running)["publishers"] == ("School Books",)


def test_a_site_that_names_its_parts_is_called_by_its_first():
    stated = Hints("embedded", title="Visits of schools", publishers=("Books | Visits | Lists",))
    found = read(page("Visits of schools"), medium="web", stated=stated)
    assert found["publishers"] == ("Books",)


def test_the_quote_of_a_publisher_has_its_name():
    lines = page("Review of School Visits", "April 2017, Vol. 87, No. 2, pp. 243-282", COVER,
                 "Abstract", "Keywords: visits", "https://doi.org/10.5555/1")  # fmt: skip
    front = Front(lines, medium="paged", text="\n".join(x.text for x in lines))
    found = next(f for f in read_record(front) if f.field == "publishers")
    assert found.value == (found.quote,) == ("Review of School Visits",)


def test_the_domain_of_a_country_is_no_name():
    lines = page("Example Rivers", "www.example-rivers.org.uk", number=1)
    assert read(page(COVER), lines)["publishers"] == ("Example Rivers",)


def test_several_kinds_of_statement_that_agree_are_surer():
    cover = page(COVER, "Example Institute")
    sure = [
        next(f.confidence for f in read_record(front) if f.field == "publishers")
        for front in (
            Front(cover, medium="paged"),
            Front(cover, medium="paged", running=("Example Institute",)),
        )
    ]
    assert sure[0] < sure[1]


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("UNICEF annual report on schools", True),
        ("The UNICEF years: what schools learnt", False),
        ("La UNESCO y las escuelas", False),
    ],
)
def test_a_title_that_begins_with_an_article_is_about_what_it_names(title, names):
    found = list(read_titled(Finding("title", title, 1.0)))
    assert bool(found) == names


@pytest.mark.parametrize(
    ("below", "publisher"),
    [
        ("Member of the Parliament of Examples", "Parliament of Examples"),
        ("Miembro del Parlamento de Ejemplos", "Parlamento de Ejemplos"),
        ("Membro do Parlamento de Exemplos", "Parlamento de Exemplos"),
        ("Professor of the University of Examples", None),
        ("Directora de la Universidad de Ejemplos", None),
    ],
)
def test_the_office_of_an_author_is_no_name_of_a_body(below, publisher):
    assert clean_body(below) == publisher


@pytest.mark.parametrize(
    ("text", "publisher"),
    [
        ("AND EASTERN EXAMPLE OFFICE", None),
        ("A Framework for Example Research Partners", None),
        ("A Better Example", "A Better Example"),
        ("Andes Example Office", "Andes Example Office"),
    ],
)
def test_the_rest_of_a_name_and_a_subtitle_are_no_names(text, publisher):
    assert clean_body(text) == publisher
