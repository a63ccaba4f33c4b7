"""Bibliographies: every dialect to one form, every row to one outcome, and back again unharmed."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import SourceRejected
from corpus.model import Outcome
from ingest.records import Problem, Row, csl, detect_format, read_rows, table
from ingest.sources import expand_arguments

DATA = Path(__file__).parents[1] / "data"
RECORD = csl.normalise_record(
    {
        "type": "article-journal",
        "title": "Éducation & “evidence”: 50% of teachers_use #it {well}",
        "author": [
            {"family": "García Márquez", "given": "José"},
            {"family": "Beek", "given": "Jan", "non-dropping-particle": "van der"},
            {"family": "King", "given": "M. L.", "suffix": "Jr."},
            {"literal": "World Bank"},
        ],
        "issued": {"date-parts": [[2019, 10]]},
        "container-title": "Journal of Learning & Use",
        "volume": "7",
        "issue": "2",
        "page": "12-34",
        "DOI": "10.1000/ab_c(2019)5",
        "URL": "https://example.org/a_b?x=1&y=%20z~",
        "language": "es",
        "abstract": "Los maestros usan evidencia. " * 5,
    }
)


def rows(text: str, format_name: str) -> list[csl.Record | str]:
    return [r.record if isinstance(r, Row) else r.code for r in read_rows(text, format_name)]


def one(text: str, format_name: str) -> csl.Record:
    (record,) = rows(text, format_name)
    assert isinstance(record, dict)
    return record


# Dialects -----------------------------------------------------------------------------------

PSYCH, CLIN = "Psychoneuroendocrinology", "Clinical Psychology & Psychotherapy"
DIALECTS = {
    "scopus.ris": (6, "10.1016/j.psyneuen.2019.104501", "Labanski", 2020, PSYCH),
    "ovid_psycinfo.ris": (6, "10.1002/cpp.2398", "Trindade", 2019, CLIN),
    "ovid_zotero.ris": (6, "10.1002/cpp.2398", "Trindade", 2019, CLIN),
    "proquest.ris": (6, "10.1002/jts.22387", "Jones", 2019, "Journal of Traumatic Stress"),
    "pubmed_zotero.ris": (6, "10.5114/pg.2018.81081", "Rudnik", 2019,
                          "Przeglad gastroenterologiczny"),
    "embase.ris": (6, "10.4103/2303-9027.138783", "Liu", 2014, "Endoscopic Ultrasound"),
    "embase.csv": (6, None, "Liu", 2014, "Endoscopic Ultrasound"),
    "generic.csv": (2, None, "Marx", 2014, None),
    "generic_semicolon.csv": (2, None, "Marx", 2014, None),
    "generic_tab.csv": (2, None, "Marx", 2014, None),
    "generic_column_names_with_spaces.csv": (2, None, "Marx", 2014, None),
}  # fmt: skip


@pytest.mark.parametrize("name", DIALECTS)
def test_exports_of_databases_are_read(shared, name):
    count, doi, family, year, journal = DIALECTS[name]
    text = (shared / "ris" / name).read_text("utf-8-sig")
    found = rows(text, detect_format(text, name))
    assert len(found) == count
    assert all(isinstance(r, dict) and r["author"] and len(r["abstract"]) > 200 for r in found)
    first = found[0]
    assert (first.get("DOI"), first["author"][0]["family"]) == (doi, family)
    assert (csl.year_of(first), first.get("container-title")) == (year, journal)


def test_every_row_of_every_sample_ends_in_one_outcome(shared):
    for path in sorted((shared / "ris").iterdir()):
        text = path.read_text("utf-8-sig")
        if path.suffix == ".csv":  # as the csv module counts them, without the head
            dialect = csv.Sniffer().sniff(text.split("\n")[0], ",;\t")
            expected = sum(1 for row in csv.reader(io.StringIO(text), dialect) if any(row)) - 1
        else:
            expected = len(re.findall(r"^TY  -", text, re.MULTILINE))
        items = list(expand_arguments([str(path)]))
        assert all(isinstance(i, Outcome) or i.fetched for i in items)
        if path.name == "generic_labels_no_title.csv":
            expected = 1  # without a column of titles: rejected as a whole
        assert len(items) == expected, path.name


def test_what_became_of_the_samples_is_pinned(shared):
    ended: Counter[str] = Counter()
    for item in expand_arguments([str(shared / "ris")]):
        ended[item.code or item.kind if isinstance(item, Outcome) else "record"] += 1
    assert ended == {"record": 94, "duplicate": 49, "no-title": 82}


@pytest.mark.parametrize(
    ("tags", "field", "expected"),
    [
        ("PY  - 10 15", "issued", None),
        ("PY  - 2019///", "issued", [2019]),
        ("PY  - 2019\nDA  - 2019/10//undefined", "issued", [2019, 10]),
        ("PY  - 2018\nDA  - 2019/10/03", "issued", [2018]),
        ("Y1  - 2003/05/09/", "issued", [2003, 5, 9]),
        ("SP  - No\nEP  - Specified", "page", None),
        ("SP  - e0815", "page", "e0815"),
        ("SP  - 12-34\nEP  - 34", "page", "12-34"),
        ("DO  - http://dx.doi.org/10.1000/x.", "DOI", "10.1000/x"),
        ("UR  - https://doi.org/10.1000/y", "DOI", "10.1000/y"),
        ("LA  - English", "language", "en"),
        ("LA  - spa; eng", "language", "es"),
        ("LA  - Klingon (old)", "language", None),
        ("SN  - 03064530 (ISSN)", "ISSN", "0306-4530"),
        ("SN  - 978-3-16-148410-0", "ISBN", "9783161484100"),
        ("UR  - javascript:alert(1)", "URL", None),
        ("AB  - One <i>word</i>&amp;more\n\nnext", "abstract", "One word&more\n\nnext"),
        ("AB  - First\nIL - 6 is not a tag\nAB", "abstract", "First IL - 6 is not a tag AB"),
    ],
)
def test_a_field_of_ris_is_understood(tags, field, expected):
    record = one(f"TY  - JOUR\nTI  - A title\n{tags}\nER  - \n", "RIS")
    found = record.get(field)
    assert (found["date-parts"][0] if field == "issued" and found else found) == expected


def test_records_without_an_end_lose_neither_themselves_nor_the_next():
    text = "TY  - RPRT\nTI  - One\n\nTY  - RPRT\nTI  - Two\nER  - \nTY  - RPRT\nTI  - Three"
    assert [r["title"] for r in rows(text, "RIS")] == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("['Marx, Karl', 'Lindgren, Astrid']", ["Karl Marx", "Astrid Lindgren"]),
        ("Liu R., Adler D.G.", ["R. Liu", "D.G. Adler"]),
        ("Labanski, A.; Langhorst, J.", ["A. Labanski", "J. Langhorst"]),
        ("Karl Marx, Astrid Lindgren", ["Karl Marx", "Astrid Lindgren"]),
        ("Marx, Karl", ["Karl Marx"]),
        ("Marx, Karl, Lindgren, Astrid", ["Karl Marx", "Astrid Lindgren"]),
        ("World Bank", ["World Bank"]),
        ("Karl Marx and Astrid Lindgren", ["Karl Marx", "Astrid Lindgren"]),
        ("[broken", ["[broken"]),
        ("", []),
    ],
)
def test_the_names_in_a_cell_are_told_apart(written, expected):
    found = [csl.display_name(csl.parse_name(n) or {}) for n in table.split_authors(written)]
    assert found == expected


BIB = r"""
% exported
@string{jl = "Journal of Learning"}
@article{a, title={The {GDP} of \'Education}, author={Marx, Karl and {World Bank} and
  Jos{\'e} Garc{\'i}a and de la Cruz, Mar\'{\i}a and others}, journal=jl, year=2019, month=oct,
  pages={12--15}, doi={https://doi.org/10.1000/x\_y}, url={http://x.org/a_b%20c}}
@book{b, title="No braces", year="1999"}
@article{c, title={Broken, year={2000}
@techreport{d, title={After it}, institution={R4D}, year={2001}}
@article{d, title={The same key}, author={Ann Lee}}
@misc{e, author={Nobody}}
"""


def test_bibtex_is_read_with_what_does_not_parse_named():
    assert detect_format(BIB, "x.txt") == "BibTeX"
    first, second, broken, report, same, untitled = read_rows(BIB, "BibTeX")
    assert isinstance(first, Row)
    assert first.record["title"] == "The GDP of Éducation"
    assert [csl.display_name(n) for n in first.record["author"]] == [
        "Karl Marx", "World Bank", "José García", "María de la Cruz",
    ]  # fmt: skip
    assert first.record["container-title"] == "Journal of Learning"
    assert (first.record["page"], first.record["DOI"]) == ("12-15", "10.1000/x_y")
    assert first.record["URL"] == "http://x.org/a_b%20c"
    assert first.record["issued"] == {"date-parts": [[2019, 10]]}
    assert [r.record["title"] for r in (second, report, same)] == [
        "No braces", "After it", "The same key",
    ]  # fmt: skip
    assert isinstance(broken, Problem)
    assert "line 8" in broken.reason
    assert (untitled.row, untitled.code) == (6, "no-title")


@pytest.mark.parametrize(
    ("text", "name", "format_name"),
    [
        ("\ufeffTY  - JOUR\n", "a.txt", "RIS"),
        ("1.\nTY  - JOUR\n", "ovid", "RIS"),
        ("@article{x,\n", "a.txt", "BibTeX"),
        ('[{"type": "book", "title": "x", "author": []}]', "a.json", "CSL-JSON"),
        ('{"name": "not a bibliography"}', "package.json", None),
        ("title,authors,year\n", "a.csv", "CSV"),
        ("Titel;Autor;Jahr\n", "a.csv", "CSV"),
        ("title,year\n", "budget.csv", None),
        ("school,pupils\n", "a.csv", None),
        ("abstract,authors,year,url,volume\n", "no-title.csv", "CSV"),
        ("title, authors and years\nwere discussed", "notes.md", None),
        ("TY is how it begins", "letter.txt", None),
        ("title,authors\rx,y\r", "of-an-old-mac.csv", "CSV"),
        ("a\rb\nc", "no-table.txt", None),
        ("a\r\n\rb", "no-table.csv", None),
        ("", "broken.ris", "RIS"),
    ],
)
def test_what_is_inside_decides_the_format(text, name, format_name):
    assert detect_format(text, name) == format_name


def test_a_table_with_the_line_ends_of_an_old_mac_is_read_row_by_row():
    rows = list(read_rows("title;authors\rOne;A. B.\rTwo;C. D.\r", "CSV"))
    assert [csl.title_of(row.record) for row in rows] == ["One", "Two"]


@pytest.mark.parametrize(
    ("text", "format_name", "code"),
    [
        ("no tags at all", "RIS", "empty"),
        ("% nothing", "BibTeX", "empty"),
        ('[{"type": "book"', "CSL-JSON", "unreadable"),
        ("[" * 100_000, "CSL-JSON", "unreadable"),
        ('"text"', "CSL-JSON", "unreadable"),
        ("abstract,authors\nx,y", "CSV", "no-title"),
        ("title,doi\n", "CSV", "empty"),
        ("title,doi\n" + "x" * 200_000, "CSV", "unreadable"),
    ],
)
def test_a_broken_file_is_rejected_as_a_whole(text, format_name, code):
    with pytest.raises(SourceRejected) as error:
        list(read_rows(text, format_name))
    assert error.value.code == code


@given(st.text(max_size=400), st.sampled_from(["RIS", "BibTeX", "CSL-JSON", "CSV"]))
@settings(max_examples=300, deadline=None)
def test_no_text_makes_a_reader_raise_anything_else(text, format_name):
    for prefix in ("", "TY  - JOUR\nTI  - ", "@book{a, title={", '[{"title": "', "title,doi\n"):
        detect_format(prefix + text, "a.csv")
        try:
            for row in read_rows(prefix + text, format_name):
                if isinstance(row, Row):
                    csl.canonical_bytes(row.record)
        except SourceRejected:
            pass


WORST = {
    "spaces": " ", "newlines": "\n", "blocks": "@", "entries": "@a{", "braces": "{",
    "tags": "<p ", "DOIs": "10.1000/", "backslashes": "\\", "names": " and ", "commas": ",",
    "quotes": '"', "dashes": "1 -", "entities": "&lt;p&gt;", "initials": "A ", "math": "$",
    "slashes": "/", "comments": "%\n", "numbers": "1.\n", "ends": "ER  - \n",
}  # fmt: skip


@pytest.mark.parametrize("piece", WORST.values(), ids=WORST)
def test_no_text_takes_long(piece):
    """Each at under a second on a quiet machine; a quadratic reader takes minutes."""
    text, started = piece * (100_000 // len(piece)), time.process_time()
    detect_format(text, "a.csv")
    for before, after, format_name in (
        ("TY  - JOUR\nTI  - ", "", "RIS"), ("TY  - JOUR\nTI  - x\nAU  - ", "", "RIS"),
        ("@book{a, title={", "}}", "BibTeX"), ("@book{a, title={x}, author={", "}}", "BibTeX"),
        ("title,authors,pages\nx,", "", "CSV"), ("title,authors,pages\nx,y,", "", "CSV"),
        ('[{"title": "', '"}]', "CSL-JSON"),
    ):  # fmt: skip
        with contextlib.suppress(SourceRejected):
            list(read_rows(before + text + after, format_name))
    assert time.process_time() - started < 20
