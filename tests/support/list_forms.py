"""Resource lists as a curator fills them: by the forms of the pages, without scripts."""

from __future__ import annotations

import re
from html import unescape

from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.lists.lists import resource_list
from tests.support.served import REPORT, signed_in

EDIT = "/lists/reading/edit"


def make_a_list(client: TestClient) -> TestClient:
    """A curator's browser, with a list of two entries in two sections."""
    browser = signed_in(client, "curator")
    post(browser, "/lists/new", title="Reading", summary="To read.")
    post(browser, EDIT, action="section-add", **{"new-section-title": "One"})
    post(browser, EDIT, action="add", **{"new-document": REPORT, "new-note": "The first"})
    post(browser, EDIT, action="add", **{"new-title": "Elsewhere", "new-url": "https://e.org/x"})
    post(browser, EDIT, action="section-add", **{"new-section-title": "Two"})
    return browser


def form_of(html: str) -> dict[str, str]:
    """Return the fields of the editing form as a browser would send them."""
    form = html[html.index('action="/lists/reading/edit"') :]
    fields = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            fields[name[1]] = unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        fields[name] = unescape(text)
    return fields


def post(browser: TestClient, path: str, **fields: str):
    """Send a form with the newest revision, unless another is given."""
    if path == EDIT and "revision" not in fields:
        fields = {**form_of(browser.get(EDIT).text), **fields}
    return browser.post(path, data=fields, follow_redirects=False)


def opened(browser: TestClient) -> Catalogue:
    return connect(browser.app.state.service.settings.catalogue_path)  # type: ignore[attr-defined]


def kept(browser: TestClient):
    with opened(browser) as catalogue:
        return resource_list(catalogue, "reading")
