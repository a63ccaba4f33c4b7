"""A record that names a file beside its bibliography is read from it: Zotero's "Export Files"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.catalogue.originals import Originals
from corpus.documents.corrections import correct_fields
from corpus.model import Outcome
from corpus.people.actors import Actor
from ingest.intake import add_sources
from ingest.intake.rereading import due_for_reading, reread_documents
from ingest.records import bibtex, csl, read_rows, ris
from ingest.sources import expand_arguments
from ingest.sources.attachments import find_attachment
from ingest.sources.manifest import read_manifest

TEXT = "# Heads of school\n\nMentoring helped heads of school to keep their teachers for longer.\n"
RECORD = {
    "type": "report",
    "title": "Mentoring heads of school",
    "author": [{"family": "Okoye", "given": "Ben"}],
    "issued": {"date-parts": [[2021]]},
    "abstract": "What mentoring did.",
}


class Library:
    """A bibliography with a folder of files, as an export has them."""

    def __init__(self, folder, catalogue):
        self.folder, self.catalogue = folder, catalogue
        self.file = folder / "library.ris"
        self.attached = folder / "files" / "7" / "mentoring.md"
        self.attached.parent.mkdir(parents=True)
        self.attached.write_text(TEXT)
        self.originals = Originals(folder.parent / "originals")

    def write(self, *names, **changes):
        record = RECORD | changes
        self.file.write_text(ris.write_records([record | {csl.ATTACHMENTS: list(names)}]))

    def add(self, *arguments) -> list[Outcome]:
        chosen = [str(a) for a in arguments] or [str(self.file)]
        return add_sources(chosen, self.catalogue, self.originals, workers=0)

    def document(self):
        (stored,) = self.catalogue.all_documents()
        return stored


@pytest.fixture
def library(tmp_path, catalogue):
    (tmp_path / "export").mkdir()
    made = Library(tmp_path / "export", catalogue)
    made.write("files/7/mentoring.md")
    return made


def test_a_record_is_read_from_its_attachment_and_its_own_words_win(library):
    (outcome,) = library.add()
    stored = library.document()
    assert outcome.kind == "added"
    assert outcome.source == f"{library.file.as_uri()}#{csl.hash_of(RECORD)}"
    assert "keep their teachers" in library.catalogue.text(stored.id)
    assert (stored.title, stored.authors, stored.year) == (RECORD["title"], ("Ben Okoye",), 2021)
    assert (stored.summary, stored.metadata_origins["title"]) == (RECORD["abstract"], "record")
    assert [o.kind for o in library.add()] == ["unchanged"]


def test_a_changed_record_or_file_updates_and_a_correction_stays(library):
    library.add()
    stored = library.document()
    correct_fields(library.catalogue, Actor("Ana", "curator"), stored.id, {"publishers": ["Us"]})
    library.write("files/7/mentoring.md", abstract="What it did.", publisher="Them")
    assert [o.kind for o in library.add()] == ["updated"]
    changed = library.document()
    assert (changed.id, changed.summary, changed.publishers) == (stored.id, "What it did.", ("Us",))
    assert [o.kind for o in library.add()] == ["unchanged"]
    library.attached.write_text(TEXT.replace("longer", "three years"))
    assert [o.kind for o in library.add()] == ["updated"]
    assert "three years" in library.catalogue.text(stored.id)
    assert [o.kind for o in library.add()] == ["unchanged"]


def test_a_missing_attachment_is_said_and_what_it_told_before_is_kept(library):
    library.write("files/7/gone.pdf")
    (first,) = library.add()
    assert first.kind == "needs_review"
    assert "attachment files/7/gone.pdf is not in the folder" in first.reason
    assert library.catalogue.text(library.document().id) == RECORD["abstract"]
    assert find_attachment(["x" * 5_000], library.file).missing
    (again,) = library.add()
    assert (again.kind, again.code) == ("unchanged", "needs_review")
    library.write("files/7/mentoring.md")
    assert [o.kind for o in library.add()] == ["updated"]
    library.attached.unlink()
    (gone,) = library.add()
    assert (gone.kind, gone.code) == ("rejected", "not-found")
    assert "The version added before is kept." in gone.reason
    assert "keep their teachers" in library.catalogue.text(library.document().id)


def test_an_attachment_that_cannot_be_read_leaves_the_record(library):
    library.attached.with_suffix(".pdf").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    library.write("files/7/mentoring.pdf")
    (outcome,) = library.add()
    assert outcome.kind == "needs_review"
    assert "Its attachment could not be read" in outcome.reason
    assert library.document().media_type == csl.MEDIA_TYPE
    assert [o.kind for o in library.add()] == ["unchanged"]


@pytest.mark.parametrize("name", ["../secret.md", "{up}/secret.md", "link.md", "files/.key.md"])
def test_a_file_outside_the_folder_is_not_read_and_the_outcome_says_so(library, tmp_path, name):
    (tmp_path / "secret.md").write_text("A secret that nobody gave.")
    (library.folder / "files" / ".key.md").write_text("A secret that nobody gave.")
    (library.folder / "link.md").symlink_to(tmp_path / "secret.md")
    library.write(name.format(up=tmp_path.as_uri()))
    (outcome,) = library.add()
    assert outcome.kind == "added"
    assert "is outside the folder of the bibliography" in outcome.reason
    assert "secret" not in library.catalogue.text(library.document().id)


def test_a_pdf_comes_first_others_are_named_and_addresses_are_left_alone(library):
    pdf = library.attached.with_suffix(".PDF")
    pdf.write_bytes(b"%PDF-1.4")
    names = ["internal-pdf://1/a.pdf", "https://x.org/a.pdf", "files/7/mentoring.md", pdf.as_uri()]
    found = find_attachment(names, library.file)
    assert found == replace(found, file=pdf, missing=(), outside=())
    assert found.others == ("files/7/mentoring.md",)
    assert find_attachment(names[:2], library.file).file is None
    windows = find_attachment([r"files\7\mentoring.md"], library.file)
    assert windows.file == library.attached


def test_bibtex_names_files_as_zotero_jabref_and_better_bibtex_do():
    field = r"Full Text\: all:files/7/a\;b.pdf:application/pdf;Shot:files/8/s.html:text/html"
    named = {
        field: ("files/7/a;b.pdf", "files/8/s.html"),
        ":files/a_b.pdf:PDF": ("files/a_b.pdf",),
        "files/7/a.pdf": ("files/7/a.pdf",),
    }
    for value, expected in named.items():
        text = bibtex.write_records([RECORD]).replace("\n}\n", f",\n  file = {{{value}}}\n}}\n")
        (row,) = read_rows(text, "BibTeX")
        assert (row.attachments, row.record) == (expected, RECORD)


def test_a_folder_with_an_export_gives_each_file_to_its_record(library):
    kinds = {o.source: o.kind for o in library.add(library.folder)}
    assert kinds == {
        f"{library.file.as_uri()}#{csl.hash_of(RECORD)}": "added",
        library.attached.as_uri(): "duplicate",
    }
    assert library.document().title == RECORD["title"]


def test_reading_again_keeps_what_the_record_said(library):
    library.add()
    before = library.document()
    ids = due_for_reading(library.catalogue, again=True)
    (done,) = reread_documents(library.catalogue, library.originals, ids, workers=0)
    assert (done.kind, library.document()) == ("unchanged", before)


def test_a_manifest_speaks_before_the_record(library):
    manifest = library.folder / "load.toml"
    manifest.write_text('[[source]]\nsource = "library.ris"\nlicence = "CC BY 4.0"\nyear = 2020\n')
    (source,) = read_manifest(manifest, expand_arguments)
    assert [(h.origin, h.year) for h in source.hints] == [("manifest", 2020), ("record", 2021)]
    assert [h.licence for h in source.instead.hints] == ["CC BY 4.0"]
