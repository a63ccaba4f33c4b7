"""Roles judged again: what stands at the ends of a text and states nothing is no evidence."""

from __future__ import annotations

import tomllib

import pytest

from corpus.roles import APPARATUS
from ingest.model import Block, Cut, ExtractedPage, Fetched, Limits
from ingest.preparing import prepare_document
from ingest.roles.assigning import assign_roles
from ingest.roles.judging import FILE, decide_role, judge_roles, judged_places, role_weights
from ingest.text.passages import assemble_pages, cut_passages
from tests.ingest.test_roles import PROSE
from tests.ingest.test_roles_sections import OTHER

TITLE = "Coaching in the schools of the hills"
COVER = ["Lantern Trust", "Marta Oakfield, Paul Riverton", "Oldtown, June 2024"]
CHAPTERS = [
    block
    for name in ("The valley", "The coast", "The islands", "The plain")
    for block in (Block(name, 2), Block(PROSE), Block(OTHER))
]


def judged(blocks, title=None):
    """Return the passages of a text without pages, and their roles judged again."""
    page = ExtractedPage(1, tuple(b if isinstance(b, Block) else Block(b) for b in blocks))
    assembled = assemble_pages([page])
    cuts = cut_passages(assembled, title, assign_roles(assembled, title))
    return cuts, judge_roles(assembled, cuts, title)


def test_names_and_dates_before_the_first_heading_are_no_evidence():
    before, after = judged([*COVER, *CHAPTERS], TITLE)
    assert before[0].text.startswith("Lantern Trust") and before[0].role == "body"
    assert after[0] in APPARATUS


def test_an_address_below_the_text_is_no_evidence():
    last = "Lantern Trust, 12 Hill Street, Oldtown. www.example.org, office@example.org"
    _, after = judged([*CHAPTERS, Block("Lantern Trust", 2), last], TITLE)
    assert after[-1] in APPARATUS


def test_prose_at_both_ends_stays_in_the_text():
    _, after = judged(CHAPTERS)
    assert set(after) == {"body"}


def test_a_text_of_few_passages_is_not_judged():
    cut = Cut(0, 4, 1, 1, None, "Oldtown, June 2024")
    assert list(judged_places([cut] * 3)) == []
    assert list(judged_places([cut] * 4)) == [0, 1, 2, 3]


def test_the_middle_of_a_text_is_judged_only_where_rules_take_it_out():
    cuts = [Cut(0, 4, 1, 1, None, "words")] * 30
    cuts[14] = Cut(0, 4, 1, 1, None, "words", "contents")
    cuts[15] = Cut(0, 4, 1, 1, None, "words", "references")
    assert list(judged_places(cuts)) == [*range(6), 14, *range(24, 30)]


@pytest.mark.parametrize(
    ("role", "evidence", "decided"),
    [
        ("body", 0.2, "front-matter"),
        ("body", 0.5, "body"),
        ("findings", 0.5, "findings"),
        ("contents", 0.5, "contents"),
        ("contents", 0.8, "body"),
    ],
)
def test_a_role_changes_only_if_the_chances_are_clear(role, evidence, decided):
    chances = {"evidence": evidence, "front-matter": 1 - evidence, "contents": 0.0}
    assert decide_role(role_weights(), role, chances) == decided


def test_chances_add_up_and_every_number_has_its_weight():
    known = role_weights()
    told = tomllib.loads(FILE.read_text("utf-8"))
    assert len(told["names"]) == len(told["centre"]) == len(told["scale"])
    assert {len(row) for row in told["weights"]} == {len(told["names"])}
    chances = known.chances(dict.fromkeys(known.names, 1.0))
    assert sum(chances.values()) == pytest.approx(1)
    assert set(chances) - {"evidence"} <= APPARATUS


def test_what_is_read_from_bytes_is_judged_and_rows_of_data_are_not():
    parts = "".join(f"<h2>Part {n}</h2><p>{PROSE}</p><p>{OTHER}</p>" for n in range(4))
    page = f"<html><body><main>{''.join(f'<p>{c}</p>' for c in COVER)}{parts}</main></body></html>"
    read = prepare_document(Fetched("file:///a.html", page.encode(), "a.html"), Limits())
    assert "Riverton" in read.cuts[0].text
    assert read.cuts[0].role in APPARATUS
    rows = "name,place\n" + "".join(f"Marta Oakfield,Oldtown {n}\n" for n in range(400))
    table = prepare_document(Fetched("file:///a.csv", rows.encode(), "a.csv"), Limits())
    assert len(table.cuts) > 4
    assert {cut.role for cut in table.cuts} & APPARATUS == set()
