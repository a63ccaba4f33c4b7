"""The pages in a real browser: they fit, they print, they need no scripts, and nothing runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.served import HOSTILE, REPORT, listening, make_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATHS = (
    "/",
    "/search?q=wellbeing+of+pupils&kind=report",
    f"/documents/{REPORT}?from=60",
    f"/documents/{HOSTILE}",
    "/documents",
    "/api",
    "/nothing",
)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Debian's chromium: apt-get install chromium"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with listening(make_app(tmp_path_factory.mktemp("data"))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


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
    page.get_by_role("checkbox", name="Blog").check()
    page.get_by_role("button", name="Apply filters").click()
    assert "kind=blog" in page.url
    assert page.locator("article.hit").count() == 10
    page.get_by_role("link", name="Remove the filter").click()
    assert "kind=" not in page.url
    context.close()


def test_the_keyboard_reaches_the_search_box_first(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"


def test_a_passage_link_shows_the_passage(page: Page) -> None:
    page.goto("/search?q=survey+70&kind=report")
    page.get_by_role("link", name="Read in context").first.click()
    shown = page.locator(".passage.asked-for")
    assert shown.count() == 1
    assert "survey 70" in shown.inner_text()


def test_print_hides_the_tools_and_shows_the_citation(page: Page) -> None:
    page.goto("/search?q=wellbeing&publisher=Example+Institute")
    page.emulate_media(media="print")
    assert not page.locator("aside.filters").is_visible()
    assert not page.locator("form.search").is_visible()
    assert page.locator("article.hit .citation").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def contrast(page: Page) -> list[str]:
    """Return texts whose contrast with their background is under 4.5 (WCAG 2.2, 1.4.3)."""
    return page.evaluate(  # type: ignore[no-any-return]
        """() => {
        const parse = c => c.match(/[\\d.]+/g).map(Number);
        const lum = ([r, g, b]) => [r, g, b].map(v => v / 255)
            .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
        const back = e => {
            for (; e; e = e.parentElement) {
                const c = parse(getComputedStyle(e).backgroundColor);
                if (c.length < 4 || c[3] > 0) return c;
            }
            return [255, 255, 255];
        };
        const bad = [];
        for (const e of document.querySelectorAll('body *')) {
            const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
            if (!own || !e.checkVisibility()) continue;
            const [a, b] = [lum(parse(getComputedStyle(e).color)), lum(back(e))];
            const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            if (ratio < 4.5) bad.push(`${ratio.toFixed(1)} ${e.textContent.slice(0, 40)}`);
        }
        return bad;
    }"""
    )


@pytest.mark.parametrize("path", PATHS)
def test_every_text_stands_out_from_its_background(page: Page, path: str) -> None:
    page.goto(path)
    assert contrast(page) == []
