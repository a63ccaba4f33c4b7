"""The title is chosen among the words of the first pages by weights that documents taught."""

from __future__ import annotations

import math

import pytest

from ingest.record import find_record, is_sure
from ingest.record.finding import Finding
from ingest.record.front import Front, Group, Line, Medium
from ingest.record.measured import measured
from ingest.record.title_candidates import first_groups, wordings_in
from ingest.record.title_choice import MARGIN, TitleWeights, band_of, decide, title_weights
from ingest.record.title_cues import Cues
from ingest.record.title_groups import groups_of
from tests.ingest.test_record import PROSE, page

BOLD = Line("Ideas for visits between schools", 1, 22.0, bold=True)
WEIGHTS = TitleWeights(("likes",), (0.0,), (1.0,), (1.0,))


def weighed(likes: float, read: bool = False) -> dict[str, float]:
    return {"likes": likes, "read": float(read)}


def front(*pages: tuple[Line, ...], medium: Medium = "paged") -> Front:
    head = tuple(line for lines in pages for line in lines)
    return Front(head, medium=medium, page_count=20, text="\n".join(line.text for line in head))


def texts(*pages: tuple[Line, ...]) -> list[str]:
    first = front(*pages)
    return [one.text for one in wordings_in(first, first_groups(groups_of(first)), None, None)]


def test_a_heading_that_stands_out_wins_over_the_first_words_of_the_text():
    first = front(
        (*page("Seminar of the institute")[:1], BOLD, *page()),
        page(number=2),
    )
    title = next(one for one in find_record(first) if one.field == "title")
    assert title.value == BOLD.text
    assert title.rule.startswith("weighed: ")


@pytest.mark.parametrize(("times", "kept"), [(MARGIN - 0.1, True), (MARGIN + 0.1, False)])
def test_other_words_win_only_if_they_are_much_likelier(times, kept):
    place, chance = decide([weighed(0.0, read=True), weighed(math.log(times))], WEIGHTS)
    assert (place == 0) is kept
    assert chance == pytest.approx((1.0 if kept else times) / (1 + times))


def test_a_number_far_from_its_mean_counts_no_more_than_a_bound():
    assert WEIGHTS.score(weighed(50.0)) == WEIGHTS.score(weighed(500.0))


def test_what_was_not_counted_for_a_wording_is_nothing():
    assert WEIGHTS.score({"read": 0.0}) == 0.0


def test_words_over_two_sizes_are_joined():
    found = texts(page((28.0, "Visits between"), (20.0, "rural schools"), PROSE))
    assert "Visits between: rural schools" in found


def test_paragraphs_and_names_of_series_are_no_titles():
    found = texts(page((20.0, "Example Working Paper No. 12")))
    assert not {"Example Working Paper No. 12", PROSE} & set(found)


def test_words_behind_a_label_are_a_wording():
    assert "Visits between rural schools" in texts(page("Subject: Visits between rural schools"))


def test_the_title_that_was_read_comes_first_and_once():
    first = front(page((28.0, "Visits between rural schools"), PROSE))
    read = Finding("title", "Visits between rural schools", 0.9)
    found = wordings_in(first, first_groups(groups_of(first)), read, None)
    assert [one.kind for one in found if one.text == read.value] == ["read"]
    assert found[0].kind == "read"


def test_a_wording_is_told_by_what_stands_around_it():
    first = front(page("University of Example", (24.0, "Visits in rural schools"), "May 2021"))
    groups = first_groups(groups_of(first))
    title = next(one for one in wordings_in(first, groups, None, None) if one.kind == "lines"
                 and one.text == "Visits in rural schools")  # fmt: skip
    numbers = Cues(first, groups, None).numbers_of(title)
    assert numbers["body above"] == numbers["date below"] == numbers["largest"] == 1
    assert numbers["two words"] == numbers["bold"] == 0


def test_words_that_a_text_often_has_speak_for_a_title():
    first = front(page((20.0, "What teachers learn"), (20.0, "Windows and doors")))
    groups = [Group((line,)) for line in first.head[:2]]
    cues = Cues(first, groups, None)
    one, other = (w for w in wordings_in(first, groups, None, None) if w.kind == "lines")
    assert cues.numbers_of(one)["words of the text"] > cues.numbers_of(other)["words of the text"]


def test_other_media_keep_what_the_rules_read():
    first = front(page((28.0, "Visits between rural schools"), PROSE), medium="office")
    title = next(one for one in find_record(first) if one.field == "title")
    assert not title.rule.startswith("weighed")


@pytest.mark.parametrize(("chance", "band"), [(0.95, "0.9"), (0.5, "0.5"), (0.1, "0.0")])
def test_a_chance_is_counted_with_others_like_it(chance, band):
    assert band_of(chance) == f"weighed: {band}"


def test_an_unlikely_title_is_only_suggested():
    sure = {band: is_sure(_measured(f"weighed: {band}")) for band in ("0.9", "0.5", "0.35", "0.0")}
    assert sure == {"0.9": True, "0.5": True, "0.35": True, "0.0": False}


def test_every_weight_is_of_a_number_that_is_counted():
    first = front(page((28.0, "Visits in"), (20.0, "rural schools"), PROSE), page(number=2))
    groups = first_groups(groups_of(first))
    cues = Cues(first, groups, None)
    named = {
        name for one in wordings_in(first, groups, None, None) for name in cues.numbers_of(one)
    }
    assert set(title_weights().names) <= named


def _measured(rule: str) -> Finding:
    found = measured(Finding("title", "Visits", 0.9, rule=rule))
    assert found is not None
    return found
