"""Signing in by a real browser: its cookies, its Origin, and a neighbour that wants to use them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from corpus.catalogue.catalogue import connect
from corpus.people.credentials import add_link
from corpus.people.people import add_person, read_people
from tests.support.browsing import contrast, launched, needs_chromium
from tests.support.served import COMMAND_LINE, listening, make_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMED = "evidence.example"
"""A name for the loopback: over plain HTTP browsers trust it as little as any other."""
PATHS = ("/sign-in", "/sign-in?link=x", "/account", "/log")

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return make_app(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def server(app: FastAPI) -> Iterator[str]:
    with listening(app) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched(f"--host-resolver-rules=MAP {NAMED} 127.0.0.1") as started:
        yield started


@pytest.fixture(params=["127.0.0.1", NAMED])
def page(
    browser: Browser, server: str, app: FastAPI, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A curator who signed in by a link, without scripts, and is on their account page."""
    address = server.replace("127.0.0.1", request.param)
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/sign-in?link={link_for(app)}&next=/account")
    page.get_by_role("button", name="Sign in here").click()
    yield page
    context.close()


def link_for(app: FastAPI) -> str:
    path = app.state.service.settings.catalogue_path
    with connect(path) as catalogue, catalogue.transaction():
        held = read_people(catalogue)
        person = held[0] if held else add_person(catalogue, COMMAND_LINE, "Ana", "curator")
        return add_link(catalogue, COMMAND_LINE, person, minutes=5)


def test_somebody_signs_in_makes_a_key_revokes_it_and_signs_out(page: Page) -> None:
    assert urlsplit(page.url).path == "/account"
    page.get_by_label("What it is for").fill("a dashboard")
    page.get_by_role("button", name="Make a key").click()
    assert page.get_by_text("salex_").first.inner_text().startswith("salex_")
    page.goto("/account")
    page.get_by_role("button", name="Revoke the key a dashboard").first.click()
    assert page.get_by_text("You have no keys").is_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    assert urlsplit(page.url).path == "/"
    assert page.get_by_role("link", name="Sign in").is_visible()


@pytest.fixture
def neighbour(server: str) -> Iterator[str]:
    """Another server on the same host: to browsers the same site, so it gets our cookies sent."""
    targets = ("/sign-out", "/account/sign-out-everywhere")
    forms = "".join(
        f'<form action="{server}{path}" method="post"><button>{path}</button></form>'
        for path in targets
    )

    class Neighbour(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(forms.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Neighbour) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.mark.parametrize("page", ["127.0.0.1"], indirect=True)
def test_a_neighbours_form_does_nothing_although_the_cookie_is_sent(
    page: Page, neighbour: str
) -> None:
    sent: list[str] = []
    page.on(
        "request",
        lambda r: sent.append(r.all_headers().get("cookie", "")) if r.method == "POST" else None,
    )
    for path in ("/sign-out", "/account/sign-out-everywhere"):
        page.goto(neighbour)
        with page.expect_response(lambda r: r.request.method == "POST") as answered:
            page.get_by_role("button", name=path, exact=True).click()
        assert answered.value.status == 403
    page.goto("/account")
    assert page.get_by_role("heading", name="Ana", exact=True).is_visible()
    assert all("salex-session=" in cookie for cookie in sent)
    assert len(sent) == 2


def test_the_pages_of_people_fit_and_every_text_stands_out(
    browser: Browser, server: str, app: FastAPI
) -> None:
    context = browser.new_context(base_url=server)
    page = context.new_page()
    page.goto(f"/sign-in?link={link_for(app)}")
    page.get_by_role("button", name="Sign in here").click()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in PATHS:
            page.goto(path)
            assert urlsplit(page.url).path == urlsplit(path).path
            assert contrast(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
