"""Documents over the API: the record, tags with their reasons, passages, similar, the original."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from ingest.extract import EXTRACTORS
from ingest.extract.sniff import CSV, DOCX, EPUB, HTML, MARKDOWN, ODT, PDF, PPTX, RTF, TEXT
from ingest.records.csl import MEDIA_TYPE as CSL
from search_api.app import create_app
from search_api.documents.routes import original_headers
from tests.support.fakes import HashEncoder
from tests.support.served import (
    DIGEST,
    HOSTILE,
    LOCAL,
    REPORT,
    a_document,
    make_settings,
    serving,
    store,
)

SUFFIXES = {
    PDF: "pdf", HTML: "html", MARKDOWN: "md", TEXT: "txt", DOCX: "docx", PPTX: "pptx",
    EPUB: "epub", ODT: "odt", RTF: "rtf", CSV: "csv", CSL: "json",
}  # fmt: skip
"""How the name of a file of each format ends, as programs that open it expect."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield client


def test_documents_are_listed_newest_first(client: TestClient) -> None:
    listed = client.get("/api/v1/documents?limit=50").json()
    years = [document["year"] or 0 for document in listed["documents"]]
    assert listed["total"] == len(years) == 16
    assert years == sorted(years, reverse=True)


def test_a_list_is_filtered_and_paged_as_a_search_is(client: TestClient) -> None:
    first = client.get("/api/v1/documents?kind=blog&limit=10")
    rest = client.get(first.links["next"]["url"]).json()
    assert (first.json()["total"], len(rest["documents"]), rest["next"]) == (12, 2, None)


def test_a_tag_shows_why_and_who(client: TestClient) -> None:
    tags = client.get(f"/api/v1/documents/{REPORT}").json()["tags"]
    stage = next(tag for tag in tags if tag["vocabulary"] == "stages")
    assert (stage["origin"], stage["score"], stage["model"]) == ("suggested", 0.71, "zero-shot-1")
    assert (stage["reason"]["page"], stage["decided_by"]) == (3, "tagger")
    passage = stage["reason"]["passage_id"]
    shown = client.get(f"/api/v1/documents/{REPORT}/passages").json()["passages"]
    assert next(p for p in shown if p["id"] == passage)["text"] == stage["reason"]["quote"]


def test_a_rejected_tag_is_part_of_the_record(client: TestClient) -> None:
    tags = client.get(f"/api/v1/documents/{REPORT}").json()["tags"]
    rejected = next(tag for tag in tags if tag["origin"] == "rejected")
    assert (rejected["term"], rejected["note"]) == ("scaling-innovations", "In passing only")


def test_what_is_not_known_is_null(client: TestClient) -> None:
    document = client.get(f"/api/v1/documents/{DIGEST}").json()
    unknown = ("authors", "countries", "year", "doi", "licence", "page_count", "page_unit")
    assert [document[name] for name in unknown] == [None] * len(unknown)


def test_the_folders_of_this_machine_are_not_told(client: TestClient) -> None:
    response = client.get(f"/api/v1/documents/{LOCAL}")
    assert response.json()["source"] == "local.pdf"
    assert "someone" not in response.text


def test_a_script_is_never_given_as_an_address(client: TestClient) -> None:
    document = client.get(f"/api/v1/documents/{HOSTILE}").json()
    assert document["url"] is None
    assert document["links"]["original"] == f"/api/v1/documents/{HOSTILE}/original"


def test_passages_are_paged_in_reading_order(client: TestClient) -> None:
    seen: list[int] = []
    url: str | None = f"/api/v1/documents/{REPORT}/passages?limit=30"
    while url:
        response = client.get(url)
        seen += [passage["page"] for passage in response.json()["passages"]]
        url = response.links.get("next", {}).get("url")
    assert seen == list(range(1, 71))


def test_a_cursor_of_another_document_is_refused(client: TestClient) -> None:
    cursor = client.get(f"/api/v1/documents/{REPORT}/passages").json()["next"]
    response = client.get(f"/api/v1/documents/{DIGEST}/passages", params={"cursor": cursor})
    assert response.status_code == 404


def test_similar_documents_leave_out_the_document_itself(client: TestClient) -> None:
    hits = client.get(f"/api/v1/documents/{REPORT}/similar?limit=3").json()["hits"]
    assert len(hits) == 3
    assert REPORT not in [hit["document"]["id"] for hit in hits]


def test_a_pdf_opens_in_place_so_that_its_page_can_be_linked(client: TestClient) -> None:
    response = client.get(f"/api/v1/documents/{LOCAL}/original")
    assert response.content == b"School leaders share what they learn with peers."
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"].startswith("inline")
    hit = client.get("/api/v1/search?q=school+leaders+peers&kind=report").json()["hits"]
    local = next(h for h in hit if h["document"]["id"] == LOCAL)
    url = local["snippets"][0]["citation"]["url"]
    assert url == f"/api/v1/documents/{LOCAL}/original#page=1"


def test_a_strangers_html_is_never_run(client: TestClient) -> None:
    headers = client.get(f"/api/v1/documents/{HOSTILE}/original").headers
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"].startswith("attachment")
    assert "sandbox" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_an_original_that_is_gone_or_changed_is_not_handed_out(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    with TestClient(create_app(settings, encoder=HashEncoder())) as client:
        document = client.get(f"/api/v1/documents/{LOCAL}").json()
        stored = Originals(settings.originals_folder).path(document["sha256"])
        stored.chmod(0o600)
        stored.write_bytes(b"tampered")
        changed = client.get(f"/api/v1/documents/{LOCAL}/original")
        stored.unlink()
        gone = client.get(f"/api/v1/documents/{LOCAL}/original")
        link = client.get(f"/api/v1/documents/{LOCAL}").json()["links"]["stored"]
    assert (changed.status_code, gone.status_code, link) == (503, 404, None)
    assert str(tmp_path) not in changed.text + gone.text


def test_passages_say_what_they_speak_of_and_by_which_model(client):
    url = f"/api/v1/documents/{REPORT}/passages"
    first, _, third = client.get(url, params={"limit": 3}).json()["passages"]
    assert first["scores"] == []
    (score,) = third["scores"]
    assert (score["term"], score["score"], score["model"]) == ("generation", 0.71, "zero-shot-1")
    assert score["label"] == "Evidence generation"


def test_a_search_can_be_held_to_passages_that_speak_of_a_stage(client):
    asked = {"q": "wellbeing of pupils", "passage_stage": "generation"}
    answer = client.get("/api/v1/search", params=asked).json()
    assert answer["query"]["filters"]["passage_stage"] == ["generation"]
    (hit,) = answer["hits"]
    assert [p["citation"]["page"] for p in hit["snippets"]] == [3]
    assert client.get("/api/v1/search", params=asked | {"passage_stage": "no"}).status_code == 422


@pytest.mark.parametrize("media_type", EXTRACTORS)
def test_a_stored_file_of_every_format_is_handed_out_with_its_own_suffix(media_type: str) -> None:
    document = a_document("https://example.org/a", "A", media_type=media_type)
    name = original_headers(document)["Content-Disposition"].split("filename=")[1]
    assert name == f'"{document.id}.{SUFFIXES[media_type]}"'


def test_a_stored_word_file_is_downloaded_as_a_word_file(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    document = a_document("https://example.org/a.docx", "A", media_type=DOCX)
    with connect(settings.catalogue_path) as catalogue:
        store(catalogue, Originals(settings.originals_folder), document, ["Pupils read."])
    with TestClient(create_app(settings, encoder=HashEncoder())) as client:
        headers = client.get(f"/api/v1/documents/{document.id}/original").headers
    assert headers["content-disposition"] == f'attachment; filename="{document.id}.docx"'
    assert headers["content-type"] == "application/octet-stream"


def test_a_large_original_is_sent_in_parts_and_whole(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    document = a_document("https://example.org/long.txt", "Long", media_type=TEXT)
    text = "Pupils read. " * 100_000
    with connect(settings.catalogue_path) as catalogue:
        store(catalogue, Originals(settings.originals_folder), document, [text])
    app, sizes = create_app(settings, encoder=HashEncoder()), []

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_note(message: Message) -> None:
            sizes.append(len(message.get("body", b"")))
            await send(message)

        await app(scope, receive, send_and_note)

    with TestClient(app), TestClient(noting) as client:
        answer = client.get(f"/api/v1/documents/{document.id}/original")
    assert answer.text == text
    assert answer.headers["content-length"] == str(len(text))
    assert max(sizes) < len(text) / 4
