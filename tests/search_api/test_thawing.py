"""A repository that was frozen starts again: row by row the same, but for people and keys."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.frozen import (
    NEVER,
    PUBLIC,
    list_tables,
    read_line,
    select_everything,
    select_public,
    write_line,
)
from corpus.catalogue.originals import Originals
from corpus.documents.outcomes import latest_outcomes
from corpus.errors import FrozenInvalid
from corpus.promises import audit_catalogue
from search_api.closing.bag import INFORMATION, MANIFEST, TAG_MANIFEST, close_bag
from search_api.closing.freezing import Freezing, freeze_repository
from search_api.closing.thawing import ThawReport, thaw_repository
from search_api.service.settings import Settings
from tests.support.frozen import DAY, FrozenOnce, frozen_once
from tests.support.served import COMMAND_LINE, DIGEST, REPORT


@pytest.fixture(scope="module")
def frozen() -> FrozenOnce:
    return frozen_once()


@pytest.fixture(scope="module")
def thawed(frozen: FrozenOnce, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data_folder=tmp_path_factory.mktemp("thawed") / "data")
    thaw_repository(frozen.out, settings, COMMAND_LINE)
    return settings


def _public(settings: Settings) -> list[str]:
    with connect(settings.catalogue_path) as catalogue:
        return [write_line(*row) for row in select_public(catalogue)]


def test_every_public_row_comes_back_as_it_was_frozen(frozen, thawed):
    lines = (frozen.site / "catalogue.jsonl").read_text("utf-8").splitlines(keepends=True)
    assert _public(thawed) == lines
    assert {read_line(line)[0] for line in lines} >= {
        "document",
        "tag",
        "list_version",
        "judgement",
    }


def test_a_text_that_may_be_copied_comes_back_table_by_table(frozen, thawed):
    """Of the digest every row is as in the repository that was frozen."""

    def rows(settings: Settings) -> list[str]:
        with connect(settings.catalogue_path) as catalogue:
            named = select_public(catalogue)
            return [
                write_line(t, r) for t, r in named if DIGEST in (r.get("document_id"), r.get("id"))
            ]

    assert rows(thawed) == rows(frozen.settings)
    assert len(rows(thawed)) >= 3


def test_what_comes_back_keeps_every_promise(thawed):
    with connect(thawed.catalogue_path) as catalogue:
        checks = list(audit_catalogue(catalogue, Originals(thawed.originals_folder)))
        assert [check for check in checks if not check.ok] == []
        assert catalogue.rows("select count(*) from person")[0][0] == 0


def test_it_is_said_of_which_documents_only_quotes_came_back(thawed):
    with connect(thawed.catalogue_path) as catalogue:
        partial = {o.document_id: o.reason for o in latest_outcomes(catalogue, ["partial"])}
        assert len(partial) == 3
        assert "no licence says that the text may be copied" in partial[REPORT]
        assert DIGEST not in partial
        quoted = "select count(passage_id), count(*) from tag where quote <> '' and page > 0"
        assert len(set(catalogue.rows(quoted)[0])) == 1


def test_frozen_again_it_is_the_same(frozen, thawed, tmp_path, monkeypatch):
    monkeypatch.setattr("search_api.closing.freezing.write_site", lambda *_: None)
    again = tmp_path / "again"
    freeze_repository(Freezing(thawed, DAY), again)
    assert (again / "data" / "catalogue.jsonl").read_bytes() == (
        frozen.site / "catalogue.jsonl"
    ).read_bytes()


def test_a_changed_byte_stops_it_and_is_named(frozen, tmp_path):
    copy = shutil.copytree(frozen.out, tmp_path / "copy")
    path = copy / "data" / "catalogue.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Measuring", b"Neasuring", 1))
    settings = Settings(data_folder=tmp_path / "data")
    with pytest.raises(FrozenInvalid, match=r"data/catalogue\.jsonl changed"):
        thaw_repository(copy, settings, COMMAND_LINE)
    assert not settings.data_folder.exists()


def test_a_repository_is_never_written_over(frozen, thawed):
    with pytest.raises(FrozenInvalid, match="has a repository already"):
        thaw_repository(frozen.out, thawed, COMMAND_LINE)


def _edited(frozen: FrozenOnce, folder: Path, name: str, before: str, after: str) -> Path:
    """Return a copy whose manifests vouch for an edited file."""
    copy = shutil.copytree(frozen.out, folder / "copy")
    path = copy / "data" / name
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    for manifest in (MANIFEST, TAG_MANIFEST, INFORMATION):
        (copy / manifest).unlink()
    close_bag(copy, {})
    return copy


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("catalogue.jsonl", '"table": "tag"', '"table": "api_key"', "no table 'api_key'"),
        ("catalogue.jsonl", '"simhash":', '"size of it":', "size of it"),
        ("catalogue.jsonl", '{"row"', "row", "is not a row of a catalogue"),
        ("catalogue.jsonl", '"origin": "confirmed"', '"origin": "decreed"', "cannot be stored"),
        ("frozen.json", '"schema": ', '"schema": 9', "later release"),
        ("frozen.json", '"format"', '"form"', "cannot be read"),
    ],
    ids=["people", "columns", "lines", "values", "schema", "about"],
)
def test_what_is_no_frozen_repository_is_refused_whole(frozen, tmp_path, name, before, after, said):
    copy = _edited(frozen, tmp_path, name, before, after)
    settings = Settings(data_folder=tmp_path / "data")
    with pytest.raises(FrozenInvalid, match=said):
        thaw_repository(copy, settings, COMMAND_LINE)
    assert not settings.catalogue_path.exists()


def test_a_manifest_leads_to_no_file_outside(frozen, tmp_path):
    copy = shutil.copytree(frozen.out, tmp_path / "copy")
    (copy / MANIFEST).write_text(f"{'0' * 64}  ../secret\n")
    with pytest.raises(FrozenInvalid, match="cannot be used"):
        thaw_repository(copy, Settings(data_folder=tmp_path / "data"), COMMAND_LINE)


def test_with_everything_all_but_people_comes_back(frozen, tmp_path, monkeypatch):
    monkeypatch.setattr("search_api.closing.freezing.write_site", lambda *_: None)
    kept = tmp_path / "kept"
    freeze_repository(Freezing(frozen.settings, DAY, everything=True), kept)
    settings = Settings(data_folder=tmp_path / "data")
    report: ThawReport = thaw_repository(kept, settings, COMMAND_LINE)
    assert report.quoted == ()

    def rows(catalogue: Catalogue) -> list[str]:
        named = select_everything(catalogue)
        return sorted(write_line(t, r) for t, r in named if r.get("action") != "catalogue.thaw")

    with (
        connect(frozen.settings.catalogue_path) as before,
        connect(settings.catalogue_path) as after,
    ):
        assert rows(after) == rows(before)
        assert set(list_tables(after)) - NEVER >= set(PUBLIC)
        assert b"A draft of mine" in (kept / "data" / "catalogue.jsonl").read_bytes()
        assert json.loads((kept / "data" / "frozen.json").read_text())["everything"] is True
