"""What is written as a bibliography is read the same, by us and by the libraries of others."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.records import bibtex, csl, ris, table
from tests.ingest.test_records import RECORD, one, rows

ROOT = Path(__file__).parents[2]
KEPT = ("title", "author", "issued", "URL", "DOI", "page", "container-title", "volume", "type")


@pytest.mark.parametrize(
    ("module", "format_name"), [(ris, "RIS"), (bibtex, "BibTeX"), (csl, "CSL-JSON")]
)
def test_what_is_written_is_read_the_same(module, format_name):
    back = one(module.write_records([RECORD]), format_name)
    # RIS has no place for "Jr." but after the given name, and none for particles.
    if format_name == "RIS":
        names = [csl.inverted_name(n) for n in RECORD["author"]]
        assert [csl.inverted_name(n) for n in back["author"]] == names
    else:
        assert back["author"] == RECORD["author"]
    assert {n: back.get(n) for n in KEPT if n != "author"} == {
        n: RECORD.get(n) for n in KEPT if n != "author"
    }


def test_a_table_that_is_written_is_read_the_same():
    back = one(table.write_records([RECORD]), "CSV")
    assert {n: back.get(n) for n in ("title", "URL", "DOI", "page")} == {
        n: RECORD[n] for n in ("title", "URL", "DOI", "page")
    }
    assert [csl.inverted_name(n) for n in back["author"]] == [
        csl.inverted_name(n) for n in RECORD["author"]
    ]
    assert csl.year_of(back) == 2019


FORMULA_STARTS = "=+-@＝＋－＠﹦﹢﹣﹫−"
UNSEEN = st.characters(categories=["Cc", "Cf", "Zs", "Zl", "Zp"])


def cells_of(*values: str | int | None) -> list[str]:
    text = table.write_table(["a"] * len(values), [values])
    return list(csv.reader(io.StringIO(text, newline="")))[1]


@settings(max_examples=60)
@given(st.text(UNSEEN, max_size=5), st.sampled_from(FORMULA_STARTS), st.text())
@example("\n", "=", "1+1")
@example("\ufeff", "=", "1+1")
@example("\u200b\x00", "＝", "1+1")
def test_no_text_that_is_written_is_a_formula_however_it_begins(unseen, start, rest):
    assert cells_of(unseen + start + rest) == [f"'{unseen}{start}{rest}"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_that_starts_with_a_letter_is_written_as_it_is(rest):
    assert cells_of(f"a{rest}", f"'={rest}", "") == [f"a{rest}", f"'={rest}", ""]


def test_a_number_stays_a_number_and_nothing_is_an_empty_cell():
    assert cells_of(-5, 0, None, "-5") == ["-5", "0", "", "'-5"]


def test_a_record_and_a_bibliography_have_no_formula():
    written = table.write_records([{"type": "book", "title": "\n=1+1", "abstract": "\ufeff@x"}])
    assert '"\'\n=1+1"' in written
    assert '"\'\ufeff@x"' in written


def test_all_csv_is_written_in_one_place():
    rooms = ("corpus", "ingest", "index", "search_api")
    code = [f for room in rooms for f in ROOT.glob(f"{room}/**/*.py")]
    writing = [f for f in code if re.search(r"csv\.(?:Dict)?[Ww]riter", f.read_text("utf-8"))]
    assert [f.relative_to(ROOT).as_posix() for f in writing] == ["ingest/records/table.py"]


def test_rispy_reads_what_we_write_and_we_what_it_writes():
    import rispy

    (found,) = rispy.loads(ris.write_records([RECORD]))
    assert found["title"] == RECORD["title"]
    assert found["authors"] == [csl.inverted_name(n) for n in RECORD["author"]]
    assert (found["year"], found["doi"]) == ("2019", RECORD["DOI"])
    assert (found["urls"], found["start_page"], found["end_page"]) == (
        [RECORD["URL"]], "12", "34",
    )  # fmt: skip
    back = one(rispy.dumps([found]), "RIS")
    assert {n: back.get(n) for n in KEPT if n != "author"} == {
        n: RECORD.get(n) for n in KEPT if n != "author"
    }
    assert [csl.inverted_name(n) for n in back["author"]] == found["authors"]


def test_bibtexparser_reads_what_we_write_and_we_what_it_writes():
    import bibtexparser
    from bibtexparser import middlewares

    written = bibtex.write_records([RECORD])
    (plain,) = bibtexparser.parse_string(written).entries
    decode = [middlewares.LatexDecodingMiddleware()]  # not for addresses: % begins a comment there
    (decoded,) = bibtexparser.parse_string(written, append_middleware=decode).entries
    assert decoded["title"] == RECORD["title"]
    assert decoded["author"].startswith("García Márquez, José and van der Beek, Jan and")
    assert (plain["year"], plain["doi"], plain["url"]) == ("2019", RECORD["DOI"], RECORD["URL"])
    assert plain["pages"] == "12--34"
    back = one(bibtexparser.write_string(bibtexparser.parse_string(written)), "BibTeX")
    assert {n: back.get(n) for n in KEPT} == {n: RECORD.get(n) for n in KEPT}


def test_a_range_of_one_page_is_one_page_but_in_ris_which_has_fields_for_both_ends():
    record = {**RECORD, "page": "7-7"}
    assert "SP  - 7\nEP  - 7\n" in ris.write_records([record])
    assert "pages = {7}" in bibtex.write_records([record])
    assert one(csl.write_records([record]), "CSL-JSON")["page"] == "7"
    assert one(table.write_records([record]), "CSV")["page"] == "7"


@pytest.mark.parametrize("name", ["scopus.ris", "ovid_psycinfo.ris", "proquest.ris", "embase.ris"])
def test_real_records_survive_both_forms(shared, name):
    text = (shared / "ris" / name).read_text("utf-8-sig")
    first = rows(text, "RIS")
    for module, format_name in ((ris, "RIS"), (bibtex, "BibTeX"), (csl, "CSL-JSON")):
        back = rows(module.write_records(first), format_name)
        for before, after in zip(first, back, strict=True):
            for field in ("title", "URL", "DOI", "page"):
                assert after.get(field) == before.get(field), (format_name, field)
            assert csl.year_of(after) == csl.year_of(before)
            assert [csl.display_name(n) for n in after["author"]] == [
                csl.display_name(n) for n in before["author"]
            ]


NOTED = {**RECORD, "note": "Read 50% of it first & discuss.\n\nThen chapter 3."}


@pytest.mark.parametrize(("module", "name"), [(ris, "RIS"), (bibtex, "BibTeX"), (csl, "CSL-JSON")])
def test_a_note_is_written_and_read_the_same(module, name):
    assert one(module.write_records([NOTED]), name)["note"] == NOTED["note"]


def test_reference_managers_find_the_note_where_they_look_for_it():
    import bibtexparser
    import rispy

    (found,) = rispy.loads(ris.write_records([NOTED]))
    assert found["notes"] == ["Read 50% of it first & discuss.", "Then chapter 3."]
    (entry,) = bibtexparser.parse_string(bibtex.write_records([NOTED])).entries
    assert entry["note"].startswith(r"Read 50\% of it first \& discuss.")


def test_the_journal_of_an_article_has_its_own_ris_tag_and_a_book_has_none():
    article = ris.write_records([RECORD])
    assert f"JO  - {RECORD['container-title']}\n" in article
    chapter = ris.write_records([{**RECORD, "type": "chapter"}])
    assert "JO  - " not in chapter
    assert f"T2  - {RECORD['container-title']}\n" in chapter


@pytest.mark.parametrize("tag", ["T2", "JF", "JO", "J2", "JA"])
def test_each_tag_for_a_journal_is_read(tag):
    text = f"TY  - JOUR\nTI  - A title\n{tag}  - Learning Today\nER  - \n"
    assert one(text, "RIS")["container-title"] == "Learning Today"
