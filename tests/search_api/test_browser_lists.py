"""Resource lists in a real browser: edited without scripts, readable small, printable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from corpus.catalogue.catalogue import connect
from corpus.lists.lists import create_draft, publish_version, resource_list
from corpus.model import Entry, Pin, Section, Selection
from corpus.people.actors import Actor
from tests.support.browsing import contrast, needs_chromium, sign_in
from tests.support.served import REPORT, key_for, listening, make_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MEI = Actor("Mei", "curator")
PATHS = (
    "/lists",
    "/lists/reading",
    "/lists/reading/edit",
    "/lists/reading/versions",
    "/lists/reading/versions/1",
    "/lists/new",
    f"/lists/add?document={REPORT}",
)

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return make_app(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def server(app: FastAPI) -> Iterator[str]:
    with listening(app) as address:
        with connect(app.state.service.settings.catalogue_path) as catalogue:
            pin = Pin(1, "The words as they read when they were pinned. " * 5, 3)
            entries = (
                Entry("e1", "Measuring wellbeing", REPORT, note="Begin here.\nThen on.", pin=pin),
                Entry(
                    "e2", "Elsewhere" * 12, url=f"https://e.org/{'long' * 40}", citation="Cited."
                ),
            )
            sections = (Section("s1", "First", "To begin.", entries), Section("s2", "Second"))
            selection = Selection("Reading", "For the workshop.", sections)
            with catalogue.transaction():
                create_draft(catalogue, "reading", selection, MEI)
                publish_version(catalogue, "reading", MEI, based_on=1, selection=selection)
        yield address


@pytest.fixture
def curator(browser: Browser, app: FastAPI, server: str) -> Iterator[Page]:
    """A curator's browser without JavaScript."""
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, key_for(app, "curator"))
    yield page
    context.close()


@pytest.fixture
def seeing(browser: Browser, app: FastAPI, server: str) -> Iterator[Page]:
    """A curator's browser that can be measured."""
    context = browser.new_context(base_url=server)
    page = context.new_page()
    sign_in(page, key_for(app, "curator"))
    yield page
    context.close()


@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_a_small_screen_and_every_text_stands_out(seeing: Page, path: str) -> None:
    seeing.set_viewport_size({"width": 320, "height": 800})
    assert seeing.goto(path).status == 200  # type: ignore[union-attr]
    assert seeing.evaluate("document.documentElement.scrollWidth") <= 320
    assert contrast(seeing) == []


@pytest.mark.parametrize("path", PATHS)
def test_every_field_and_button_has_a_name_of_its_own(seeing: Page, path: str) -> None:
    seeing.goto(path)
    fields = "main :is(input:not([type=hidden]), textarea, select)"
    unnamed = f"[...document.querySelectorAll({fields!r})].filter(e => !e.labels.length)"
    assert seeing.evaluate(f"{unnamed}.map(e => e.name)") == []
    buttons = seeing.locator("main form.editing button").all_text_contents()
    named = [b for b in buttons if b != "Save"]  # there is one at each end
    assert len(named) == len(set(named))


def test_a_list_is_edited_without_scripts(curator: Page, app: FastAPI) -> None:
    curator.goto("/lists/new")
    curator.get_by_label("Title").fill("Without scripts")
    curator.get_by_role("button", name="Make the list").click()
    for title in ("Early", "Late"):
        curator.get_by_label("Title of a new section").fill(title)
        curator.get_by_role("button", name="Add the section").click()
    curator.get_by_label("Document: its id").fill(
        f"{curator.url.split('/lists')[0]}/documents/{REPORT}"
    )
    curator.get_by_label("Section", exact=True).select_option(label="Early")
    curator.get_by_role("button", name="Add the entry").click()
    curator.get_by_label("Note: Measuring wellbeing").fill("Typed, then moved.")
    curator.get_by_role("button", name="↓ Down Measuring wellbeing").click()
    with connect(app.state.service.settings.catalogue_path) as catalogue:
        sections = resource_list(catalogue, "without-scripts").selection.sections
    assert [(s.title, [e.note for e in s.entries]) for s in sections] == [
        ("Early", []), ("Late", ["Typed, then moved."]),
    ]  # fmt: skip
    curator.get_by_role("button", name="Publish version 1").click()
    assert curator.url.endswith("/lists/without-scripts")


def test_return_in_a_field_saves_and_does_nothing_else(curator: Page) -> None:
    curator.goto("/lists/reading/edit")
    before = curator.locator("ol.entries > li").count()
    curator.get_by_label("Title", exact=True).first.press("Enter")
    assert curator.url.endswith("/lists/reading/edit")
    assert curator.locator("ol.entries > li").count() == before
    assert curator.get_by_role("alert").count() == 0


def test_two_curators_at_once_in_two_browsers(
    browser: Browser, curator: Page, app: FastAPI, server: str
) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    ana = context.new_page()
    sign_in(ana, key_for(app, "admin"))
    for page, text in ((curator, "Mei's"), (ana, "Ana's")):
        page.goto("/lists/reading/edit")
        page.get_by_label("Note: Measuring wellbeing").fill(f"{text} note")
    ana.get_by_role("button", name="Save").first.click()
    curator.get_by_role("button", name="Save").first.click()
    assert "they are not lost" in curator.get_by_role("alert").inner_text()
    assert curator.get_by_label("Note: Measuring wellbeing").input_value() == "Mei's note"
    assert "Ana's note" in curator.locator(".theirs").inner_text()
    curator.get_by_role("button", name="Save").first.click()
    assert curator.get_by_role("alert").count() == 0
    assert curator.get_by_label("Note: Measuring wellbeing").input_value() == "Mei's note"
    context.close()


def test_print_shows_notes_quotes_and_citations_and_no_tools(seeing: Page) -> None:
    seeing.goto("/lists/reading")
    seeing.emulate_media(media="print")
    for shown in (".note", "blockquote", ".entry-citation"):
        assert seeing.locator(shown).first.is_visible()
    assert not seeing.get_by_text("All versions").is_visible()
    assert not seeing.locator(".formats").is_visible()
    assert [c.inner_text() for c in seeing.locator(".curate").all() if c.is_visible()] == []
    assert seeing.pdf(format="A4").startswith(b"%PDF")
