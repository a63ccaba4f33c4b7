"""salex list and salex check-links: files out and in, and addresses that are looked at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from corpus.catalogue.catalogue import connect
from corpus.documents.links import link_checks
from corpus.errors import EvidenceError, ListExists
from corpus.lists.as_json import read_file
from corpus.lists.lists import create_draft, resource_list, save_revision
from corpus.model import Entry, Section, Selection
from corpus.people import log
from corpus.people.actors import Actor
from corpus.tags.decision_file import STARTER_FOLDER
from ingest.sources import Network
from search_api.cli import make_app
from search_api.lists.entries import publish_list, take_in_starter_lists
from tests.conftest import store_document
from tests.ingest.test_sources import PAGE, Site, site

APP = make_app()

__all__ = ["site"]
MEI = Actor("Mei", "curator")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    entries = (Entry("e1", "One", note="Why"), Entry("e2", "Two", url="https://example.org/2"))
    selection = Selection("Reading", "For us.", (Section("s1", "All", entries=entries),))
    path = tmp_path / "data" / "catalogue.sqlite"
    with connect(path, create=True) as catalogue, catalogue.transaction():
        create_draft(catalogue, "reading", selection, MEI)
    return path


def salex(*arguments: str) -> Result:
    return CliRunner().invoke(APP, list(arguments))


def test_lists_are_shown_by_name_and_in_full(data):
    assert "reading: Reading (draft)" in salex("list", "show").output
    shown = salex("list", "show", "reading").output
    assert "One" in shown
    assert "Why" in shown
    assert json.loads(salex("list", "show", "reading", "--json").output)["slug"] == "reading"


def test_a_list_goes_out_and_comes_in_under_another_address(data, tmp_path):
    file = tmp_path / "reading.json"
    done = salex("list", "export", "reading", "--to", str(file))
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"The list reading as json was written to {file}.\n"
    assert read_file(file.read_text("utf-8")).slug == "reading"
    done = salex("list", "import", str(file), "--slug", "copied")
    assert done.exit_code == 0, done.output
    with connect(data) as catalogue:
        one, other = resource_list(catalogue, "reading"), resource_list(catalogue, "copied")
        assert one.selection == other.selection
        assert log.read_log(catalogue, subject="list:copied")[0].action == "list.import"
    taken = salex("list", "import", str(file))
    assert isinstance(taken.exception, ListExists)


def test_a_file_named_as_another_format_is_not_written(data, tmp_path):
    file = tmp_path / "reading.bib"
    refused = salex("list", "export", "reading", "--to", str(file))
    assert refused.exit_code == 2
    assert "--format bibtex" in " ".join(refused.output.split())
    assert not file.exists()
    done = salex("list", "export", "reading", "--format", "bibtex", "--to", str(file))
    assert (done.exit_code, file.read_text("utf-8")[:1]) == (0, "@")


def test_publishing_and_reading_it_elsewhere(data):
    assert salex("list", "publish", "reading", "--note", "First").exit_code == 0
    assert "published, version 1" in salex("list", "show").output
    assert (
        "# Reading\n\nFor us." in salex("list", "export", "reading", "--format", "markdown").output
    )
    assert salex("list", "export", "reading", "--format", "docx").exit_code == 2
    assert isinstance(salex("list", "publish", "reading").exception, EvidenceError)


@pytest.mark.parametrize("command", ["show", "export", "import", "publish"])
def test_help_shows_an_example(command):
    shown = salex("list", command, "--help").output
    assert f"salex list {command}" in shown


def linked(data: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the list and a document point at a server on the loopback, and let that be asked."""
    local = {"allow_private": True, "ports": None, "delay_s": 0, "backoff_s": 0}
    monkeypatch.setattr("ingest.sources.Network", lambda **more: Network(**local, **more))
    site.answers = {"/alive": (200, {}, PAGE), "/document": (200, {}, PAGE)}
    entries = (
        Entry("e1", "One", url=site.url("/alive")),
        Entry("e2", "Two", url=site.url("/gone")),
    )
    with connect(data) as catalogue:
        store_document(catalogue, "a-report", "Words.", url=site.url("/document"))
        with catalogue.transaction():
            selection = Selection("Reading", sections=(Section("s", "All", entries=entries),))
            save_revision(catalogue, "reading", selection, MEI, based_on=1)


def test_links_of_lists_and_documents_are_looked_at(data, site, monkeypatch):
    linked(data, site, monkeypatch)
    done = salex("check-links")
    assert done.exit_code == 1
    assert f"dead: {site.url('/gone')}" in done.output
    urls = [site.url(path) for path in ("/alive", "/gone", "/document")]
    with connect(data) as catalogue:
        found = link_checks(catalogue, urls)
        assert [found[url].state for url in urls] == ["alive", "dead", "alive"]
        assert log.read_log(catalogue, subject="links")[0].action == "links.check"
    assert "! The link has failed since" in salex("list", "show", "reading").output


def test_the_links_of_one_list_alone(data, site, monkeypatch):
    linked(data, site, monkeypatch)
    checked = json.loads(salex("check-links", "--list", "reading", "--json").output)
    assert [c["url"] for c in checked] == [site.url("/alive"), site.url("/gone")]
    assert len(json.loads(salex("check-links", "--limit", "1", "--json").output)) == 1


# The starter corpus ----------------------------------------------------------------------------


@pytest.fixture
def starter(catalogue):
    for path in (STARTER_FOLDER / "documents").glob("salex-*.md"):
        store_document(catalogue, path.stem, "Words.", url=f"https://r4d.org/{path.stem}")
    take_in_starter_lists(catalogue, STARTER_FOLDER / "lists", Actor("starter", "curator"))
    return resource_list(catalogue, "salex-resources")


def test_the_network_s_own_resources_are_a_published_list(catalogue, starter):
    assert (starter.state, starter.published.published_by) == ("published", "starter")
    sections = [(s.title, len(s.entries)) for s in starter.selection.sections]
    assert sections == [("Reports", 2), ("Blogs", 8)]
    entries = starter.selection.entries
    assert len(catalogue.documents(e.document_id for e in entries)) == 10
    assert all(e.url and e.citation for e in entries)


def test_the_starter_list_stays_as_curators_made_it(catalogue, starter):
    with catalogue.transaction():
        changed = Selection("Changed")
        save_revision(catalogue, starter.slug, changed, MEI, based_on=starter.revision)
    again = take_in_starter_lists(catalogue, STARTER_FOLDER / "lists", Actor("starter", "curator"))
    assert again == 0
    assert resource_list(catalogue, starter.slug).selection.title == "Changed"


def test_publishing_takes_the_facts_as_they_are_now(catalogue, starter):
    document_id = starter.selection.entries[0].document_id
    store_document(catalogue, document_id, "Words.", title="Corrected title")
    with catalogue.transaction():
        publish_list(catalogue, starter, MEI, based_on=starter.revision)
    entry = resource_list(catalogue, starter.slug).published.selection.entries[0]
    assert entry.title == "Corrected title"
    assert "Corrected title" in entry.citation
    assert starter.published.selection.entries[0].title != "Corrected title"
