"""A document's page: apparatus is folded, fields show their line, a doubtful value is marked."""

from __future__ import annotations

import re
from html import unescape

import pytest

from corpus.catalogue.catalogue import connect
from corpus.documents.evidence import store_evidence
from corpus.model import RecordEvidence
from tests.support.served import REPORT, serving

ROLES = ("body", "references", "back-matter")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A client, and the ids of the report's first passages, which have ``ROLES`` in turn."""
    with serving(tmp_path_factory.mktemp("data")) as client:
        with connect(client.app.state.service.settings.catalogue_path) as catalogue:
            passages = [p.id for p in catalogue.passages(REPORT)][: len(ROLES)]
            quote = catalogue.passages(REPORT)[0].text
            with catalogue.transaction():
                for passage, role in zip(passages, ROLES, strict=True):
                    catalogue.db.execute(
                        "update passage set role = ? where id = ?", [role, passage]
                    )
                store_evidence(
                    catalogue,
                    REPORT,
                    [
                        RecordEvidence("licence", 1, quote, 0.5, "CC BY 4.0"),
                        RecordEvidence("authors", 1, quote, 0.9),
                    ],
                )
                catalogue.db.execute(
                    "update document set metadata_origins = ? where id = ?",
                    ['{"authors": "page"}', REPORT],
                )
        yield client, passages, quote


def folded(html: str) -> list[tuple[bool, str, str]]:
    """Return what is folded: whether it is open, what it is called, what is in it."""
    details = r'<details class="apparatus"( open)?><summary>(.+?)</summary>(.+?)</details>'
    found = re.findall(details, html, re.DOTALL)
    return [(bool(opened), unescape(name), inside) for opened, name, inside in found]


def test_apparatus_is_folded_and_what_states_something_is_not(served):
    client, (body, *apparatus), _ = served
    ((opened, name, inside),) = folded(client.get(f"/documents/{REPORT}").text)
    assert (opened, name) == (False, "References, back matter (2 passages)")
    assert all(f'id="p-{passage}"' in inside for passage in apparatus)
    assert f'id="p-{body}"' not in inside
    page = client.get(f"/documents/{REPORT}", headers={"Accept-Language": "es"}).text
    assert folded(page)[0][1] == "Referencias, páginas finales (2 pasajes)"


def test_a_link_to_a_folded_passage_finds_it_open(served):
    client, (body, *apparatus), _ = served
    for passage, wanted in ((apparatus[1], True), (body, False)):
        ((opened, *_),) = folded(client.get(f"/documents/{REPORT}?passage={passage}").text)
        assert opened == wanted


def test_a_field_shows_the_line_it_stands_on_and_a_doubtful_value_is_marked(served):
    client, _, quote = served
    html = unescape(client.get(f"/documents/{REPORT}").text)
    rows = dict(re.findall(r"<div><dt>(.+?)</dt><dd>(.+?)</dd></div>", html, re.S))
    assert re.sub("<.+?>", "", rows["Authors"]).startswith("Ann Author; Ben Writer")
    assert quote[:60] in rows["Authors"]
    assert "Suggested" not in rows["Authors"]
    assert "Suggested, not checked:" in rows["Licence"]
    assert "CC BY 4.0" in rows["Licence"]
    assert 'class="read-there"' not in rows["Year"]


def test_words_found_in_the_document_are_listed_and_marked(served):
    client = served[0]
    page = client.get(f"/documents/{REPORT}?find=Survey+7").text
    assert "2 passages have these words." in page  # 7 and 70
    found = page[page.index('<ol class="found">') :].partition("</ol>")[0]
    assert re.findall(r"#p-\d+\">¶ (\d+)", found) == ["7", "70"]
    assert "from=60#p-" in found
    assert "by <mark>survey</mark> <mark>7</mark>." in page
    none = client.get(f"/documents/{REPORT}?find=%3Cscript%3E").text
    assert "No passage has all these words" in none
    assert 'value="&lt;script&gt;"' in none
    assert '<ol class="found">' not in none


def test_the_outline_leads_to_each_heading_also_of_another_part(served):
    client = served[0]
    page = client.get(f"/documents/{REPORT}").text
    outline = page[page.index('class="outline"') :].partition("</details>")[0]
    for heading in ("Heading 1", "Heading 70"):
        address, anchor = re.search(rf'href="([^"#]*)#(h-\d+)">{heading}<', outline).groups()
        assert f'id="{anchor}"' in (client.get(unescape(address)).text if address else page)
