"""The kind of decks, posts, articles and tools, and who issued theses and resolutions."""

from __future__ import annotations

import pytest

from ingest.model import Hints
from ingest.record.front import Line
from tests.ingest.test_record import COVER, PROSE, page, read
from tests.ingest.test_record_strict import flowing


def slides(*covers: tuple[float, str], body: float = 20.0) -> tuple[tuple[Line, ...], ...]:
    """Return pages as a deck saved as PDF has them: little on each, in large letters."""
    first = tuple(Line(text, 1, height) for height, text in covers)
    rest = [
        (Line(f"Visit {n}", n, 2 * body), *[Line(f"What school {n} has seen", n, body)] * 4)
        for n in range(2, 7)
    ]
    return first, *rest


def test_pages_with_little_in_large_letters_are_a_presentation():
    assert read(*slides((40.0, "Visits between schools")), page_count=6)["kind"] == "presentation"
    small = slides((40.0, "Visits between schools"), body=11.0)
    assert "kind" not in read(*small, page_count=6)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Debate sobre normas para las visitas", "blog"),
        ("Normas para las visitas entre escuelas", "guideline"),
    ],
)
def test_what_a_signed_post_is_about_is_not_its_kind(title, kind):
    stated = Hints("embedded", title=title, authors=("Ana Quispe",), published="2021-03-01")
    assert flowing(title, PROSE, medium="web", stated=stated)["kind"] == kind


def test_a_page_that_states_its_journal_is_an_article():
    stated = Hints("embedded", title="Visits between schools", journal="Annals of Visits")
    found = flowing(PROSE, medium="web", stated=stated)
    assert found["kind"] == "journal-article"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Guide de lancement des visites", "toolkit"),
        ("Guía para visitas entre escuelas", "toolkit"),
        ("Visit planning template", "toolkit"),
        ("Mentor handout 4 on visits", "toolkit"),
        ("Example flexible visits policy", "guideline"),
    ],
)
def test_the_title_says_what_a_document_is_for(title, kind):
    assert read(page((26.0, title)))["kind"] == kind


def test_sites_of_references_do_not_issue_a_thesis():
    university = [(17.0, "UNIVERSIDAD ANDINA AUTÓNOMA"), (17.0, "DEL ESTADO DE AYACUCHO")]
    works = [Line(f"Quispe, A. (20{n}). Visits. UNESCO. https://unesdoc.unesco.org", 30)
             for n in range(10, 22)]  # fmt: skip
    found = read(page(*university, (26.0, "Visitas entre escuelas")), tail=tuple(works))
    assert found["publishers"] == ("Universidad Andina Autónoma del Estado de Ayacucho",)
    assert "publishers" not in read(page(COVER), tail=tuple(works))


def test_a_name_stands_for_its_own_letters():
    said = "The Universidad Reina Ana has many visits."
    foot = "URA https://sede.ura.example"
    feet = [page(COVER if n == 1 else "x", said, said, foot, number=n) for n in range(1, 5)]
    assert read(*feet, running=(foot,))["publishers"] == ("Universidad Reina Ana",)


def test_a_date_beside_a_name_is_no_part_of_it():
    found = read(page(COVER, "Example Group | July 2020"))
    assert (found["publishers"], found["published"]) == (("Example Group",), "2020-07")


def test_a_ministry_has_its_whole_name():
    said = "Ministère de l’Éducation nationale, de la Jeunesse et des Sports"
    lines = [f"schools.example/ - {said} - Juillet 2021"] * 6
    assert read(page(COVER, *lines))["publishers"] == (said,)


def test_the_mark_of_a_note_is_no_number_of_a_series():
    found = read(page(COVER, "NOTA TÉCNICA"), page("Nota Técnica 1", number=2))
    assert "series" not in found
    assert read(page(COVER, "Nota Técnica 1"))["series"] == "Nota Técnica 1"


def test_a_journal_s_name_has_a_colon_and_its_publisher_is_said():
    found = read(
        page("Schools and Visits: Rural Places 2 (2021) 100041", COVER, "Ana Quispe", "Abstract",
             "Keywords: visits", "journal homepage: visits.example",
             "Received 12 July 2021", "Published by Example Press Ltd")
    )  # fmt: skip
    assert (found["journal"], found["volume"]) == ("Schools and Visits: Rural Places", "2")
    assert found["publishers"] == ("Example Press Ltd",)


@pytest.mark.parametrize(
    ("line", "is_article"),
    [
        ("A study published in the Journal of Adolescent Visits found more.", False),
        ("Published in: Journal of Adolescent Visits", True),
    ],
)
def test_a_journal_that_prose_refers_to_makes_no_article(line, is_article):
    found = read(page(COVER, "Abstract", "Keywords: visits", "Received 12 July 2021", line))
    assert (found.get("kind") == "journal-article") == is_article
