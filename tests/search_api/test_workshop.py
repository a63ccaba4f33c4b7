"""The menu and the checklist: pages, JSON and files say the same; each quote is on its page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document as Word
from fastapi.testclient import TestClient
from markdown_it import MarkdownIt

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.documents.citing import citation_problem
from corpus.model import Tag, document_id
from corpus.tags.tags import decide
from corpus.taxonomy import load_taxonomy
from index.tagging.activities import suggest_for_workshop
from index.vectors.builder import build_index
from search_api.app import create_app
from search_api.exports import docx, markdown
from search_api.exports.sheet import EMPTY, Line, Sheet, Table
from search_api.exports.taking import made_today
from search_api.service.settings import Settings
from tests.support.fakes import HashEncoder
from tests.support.served import BREAKOUT, SCRIPT, a_document, store

NETWORK = document_id("https://example.org/network.pdf")
TRUST = (
    "Members were reluctant to share findings, and trust between members of the network is weak."
)
GRANTS = "Catalytic grants for joint projects helped all of the members."
MORE = "Catalytic grants for joint projects helped the members."
TITLE = f"Coaching *in* [Peru](x) | {SCRIPT} {BREAKOUT}"
COACHING = "Coaching for school leaders and mentoring government officials is offered."
TOOLS = ("menu", "checklist")


def network_settings(folder: Path) -> Settings:
    """Return settings for a catalogue of a network's documents, read for the tools."""
    settings = Settings(data_folder=folder)
    with connect(settings.catalogue_path, create=True) as catalogue:
        _fill(catalogue, Originals(settings.originals_folder))
        build_index(catalogue, settings.index_folder, HashEncoder())
        suggest_for_workshop(catalogue, settings.index_folder, HashEncoder(), load_taxonomy())
    return settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = network_settings(tmp_path_factory.mktemp("data"))
    with TestClient(create_app(settings, encoder=HashEncoder())) as client:
        yield client


def _fill(catalogue, originals):
    network = a_document(
        "https://example.org/network.pdf", "A network",
        media_type="application/pdf", page_count=4, page_unit="page", language="en",
        countries=("Kenya",), url="https://example.org/network.pdf", year=2022,
    )  # fmt: skip
    pages = [f"An opening page. {TRUST}", f"{GRANTS} The rest.", COACHING, MORE]
    store(catalogue, originals, network, pages)
    other = a_document("https://example.org/other", TITLE, countries=("Peru",))
    store(catalogue, originals, other, [COACHING])
    with catalogue.transaction():
        tag = Tag(NETWORK, "stages", "use", "confirmed", decided_by="mei")
        decide(catalogue, tag)
        decide(catalogue, replace(tag, term="generation", origin="rejected"))


def read_tool(client, tool, query=""):
    return client.get(f"/api/v1/{tool}{query}").json()


def _row(menu, activity="capacity-strengthening"):
    return next(row for row in menu["rows"] if row["activity"]["id"] == activity)


def factor_in(checklist, factor):
    return next(f for f in checklist["factors"] if f["factor"]["id"] == factor)


def test_the_menu_has_every_cell_and_says_which_are_empty(client):
    menu = read_tool(client, "menu")
    assert [s["id"] for s in menu["stages"]] == ["generation", "translation", "use"]
    assert {len(row["cells"]) for row in menu["rows"]} == {3}
    cells = {cell["stage"]: cell for cell in _row(menu)["cells"]}
    assert [d["id"] for d in cells["use"]["documents"]] == [NETWORK]
    assert cells["generation"]["documents"] == []  # a rejected stage does not count
    assert menu["empty_cells"] == 5


def test_the_menu_gives_examples_in_the_language_of_the_page(client):
    page = client.get("/menu", headers={"Accept-Language": "es"}).text
    assert "formación; acompañamiento; mentoría" in page
    assert "coaching; mentoring" not in page


def test_a_document_of_the_menu_shows_the_passage_and_page_that_earned_its_place(client):
    (document,) = _row(read_tool(client, "menu"))["cells"][2]["documents"]
    assert document["origin"] == "suggested"  # its stage is confirmed, its activity is not
    assert document["reason"]["quote"] == COACHING
    assert (document["reason"]["page"], document["reason"]["page_label"]) == (3, "p. 3 of the file")
    page = client.get(document["reason"]["link"].split("#")[0])
    assert COACHING in page.text


def test_a_document_without_a_stage_is_not_lost(client):
    (document,) = _row(read_tool(client, "menu"))["without_stage"]
    assert document["title"] == TITLE


def test_the_checklist_quotes_what_helps_and_what_hinders_with_page_and_citation(client):
    checklist = read_tool(client, "checklist")
    assert len(checklist["factors"]) == 11
    trust = factor_in(checklist, "mutual-trust")
    assert trust["drivers"] == []
    (quote,) = trust["constraints"]
    assert (quote["quote"], quote["page"], quote["origin"]) == (TRUST, 1, "suggested")
    assert "p. 1" in quote["citation"]
    assert quote["url"] == "https://example.org/network.pdf#page=1"
    assert [q["page"] for q in factor_in(checklist, "resource-provision")["drivers"]] == [2, 4]


def test_what_is_not_shown_of_a_cell_is_counted(client):
    grants = factor_in(read_tool(client, "checklist", "?limit=1"), "resource-provision")
    assert (len(grants["drivers"]), grants["more_drivers"], grants["more_constraints"]) == (1, 1, 0)
    assert "1 more in the repository." in client.get("/api/v1/checklist?limit=1&format=md").text


def test_every_quote_of_the_checklist_is_on_its_page(client):
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:
        for factor in read_tool(client, "checklist", "?limit=50")["factors"]:
            for quote in factor["drivers"] + factor["constraints"]:
                (passage,) = catalogue.passages_by_id([int(quote["passage_id"])]).values()
                text = catalogue.text(passage.document_id)
                pages = catalogue.pages(passage.document_id)
                assert citation_problem(passage, text, pages, len(pages)) is None
                (on_page,) = [text[p.start : p.end] for p in pages if p.number == quote["page"]]
                assert quote["quote"] in on_page


@pytest.mark.parametrize(
    ("query", "documents"), [("?country=Peru", 1), ("?country=Kenya&country=Peru", 2)]
)
def test_a_tool_can_be_narrowed(client, query, documents):
    assert read_tool(client, "menu", query)["documents"] == documents
    page = client.get(f"/menu{query}")
    assert f"{documents} document" in page.text


def test_narrowed_to_other_documents_every_cell_of_the_checklist_is_empty(client):
    assert read_tool(client, "checklist", "?country=Nowhere")["empty_cells"] == 22
    page = client.get("/checklist?country=Nowhere").text
    assert page.count("Nothing here yet.") == 22


def test_a_filter_that_does_not_exist_is_refused(client):
    assert client.get("/api/v1/menu?topic=x").status_code == 422
    assert client.get("/api/v1/menu?topics=x").status_code == 422


@pytest.mark.parametrize("tool", TOOLS)
def test_the_page_shows_what_the_api_answers(client, tool):
    page = client.get(f"/{tool}").text
    assert "<script>" not in page
    assert page.count("☐") == 0 if tool == "menu" else page.count("☐") > 30
    for quote in [TRUST, GRANTS] if tool == "checklist" else [COACHING]:
        assert quote in page


def _word_tables(content):
    word = Word(io.BytesIO(content))
    return [[[cell.text for cell in row.cells] for row in t.rows] for t in word.tables]


def test_the_word_file_of_the_menu_holds_the_cells_of_the_api(client):
    menu = read_tool(client, "menu")
    content = client.get("/api/v1/menu?format=docx").content
    counts, documents, stageless = _word_tables(content)
    labels = ["Activity", *(s["label"] for s in menu["stages"])]
    assert counts[0] == documents[0] == labels
    for row, count, cells in zip(menu["rows"], counts[1:], documents[1:], strict=True):
        assert count == [row["activity"]["label"], *(str(c["count"]) for c in row["cells"])]
        for cell, text in zip(row["cells"], cells[1:], strict=True):
            assert len(text.split("\n")) == max(1, cell["count"])
            assert all(
                docx.remove_invalid_characters(d["citation"]) in text for d in cell["documents"]
            )
            assert (text == EMPTY) == (not cell["documents"])
    assert TITLE in stageless[1][1]


def test_the_word_file_of_the_checklist_holds_the_cells_of_the_api(client):
    factors = {f["factor"]["label"]: f for f in read_tool(client, "checklist")["factors"]}
    tables = _word_tables(client.get("/api/v1/checklist?format=docx").content)
    rows = [row for table in tables[:-1] for row in table[1:]]
    assert [row[0].split("\n")[0] for row in rows] == list(factors)
    for row in rows:
        factor = factors[row[0].split("\n")[0]]
        for text, quotes in ((row[1], factor["drivers"]), (row[2], factor["constraints"])):
            assert text.count("☐") == len(quotes)
            assert (text == EMPTY) == (not quotes)
            for quote in quotes:
                assert f"“{quote['quote']}” {quote['citation']}" in text
    assert "☐ low" in rows[0][3]
    assert len(tables[-1]) == 4  # the header, and rows for one's own


def test_the_markdown_files_hold_the_same(client):
    for tool, wanted in (("menu", [TITLE]), ("checklist", [TRUST, GRANTS])):
        answer = client.get(f"/api/v1/{tool}?format=md")
        assert answer.headers["content-type"].startswith("text/markdown")
        text = _read(answer.text)
        assert all(w in text for w in wanted)
        assert text.count(EMPTY) >= read_tool(client, tool)["empty_cells"]
    factors = read_tool(client, "checklist")["factors"]
    quotes = [q for f in factors for q in f["drivers"] + f["constraints"] if q["url"]]
    assert answer.text.count("- [ ] [“") == len(quotes) > 0  # each ticked, and led to its source


def _read(source):
    tokens = MarkdownIt().enable("table").parse(source)
    inline = [child for t in tokens if t.type == "inline" for child in t.children]
    assert not [c for c in inline if c.type == "html_inline"]
    return "\n".join(
        "".join(" " if c.type == "softbreak" else c.content for c in t.children)
        for t in tokens
        if t.type == "inline"
    )


def _one_row(line):
    return (Table("T", ("a", "b"), (((Line("row"),), (line,)),)),)


MADE = made_today(load_taxonomy())
NASTY = f"1. # {SCRIPT} *a* [b](javascript:alert(1)) `c` | ~~d~~ ![e](f) &amp; \\ - [ ] x"


def test_a_strangers_title_stays_text_in_markdown():
    sheet = Sheet(NASTY, (NASTY, f"- {NASTY}", f"12) {NASTY}"), _one_row(Line(NASTY)))
    source = markdown.write_sheet(sheet).decode()
    assert _read(source).split("\n")[:4] == [NASTY, NASTY, f"- {NASTY}", f"12) {NASTY}"]
    assert "<script>" not in MarkdownIt().render(source)
    assert "href" not in MarkdownIt().render(source)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "/documents/x", None])
def test_only_web_addresses_become_links(link):
    sheet = Sheet("S", (), _one_row(Line("t" * 50, link=link)))
    assert "](" not in markdown.write_sheet(sheet).decode()
    word = Word(io.BytesIO(docx.write_sheet(sheet, MADE)))
    assert not [r for r in word.part.rels.values() if r.is_external]


def test_a_word_file_holds_links_and_no_character_xml_cannot_hold():
    line = Line("bell\x07 and \ufffe", link="https://example.org/?a=1&b=2", quote=True, box=True)
    sheet = Sheet("Title\x00", ("p\x1b",), (Table("T", ("a",), (((line,),),)),))
    word = Word(io.BytesIO(docx.write_sheet(sheet, MADE)))
    (cell,) = word.tables[0].rows[1].cells
    assert cell.text == "☐ “bell and ”"
    assert cell.paragraphs[0].hyperlinks[0].address == "https://example.org/?a=1&b=2"
    made = word.core_properties
    assert (made.author, made.created.date()) == (MADE.author, MADE.at.date())
    assert (made.comments, made.revision) == ("", 1)


def test_the_same_sheet_gives_the_same_bytes(client):
    first, second = (client.get("/api/v1/checklist?format=docx") for _ in range(2))
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]
    assert "drivers-and-constraints-checklist.docx" in first.headers["content-disposition"]
    held = {"If-None-Match": first.headers["etag"]}
    assert client.get("/api/v1/checklist?format=docx", headers=held).status_code == 304
