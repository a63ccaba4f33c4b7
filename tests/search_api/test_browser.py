"""The pages in a real browser: they fit, they print, they need no scripts, and nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.browsing import contrast, needs_chromium
from tests.support.served import HOSTILE, REPORT, listening, make_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATHS = (
    "/",
    "/search?q=wellbeing+of+pupils&kind=report",
    f"/documents/{REPORT}?from=60",
    f"/documents/{HOSTILE}",
    "/documents",
    "/api",
    "/nothing",
)

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with listening(make_app(tmp_path_factory.mktemp("data"))) as address:
        yield address


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(base_url=server)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in PATHS:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_nothing_runs_and_nothing_loads_from_elsewhere(page: Page, server: str) -> None:
    alerts: list[str] = []
    asked: list[str] = []
    errors: list[str] = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    for path in PATHS:
        page.goto(path, wait_until="networkidle")
    assert alerts == errors == []
    assert [url for url in asked if not url.startswith(server)] == []


def test_searching_and_filtering_work_without_scripts(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Ask in plain words").fill("wellbeing pupils")
    page.get_by_role("button", name="Search").click()
    page.locator("#filters").get_by_role("checkbox", name="Blog").check()
    page.get_by_role("button", name="Apply filters").click()
    assert "kind=blog" in page.url
    assert page.locator("article.hit").count() == 10
    page.locator("article.hit summary", has_text="Cite").first.click()
    assert page.locator("article.hit .style .citation").first.is_visible()
    assert not page.locator("button.copy").first.is_visible()
    page.get_by_role("link", name="Remove the filter").click()
    assert "kind=" not in page.url
    context.close()


def test_the_keyboard_reaches_the_search_box_first(page: Page) -> None:
    page.goto("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.goto("/documents")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"


def test_the_keyboard_need_not_pass_every_hit_to_reach_the_filters(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/search?q=wellbeing")
    page.locator("form.search button").focus()
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Filter these results")
    assert link.evaluate("e => e === document.activeElement")
    assert page.locator(".to-filters").evaluate("e => getComputedStyle(e).clipPath") == "none"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.filters') !== null")


def test_on_a_phone_the_pages_are_one_button_that_needs_no_script(
    browser: Browser, server: str
) -> None:
    context = browser.new_context(
        base_url=server, java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.goto("/")
    entries = page.get_by_role("navigation", name="Main")
    assert not entries.is_visible()
    assert page.locator("header.site").bounding_box()["height"] < 70
    page.get_by_role("button", name="Pages", exact=True).click()
    entries.get_by_role("link", name="Documents").click()
    assert page.url.endswith("/documents")
    page.set_viewport_size({"width": 1280, "height": 740})
    assert entries.is_visible()
    assert not page.get_by_role("button", name="Pages", exact=True).is_visible()
    context.close()


def test_a_passage_link_shows_the_passage(page: Page) -> None:
    page.goto("/search?q=survey+70&kind=report")
    page.get_by_role("link", name="Read in context").first.click()
    shown = page.locator(".passage.asked-for")
    assert shown.count() == 1
    assert "survey 70" in shown.inner_text()


def test_the_links_of_a_hit_stand_in_one_line(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/search?q=wellbeing&kind=blog")
    hit = page.locator("article.hit").first
    links = hit.locator(".foot .actions, .foot summary, .quote figcaption")
    lines = {round(one.bounding_box()["y"] / 8) for one in links.all() if one.is_visible()}
    assert links.count() > 2
    assert max(lines) - min(lines) <= 1, lines
    assert page.locator("ol.hits > li").first.bounding_box()["height"] < 260


def test_print_hides_the_tools_and_shows_the_citation(page: Page) -> None:
    page.goto("/search?q=wellbeing&publisher=Example+Institute")
    page.emulate_media(media="print")
    assert not page.locator("aside.filters").is_visible()
    assert not page.locator("form.search").is_visible()
    assert not page.get_by_text("This page as JSON").is_visible()
    assert not page.get_by_text("Ask in plain words").is_visible()
    assert not page.locator("article.hit .style").first.is_visible()
    assert page.get_by_text("Every quote names its page").is_visible()
    assert page.locator("article.hit .citation").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_printed_document_is_as_wide_as_the_sheet(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/search?q=wellbeing")
    page.goto(page.locator("article.hit h2 a").first.get_attribute("href"))
    page.emulate_media(media="print")
    reading = page.locator(".reading").bounding_box()
    assert reading["width"] == page.locator("article.document").bounding_box()["width"]


@pytest.mark.parametrize("path", PATHS)
def test_every_text_stands_out_from_its_background(page: Page, path: str) -> None:
    page.goto(path)
    assert contrast(page) == []
