"""A real browser for tests: starting it, signing somebody in, and measuring contrast."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Debian's chromium: apt-get install chromium"
)


@contextmanager
def launched(*more: str) -> Iterator[Browser]:
    """Start Chromium with these additional arguments; skip the test if playwright is missing."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *more])
        yield browser
        browser.close()


def sign_in(page: Page, key: str) -> None:
    """Sign in with a key, through the form."""
    page.goto("/sign-in")
    page.locator("input[name=key]").fill(key)
    page.locator("main form", has=page.locator("input[name=key]")).locator("button").click()
    page.wait_for_url("**/")


def blemishes(page: Page, *rules: str) -> list[str]:
    """Return what axe-core finds on a page that is serious or critical, by these rules or all."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    options: dict[str, object] = {"resultTypes": ["violations"]}
    options |= {"runOnly": rules} if rules else {}
    found = axe.Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def tab_to(page: Page, target: Locator, *, most: int = 120) -> None:
    """Press Tab until an element has the focus, as somebody without a mouse does."""
    for _ in range(most):
        if target.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{most} times Tab do not reach {target}")


def contrast(page: Page) -> list[str]:
    """Return texts whose contrast with their background is under 4.5, in light or dark colours."""
    bad = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        bad += [f"{scheme}: {text}" for text in _contrast(page)]
    page.emulate_media(color_scheme="light")
    return bad


def _contrast(page: Page) -> list[str]:
    """Return the texts that fail WCAG 2.2, 1.4.3, in the colours that are shown now."""
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
