"""The tasks of members, curators and policy staff in a browser, from the first page to the file.

The starter corpus and the real models; each assertion is on what the person sees or takes away.
"""

from __future__ import annotations

import io
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pypdf
import pytest
import rispy
from docx import Document as Word
from fastapi import FastAPI

from corpus.catalogue.catalogue import connect
from index.vectors.builder import build_index
from search_api.app import create_app
from search_api.service.encoders import load_first, load_second
from search_api.service.settings import Settings
from tests.support.browsing import needs_chromium, sign_in
from tests.support.served import key_for, listening

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.prove, needs_chromium]

PATIENCE_S: Final = 10
"""How long a brief may take."""
A4: Final = (595, 842)
"""In points."""
REPORT: Final = (
    "Peer coaching of teachers in {place}. "
    "In {place}, teachers watched each other's lessons every month and talked about them. "
    "Pupils of these teachers read better after a year than pupils of other schools. "
    "The evaluation compared forty schools in {place} and lasted two years. "
)
PLACES: Final = ("Lima", "Accra", "Cusco", "Nairobi", "Recife")


@pytest.fixture(scope="module")
def app(starter: Path, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The starter corpus, indexed for questions in other languages too, as the commands do it."""
    settings = Settings(data_folder=tmp_path_factory.mktemp("tasks") / "data")
    shutil.copytree(starter / "data", settings.data_folder)
    (first, _), (second, _) = load_first(settings), load_second(settings)
    assert first and second
    with connect(settings.catalogue_path) as catalogue:
        build_index(catalogue, settings.index_folder, first, multilingual=second)
    return create_app(settings)


@pytest.fixture(scope="module")
def server(app: FastAPI) -> Iterator[str]:
    with listening(app) as address:
        yield address


@pytest.fixture
def reader(browser: Browser, server: str) -> Iterator[Page]:
    """Somebody who is not signed in, with a clipboard."""
    context = browser.new_context(base_url=server, viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
    yield context.new_page()
    context.close()


@pytest.fixture
def member(reader: Page, app: FastAPI) -> Page:
    sign_in(reader, key_for(app, "member"))
    return reader


@pytest.fixture
def curator(reader: Page, app: FastAPI) -> Page:
    sign_in(reader, key_for(app, "curator"))
    return reader


def texts(number: int) -> list[dict[str, object]]:
    """Return files to choose, as a browser is given them."""
    return [
        {"name": f"coaching-{place.lower()}.txt", "mimeType": "text/plain",
         "buffer": (REPORT.format(place=place) * 3).encode()}
        for place in PLACES[:number]
    ]  # fmt: skip


# Members --------------------------------------------------------------------------------------


def test_a_member_asks_in_spanish_narrows_and_opens_the_quote_where_it_stands(member: Page):
    member.goto("/")
    member.get_by_role("searchbox").or_(member.get_by_role("combobox")).first.fill(
        "¿cómo se mide el bienestar de los estudiantes?"
    )
    member.keyboard.press("Enter")
    member.wait_for_url(re.compile("/search"))
    assert "Taken as a question in Spanish" in member.locator("main").inner_text()
    assert "bienestar" in member.get_by_role("heading", level=1).inner_text()
    assert member.locator("article.hit").count() == 10
    everything = _total(member)
    member.get_by_role("checkbox", name=re.compile("Toolkit")).check()
    member.get_by_role("button", name="Apply filters").click()
    assert 0 < _total(member) < everything
    assert all(
        "Toolkit" in line for line in member.locator("article.hit .byline").all_inner_texts()
    )

    hit = member.locator("article.hit").first
    quote = hit.locator("blockquote").first.inner_text()
    hit.get_by_role("link", name="Read in context").first.click()
    shown = member.locator(".asked-for")
    assert shown.count() == 1
    assert quote in shown.inner_text()
    box = shown.bounding_box()
    assert box is not None
    assert box["y"] < 900, "the passage is in view without scrolling"


def _total(page: Page) -> int:
    """Return the number of results, as the page says it."""
    said = page.locator(".results-head").inner_text()
    found = re.search(r"of ([\d,]+)", said)
    assert found, said
    return int(found[1].replace(",", ""))


def test_a_member_copies_the_citation_and_saves_ten_hits_for_zotero(member: Page):
    member.goto("/search?q=what+works+on+wellbeing+measurement")
    hit = member.locator("article.hit").first
    hit.get_by_text("Cite", exact=True).click()
    shown = hit.locator(".style .citation").first.inner_text()
    hit.get_by_role("button", name="Copy the reference in APA 7").click()
    hit.get_by_text("Copied", exact=True).wait_for()
    assert member.evaluate("navigator.clipboard.readText()") == shown

    titles = [t.strip() for t in member.locator("article.hit h2").all_inner_texts()]
    with member.expect_download() as saving:
        member.get_by_role("link", name="RIS", exact=True).click()
    entries = rispy.loads(Path(saving.value.path()).read_text("utf-8"))
    assert saving.value.suggested_filename.endswith(".ris")
    assert len(titles) == 10
    assert [entry["title"] for entry in entries[:10]] == titles
    assert all(entry.get("urls") or entry.get("doi") for entry in entries[:10])


def test_a_member_contributes_a_file_and_sees_what_becomes_of_it(member: Page):
    member.goto("/contribute")
    (file,) = texts(1)
    member.locator("input[type=file]").first.set_input_files([file])  # type: ignore[list-item]
    member.get_by_label("Title", exact=True).fill("Peer coaching in Lima")
    member.get_by_label("Country").fill("Peru")
    member.get_by_role("button", name="Contribute").click()
    member.get_by_text("waiting").first.wait_for()
    member.goto("/contribute")
    member.get_by_role("link", name=re.compile("coaching", re.IGNORECASE)).first.click()
    said = member.locator("main").inner_text()
    assert "waiting" in said
    assert "Peer coaching in Lima" in said
    assert "Peru" in said


# Curators -------------------------------------------------------------------------------------


def test_a_curator_takes_in_five_files_and_finds_them(curator: Page):
    curator.goto("/take-in")
    curator.locator("input[type=file]").first.set_input_files(texts(5))  # type: ignore[arg-type]
    curator.get_by_role("button", name="Take in", exact=True).click()
    curator.get_by_text(re.compile("^5 / 5")).wait_for(timeout=90_000)
    rows = curator.locator("#sending li")
    assert rows.locator(".flag").all_inner_texts() == ["added"] * 5
    assert all(
        place.lower() in text for place, text in zip(PLACES, rows.all_inner_texts(), strict=True)
    )
    curator.get_by_role("button", name="Index now").click()
    curator.get_by_text("Indexing finished").wait_for(timeout=180_000)
    curator.goto("/search?q=coaching+teachers+in+Recife")
    assert "Recife" in curator.locator("article.hit").first.inner_text()


def test_a_curator_reviews_the_tags_of_a_document(curator: Page):
    curator.goto("/review?kind=tag")
    document = curator.locator(".deciding .subject a").first.inner_text()
    page = curator.locator(".deciding .subject a").first.get_attribute("href")
    confirmed = 0
    while curator.locator(".deciding .subject a").first.inner_text() == document:
        assert curator.locator(".deciding blockquote").inner_text(), "the words a tag rests on"
        with curator.expect_navigation():
            curator.get_by_role("button", name="Confirm the tag").click()
        confirmed += 1
        assert confirmed < 20
    curator.goto(page or "")
    assert curator.get_by_text("by the curator").count() >= confirmed


def test_a_curator_publishes_a_list_that_readers_see(curator: Page, browser: Browser, server: str):
    curator.goto("/lists/new")
    curator.get_by_label("Title").fill("Measuring wellbeing")
    curator.get_by_label("What it is for").fill("For the workshop in May.")
    curator.get_by_role("button", name="Make the list").click()
    curator.goto("/search?q=measuring+wellbeing")
    title = curator.locator("article.hit h2").first.inner_text()
    curator.locator("article.hit h2 a").first.click()
    curator.get_by_role("link", name="Add to a list", exact=True).first.click()
    value = curator.locator("#where option", has_text="Measuring wellbeing").get_attribute("value")
    curator.locator("#where").select_option(value)
    curator.get_by_label(re.compile("Note")).fill("Begin here.")
    curator.get_by_role("button", name="Add", exact=True).click()
    curator.goto("/lists/measuring-wellbeing/edit")
    curator.get_by_role("button", name="Publish version 1").click()
    context = browser.new_context(base_url=server)
    page = context.new_page()
    page.goto("/lists")
    page.get_by_role("link", name="Measuring wellbeing").first.click()
    said = page.locator("main").inner_text()
    assert title in said
    assert "Begin here." in said
    context.close()


# Policy staff ---------------------------------------------------------------------------------


def _ask_for_a_brief(page: Page) -> float:
    """Ask on the page for briefs about a country; return the seconds until it is shown."""
    page.goto("/brief")
    page.locator("main input[name=q]").fill("teacher professional development")
    page.locator("main select[name=country]").select_option(value="Uganda")
    started = time.monotonic()
    page.locator("main form").get_by_role("button").first.click()
    page.get_by_role("heading", name="Key messages").wait_for()
    return time.monotonic() - started


def test_staff_make_a_brief_leave_a_line_out_and_take_it_to_word(reader: Page):
    assert _ask_for_a_brief(reader) < PATIENCE_S
    assert "Uganda" in reader.locator(".narrowed").inner_text()
    lines = reader.locator(".brief blockquote").all_inner_texts()
    assert len(lines) > 3
    reader.locator("input[name=drop]").first.check()
    reader.get_by_role("button", name="Leave out the ticked lines").click()
    left = reader.locator(".brief blockquote").all_inner_texts()
    assert left == lines[1:]
    with reader.expect_download() as saving:
        reader.get_by_role("link", name="Word", exact=True).click()
    word = Word(saving.value.path())
    written = [p.text for p in word.paragraphs]
    written += [c.text for t in word.tables for row in t.rows for c in row.cells]
    for line in left:
        assert any(" ".join(line.split()) in text for text in written), line
    assert not any(" ".join(lines[0].split()) in text for text in written)
    assert any(text.startswith("[1]") for text in written), "the sources"
    assert "Key messages" in written


def test_staff_with_the_role_of_curator_put_lines_in_another_order(curator: Page):
    assert _ask_for_a_brief(curator) < PATIENCE_S
    lines = curator.locator(".brief blockquote").all_inner_texts()
    curator.get_by_role("button", name="Keep as a draft list").click()
    with curator.expect_navigation():
        curator.get_by_role("button", name=re.compile("Down")).first.click()
    slug = curator.url.split("/lists/")[1].split("/")[0]
    curator.goto(f"/brief?list={slug}")
    again = curator.locator(".brief blockquote").all_inner_texts()
    assert again[:2] == [lines[1], lines[0]]
    assert sorted(again) == sorted(lines)


@pytest.mark.parametrize(
    "asked",
    ["q=what+works+on+wellbeing+measurement", "q=teachers&country=Kenya", "list=salex-resources"],
)
def test_the_first_printed_page_is_the_key_messages_and_four_come_before_the_annex(
    reader: Page, asked: str
):
    reader.goto(f"/brief?{asked}")
    printed = pypdf.PdfReader(io.BytesIO(reader.pdf(prefer_css_page_size=True, format="A4")))
    pages = [page.extract_text() for page in printed.pages]
    box = printed.pages[0].mediabox
    assert (round(box.width), round(box.height)) == pytest.approx(A4, abs=1)
    last = reader.locator(".sheet blockquote").last.inner_text()
    assert "Key messages" in pages[0]
    assert " ".join(last.split())[-30:] in " ".join(pages[0].split())
    assert "Findings" not in pages[0].split("\n")
    annex = next(n for n, text in enumerate(pages) if "How this brief was made" in text)
    assert annex <= 4, f"{annex} pages before the annex"


def test_staff_go_from_a_cell_of_the_map_to_its_documents_and_a_brief_of_them(reader: Page):
    reader.goto("/map?rows=country&columns=topic")
    cell = reader.locator("main table td", has=reader.locator("a.to-brief")).first
    count = int(cell.locator("a").first.inner_text())
    cell.locator("a").first.click()
    assert _shown_total(reader) == count
    reader.go_back()
    started = time.monotonic()
    reader.locator("main table td a.to-brief").first.click()
    reader.get_by_role("heading", name="Key messages").wait_for()
    assert time.monotonic() - started < PATIENCE_S
    assert reader.locator(".narrowed").inner_text()
    assert 0 < reader.locator(".sources li").count() <= count


def _shown_total(page: Page) -> int:
    said = page.get_by_role("heading", level=1).inner_text()
    return int(said.split()[0].replace(",", ""))
