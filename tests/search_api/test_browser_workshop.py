"""The menu, the checklist and the wanted list in a browser: they fit, and print for a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from search_api.app import create_app
from tests.search_api.test_workshop import TRUST, network_settings
from tests.support.browsing import contrast, needs_chromium, sign_in
from tests.support.fakes import HashEncoder
from tests.support.served import key_for, listening

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATHS = ("/", "/menu", "/checklist", "/wanted", "/judgements", "/search?q=xylophone+quarks")

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(network_settings(tmp_path_factory.mktemp("data")), encoder=HashEncoder())


@pytest.fixture(scope="module")
def server(app: FastAPI) -> Iterator[str]:
    with listening(app) as address:
        yield address


@pytest.fixture
def page(app: FastAPI, browser: Browser, server: str) -> Iterator[Page]:
    """A curator's browser."""
    context = browser.new_context(base_url=server)
    page = context.new_page()
    sign_in(page, key_for(app, "curator"))
    yield page
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways_and_every_text_stands_out(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in PATHS:
        page.goto(path)
        page.locator("summary").evaluate_all("all => all.forEach(s => s.parentElement.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert contrast(page) == [], path


def test_a_curator_decides_by_keyboard_and_the_reader_sees_it(page: Page) -> None:
    page.goto("/checklist")
    button = page.get_by_role("button", name="Confirm").first
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/checklist#factor-*")
    assert page.locator("figcaption .tag.confirmed").count() == 1
    assert "by the curator" in page.locator("figcaption", has_text="confirmed").inner_text()


def test_an_unanswered_search_is_dismissed(page: Page) -> None:
    page.goto("/search?q=xylophone+quarks")
    page.goto("/wanted")
    page.get_by_role("button", name="Dismiss xylophone quarks").click()
    assert page.get_by_text("There are no searches without a good result").is_visible()


def test_print_has_boxes_to_tick_and_room_to_write_and_no_buttons(page: Page) -> None:
    page.goto("/checklist")
    assert not page.locator(".rating").first.is_visible()
    page.emulate_media(media="print")
    assert page.get_by_text(TRUST).first.is_visible()
    assert page.locator("blockquote .box").first.is_visible()
    assert page.locator(".rating").first.is_visible()
    assert not page.locator(".decisions").first.is_visible()
    assert not page.locator("details.narrow").is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
