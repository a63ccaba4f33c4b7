"""The desk in a real browser: twenty documents reviewed by keyboard, and every page of it fits."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.originals import Originals
from corpus.model import Tag
from corpus.tags.tags import suggest
from tests.support.browsing import contrast, needs_chromium, sign_in
from tests.support.served import HOSTILE, REPORT, a_document, key_for, listening, make_app, store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DOCUMENTS = 20
FIVE_MINUTES_S = 300
PATHS = (
    "/review",
    "/review?kind=metadata",
    f"/review?item=metadata:{HOSTILE}",
    "/contribute",
    "/take-in",
    f"/documents/{REPORT}",
    f"/documents/{HOSTILE}",
)

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    app = make_app(tmp_path_factory.mktemp("data"))
    with listening(app):  # once, so that the service stands
        settings = app.state.service.settings
    with connect(settings.catalogue_path) as catalogue:
        for number in range(DOCUMENTS):
            _suggest(catalogue, Originals(settings.originals_folder), number)
    return app


def _suggest(catalogue: Catalogue, originals: Originals, number: int) -> None:
    """Hold a document with two suggested tags: one that is so, and one that is not."""
    document = a_document(
        f"https://example.org/peers/{number}", f"Peer visits {number}", kind="blog", year=2020,
        publishers=("Example Institute",), language="en",
    )  # fmt: skip
    (passage,) = store(catalogue, originals, document, [f"Visit {number}: leaders use evidence."])
    for term, score in (("use", 0.6), ("generation", 0.4)):
        tag = Tag(
            document.id, "stages", term, "suggested", primary=term == "use", score=score,
            passage_id=passage.id, page=1, quote=passage.text, model="m", decided_by="tagger",
        )  # fmt: skip
        with catalogue.transaction():
            suggest(catalogue, tag)


@pytest.fixture(scope="module")
def server(app: FastAPI) -> Iterator[str]:
    with listening(app) as address:
        yield address


def curator(browser: Browser, server: str, app: FastAPI, *, scripts: bool = True) -> Page:
    page = browser.new_context(base_url=server, java_script_enabled=scripts).new_page()
    sign_in(page, key_for(app, "curator"))
    return page


@pytest.fixture
def page(browser: Browser, server: str, app: FastAPI) -> Iterator[Page]:
    page = curator(browser, server, app)
    yield page
    page.context.close()


def decisions(app: FastAPI) -> list[tuple[str, str, str]]:
    with connect(app.state.service.settings.catalogue_path) as catalogue:
        return catalogue.rows(
            """
            select document_id, term, origin from tag
            where decided_by = 'the curator' and origin <> 'suggested'
            """
        )


def press(page: Page, key: str) -> None:
    """Press a key that leads to another page, and wait for it."""
    with page.expect_navigation():
        page.keyboard.press(key)


def await_said(page: Page, words: str) -> None:
    """Wait until the live region has these words: they are put there again after the page loads."""
    page.locator("#said", has_text=words).wait_for(state="attached")


def test_the_keys_move_decide_take_back_and_help(page: Page, app: FastAPI) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.goto("/review?kind=tag")
    before, first = decisions(app), page.locator(".deciding .subject").inner_text()
    question = page.locator("#question").inner_text()
    press(page, "j")
    assert "2 of" in page.locator(".deciding .range").inner_text()
    press(page, "k")
    press(page, "c")
    assert len(decisions(app)) == len(before) + 1
    await_said(page, "confirmed")
    press(page, "u")
    assert decisions(app) == before
    assert page.locator(".deciding .subject").inner_text() == first
    assert page.locator("#question").inner_text() == question
    page.keyboard.press("?")
    assert page.locator("#keys").get_attribute("open") is not None
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.id") == "note"
    page.keyboard.type("cx")
    assert page.locator("#note").input_value() == "cx"
    page.keyboard.press("Escape")
    assert decisions(app) == before
    page.locator("#single-keys").uncheck()
    page.keyboard.press("c")
    page.reload()
    page.keyboard.press("c")
    page.wait_for_timeout(200)
    assert decisions(app) == before
    assert errors == []


def test_the_last_decision_is_taken_back_from_wherever_one_is(page: Page, app: FastAPI) -> None:
    page.goto("/review?kind=tag")
    before, first = decisions(app), page.locator(".deciding .subject").inner_text()
    question = page.locator("#question").inner_text()
    press(page, "c")
    press(page, "j")
    press(page, "c")
    for path in ("/review?kind=tag", "/review?kind=metadata"):
        page.goto(path)
        assert page.locator("#undo").inner_text().startswith("Undo your last decision")
        press(page, "u")
    assert decisions(app) == before
    assert page.locator(".deciding .subject").inner_text() == first
    assert page.locator("#question").inner_text() == question
    assert page.locator("#undo").count() == 0


def test_a_key_opens_the_passage_that_a_tag_is_argued_with(page: Page) -> None:
    page.goto("/review?kind=tag")
    quote = page.locator(".deciding blockquote").inner_text()
    press(page, "o")
    assert page.locator(".passage.asked-for .text").inner_text() == quote


def test_c_settles_no_gap_n_does_and_s_skips_one(page: Page) -> None:
    page.goto("/review?kind=metadata")
    first, left = page.locator("#question").inner_text(), page.locator(".deciding .range")
    assert page.locator("#confirm").count() == 0
    page.keyboard.press("c")
    subject = page.locator(".deciding .subject").inner_text()
    press(page, "s")
    assert page.locator(".deciding .subject").inner_text() != subject
    page.goto("/review?kind=metadata")
    assert page.locator("#question").inner_text() == first
    number = left.inner_text()
    press(page, "n")
    await_said(page, "The record was corrected.")
    press(page, "u")
    assert left.inner_text() == number


@pytest.mark.prove
def test_twenty_documents_are_reviewed_in_five_minutes(page: Page, app: FastAPI) -> None:
    page.goto("/review?kind=tag")
    started, reviewed = time.monotonic(), set()
    while page.locator("#question").count():
        reviewed.add(page.locator(".deciding .subject a").first.get_attribute("href"))
        question = page.locator("#question").inner_text()
        press(page, "c" if "Evidence use" in question else "x")
        assert time.monotonic() - started < FIVE_MINUTES_S, f"only {len(reviewed)} were reviewed"
    taken, made = time.monotonic() - started, decisions(app)
    print(f"{len(reviewed)} documents, {len(made)} decisions, {taken:.1f} s")
    assert {f"/documents/{document}" for document, _, _ in made} == reviewed
    assert len(reviewed) == DOCUMENTS + 1  # the report has a suggestion too
    found = Counter((term, origin) for _, term, origin in made)
    assert found == {("use", "confirmed"): DOCUMENTS, ("generation", "rejected"): DOCUMENTS + 1}


def test_the_queue_works_without_scripts(browser: Browser, server: str, app: FastAPI) -> None:
    page = curator(browser, server, app, scripts=False)
    page.goto("/review?kind=metadata")
    left = int(page.locator(".chips a[aria-current] .n").inner_text())
    page.get_by_role("textbox", name="Publisher").fill("Example Institute")
    page.get_by_role("textbox", name="Language").fill("en")
    page.get_by_role("button", name="Save the record").click()
    await_said(page, "The record was corrected.")
    page.get_by_role("button", name="It cannot be known").click()
    page.get_by_role("button", name="Undo").click()
    assert left - int(page.locator(".chips a[aria-current] .n").inner_text()) in (0, 1)
    page.context.close()


@pytest.mark.parametrize("path", PATHS)
def test_the_desk_fits_stands_out_and_names_its_fields(page: Page, path: str) -> None:
    alerts: list[str] = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert contrast(page) == alerts == []
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
            .filter(e => !e.labels.length).map(e => e.outerHTML)"""
    )
    assert unnamed == []
    twice = page.evaluate(
        """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
            return ids.filter((id, n) => ids.indexOf(id) !== n) }"""
    )
    assert twice == []


def test_files_go_one_by_one_and_one_that_fails_can_be_sent_again(page: Page) -> None:
    page.goto("/take-in")
    dropped = page.evaluate_handle(
        """() => { const all = new DataTransfer();
            all.items.add(new File(["Okapi teachers visit peers. ".repeat(20)], "okapi.txt"));
            all.items.add(new File([""], "empty.txt")); return all }"""
    )
    page.dispatch_event("#addresses", "drop", {"dataTransfer": dropped})
    assert page.locator("[data-chosen]").inner_text() == "okapi.txt, empty.txt"
    page.get_by_role("button", name="Take in").click()
    page.get_by_text("2 / 2 – ").wait_for()
    rows = page.locator("#sending li")
    assert page.locator("#sent").inner_text() == "2 / 2 – 1 added, 1 rejected"
    assert rows.locator(".flag").all_inner_texts() == ["added", "rejected"]
    assert "cannot be found by meaning yet" in page.locator("#index-state").inner_text()
    rows.nth(1).get_by_role("button").click()
    page.get_by_text("2 / 2 – ").wait_for()
    assert page.locator("#sent").inner_text() == "2 / 2 – 1 added, 1 rejected"
    page.context.set_offline(True)
    page.set_input_files("#files", {"name": "x.txt", "mimeType": "text/plain", "buffer": b"x"})
    page.get_by_role("button", name="Take in").click()
    page.get_by_text("3 / 3 – ").wait_for()
    assert "could not be sent" in rows.nth(2).inner_text()
    assert rows.nth(2).get_by_role("button").is_visible()
    page.context.set_offline(False)
