"""Plugins: code of others runs where the owner names it; what is broken is said and left out."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.errors import ModelUnavailable
from corpus.plugins import choose_plugins, load_plugins
from index.vectors.encoder import load_encoder
from ingest.extract import extract_document, plugin_extractors, suffix_of
from ingest.isolation.workers import Workers
from ingest.model import Fetched, Limits
from search_api.exports.formats import fault_of_exporter, format_of_plugin
from search_api.exports.taking import Made, Reference, References
from search_api.service.plugins import describe_plugin, read_plugins, warn_of_plugins

EXTRACTOR = """
    import os
    from ingest.model import Block, Extracted, ExtractedPage

    MEDIA_TYPE = "text/x-transcript"
    SUFFIXES = ("transcript",)

    def extract(fetched, limits):
        lines = fetched.data.decode().splitlines()
        blocks = tuple(Block(line.partition(": ")[2]) for line in lines)
        remarks = (f"read by {os.getpid()}",)
        return Extracted((ExtractedPage(1, blocks),), remarks=remarks)
"""
EXPORTER = """
    NAME = "titles"
    LABEL = "Titles"
    MEDIA_TYPE = "text/plain; charset=utf-8"
    SUFFIX = "txt"

    def write(records):
        return "".join(f"{record['title']}\\n" for record in records).encode()
"""
ENCODER = """
    import numpy as np
    from index.vectors.profile import profile_of

    class Letters:
        name, digest, dimensions, runs_on = "letters", "letters-1", 26, "numpy"
        profile = profile_of("letters")

        def encode_passages(self, texts):
            counts = [[1 + t.lower().count(chr(97 + n)) for n in range(26)] for t in texts]
            rows = np.array(counts, dtype=np.float32).reshape(-1, 26)
            return rows / np.linalg.norm(rows, axis=1, keepdims=True)

        def encode_query(self, text):
            return self.encode_passages([text])[0]
"""
SAID = b"Ana: Meals keep children in school and help them learn.\nBen: They cost little."


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Make distributions: a module and its entry points, as pip would leave them."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)

    def make(name: str, group: str, entry: str, source: str) -> Path:
        module = name.replace("-", "_")
        (folder / f"{module}.py").write_text(textwrap.dedent(source))
        info = folder / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        target = entry if "=" in entry else f"{entry} = {module}"
        (info / "entry_points.txt").write_text(f"[salex.{group}]\n{target}\n")
        return folder

    yield make
    choose_plugins(())
    for name in [name for name in sys.modules if name.startswith("try_")]:
        del sys.modules[name]


def problems():
    return {plugin.distribution: plugin.problem for plugin in read_plugins()}


def test_nothing_of_a_plugin_runs_before_it_is_named(install):
    install("try-quiet", "extractors", "quiet", "raise SystemExit('it ran')")
    choose_plugins(())
    assert plugin_extractors() == {}
    assert problems() == {}


def test_an_extractor_reads_its_files_in_a_worker_process(install):
    install("try-transcripts", "extractors", "transcripts", EXTRACTOR)
    choose_plugins(("try-transcripts",))
    assert suffix_of("text/x-transcript") == ".transcript"
    with Workers(Limits(), 1) as pool:
        prepared = pool.result(pool.submit(Fetched("file:///a", SAID, "a.transcript")))
    assert prepared.document.media_type == "text/x-transcript"
    assert "Meals keep children in school" in prepared.text
    assert "Ana" not in prepared.text
    (remark,) = prepared.remarks
    assert remark.startswith("read by ")
    assert remark != f"read by {os.getpid()}", "it is read in another process"


def test_an_encoder_is_named_by_the_setting_model(install):
    install("try-letters", "encoders", "letters = try_letters:Letters", ENCODER)
    install("try-empty", "encoders", "empty = try_empty:make", "def make(): return None")
    choose_plugins(("try-letters", "try-empty"))
    assert load_encoder("letters").encode_query("abc").shape == (26,)
    with pytest.raises(ModelUnavailable, match="empty of try-empty cannot be used: it has no name"):
        load_encoder("empty")


def test_a_broken_plugin_is_reported_and_stops_no_other(install, caplog):
    install("try-transcripts", "extractors", "transcripts", EXTRACTOR)
    install("try-broken", "extractors", "broken", "import nothing_of_this_name")
    install("try-shapeless", "extractors", "shapeless", "MEDIA_TYPE = 'text/x'\nSUFFIXES = 'x'")
    install("try-pdf", "extractors", "pdf", EXTRACTOR.replace('"transcript",', '"pdf",'))
    install("try-second", "extractors", "second", EXTRACTOR)
    install("try-taken", "encoders", "all-MiniLM-L6-v2 = try_taken:f", "def f(): ...")
    install("try-other", "somewhere", "x", "")
    choose_plugins(
        ("try-broken", "try-shapeless", "try-pdf", "try-transcripts", "try-second", "try-taken",
         "try-other", "try-absent")
    )  # fmt: skip
    assert problems() == {
        "try-broken": "it cannot be loaded: ModuleNotFoundError: No module named "
        "'nothing_of_this_name'",
        "try-shapeless": "it has no SUFFIXES (tuple)",
        "try-pdf": "pdf is taken",
        "try-transcripts": None,
        "try-second": "text/x-transcript is taken",
        "try-taken": "the name all-MiniLM-L6-v2 is taken",
        "try-other": "it has no entry point of salex.extractors, salex.exporters, salex.encoders",
        "try-absent": "it is not installed",
    }
    media_type, _ = extract_document(Fetched("s", SAID, "a.transcript"), Limits())
    assert media_type == "text/x-transcript"
    with caplog.at_level(logging.WARNING):
        warn_of_plugins()
    assert len(caplog.messages) == 7
    assert "plugin try-absent is left out: it is not installed" in caplog.messages
    described = [describe_plugin(plugin) for plugin in read_plugins()]
    assert "plugin try-transcripts (extractors transcripts) is in use" in described


PROGRAM = """
import json, sys
from search_api import cli
sys.argv = ["salex", "stats"]
try: cli.main()
except SystemExit: pass
from search_api.app import create_app
from search_api.service.settings import load_settings
from fastapi.testclient import TestClient
from tests.support.fakes import HashEncoder
with TestClient(create_app(load_settings(), encoder=HashEncoder())) as client:
    health = client.get("/api/v1/health").json()["plugins"]
    export = client.get("/api/v1/search/export", params={"format": "titles"})
    print("ANSWER", json.dumps([health, export.headers["content-type"], export.text]))
"""


def test_an_exporter_writes_the_records_of_documents(install):
    install("try-titles", "exporters", "titles", EXPORTER)
    install("try-ris", "exporters", "ris", EXPORTER.replace('"titles"', '"ris"'))
    install("try-mute", "exporters", "mute", EXPORTER.replace("def write", "def silence"))
    choose_plugins(("try-titles", "try-ris", "try-mute"))
    (plugin,) = load_plugins("salex.exporters", fault_of_exporter)
    known = format_of_plugin(plugin)
    reference = Reference({"title": "Meals"}, "Meals (2021).")
    taken = References("All", "/documents", (), (reference,), Made("SALEX", datetime.now(UTC)))
    assert (known.name, known.suffix, known.write(taken)) == ("titles", "txt", b"Meals\n")
    assert problems()["try-ris"] == "the format ris is taken"
    assert problems()["try-mute"] == "it has no function write"


@pytest.mark.prove  # it starts a program of its own: formats are listed once, as it starts
def test_an_exporter_is_a_format_and_stats_and_health_name_plugins(install, catalogue, store):
    store("meals", "Meals keep children in school.")
    folder = install("try-titles", "exporters", "titles", EXPORTER)
    install("try-ris", "exporters", "ris", EXPORTER.replace('"titles"', '"ris"'))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ
        | {
            "PYTHONPATH": str(folder), "SALEX_DATA_FOLDER": str(catalogue.path.parent),
            "SALEX_PLUGINS": '["try-titles", "try-ris"]',
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "plugin try-titles (exporters titles) is in use" in done.stdout
    assert "plugin try-ris (exporters ris) is left out: the format ris is taken" in done.stdout
    health, media_type, text = json.loads(done.stdout.partition("ANSWER ")[2])
    assert [(p["distribution"], p["problem"]) for p in health] == [
        ("try-titles", None), ("try-ris", "the format ris is taken"),
    ]  # fmt: skip
    assert (media_type, text) == ("text/plain; charset=utf-8", "Meals\n")


def test_the_guide_shows_the_examples_that_are_tested():
    guide = (Path(__file__).parents[2] / "docs" / "extending.md").read_text("utf-8")
    shown = {line.strip() for line in guide.splitlines()}
    for source in (EXTRACTOR, EXPORTER, ENCODER):
        lines = {line.strip() for line in source.splitlines() if "remarks" not in line}
        assert lines - {"import os"} <= shown
