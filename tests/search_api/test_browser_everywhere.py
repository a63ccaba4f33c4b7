"""Every page, for everybody and for administrators: nobody is kept out, and pages are light.

The pages are those of the application's routes: a new one is tested as soon as it is there.
"""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import rispy
from fastapi import FastAPI
from fastapi.testclient import TestClient

from search_api.app import create_app
from search_api.service.settings import Settings
from tests.search_api.test_access import PAGES
from tests.support.browsing import blemishes, needs_chromium, sign_in, tab_to
from tests.support.served import key_for, listening, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.prove, needs_chromium]

MOST_BYTES, MOST_PACKED = 120_000, 30_000
ASKED: Final = "what+works+on+wellbeing+measurement"
MORE: Final = (
    f"/search?q={ASKED}",
    f"/search?q={ASKED}&kind=report&country=Kenya",
    "/search?q=xylophone+quarks",
    "/documents/ggs-measuring-wellbeing-blog?find=school",
    f"/brief?q={ASKED}",
    "/brief?country=Kenya&group=topic",
    "/map?rows=country&columns=topic",
    "/map/missing?list=salex-resources",
    "/nothing",
)
"""Addresses of pages that are reached with something asked, or by mistake."""
FOR_CURATORS: Final = (
    "/review?kind=tag",
    "/review?kind=metadata",
    "/lists/add?document=ggs-measuring-wellbeing-blog",
)
KNOWN: Final = {
    "slug": "salex-resources",
    "document_id": "ggs-measuring-wellbeing-blog",
    "question_id": "measure-wellbeing",
}


def _addresses() -> Iterator[tuple[str, str]]:
    """Yield who looks at a page, and its address."""
    for route in PAGES:
        address = re.sub(r"\{(\w+)(:\w+)?\}", lambda m: KNOWN.get(m[1], "1"), route.path)
        for_all = all(needs.role == "reader" and not needs.signed_in for needs in route.declared)
        yield from ((who, address) for who in ("anybody", "an administrator")[not for_all :])
    yield from (("anybody", address) for address in (*MORE, "/review", "/account"))
    yield from (("an administrator", address) for address in (*MORE, *FOR_CURATORS))


@pytest.fixture(scope="module")
def app(starter: Path, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = tmp_path_factory.mktemp("everywhere") / "data"
    shutil.copytree(starter / "data", folder)
    app = create_app(Settings(data_folder=folder))
    with TestClient(app) as client:
        file = {"file": ("peers.txt", b"Teachers visit each other to learn from peers. " * 20)}
        assert signed_in(client, "admin").post("/contribute", files=file).status_code < 400
    return app


@pytest.fixture(scope="module")
def server(app: FastAPI) -> Iterator[str]:
    with listening(app) as address:
        yield address


@pytest.fixture(scope="module")
def pages(browser: Browser, server: str, app: FastAPI) -> Iterator[dict[str, Page]]:
    """A browser for each who looks."""
    contexts = [browser.new_context(base_url=server) for _ in range(2)]
    anybody, administrator = (context.new_page() for context in contexts)
    sign_in(administrator, key_for(app, "admin"))
    yield {"anybody": anybody, "an administrator": administrator}
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("who", "address"), sorted(set(_addresses())))
def test_nothing_keeps_anybody_out_and_the_page_is_light(
    pages: dict[str, Page], server: str, who: str, address: str
):
    page = pages[who]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 1280, "height": 900})
    answer = page.goto(address, wait_until="networkidle")
    assert answer is not None
    body = answer.body()
    packed = len(gzip.compress(body, 6))
    print(f"{len(body):7,} {packed:6,} {answer.status} {address}")
    wrong = [url for url in asked if not url.startswith(server)]
    wrong += [f"{len(body):,} bytes"] if len(body) > MOST_BYTES else []
    wrong += [f"{packed:,} bytes packed"] if packed > MOST_PACKED else []
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        page.locator("main details").evaluate_all("all => all.forEach(d => d.open = true)")
        wide = page.evaluate("document.documentElement.scrollWidth")
        wrong += [f"{wide} pixels wide at {width}"] if wide > width else []
        page.emulate_media(color_scheme="light")
        wrong += [f"{width}: {found}" for found in blemishes(page)]
        page.emulate_media(color_scheme="dark")
        wrong += [f"{width}, dark: {found}" for found in blemishes(page, "color-contrast")]
    assert wrong == []


@pytest.fixture
def plain(browser: Browser, server: str) -> Iterator[Page]:
    """The browser of a reader without scripts, who has no mouse."""
    context = browser.new_context(base_url=server, java_script_enabled=False)
    yield context.new_page()
    context.close()


def press(page: Page, name: str, *, role: str = "link", key: str = "Enter") -> None:
    """Go with Tab to the first element of this name and press a key."""
    target = page.get_by_role(role, name=re.compile(name)).first  # type: ignore[arg-type]
    tab_to(page, target)
    page.keyboard.press(key)


def test_all_reading_is_done_by_keyboard_without_scripts(plain: Page):
    plain.goto("/")
    tab_to(plain, plain.locator("main input[name=q]"))
    plain.keyboard.type("what works on wellbeing measurement")
    plain.keyboard.press("Enter")
    plain.locator("article.hit").first.wait_for()
    press(plain, "^Filter these results")
    press(plain, "^Toolkit", role="checkbox", key="Space")
    press(plain, "^Apply filters", role="button")
    plain.wait_for_url("**kind=toolkit**")

    cite = plain.locator("article.hit summary", has_text="Cite").first
    tab_to(plain, cite)
    plain.keyboard.press("Enter")
    assert plain.locator("article.hit .citation").first.is_visible()
    assert not plain.locator("button.copy").first.is_visible(), "it would do nothing"

    with plain.expect_download() as saving:
        press(plain, "^RIS$")
    assert rispy.loads(Path(saving.value.path()).read_text("utf-8"))

    press(plain, "^Read in context")
    plain.locator(".asked-for").wait_for()
    assert plain.get_by_role("heading", level=1).inner_text()


def test_the_map_and_a_brief_are_read_by_keyboard_without_scripts(plain: Page):
    plain.goto("/")
    press(plain, "^Map$")
    plain.wait_for_url("**/map")
    tab_to(plain, plain.get_by_label("Rows"))
    plain.keyboard.type("Country")
    press(plain, "^Draw the map", role="button")
    plain.wait_for_url("**rows=country**")
    press(plain, "^Brief: ")
    plain.get_by_role("heading", name="Key messages").wait_for()
    lines = plain.locator(".brief blockquote").count()
    tab_to(plain, plain.locator("input[name=drop]").first)
    plain.keyboard.press("Space")
    press(plain, "^Leave out the ticked lines", role="button")
    plain.wait_for_url("**drop=**")
    assert plain.locator(".brief blockquote").count() == lines - 1
    with plain.expect_download() as saving:
        press(plain, "^Word$")
    assert Path(saving.value.path()).read_bytes().startswith(b"PK")
