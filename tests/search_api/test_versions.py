"""A version of a document has an address that stays: page, JSON, citation, and links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.documents.corrections import correct_fields
from corpus.documents.versions import keep_version
from corpus.people.actors import Actor
from tests.support.served import DIGEST, REPORT, serving, store

HERE = f"/documents/{REPORT}/versions"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Serve a report whose file changed and whose title was then corrected."""
    with serving(tmp_path_factory.mktemp("data")) as client:
        settings = client.app.state.service.settings
        with connect(settings.catalogue_path) as catalogue:
            report = catalogue.document(REPORT)
            with catalogue.transaction():
                keep_version(catalogue, report, "source", "text", with_text=True)
            newer = replace(report, page_count=1, updated_at="2026-02-02T00:00:00Z")
            store(catalogue, Originals(settings.originals_folder), newer, ["Only page."])
            correct_fields(
                catalogue, Actor("mei", "curator"), REPORT, {"title": "Wellbeing, newly"}
            )
        yield client


def relations(answer) -> dict[str, str]:  # type: ignore[no-untyped-def]
    parts = [part.split(">; rel=") for part in answer.headers["link"].split(", <")]
    return {relation.strip('"'): target.lstrip("<") for target, relation in parts}


def test_all_versions_are_listed_with_why_they_came_about(client: TestClient) -> None:
    listed = client.get(f"/api/v1{HERE}").json()
    assert [(v["number"], v["because"], v["title"], v["current"]) for v in listed["versions"]] == [
        (3, "correction", "Wellbeing, newly", True),
        (2, "source", "Measuring wellbeing in schools", False),
        (1, None, "Measuring wellbeing in schools", False),
    ]
    page = client.get(HERE).text
    assert "The source changed." in page
    assert "A curator corrected the record." in page
    assert 'content="noindex"' in page


def test_a_cited_page_can_be_read_as_it_was(client: TestClient) -> None:
    old = client.get(f"/api/v1{HERE}/1?limit=3").json()
    passage = old["passages"][2]
    assert (passage["page"], passage["page_label"]) == (3, "p. 3 of the file")
    assert passage["text"] == "Page 3 measures the wellbeing of pupils by survey 3."
    assert (old["total"], old["record"]["page_count"]) == (70, 70)
    page = client.get(passage["link"].partition("#")[0])
    assert f'id="p-{passage["id"]}"' in page.text
    assert passage["text"] in page.text
    assert "Version 1 of 3." in page.text
    assert "Page 4 measures" in page.text
    assert "Page 4 measures" not in client.get(f"/documents/{REPORT}").text
    last = client.get(f"{HERE}/1?from=60").text
    assert "Page 70 measures" in last
    assert f'rel="prev" href="{HERE}/1?from=0' in last


def test_pages_of_passages_go_on_and_keep_the_links_between_versions(client: TestClient) -> None:
    first = client.get(f"/api/v1{HERE}/1?limit=50")
    assert relations(first).keys() >= {"next", "latest-version"}
    second = client.get(f"/api/v1{HERE}/1", params={"limit": 50, "cursor": first.json()["next"]})
    assert [p["page"] for p in second.json()["passages"]] == list(range(51, 71))
    other = client.get(f"/api/v1{HERE}/2", params={"cursor": first.json()["next"]})
    assert other.status_code == 404


def test_the_citation_names_the_version_and_its_address(client: TestClient) -> None:
    (newest, _, oldest) = client.get(f"/api/v1{HERE}").json()["versions"]
    assert oldest["citation"].startswith("Ann Author; Ben Writer (2021). Measuring wellbeing")
    assert oldest["citation"].endswith(f"Version 1, 2025-01-01: {HERE}/1")
    assert "Wellbeing, newly" in newest["citation"]
    assert oldest["citation"] in client.get(f"{HERE}/1").text


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_versions_link_to_each_other(client: TestClient, prefix: str) -> None:
    links = relations(client.get(f"{prefix}{HERE}/2"))
    assert links["latest-version"] == f"/documents/{REPORT}"
    assert links["version-history"] == HERE
    assert links["predecessor-version"] == f"{HERE}/1"
    assert links["successor-version"] == f"{HERE}/3"
    assert "successor-version" not in relations(client.get(f"{prefix}{HERE}/3"))
    assert "predecessor-version" not in relations(client.get(f"{prefix}{HERE}/1"))
    document = client.get(f"{prefix}/documents/{REPORT}").headers["link"]
    assert f'<{HERE}>; rel="version-history"' in document


def test_a_document_that_never_changed_has_one_version(client: TestClient) -> None:
    (only,) = client.get(f"/api/v1/documents/{DIGEST}/versions").json()["versions"]
    assert (only["number"], only["current"], only["until"]) == (1, True, None)
    page = client.get(f"/documents/{DIGEST}").text
    assert f'href="/documents/{DIGEST}/versions/1"' in page
    assert "earlier versions" not in page
    assert "earlier versions" in client.get(f"/documents/{REPORT}").text


@pytest.mark.parametrize("path", [f"{HERE}/4", f"{HERE}/0", "/documents/none/versions"])
def test_what_there_is_not_is_said(client: TestClient, path: str) -> None:
    expected = 422 if path.endswith("/0") else 404
    answers = [client.get(path), client.get(f"/api/v1{path}")]
    assert [answer.status_code for answer in answers] == [expected, expected]
    if path.endswith("/4"):
        assert answers[1].json()["type"] == "/api#problem-version-not-found"
        assert "1 to 3" in answers[1].json()["detail"]
