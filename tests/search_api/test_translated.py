"""Every text of every page can be translated: read in a language that marks what it says.

The marking language puts ⟦ and ⟧ around each text. What else is visible has to be data, which pages
mark by ``lang``, ``dir="auto"``, ``<code>`` and the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

import pytest
from fastapi.testclient import TestClient

from search_api.web import languages, page_language
from tests.search_api.test_access import PAGES
from tests.support.served import serving, signed_in

DATA_TAGS: Final = {"code", "pre", "q", "time", "kbd", "script", "style", "mark", "sup", "title"}
DATA_CLASSES: Final = {"citation", "byline", "n", "name", "page", "kicker", "source", "why"}
LABELS: Final = ("aria-label", "title", "placeholder", "alt", "data-column")
VOID: Final = {"meta", "link", "input", "br", "hr", "img", "wbr", "path", "circle", "rect", "line"}
FORMATS: Final = re.compile(
    r"\b(RIS|BibTeX|CSL-JSON|CSV|Markdown|Word|JSON-LD|JSON|HTML|SVG|DOCX|PNG|APA|Chicago|Harvard|"
    r"SALEX|UTC|DOI|\w+/[\w.+-]+|\d+(\.\d+)? (k?B|Bytes|MB))\b"
)
"""Names of formats and styles, which are the same in every language."""


class Marking(languages.Language):
    """A language in which each text is between brackets."""

    def text(self, message: str) -> str:
        return f"⟦{message}⟧" if message else ""

    def plural(self, one: str, many: str, number: int) -> str:
        return f"⟦{one if number == 1 else many}⟧"

    def language(self, code: str) -> str:
        return f"⟦{super().language(code)}⟧"

    def country(self, name: str) -> str:
        return f"⟦{name}⟧"


class Walk(HTMLParser):
    """The visible texts and labels of a page that are outside brackets and no data."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.left: list[str] = []
        self.depth = 0
        self.open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        data = (
            tag in DATA_TAGS
            or bool(classes & DATA_CLASSES)
            or (tag != "html" and ("lang" in given or given.get("dir") == "auto"))
        )
        inside = bool(self.open) and self.open[-1][1]
        if not inside and not data and tag not in ("meta", "link") and "Z3988" not in classes:
            for name in LABELS:
                self._check(given.get(name) or "")
        if tag not in VOID:
            self.open.append((tag, inside or data))

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag not in VOID:
            if self.open.pop()[0] == tag:
                return

    def handle_data(self, text: str) -> None:
        if not (self.open and self.open[-1][1]):
            self._check(text)
            return
        self.depth += text.count("⟦") - text.count("⟧")

    def _check(self, text: str) -> None:
        outside = ""
        for sign in text:
            self.depth += (sign == "⟦") - (sign == "⟧")
            outside += sign if self.depth == 0 and sign not in "⟦⟧" else ""
        outside = FORMATS.sub("", outside)
        if re.search(r"[^\W\d_]{2}", outside):
            self.left.append(" ".join(text.split())[:120])


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield signed_in(client, "admin")


MORE: Final = (
    "/search?q=wellbeing",
    "/search?q=xyzzy&stage=use",
    "/documents?country=Kenya&kind=report",
    "/brief?q=wellbeing",
    "/map?rows=country&columns=topic",
    "/nowhere",
)
IN_ENGLISH: Final = {"/api"}
"""The description of the API is in its language."""
ADDRESSES: Final = sorted({route.filled for route in PAGES} - IN_ENGLISH | set(MORE))


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_text_of_a_page_can_be_translated(
    address: str, admin: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_language, "read_language", lambda _code: Marking("en"))
    answer = admin.get(address)
    assert answer.headers["content-type"].startswith("text/html"), address
    assert re.search("<title>.*⟦", answer.text)
    assert not Walk(answer.text).left
