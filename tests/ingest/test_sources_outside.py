"""What a file names stays under that file's folder; devices, pipes and sockets are not opened."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from corpus.errors import SourceRejected
from corpus.model import Outcome
from ingest.model import Limits, Source
from ingest.sources import expand_arguments, manifest, path
from ingest.sources.feed import read_feed
from ingest.sources.sitemap import list_pages
from ingest.sources.watch import watch_folder
from tests.support.commands import salex

SECRET = "The secret that nobody asked for."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a manifest with a report, beside another folder with a secret."""
    (tmp_path / "lists" / "reports").mkdir(parents=True)
    (tmp_path / "lists" / "reports" / "a.txt").write_text("Teachers share what they learn.")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret.txt").write_text(SECRET)
    (tmp_path / "lists" / "link.txt").symlink_to(tmp_path / "other" / "secret.txt")
    (tmp_path / "lists" / "away").symlink_to(tmp_path / "other")
    (tmp_path / "lists" / "in.txt").symlink_to(tmp_path / "lists" / "reports" / "a.txt")
    return tmp_path / "lists"


def _load(folder: Path, row: str, *allowed: Path) -> list[Source | Outcome]:
    quoted = row.replace("'", "")
    (folder / "m.toml").write_text(f"[[source]]\nsource = '{quoted}'\n", "utf-8")
    return list(manifest.read_manifest(folder / "m.toml", expand_arguments, allowed=allowed))


OUTSIDE = {
    "relative": "../other/secret.txt",
    "far up": "../../../../../../../../../../etc/passwd",
    "absolute": "/etc/passwd",
    "a folder": "../other",
    "a folder above": "..",
    "down and up": "reports/../../other/secret.txt",
    "a link": "link.txt",
    "a linked folder": "away",
    "in a linked folder": "away/secret.txt",
    "file URL": "file:///etc/passwd",
    "file URL in capitals": "FILE:///etc/passwd",
    "short file URL": "file:/etc/passwd",
    "relative file URL": "file:../other/secret.txt",
    "encoded file URL": "file:%2e%2e/other/secret.txt",
    "file URL with a host": "file://localhost/etc/passwd",
    "backslashes": r"..\other\secret.txt",
    "mixed": r"reports\..\..\other/secret.txt",
    "drive": r"C:\Users\ana\secret.txt",
    "share": r"\\server\share\secret.txt",
    "root": r"\etc\passwd",
    "device": "/dev/zero",
    "what is not there": "../nothing/there.txt",
}


@pytest.mark.parametrize("row", OUTSIDE.values(), ids=OUTSIDE)
def test_a_row_that_leads_out_of_the_folder_is_rejected_with_a_reason(folder, row):
    (refused,) = _load(folder, row)
    assert isinstance(refused, Outcome)
    assert (refused.kind, refused.code) == ("rejected", "outside")
    assert refused.source == f"{(folder / 'm.toml').as_uri()}#row-1"
    assert row in refused.reason
    assert "--allow-outside" in refused.reason


INSIDE = {
    "plain": "reports/a.txt",
    "up and down": "reports/../reports/a.txt",
    "dot": "./reports/./a.txt",
    "a link inside": "in.txt",
    "backslashes": r"reports\a.txt",
    "relative file URL": "file:reports/a.txt",
}


@pytest.mark.parametrize("row", INSIDE.values(), ids=INSIDE)
def test_a_row_that_stays_inside_is_taken(folder, row):
    (source,) = _load(folder, row)
    assert isinstance(source, Source)
    assert source.path == folder / "reports" / "a.txt"


def test_absolute_names_of_files_inside_are_taken(folder):
    report = folder / "reports" / "a.txt"
    assert [s.path for s in _load(folder, str(report)) + _load(folder, report.as_uri())] == [
        report,
        report,
    ]


def test_another_folder_can_be_allowed_and_no_more_than_that(folder, tmp_path):
    (source,) = _load(folder, "../other/secret.txt", tmp_path / "other")
    assert isinstance(source, Source)
    (refused,) = _load(folder, "/etc/passwd", tmp_path / "other", tmp_path / "lists")
    assert isinstance(refused, Outcome)


def test_a_row_with_a_folder_takes_no_link_that_leads_out_of_it(folder):
    (folder / "reports" / "link.txt").symlink_to(folder.parent / "other" / "secret.txt")
    taken, refused = _load(folder, "reports")
    assert isinstance(taken, Source)
    assert isinstance(refused, Outcome)
    assert (refused.code, "outside the folder" in refused.reason) == ("outside", True)


def test_a_null_byte_ends_in_an_outcome(folder):
    (folder / "m.csv").write_text("source,title\na\0b.txt,Title\n", "utf-8")
    found = list(manifest.read_manifest(folder / "m.csv", expand_arguments))
    assert [item.code for item in found if isinstance(item, Outcome)] == ["not-found"]


def test_devices_pipes_and_sockets_are_refused_unopened(folder, monkeypatch):
    os.mkfifo(folder / "pipe")
    monkeypatch.chdir(folder)  # a socket's name may have 108 characters
    listening = socket.socket(socket.AF_UNIX)
    listening.bind("socket")
    monkeypatch.setattr("ingest.sources.path.os.open", _not_opened)
    names = ["pipe", "socket", "/dev/null"]
    found = [*expand_arguments(names), *_refused_in(folder, "pipe"), *_refused_in(folder, "socket")]
    listening.close()
    assert [(o.code, "device, a pipe or a socket" in o.reason) for o in found] == [
        ("not-readable", True)
    ] * 5
    with pytest.raises(SourceRejected, match="device"):
        path.read_file("file:///pipe", folder / "with-pipe" / "pipe", Limits())


def _refused_in(folder, name):
    within = folder / f"with-{name}"
    within.mkdir()
    (folder / name).rename(within / name)
    return expand_arguments([str(within)])


def _not_opened(*_):
    raise AssertionError("it was opened")


def test_a_watched_folder_reports_links_that_lead_out_and_takes_nothing_of_them(folder):
    rounds = watch_folder(folder, 1, once=True, settle_s=0, sleep=lambda _: None)
    ready = next(rounds).ready
    found = {Path(i.uri if isinstance(i, Source) else i.source).name: i
             for i in expand_arguments(ready, within=folder)}  # fmt: skip
    assert {name: getattr(item, "code", None) for name, item in found.items()} == {
        "a.txt": None, "link.txt": "outside", "away": "outside",
    }  # fmt: skip


def test_a_file_that_became_a_link_after_it_was_seen_is_refused(folder):
    report = folder / "reports" / "a.txt"
    report.unlink()
    report.symlink_to(folder.parent / "other" / "secret.txt")
    (refused,) = expand_arguments([str(report)], within=folder)
    assert isinstance(refused, Outcome)
    assert (refused.code, "lists" in refused.reason) == ("outside", True)


def test_files_that_a_bibliography_names_are_not_read(folder):
    text = "@book{x, title={A title}, file={:/etc/passwd:PDF}, url={file:///etc/passwd}}"
    (folder / "refs.bib").write_text(text)
    (record,) = expand_arguments([str(folder / "refs.bib")])
    assert isinstance(record, Source)
    assert (record.path, b"root:" in record.fetched.data) == (None, False)


def test_files_that_feeds_and_sitemaps_name_are_refused():
    feed = b"""<rss version="2.0"><channel><title>t</title><item><title>x</title>
        <link>file:///etc/passwd</link></item></channel></rss>"""
    sitemap = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <url><loc>file:///etc/passwd</loc></url></urlset>"""
    found = [
        *read_feed(feed, "https://example.org/feed.xml"),
        *list_pages("https://example.org/sitemap.xml", lambda _: sitemap),
    ]
    assert [getattr(item, "code", None) for item in found] == ["unsupported"] * 2


def test_the_command_refuses_allows_and_does_not_try_again(folder, tmp_path):
    (folder / "m.csv").write_text("source\n../other/secret.txt\nreports/a.txt\n")
    assert salex(tmp_path, "init").returncode == 0
    loaded = salex(tmp_path, "load", "lists/m.csv")
    assert (loaded.returncode, "outside the folder of the manifest" in loaded.stdout) == (0, True)
    tried = salex(tmp_path, "outcomes", "--code", "outside", "--retry")
    assert (tried.returncode, "1 added" in tried.stdout) == (0, False)
    allowed = salex(tmp_path, "load", "lists/m.csv", "--allow-outside", "other")
    assert (allowed.returncode, "1 added, 1 unchanged" in allowed.stdout) == (0, True)
