"""Every page is light, loads from its own origin alone, and its links within itself lead somewhere.

As an administrator sees it, in process; ``test_browser_everywhere`` has the same in a browser.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import html

import search_api
from tests.search_api.test_access import PAGES
from tests.support.served import REPORT, serving, signed_in

MOST_BYTES, MOST_PACKED = 120_000, 30_000
ADDRESSES = sorted(
    {
        route.path.replace("{document_id}", REPORT)
        for route in PAGES
        if "{slug}" not in route.path and "{contribution_id}" not in route.path
    }
)
ASKED = ("/search?q=wellbeing+pupils", "/brief?q=wellbeing+of+pupils", "/map?rows=country")


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield signed_in(client, "admin")


@pytest.mark.parametrize("path", [*ADDRESSES, *ASKED])
def test_a_page_is_light_and_loads_nothing_from_elsewhere(admin, path):
    answer = admin.get(path)
    assert answer.headers["content-type"].startswith("text/html"), path
    assert len(answer.content) < MOST_BYTES
    assert len(gzip.compress(answer.content, 6)) < MOST_PACKED
    page = html.document_fromstring(answer.text)
    loaded = page.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //@src | //@poster")
    assert loaded
    assert [address for address in loaded if urlsplit(address).netloc] == []
    assert page.xpath("//@style | //style | //script[not(@src) and not(@type)]") == []
    ids = set(page.xpath("//@id"))
    inside = [address[1:] for address in page.xpath("//a/@href") if address.startswith("#")]
    assert set(inside) <= ids


def test_a_per_cent_sign_in_a_translated_text_is_doubled():
    """One alone is read as a format, and the page ends in an error."""
    templates = Path(search_api.__file__).parent.rglob("templates/*.html")
    wrong = [
        (path.name, text)
        for path in templates
        for text in re.findall(r'\b_\("([^"]*)"', path.read_text("utf-8"))
        if re.search(r"%(?![(%])", text.replace("%%", ""))
    ]
    assert wrong == []
