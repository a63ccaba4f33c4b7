"""Resource lists as files: out and in without loss, and for other programs."""

from __future__ import annotations

import json

import pytest

from corpus.lists.as_json import read_file
from ingest import records
from tests.search_api.test_lists import ENTRIES, LISTS, client, curator, opened, published
from tests.support.served import DIGEST, HOSTILE, LOCAL, REPORT, by_key, serving

__all__ = ["client", "curator"]


def ten(client, curator) -> str:
    others = [{"title": f"Held elsewhere {n}", "url": f"https://example.org/{n}", "note": f"N{n}"}
              for n in range(6)]  # fmt: skip
    with opened(client) as catalogue:
        passage = catalogue.passages(REPORT)[4]
    pinned = {"document_id": REPORT, "pin": {"passage_id": str(passage.id)}}
    sections = [
        {"title": "One", "text": "Introduced.", "entries": [pinned, *others[:2]]},
        {"title": "Two", "entries": [{"document_id": DIGEST}]},
        {"title": "Three", "entries": [*others[2:], {"document_id": LOCAL}, *ENTRIES[:1]]},
    ]
    return published(client, curator, slug="ten", sections=sections)


def test_ten_entries_in_three_sections_go_out_and_come_in_identically(client, curator, tmp_path):
    slug = ten(client, curator)
    client.put(f"{LISTS}/{slug}/suggestions/{HOSTILE}", json={"decision": "rejected"},
               headers=curator)  # fmt: skip
    text = client.get(f"{LISTS}/{slug}/draft/export", headers=curator).text
    assert len(read_file(text).selection.entries) == 10
    assert [s.document_id for s in read_file(text).suggestions] == [HOSTILE]
    with serving(tmp_path / "elsewhere") as other:
        key = by_key(other, "curator")
        taken = other.post(f"{LISTS}/import", json=json.loads(text), headers=key)
        assert taken.status_code == 201, taken.text
        assert other.get(f"{LISTS}/{slug}/draft/export", headers=key).text == text
        again = other.post(f"{LISTS}/import", json=json.loads(text), headers=key)
        assert again.status_code == 409


def test_readers_export_what_was_published_and_nothing_else(client, curator):
    slug = ten(client, curator)
    draft = client.get(f"{LISTS}/{slug}/draft", headers=curator)
    match = {**curator, "If-Match": draft.headers["etag"]}
    client.put(f"{LISTS}/{slug}/draft", json={"title": "Secret"}, headers=match)
    client.put(f"{LISTS}/{slug}/suggestions/{HOSTILE}", json={"decision": "rejected"},
               headers=curator)  # fmt: skip
    text = client.get(f"{LISTS}/{slug}/export").text
    assert "Secret" not in text
    assert read_file(text).suggestions == ()
    assert len(read_file(text).versions[0].selection.entries) == 10


@pytest.mark.parametrize("name", ["ris", "bibtex", "csl-json"])
def test_an_entry_without_a_document_is_exported_with_its_citation(client, curator, name):
    entry = {"title": "Held elsewhere", "url": "https://example.org/x", "note": "Read it.",
             "citation": "Amina Diop (2020). Held elsewhere."}  # fmt: skip
    plain = {"title": "Only a title", "url": "https://example.org/y"}
    slug = published(client, curator, slug=f"cited-{name}", sections=[{"entries": [entry, plain]}])
    text = client.get(f"{LISTS}/{slug}/export", params={"format": name}).text
    assert "Amina Diop (2020)." in text
    assert "Read it." in text
    assert text.count("Only a title") == 1


def test_a_pinned_passage_is_kept_as_it_reads(client, curator):
    slug = ten(client, curator)
    pin = client.get(f"{LISTS}/{slug}").json()["sections"][0]["entries"][0]["pin"]
    assert pin["quote"] == "Page 5 measures the wellbeing of pupils by survey 5."
    assert (pin["page"], pin["page_label"]) == (5, "p. 5 of the file")
    markdown = client.get(f"{LISTS}/{slug}/export?format=markdown").text
    assert f"{pin['quote']} ({pin['page_label']})" in markdown
    with opened(client) as catalogue, catalogue.transaction():
        catalogue.delete_document(REPORT)
    gone = client.get(f"{LISTS}/{slug}").json()["sections"][0]["entries"][0]["pin"]
    assert (gone["quote"], gone["link"]) == (pin["quote"], None)


@pytest.mark.parametrize(
    ("format_name", "name"), [("ris", "RIS"), ("bibtex", "BibTeX"), ("csl-json", "CSL-JSON")]
)
def test_a_bibliography_holds_every_entry(client, curator, format_name, name):
    slug = ten(client, curator)
    answer = client.get(f"{LISTS}/{slug}/export?format={format_name}")
    rows = list(records.read_rows(answer.text, name))
    titles = [row.record["title"] for row in rows if isinstance(row, records.Row)]
    assert len(titles) == 10
    assert titles[0] == "Measuring wellbeing in schools"
    assert "attachment" in answer.headers["content-disposition"]


def test_markdown_and_csv_are_safe_to_open(client, curator):
    entry = {
        "title": "=HYPERLINK(1) <b>[x](javascript:1)",
        "url": "https://example.org",
        "note": "# no",
    }
    slug = published(client, curator, sections=[{"title": "A", "entries": [entry]}])
    markdown = client.get(f"{LISTS}/{slug}/export?format=markdown").text
    assert r"\<b\>\[x\](javascript:1)" in markdown
    assert "\n   \\# no" in markdown
    assert "\"'=HYPERLINK" in client.get(f"{LISTS}/{slug}/export?format=csv").text
