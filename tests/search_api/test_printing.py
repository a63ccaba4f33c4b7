"""What is printed has nothing on it that only a screen can do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from corpus.catalogue.catalogue import connect
from corpus.network.questions import add_question
from corpus.taxonomy import load_taxonomy
from tests.support.browsing import needs_chromium
from tests.support.served import COMMAND_LINE, REPORT, listening, make_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_chromium

PATHS = (
    "/", "/search?q=wellbeing", "/documents", f"/documents/{REPORT}", "/agenda",
    "/agenda/questions/made-up", "/groups", "/organisations", "/lists", "/menu", "/checklist",
    "/map", "/map/timeline", "/map/countries", "/map/missing", "/map/meaning",
    "/brief?q=wellbeing", "/nothing",
)  # fmt: skip
CONTROLS = "button, select, input, textarea, nav, form, .to-list"
WAYS = (
    "See the search",
    "Make a brief",
    "Feed of new versions",
    "Skip the",
    "oldest first",
    "Home",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = make_app(tmp_path_factory.mktemp("data"))
    with listening(app) as address:
        with connect(app.state.service.settings.catalogue_path) as catalogue:
            add_question(
                catalogue, COMMAND_LINE, load_taxonomy(), "Is wellbeing measured?",
                topic="educator-voice", language="en", question_id="made-up",
            )  # fmt: skip
        yield address


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(base_url=server)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PATHS)
def test_a_printed_page_has_no_controls(page: Page, path: str) -> None:
    page.goto(path)
    page.emulate_media(media="print")
    shown = [
        one.evaluate("e => e.outerHTML") for one in page.locator(CONTROLS).all() if one.is_visible()
    ]
    assert shown == []
    text = page.locator("main").inner_text()
    assert [way for way in WAYS if way in text] == []


def test_the_printed_agenda_says_since_when_something_is_new(page: Page) -> None:
    page.goto("/agenda?since=2025-01-02")
    page.emulate_media(media="print")
    assert page.get_by_text("New since 2025-01-02").first.is_visible()
