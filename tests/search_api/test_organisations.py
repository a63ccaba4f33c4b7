"""Each member organisation has a page: what it published under any name, and where it is used."""

from __future__ import annotations

import pytest

from corpus.catalogue.catalogue import connect
from corpus.documents.authorities import load_organisations
from corpus.lists.lists import create_draft, publish_version
from corpus.model import Entry, Section, Selection
from corpus.network.gathering import add_item
from corpus.network.groups import create_group
from search_api.closing.addresses import Places
from tests.support.served import COMMAND_LINE, a_document, by_key, serving, store

API = "/api/v1/organisations"
EI = f"{API}/education-international"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("organisations") / "data") as client:
        service = client.app.state.service
        with connect(service.settings.catalogue_path) as catalogue:
            fill(catalogue, service.originals)
        yield client


def fill(catalogue, originals):
    for name, publisher, year in (
        ("status", "Education International", 2024),
        ("circles", "EI-IE", 2020),
        ("other", "Education Nowhere", 2024),
    ):
        document = a_document(
            f"https://example.org/{name}", name.title(), publishers=(publisher,), year=year,
            countries=("Ghana",),
        )  # fmt: skip
        store(catalogue, originals, document, [f"Teachers speak of {name}."])
    ids = {d.title: d.id for d in map(catalogue.document, _ids(catalogue))}
    entries = (Entry("e1", "Status", ids["Status"]), Entry("e2", "Other", ids["Other"]))
    selection = Selection("Voices", "", (Section("s1", "All", entries=entries),))
    with catalogue.transaction():
        draft = create_draft(catalogue, "voices", selection, COMMAND_LINE)
        publish_version(
            catalogue, "voices", COMMAND_LINE, based_on=draft.revision, selection=selection
        )
    create_group(catalogue, COMMAND_LINE, "Unions", purpose="Read together", visibility="members")
    add_item(catalogue, COMMAND_LINE, "unions", "document", ids["Circles"])


def _ids(catalogue):
    return [row[0] for row in catalogue.rows("select id from document")]


def test_every_member_of_the_data_has_a_page_and_no_other_organisation(client):
    listed = client.get(API).json()["organisations"]
    known = {one.name for one in load_organisations() if one.member or one.backbone}
    assert {one["name"] for one in listed} == known
    assert listed[0]["backbone"]
    page = client.get("/organisations").text
    assert all(f'href="/organisations/{one["slug"]}"' in page for one in listed)
    assert client.get("/organisations/education-nowhere").status_code == 404
    assert client.get(f"{API}/education-nowhere").json()["title"] == "No such organisation"


def test_documents_count_under_every_name_of_the_organisation(client):
    one = client.get(EI).json()
    assert [document["title"] for document in one["newest"]] == ["Status", "Circles"]
    assert one["documents"] == 2
    countries = next(f for f in one["facets"] if f["parameter"] == "country")
    assert countries["counts"] == [{"value": "Ghana", "label": "Ghana", "count": 2}]
    assert client.get(one["links"]["documents"]).text.count('class="hit"') == 2
    page = client.get("/organisations/education-international").text
    assert "Status" in page
    assert "Other" not in page


def test_lists_and_groups_that_use_them_are_named_to_those_who_may_see_them(client):
    anybody = client.get(EI).json()
    assert [(x["slug"], x["documents"]) for x in anybody["lists"]] == [("voices", 1)]
    assert anybody["groups"] == []
    curator = client.get(EI, headers=by_key(client, "curator")).json()
    assert [(x["slug"], x["documents"]) for x in curator["groups"]] == [("unions", 1)]
    member = client.get(EI, headers=by_key(client, "member")).json()
    assert member["groups"] == []


def test_a_member_without_documents_has_a_page_that_says_so(client):
    answer = client.get("/organisations/hundred")
    assert (answer.status_code, "no document of it yet" in answer.text) == (200, True)


def test_crawlers_and_frozen_sites_have_the_pages_of_the_network(client):
    sitemap = client.get("/sitemap.xml").text
    assert "/agenda</loc>" in sitemap
    assert "/organisations</loc>" in sitemap
    for path in ("/agenda", "/groups/open", "/organisations/hundred"):
        place = Places().find(path)
        assert place is not None, path
        assert place.file == f"{path[1:]}.html"
