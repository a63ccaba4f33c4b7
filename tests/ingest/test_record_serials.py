"""The journal, series and ISBN that a document's own pages state, and what they do not."""

from __future__ import annotations

import json

import pytest

from corpus.documents.identifiers import standard_isbn
from ingest.extract.record import extract
from ingest.metadata import merge_hints
from ingest.model import Fetched, Limits
from ingest.records import bibtex, csl, ris, table
from tests.ingest.test_record import COVER, page, read

FIELDS = ("journal", "volume", "issue", "page_range")


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("Ahn et al. International Journal of Rural Schools (2019) 16:39",
         ("International Journal of Rural Schools", "16", None, "39")),
        ("Journal of School Visits, Vol. 12, No. 3, pp. 45-67",
         ("Journal of School Visits", "12", "3", "45–67")),
        ("Revista Peruana de Escuelas, 8(2), 101–120.",
         ("Revista Peruana de Escuelas", "8", "2", "101–120")),
        ("Review of School Visits 2021, 4: 1–19", ("Review of School Visits", "4", None, "1–19")),
        ("Review of Rural Schools|April 2017, Vol. 87, No. 2, pp. 243 –282",
         ("Review of Rural Schools", "87", "2", "243–282")),
        ("A journal was kept in 12 schools", (None,) * 4),
        ("Our quarterly review of visits 2019", (None,) * 4),
        ("Schools and visits 12(3), 45–67", (None,) * 4),
    ],
)  # fmt: skip
def test_a_line_names_the_journal_with_volume_and_pages(line, stated):
    found = read(page(COVER, *line.split("|")))
    assert tuple(found.get(name) for name in FIELDS) == stated


def test_the_own_citation_names_the_journal():
    found = read(
        page(COVER, "Suggested citation: Quispe, A. (2020). Visits between schools. Journal of "
                    "School Visits, 7(1), 5-19."),
    )  # fmt: skip
    assert tuple(found.get(name) for name in FIELDS) == ("Journal of School Visits", "7", "1",
                                                         "5–19")  # fmt: skip


def test_a_journal_in_the_references_is_not_the_documents_own():
    found = read(
        page(COVER), page("Lee, A. (2010). Schools. Journal of Visits, 3(1), 1-9.", number=3)
    )
    assert "journal" not in found


@pytest.mark.parametrize(
    ("lines", "series"),
    [
        (("Policy Research Working Paper 9446",), "Policy Research Working Paper 9446"),
        (
            ("Working Papers on School Visits", (42.0, "07")),
            "Working Papers on School Visits, no. 07",
        ),
        (("Documento de trabajo N.º 12",), "Documento de trabajo N.º 12"),
        (("Texto para discussão 2345",), "Texto para discussão 2345"),
        (("Document de travail n° 31",), "Document de travail n° 31"),
        (("This working paper was written in 2019",), None),
        (("Working paper",), None),
        (("Policy brief", "March 2021"), None),
        (
            ((14.0, "Working papers"), (14.0, "on visits"), (30.0, "7")),
            "Working papers on visits, no. 7",
        ),
    ],
)
def test_a_line_names_the_series_with_its_number(lines, series):
    assert read(page(COVER, *lines)).get("series") == series


@pytest.mark.parametrize(
    ("line", "isbn"),
    [
        ("© Example 2021 ISBN 978-92-3-100447-6 (print)", "9789231004476"),
        ("ISBN: 978 92 79 97257 7", "9789279972577"),
        ("ISBN 0-306-40615-2", "0306406152"),
        ("ISBN 978-92-3-100447-5", None),
        ("Tel. 9789231004476", None),
    ],
)
def test_an_isbn_needs_its_name_and_a_right_check_digit(line, isbn):
    assert read(page(COVER, line)).get("isbn") == isbn


def test_of_several_isbns_the_electronic_one_is_taken_and_of_many_none():
    two = page(COVER, "ISBN 978-92-3-100447-6 (print) ISBN 978-92-79-97257-7 (PDF)")
    assert read(two)["isbn"] == "9789279972577"
    shop = ("9789231004476", "9789279972577", "0306406152", "9780306406157", "9781861972712")
    assert all(map(standard_isbn, shop))
    assert "isbn" not in read(page(COVER, *(f"ISBN {number}" for number in shop)))


def test_every_bibliography_keeps_journal_series_and_isbn():
    record = csl.normalise_record({
        "type": "article-journal", "title": "Visits", "container-title": "Journal of Visits",
        "volume": "4", "issue": "2", "page": "10-19", "ISBN": "978-92-3-100447-6",
        "collection-title": "Visit Papers 9", "publisher": "Example House",
    })  # fmt: skip
    for form, text in (
        (ris, ris.write_records([record])),
        (bibtex, bibtex.write_records([record])),
        (csl, csl.write_records([record])),
    ):
        again = next(iter(form.read_records(text)))[1]
        assert {n: again.get(n) for n in record} == record, form.__name__
    row = (
        "Title,Authors,Journal,Volume,Pages,ISBN,Series\nVisits,Ana Quispe,J,4,1-9,0306406152,S 9\n"
    )
    read_row = next(iter(table.read_records(row)))[1]
    assert (read_row["ISBN"], read_row["collection-title"]) == ("0306406152", "S 9")
    raw = json.dumps(record).encode()
    hints = extract(Fetched("file:///a.json", raw, "a.json"), Limits()).hints
    values, _ = merge_hints(hints)
    assert (values["journal"], values["volume"], values["issue"], values["page_range"]) == (
        "Journal of Visits", "4", "2", "10-19")  # fmt: skip
    assert (values["publishers"], values["isbn"], values["series"]) == (
        ("Example House",), "9789231004476", "Visit Papers 9")  # fmt: skip
