"""A watched folder and a manifest: what is whole is taken in, and what a curator wrote is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from corpus.catalogue.originals import Originals
from corpus.errors import SourceRejected
from corpus.model import Outcome
from ingest.intake import ingest_sources
from ingest.model import Hints, Source
from ingest.sources import expand_arguments, manifest
from ingest.sources.watch import Round, settled_files, stamp_files, watch_folder
from search_api.web.stopping import catch_signals
from tests.support.commands import salex

TEXT = "Teachers who talk to each other about what works share what they find with others. " * 6


def rounds(folder: Path, *changes, **more) -> list[Round]:
    """Watch ``folder`` for as many rounds as there are changes, each made before its look."""
    waiting = iter(changes)
    watching = watch_folder(folder, 1, settle_s=0, sleep=lambda _: next(waiting)(), **more)
    return [next(watching) for _ in changes]


def names(found: Round) -> list[str]:
    return [Path(p).name for p in found.ready]


def nothing() -> None:
    pass


def test_what_lies_there_is_taken_once(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    assert [names(r) for r in rounds(tmp_path, nothing, nothing, nothing)] == [["a.txt"], [], []]


def test_a_file_that_grows_waits_until_it_rests(tmp_path):
    path = tmp_path / "a.txt"

    def grow() -> None:
        with path.open("a") as file:
            file.write(TEXT)

    found = rounds(tmp_path, grow, grow, nothing, nothing)
    assert [(names(r), r.growing) for r in found] == [
        ([], 1), ([], 1), (["a.txt"], 0), ([], 0),
    ]  # fmt: skip


def test_a_changed_file_is_taken_again_and_a_removed_one_forgotten(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    found = rounds(tmp_path, nothing, lambda: path.write_text("new" + TEXT), nothing, path.unlink)
    assert [names(r) for r in found] == [["a.txt"], [], ["a.txt"], []]


def test_hidden_files_and_folders_are_not_watched(tmp_path):
    (tmp_path / ".part").write_text(TEXT)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.txt").write_text(TEXT)
    assert [p.name for p in stamp_files(tmp_path)] == ["b.txt"]


def test_what_is_settled_is_pure():
    a, b = Path("a"), Path("b")
    assert settled_files({a: (1, 1)}, {a: (1, 1), b: (1, 1)}, {}) == [a]
    assert settled_files({a: (1, 1)}, {a: (1, 2)}, {}) == []
    assert settled_files({a: (1, 1)}, {a: (1, 1)}, {a: (1, 1)}) == []


def test_the_command_takes_in_what_is_there_and_ends(tmp_path):
    salex(tmp_path, "init")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "note.txt").write_text(TEXT)
    done = salex(tmp_path, "watch", "inbox", "--once")
    assert (done.returncode, done.stdout.strip()) == (0, "1 added")
    assert salex(tmp_path, "watch", "inbox", "--once").stdout.strip() == "1 unchanged"


@pytest.fixture
def watching(tmp_path) -> Iterator[subprocess.Popen[str]]:
    """``salex watch`` of a folder with one file, started where Ctrl-C is ignored."""
    salex(tmp_path, "init")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "note.txt").write_text(TEXT)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does for what has an &
    running = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "search_api", "watch", "inbox", "--every", "60"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    signal.signal(signal.SIGINT, before)
    with running:
        yield running
        running.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_command_cleanly(watching, number):
    assert watching.stderr.readline().startswith("added: ")
    watching.send_signal(number)
    out, err = watching.communicate(timeout=20)
    assert (watching.returncode, out.strip()) == (0, "1 added")
    assert err == "Stopped. Documents added so far are kept.\nNext: salex index\n"


def test_ctrl_c_is_looked_at_between_two_files():
    with catch_signals() as stop:
        begun = []

        def steps() -> Generator[int]:
            for number in range(1, 4):
                begun.append(number)
                if number == 2:
                    signal.raise_signal(signal.SIGINT)
                yield number

        assert list(stop.until_told(steps())) == begun == [1, 2]


def test_ctrl_c_is_not_lost_in_a_destructor_and_ends_the_wait():
    class Dropping:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    with catch_signals() as stop:
        Dropping()
        started = time.monotonic()
        stop.wait(60)
        stop.wait(60)
    assert time.monotonic() - started < 30


def test_a_second_ctrl_c_interrupts():
    with catch_signals(), pytest.raises(KeyboardInterrupt):
        for _ in range(2):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


# Manifests ----------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.txt").write_text(TEXT)
    (tmp_path / "reports" / "b.txt").write_text(TEXT.replace("Teachers", "Heads"))
    return tmp_path


def listed(path: Path) -> list[Source | Outcome]:
    return list(manifest.read_manifest(path, expand_arguments))


CSV = (
    "source;title;year;publisher;language;licence;authors\n"
    "reports/a.txt;A título;2019;Some House; ES;CC BY 4.0;Ann Lee\n"
    "https://example.org/x?utm_source=y;;;;;;\n"
)
TOML = """
[[source]]
source = "reports/a.txt"
title = "A título"
year = 2019
publishers = ["Some House"]
language = "ES"
licence = "CC BY 4.0"
authors = ["Ann Lee"]

[[source]]
file = "https://example.org/x?utm_source=y"
"""


@pytest.mark.parametrize(("name", "text"), [("m.csv", CSV), ("m.toml", TOML)])
def test_both_forms_say_the_same(folder, name, text):
    (folder / name).write_text(text)
    first, second = listed(folder / name)
    assert isinstance(first, Source)
    assert isinstance(second, Source)
    assert first.path == folder / "reports" / "a.txt"
    assert first.hints == (
        Hints("manifest", title="A título", year=2019, publishers=("Some House",), language="ES",
              licence="CC BY 4.0", authors=("Ann Lee",)),
    )  # fmt: skip
    assert second.uri == "https://example.org/x"


def test_what_a_manifest_says_comes_first(folder, catalogue):
    (folder / "m.toml").write_text(TOML.split("[[source]]\nfile")[0])
    originals = Originals(folder / "originals")
    (outcome,) = ingest_sources(listed(folder / "m.toml"), catalogue, originals, workers=0)
    document = catalogue.document(outcome.document_id)
    assert (document.title, document.year, document.language) == ("A título", 2019, "es")
    assert (document.publishers, document.licence) == (("Some House",), "CC BY 4.0")
    assert {document.metadata_origins[n] for n in ("title", "year", "language", "authors")} == {
        "manifest"
    }


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("title = 'x'", "has no source"),
        ("source = 'a.txt'\nyear = 'soon'", "not a year"),
        ("source = 'a.txt'\ncolour = 'red'", "'colour' is not one of"),
    ],
)
def test_a_faulty_row_is_rejected_by_its_number_and_the_others_go_on(folder, row, word):
    (folder / "m.toml").write_text(f"[[source]]\n{row}\n[[source]]\nsource = 'reports'\n")
    faulty, *others = listed(folder / "m.toml")
    assert isinstance(faulty, Outcome)
    assert (faulty.kind, faulty.code) == ("rejected", "manifest")
    assert faulty.source.endswith("m.toml#row-1")
    assert word in faulty.reason
    assert len(others) == 2


def test_what_is_said_of_several_leaves_out_what_only_one_can_be(folder):
    (folder / "m.csv").write_text("source,title,year\nreports,Our reports,2019\n")
    hints = [i.hints[0] for i in listed(folder / "m.csv") if isinstance(i, Source)]
    assert hints == [Hints("manifest", year=2019)] * 2


def test_a_source_that_is_not_there_is_said(folder):
    (folder / "m.csv").write_text("source\nreports/z.txt\n")
    (outcome,) = listed(folder / "m.csv")
    assert isinstance(outcome, Outcome)
    assert outcome.code == "not-found"


@pytest.mark.parametrize(
    ("name", "text"),
    [("m.toml", "= broken"), ("m.toml", "x = 1"), ("m.csv", "name\nx\n"), ("m.csv", "source\n"),
     ("m.csv", "")],
)  # fmt: skip
def test_a_broken_manifest_is_rejected_as_a_whole(folder, name, text):
    (folder / name).write_text(text)
    with pytest.raises(SourceRejected):
        listed(folder / name)


def test_the_command_loads_a_manifest(folder):
    salex(folder, "init")
    (folder / "m.csv").write_text("source,title\nreports/a.txt,One\nreports/b.txt,Two\n,Three\n")
    done = salex(folder, "load", "m.csv")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] in ("2 added, 1 rejected", "1 rejected, 2 added")
    assert "Row 3" in done.stdout
    assert salex(folder, "load", "gone.csv").returncode == 2


@pytest.mark.parametrize("what", ["feed", "sitemap", "oai"])
def test_the_harvests_explain_themselves_with_an_example(tmp_path, what):
    done = salex(tmp_path, "harvest", what, "--help")
    assert (done.returncode, f"salex harvest {what} http" in done.stdout) == (0, True)


def test_a_harvest_from_inside_is_refused(tmp_path):
    """The command has no way to loosen the network: a test of it ends at the loopback."""
    salex(tmp_path, "init")
    started = time.monotonic()
    for what in ("feed", "sitemap", "oai"):
        done = salex(tmp_path, "harvest", what, "http://127.0.0.1/x")
        assert done.returncode == 1
        assert "127.0.0.1 is not a public address" in " ".join(done.stdout.split())
    assert time.monotonic() - started < 60
