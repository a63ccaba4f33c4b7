"""Documents as references: names, journals and notes; what goes out comes back the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalogue.originals import Originals
from corpus.model import Document, Entry
from corpus.taxonomy import load_taxonomy
from ingest import records
from ingest.preparing import prepare_document
from ingest.records import csl
from ingest.sources.bibliography import source_of
from search_api.answers.records import record_of, record_of_entry, stored_record
from search_api.exports.formats import DOCUMENTS
from search_api.exports.taking import Reference, References, made_today
from tests.support.served import a_document

READERS = {"ris": "RIS", "bibtex": "BibTeX", "csl-json": "CSL-JSON"}
ARTICLE = csl.normalise_record(
    {
        "type": "article-journal",
        "title": "Reading at home",
        "author": [{"family": "Beek", "given": "Jan", "non-dropping-particle": "van der"}],
        "container-title": "Learning Today",
        "publisher": "Example House",
        "volume": "7",
        "page": "12-34",
        "issued": {"date-parts": [[2019, 10]]},
        "DOI": "10.1000/reading",
        "URL": "https://example.org/reading",
        "language": "en",
        "abstract": "Families read at home, and pupils read better at school for it.",
        "note": "Cited often.",
    }
)


def article(**fields: object) -> Document:
    defaults = {"kind": "journal-article", "authors": ("Ann Author",), "year": 2020}
    return a_document("https://example.org/article", "An article", **defaults | fields)


def write(name: str, record: csl.Record) -> bytes:
    made = made_today(load_taxonomy())
    return DOCUMENTS[name].write(References("A", "/a", (), (Reference(record, "Cited"),), made))


def imported(originals: Originals, record: csl.Record) -> Document:
    """Return the document that a record becomes when it is taken in."""
    fetched = source_of("file:///list.ris#1", record).fetched
    assert fetched is not None
    originals.keep(fetched.data)
    return prepare_document(fetched).document


@pytest.mark.parametrize(
    ("authors", "family_names"),
    [
        (("Ann Author", "et al."), ["Author"]),
        (("Ann Author", "Et al"), ["Author"]),
        (("Stewart et al.",), ["Stewart"]),
        (("Ann Author, et al.",), ["Author"]),
        (("et al.",), []),
        (("Alma Etal",), ["Etal"]),
    ],
)
def test_et_al_is_no_author(authors, family_names):
    names = csl.names_of(record_of(article(authors=authors)))
    assert [name.get("family") or name["literal"] for name in names] == family_names


@pytest.mark.parametrize(
    ("author", "family", "given", "particle"),
    [
        ("Ann Author", "Author", "Ann", None),
        ("Jan van der Beek", "Beek", "Jan", "van der"),
        ("Margarida Gaspar de Matos", "Matos", "Margarida Gaspar", "de"),
        ("Jan-Emmanuel De Neve", "De Neve", "Jan-Emmanuel", None),
        ("Van Jones", "Jones", "Van", None),
    ],
)
def test_particles_go_with_the_family_name(author, family, given, particle):
    (name,) = csl.names_of(record_of(article(authors=(author,))))
    assert (name["family"], name["given"]) == (family, given)
    assert name.get("non-dropping-particle") == particle


@pytest.mark.parametrize("name", sorted(set(DOCUMENTS) - {"markdown", "docx"}))
def test_no_format_writes_et_al(name):
    written = write(name, record_of(article(authors=("Ann Author", "et al."))))
    assert b"Author" in written
    assert b"et al" not in written.lower()


def test_et_al_in_an_imported_record_is_no_author_either(tmp_path):
    originals = Originals(tmp_path)
    record = {**ARTICLE, "author": [*ARTICLE["author"], {"literal": "et al."}]}
    document = imported(originals, record)
    assert record_of(document, stored_record(originals, document))["author"] == ARTICLE["author"]


@pytest.mark.parametrize(
    ("publishers", "journal", "house"),
    [
        (("International Journal of Learning",), "International Journal of Learning", None),
        (("Child Development (Wiley)",), "Child Development", "Wiley"),
        (("A University", "Policy Archives"), "Policy Archives", "A University"),
        (("A University", "Minds (Oxford University Press)"), "Minds",
         "A University; Oxford University Press"),
        (("World Health Organization (WHO)",), None, "World Health Organization (WHO)"),
        (("University of Somewhere",), None, "University of Somewhere"),
    ],
)  # fmt: skip
def test_a_publisher_that_is_a_journal_goes_out_as_one(publishers, journal, house):
    record = record_of(article(publishers=publishers))
    assert (record.get("container-title"), record.get("publisher")) == (journal, house)


def test_the_publisher_of_a_report_is_no_journal():
    record = record_of(article(kind="report", publishers=("The Journal Foundation",)))
    assert (record.get("container-title"), record["publisher"]) == (None, "The Journal Foundation")


def test_each_bibliography_names_the_journal_in_its_own_field():
    record = record_of(article(publishers=("Learning Today (Wiley)",)))
    assert b"\nJO  - Learning Today\n" in write("ris", record)
    assert b"\n  journal = {Learning Today}" in write("bibtex", record)
    assert b'"container-title": "Learning Today"' in write("csl-json", record)
    assert b'"Learning Today","Wiley"' in write("csv", record)


@pytest.mark.parametrize("name", READERS)
def test_a_curators_notes_go_out_with_an_entry(name):
    document = article(note="Only the summary is free.")
    entry = Entry("e1", document.title, document.id, note="Read it first.")
    (row,) = records.read_rows(
        write(name, record_of_entry(entry, document)).decode(), READERS[name]
    )
    assert isinstance(row, records.Row)
    assert row.record["note"] == "Read it first.\n\nOnly the summary is free."


def test_the_note_on_something_that_is_not_in_the_repository_goes_out_too():
    entry = Entry("e1", "Elsewhere", url="https://example.org/else", note="Worth a visit.")
    assert record_of_entry(entry, None)["note"] == "Worth a visit."


@pytest.mark.parametrize("name", READERS)
def test_a_record_comes_back_as_it_went_out(tmp_path, name):
    originals = Originals(tmp_path)
    document = imported(originals, ARTICLE)
    out = write(name, record_of(document, stored_record(originals, document)))
    (row,) = records.read_rows(out.decode(), READERS[name])
    assert isinstance(row, records.Row)
    again = imported(originals, row.record)
    assert again.sha256 == document.sha256 or name == "ris"
    assert replace(again, sha256="", size_bytes=0) == replace(document, sha256="", size_bytes=0)
    kept = {n: v for n, v in row.record.items() if n != "author"}
    assert kept == {n: v for n, v in ARTICLE.items() if n != "author"}
    names = [csl.inverted_name(n) for n in row.record["author"]]  # RIS has no place for "van der"
    assert names == [csl.inverted_name(n) for n in ARTICLE["author"]]


def test_a_correction_replaces_what_the_record_said(tmp_path: Path):
    originals = Originals(tmp_path)
    document = imported(originals, ARTICLE)
    origins = {**document.metadata_origins, "title": "curator", "year": "curator", "doi": "curator"}
    corrected = replace(
        document, title="Reading aloud", year=2018, doi=None, metadata_origins=origins
    )
    record = record_of(corrected, stored_record(originals, document))
    assert (record["title"], csl.year_of(record)) == ("Reading aloud", 2018)
    assert "DOI" not in record
    assert (record["container-title"], record["volume"]) == ("Learning Today", "7")


def test_a_record_that_is_gone_from_the_originals_leaves_what_the_catalogue_knows(tmp_path: Path):
    document = imported(Originals(tmp_path / "one"), ARTICLE)
    assert stored_record(Originals(tmp_path / "other"), document) is None
    assert record_of(document)["title"] == "Reading at home"
