"""The confidence of a value is the share of right ones that its rule had, not a reader's weight."""

from __future__ import annotations

import pytest

from ingest.model import Hints
from ingest.record import Finding, is_sure, read_record
from ingest.record.doubts import count_doubts
from ingest.record.front import Front, Line
from ingest.record.measured import Counted, FieldCounts, is_worth_telling, measured
from ingest.record.titles import MOST_DOUBTS
from ingest.record.wholes import Candidate
from tests.ingest.test_record import COVER, PROSE, page
from tests.ingest.test_record_flowing import prepared

TITLE = "Visits between schools"


def found(*pages: tuple[Line, ...], **fields: object) -> dict[str, Finding]:
    """Return what pages state, also what is only suggested."""
    head = tuple(line for lines in pages for line in lines)
    front = Front(head, medium="paged", page_count=9, **fields)  # type: ignore[arg-type]
    return {one.field: one for one in read_record(front)}


def test_a_share_is_drawn_to_another_as_if_there_were_more_cases():
    assert Counted(0, 0).drawn_to(0.9, 4) == pytest.approx(0.9)
    assert Counted(0, 1).drawn_to(0.9, 4) == pytest.approx(0.72)
    assert Counted(96, 96).drawn_to(0.9, 4) == pytest.approx(0.996)


def test_what_was_read_again_is_lowered_as_the_first_reading_was_worse():
    rules = {"again": (Counted(90, 100), Counted()), "at first": (Counted(90, 100), Counted(0, 8))}
    steps = ((0.8, Counted(50, 100)),)
    field = FieldCounts(0.6, Counted(70, 100), Counted(90, 100), Counted(1, 9), 0.6, rules, steps)
    assert field.share("again", 0.9) == pytest.approx(0.7, abs=0.02)
    assert field.share("at first", 0.9) == pytest.approx(0.35, abs=0.02)
    assert field.share("", 0.8) < field.share("", 0.7)
    assert field.share("new", 0.1) == pytest.approx(2 / 11)  # of what readers themselves doubt


def test_a_rule_and_not_the_weight_of_its_reader_says_whether_a_value_is_recorded():
    surer = measured(Finding("publishers", ("Example Fund",), 0.7, rule="several kinds"))
    less = measured(Finding("publishers", ("Example Fund",), 0.9, rule="site of another name"))
    assert surer and less
    assert (is_sure(surer), is_sure(less)) == (True, False)
    assert surer.confidence > 0.9


def test_what_a_rule_says_that_was_mostly_wrong_is_not_even_suggested():
    stated = Hints("embedded", authors=("Ana Quispe",))
    assert "authors" not in found(page(COVER, PROSE), stated=stated)
    assert is_worth_telling(Finding("authors", ("Ana Quispe",), 0.3, rule="new"))
    assert is_worth_telling(Finding("title", TITLE, 0.9, rule=f"doubts: {MOST_DOUBTS}"))


def test_a_field_that_was_not_counted_keeps_the_weight_of_its_reader():
    series = Finding("series", "Example Papers 3", 0.77)
    assert measured(series) == series
    assert measured(None) is None


def test_authors_that_two_places_name_are_surer_than_one_name_below_a_title():
    one = found(page(COVER, "Ana Quispe", PROSE))["authors"]
    two = found(page(COVER, "Ana Quispe", PROSE), stated=Hints("x", authors=("Ana Quispe",)))
    assert one.confidence < 0.6 < two["authors"].confidence
    assert (one.rule, two["authors"].rule) == ("near the title, one", "two places")


def rated(front: Front, text: str, score: float) -> Candidate:
    group = next(one for one in front.groups if one.text == text)
    return Candidate(group, text, score)


def test_what_speaks_against_a_title_is_counted():
    other, odd = "Meeting of the coast", "of visits between schools and homes"
    head = page((30.0, other), PROSE, (21.0, odd), (20.0, "Ways to read them"), PROSE)
    front = Front(head, medium="paged", page_count=9)
    best, close = rated(front, odd, 4.0), rated(front, other, 3.8)
    subtitled = f"{odd}: more than a title"
    # larger words, a close rival, a small letter at the start (two), and a neighbour
    assert count_doubts(front, [best, close], best, odd, []) == 5
    assert count_doubts(front, [best, close], best, subtitled, []) == 6
    assert count_doubts(front, [best], best, odd, []) == 4
    assert count_doubts(front, [best], best, odd, [odd]) == 3
    assert count_doubts(front, [close], close, other, []) == 0


def test_a_title_against_which_much_speaks_is_only_suggested():
    clear, crowded = (
        measured(Finding("title", TITLE, 0.97, rule=f"doubts: {n}")) for n in (0, MOST_DOUBTS)
    )
    assert clear and crowded
    assert (is_sure(clear), is_sure(crowded)) == (True, False)


WEB = (
    '<html><head><title>{title}</title><meta property="og:site_name" content="{site}">'
    '<meta property="og:url" content="https://{host}/a"></head>'
    "<body><article><h1>{title}</h1><p>{prose}</p><p>{prose}</p></article></body></html>"
)


@pytest.mark.parametrize(
    ("site", "host", "publishers"),
    [
        ("Example Times", "www.exampletimes.org", ("Example Times",)),
        ("The Quispe Post", "quispenews.org", ("The Quispe Post",)),
        ("Example Times: news, sports and events", "exampletimes.org", ("Example Times",)),
        ("Voice of the Coast", "quispenews.org", ()),
    ],
)
def test_a_sites_name_of_which_its_address_knows_nothing_is_only_suggested(site, host, publishers):
    prose = (
        "Teachers meet every month to read what others measured, and decide what to change. " * 4
    )
    source = WEB.format(title=TITLE, site=site, host=host, prose=prose)
    made = prepared("visits.html", source)
    assert made.document.publishers == publishers
    suggested = [e.value for e in made.evidence if e.field == "publishers" and e.value]
    assert suggested == ([] if publishers else [("Voice of the Coast",)])
