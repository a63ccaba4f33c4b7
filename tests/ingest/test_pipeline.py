"""The whole way: each input one outcome, nothing lost, nothing half kept, no decision undone."""

from __future__ import annotations

import functools
import pickle
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.originals import Originals
from corpus.documents import outcomes
from corpus.documents.corrections import with_corrections
from corpus.documents.fetches import fetch_of
from corpus.model import Document, Outcome, Tag, document_id, passage_id
from corpus.tags.tags import decide as decide_tag
from corpus.tags.tags import tags_of
from ingest import intake as pipeline
from ingest.deciding import Known, decide_outcome
from ingest.intake import prepare_document
from ingest.model import Fetched, Limits, Prepared
from tests.ingest.test_pdf import encrypted, make_pdf, prose

add = functools.partial(pipeline.add_sources, workers=0)
"""In this process: workers are started only where they are what is tested."""
DATA = Path(__file__).parents[1] / "data"
ROOT = Path(__file__).parents[2]
TEXT = "\n\n".join(
    f"School number {i} measured wellbeing in term {i % 3} and told its teachers what it found "
    f"within {i} days, so that lesson {i * 7} could change."
    for i in range(40)
)


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    return Originals(tmp_path / "originals")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A curator's folder: four documents and six files that cannot be one."""
    made = tmp_path / "folder"
    made.mkdir()
    whole = make_pdf([prose("Page one."), prose("Page two.")])
    for name, data in {
        "a-report.pdf": whole,
        "b-encrypted.pdf": encrypted(whole, "secret"),
        "c-empty.pdf": b"",
        "d-scanned.pdf": make_pdf([[]], image=True),
        "e-truncated.pdf": whole[: len(whole) // 2],
        "f-oversized.pdf": whole + b"%" * 300_000,
        "g-brief.html": (DATA / "brief-es.html").read_bytes(),
        "h-digest.md": (DATA / "digest.md").read_bytes(),
        "i-notes.txt": TEXT.encode(),
        "j-slides.pptx": b"PK\x03\x04 not really",
    }.items():
        (made / name).write_bytes(data)
    return made


LIMITS = Limits(max_file_bytes=250_000)


def kinds(found: list[Outcome]) -> dict[str, tuple[str, str | None]]:
    return {o.source.rsplit("/", 1)[-1]: (o.kind, o.code) for o in found}


def one(path: Path, catalogue: Catalogue, originals: Originals) -> tuple[Outcome, Document]:
    (outcome,) = add([str(path)], catalogue, originals)
    assert outcome.document_id is not None
    return outcome, catalogue.document(outcome.document_id)


def test_every_file_ends_in_one_outcome_and_the_rest_goes_on(folder, catalogue, originals):
    found = kinds(add([str(folder)], catalogue, originals, limits=LIMITS))
    assert found == {
        "a-report.pdf": ("added", None),
        "b-encrypted.pdf": ("rejected", "password"),
        "c-empty.pdf": ("rejected", "empty"),
        "d-scanned.pdf": ("rejected", "no-text-layer"),
        "e-truncated.pdf": ("rejected", "truncated"),
        "f-oversized.pdf": ("rejected", "too-large"),
        "g-brief.html": ("added", None),
        "h-digest.md": ("added", None),
        "i-notes.txt": ("added", None),
        "j-slides.pptx": ("rejected", "truncated"),
    }
    assert len(outcomes.latest_outcomes(catalogue)) == 10
    assert catalogue.count_rows()["document"] == 4


def test_adding_the_same_folder_twice_changes_nothing(folder, catalogue, originals):
    add([str(folder)], catalogue, originals, limits=LIMITS)
    before = (catalogue.count_rows() | {"outcome": 0}, list(catalogue.all_documents()))
    again = Counter(o.kind for o in add([str(folder)], catalogue, originals, limits=LIMITS))
    assert again == {"unchanged": 4, "rejected": 6}
    assert (catalogue.count_rows() | {"outcome": 0}, list(catalogue.all_documents())) == before


@pytest.mark.parametrize("fault", ["changed", "lost"])
def test_adding_an_unchanged_source_again_repairs_its_original(
    fault, tmp_path, catalogue, originals
):
    (tmp_path / "notes.txt").write_text(TEXT)
    (added,) = add([str(tmp_path / "notes.txt")], catalogue, originals)
    kept = originals.path(added.sha256)
    kept.write_bytes(b"other") if fault == "changed" else kept.unlink()
    (again,) = add([str(tmp_path / "notes.txt")], catalogue, originals)
    assert again.kind == "unchanged"
    assert originals.read(added.sha256) == TEXT.encode()


def test_a_changed_file_keeps_its_id_its_first_day_and_its_decisions(
    tmp_path, catalogue, originals, monkeypatch
):
    moments = iter(("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"))
    monkeypatch.setattr("ingest.intake.adding.now", lambda: next(moments))
    path = tmp_path / "notes.txt"
    path.write_text(TEXT)
    _, first = one(path, catalogue, originals)
    tag = Tag(first.id, "stages", "use", "confirmed", decided_by="ana")
    with catalogue.transaction():
        decide_tag(catalogue, tag)
    path.write_text(TEXT.replace("School number 3 ", "Academy number 3 "))
    outcome, second = one(path, catalogue, originals)
    assert outcome.kind == "updated"
    assert (second.id, second.added_at) == (first.id, first.added_at)
    assert second.updated_at > first.updated_at
    assert [t.origin for t in tags_of(catalogue, [first.id])[first.id]] == ["confirmed"]
    assert "Academy number 3" in catalogue.text(first.id)


def test_passages_that_read_as_before_keep_their_ids(tmp_path, catalogue, originals):
    path = tmp_path / "notes.txt"
    path.write_text(TEXT)
    _, document = one(path, catalogue, originals)
    before = {p.id for p in catalogue.passages(document.id)}
    path.write_text(f"{TEXT}\n\n{'A new paragraph of quite other words. ' * 12}")
    one(path, catalogue, originals)
    after = {p.id for p in catalogue.passages(document.id)}
    assert len(before & after) >= len(before) - 1
    assert after - before


def test_the_same_bytes_from_elsewhere_are_a_duplicate(tmp_path, catalogue, originals):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TEXT)
    first, second = add([str(tmp_path / "a.txt"), str(tmp_path / "b.txt")], catalogue, originals)
    assert (second.kind, second.document_id) == ("duplicate", first.document_id)
    assert str(first.document_id) in second.reason
    assert catalogue.count_rows()["document"] == 1


def test_nearly_the_same_text_is_kept_and_marked(tmp_path, catalogue, originals):
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").write_text(TEXT.replace("School number 3 ", "Academy number 3 "))
    _, first = one(tmp_path / "a.txt", catalogue, originals)
    outcome, second = one(tmp_path / "b.txt", catalogue, originals)
    assert second.near_duplicate_of == first.id
    assert first.id in outcome.reason


def test_a_file_that_became_unreadable_leaves_its_document(tmp_path, catalogue, originals):
    path = tmp_path / "notes.txt"
    path.write_text(TEXT)
    _, document = one(path, catalogue, originals)
    path.write_bytes(b"")
    outcome, _ = one(path, catalogue, originals)
    assert (outcome.kind, outcome.code) == ("rejected", "empty")
    assert "version added before is kept" in outcome.reason
    assert catalogue.text(document.id)


def test_a_partial_document_says_so_again_on_the_next_run(tmp_path, catalogue, originals):
    path = tmp_path / "deep.html"
    path.write_text("<html><body>" + "<div>" * 300 + TEXT + "</div>" * 300)
    assert one(path, catalogue, originals)[0].kind == "partial"
    for _ in range(2):
        outcome, _ = one(path, catalogue, originals)
        assert (outcome.kind, outcome.code) == ("unchanged", "partial")
        assert "nested" in outcome.reason


def test_front_matter_fills_the_record_and_chooses_the_id(catalogue, originals):
    _, document = one(DATA / "digest.md", catalogue, originals)
    assert (document.id, document.digest) == ("school-feedback-digest", True)
    assert document.publishers == ("Learning Network",)
    assert document.metadata_origins["url"] == "front matter (record)"
    assert document.metadata_origins["year"] == "front matter"


@pytest.mark.parametrize("wanted", ["school-feedback-digest", "0123456789abcdef"])
def test_an_id_that_is_taken_or_a_default_one_is_not_given(wanted, tmp_path, catalogue, originals):
    one(DATA / "digest.md", catalogue, originals)
    path = tmp_path / "other.md"
    path.write_text(f"---\nid: {wanted}\n---\n{TEXT}")
    outcome, document = one(path, catalogue, originals)
    assert document.id == document_id(path.as_uri())
    assert wanted in outcome.reason


def test_an_exception_while_storing_leaves_no_half_document(
    tmp_path, catalogue, originals, monkeypatch
):
    (tmp_path / "a.txt").write_text(TEXT)
    monkeypatch.setattr(
        outcomes, "record_outcome", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        add([str(tmp_path / "a.txt")], catalogue, originals)
    assert set(catalogue.count_rows().values()) == {0}
    monkeypatch.undo()
    assert one(tmp_path / "a.txt", catalogue, originals)[0].kind == "added"


def test_the_order_of_the_inputs_does_not_change_what_is_held(folder, tmp_path):
    held = []
    for number, paths in enumerate((sorted(folder.iterdir()), sorted(folder.iterdir())[::-1])):
        with connect(tmp_path / f"{number}.sqlite", create=True) as catalogue:
            add(map(str, paths), catalogue, Originals(tmp_path / "originals"))
            held.append({(d.id, catalogue.text(d.id)) for d in catalogue.all_documents()})
            held[-1] |= {p.id for d in catalogue.all_documents() for p in catalogue.passages(d.id)}
    assert held[0] == held[1]


def test_how_the_bytes_were_decoded_is_kept(tmp_path, catalogue, originals):
    path = tmp_path / "a.txt"
    path.write_bytes("L'été où l'école a mesuré le bien-être des élèves. ".encode("cp1252") * 20)
    one(path, catalogue, originals)
    kept = fetch_of(catalogue, path.as_uri())
    assert kept is not None
    assert "1252" in (kept.encoding or "")


def test_a_text_cut_off_in_a_sentence_is_to_be_looked_at(tmp_path, catalogue, originals):
    path = tmp_path / "a.txt"
    path.write_text(" ".join(TEXT.split())[:1_000].rstrip(". "))
    assert one(path, catalogue, originals)[0].kind == "needs_review"


def test_the_words_of_a_passage_are_on_the_page_that_pypdf_gives(tmp_path, catalogue, originals):
    from pypdf import PdfReader

    path = tmp_path / "report.pdf"
    words = ("alpha", "bravo", "carbon", "delta", "echo")
    path.write_bytes(
        make_pdf([prose(*(f"The {w} school agrees with {w}." for _ in "ab")) for w in words])
    )
    _, document = one(path, catalogue, originals)
    raw = [page.extract_text().split() for page in PdfReader(path).pages]
    for passage in catalogue.passages(document.id):
        on_its_pages = {w for page in raw[passage.page - 1 : passage.page_end] for w in page}
        assert set(passage.text.split()) <= on_its_pages


def test_preparing_depends_on_the_bytes_alone_and_can_be_sent_to_a_worker():
    fetched = Fetched("file:///a.html", (DATA / "brief-es.html").read_bytes(), "a.html")
    prepared = prepare_document(fetched)
    assert pickle.loads(pickle.dumps(prepare_document)) is prepare_document
    assert pickle.loads(pickle.dumps(prepared)) == prepared == prepare_document(fetched)
    assert prepared.document.language == "es"


def test_ids_of_passages_follow_their_words_and_occurrence(tmp_path, catalogue, originals):
    path = tmp_path / "a.md"
    same = "The same words come again and again in this part of it. " * 6
    path.write_text(f"## One\n\n{same}\n\n## Two\n\n{same}\n")
    _, document = one(path, catalogue, originals)
    seen: Counter[str] = Counter()
    for passage in catalogue.passages(document.id):
        assert passage.id == passage_id(document.id, passage.text, seen[passage.text])
        seen[passage.text] += 1
    assert max(seen.values()) > 1


def test_what_a_curator_corrected_stays_when_the_file_changes():
    new = Document(
        "x", "From file", "s", "t", "1", 1, year=2001, metadata_origins={"title": "page"}
    )
    held = Document("x", "Corrected", "s", "t", "0", 1, metadata_origins={"title": "curator"})
    kept = with_corrections(new, held)
    assert (kept.title, kept.year) == ("Corrected", 2001)
    assert kept.metadata_origins["title"] == "curator"


PREPARED = Prepared(Document("", "T", "s", "text/plain", "new", 1), "text", (), (), None)
OWN = Document("own", "T", "s", "text/plain", "old", 1)


@pytest.mark.parametrize(
    ("sha256", "held", "kind", "document"),
    [
        ("new", Known(), "added", document_id("s")),
        ("old", Known(own=OWN), "unchanged", "own"),
        ("new", Known(own=OWN), "updated", "own"),
        ("new", Known(twin="other"), "duplicate", "other"),
        ("new", Known(own=OWN, twin="other"), "updated", "own"),
    ],
)
def test_the_decision(sha256, held, kind, document):
    outcome = decide_outcome("s", sha256, held, PREPARED)
    assert (outcome.kind, outcome.document_id) == (kind, document)


def test_progress_is_told_of_each_outcome(folder, catalogue, originals):
    told: list[Outcome] = []
    found = add([str(folder)], catalogue, originals, progress=told.append)
    assert told == found


def test_importing_the_pipeline_loads_no_heavy_library():
    code = "import sys, ingest.intake; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"pypdf", "trafilatura", "lxml", "httpx", "httpcore", "py3langid", "yaml",
             "markdown_it", "charset_normalizer"}  # fmt: skip
    assert not heavy & set(loaded)
