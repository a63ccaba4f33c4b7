"""Markdown as generators of sites and publishing tools write it: their marks are no words."""

from __future__ import annotations

import time

import pytest

from ingest.extract import extract_document
from ingest.extract.dialects import without_hidden, without_marks
from ingest.extract.markdown import front_matter
from ingest.model import Fetched, Limits


def texts(source: str) -> list[str]:
    fetched = Fetched("file:///a.md", source.encode(), "a.md")
    found = extract_document(fetched, Limits())[1]
    return [text for b in found.pages[0].blocks if (text := " ".join(b.text.split()))]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("# Assessment {#evaluation}", "Assessment"),
        ("# (PART) Practice {.unnumbered}", "Practice"),
        ("::: {.callout-note}\nAsk them.\n:::", "Ask them."),
        (":::info Why we ask\nAsk them.\n:::", "Why we ask Ask them."),
        ("> [!NOTE]\n> Ask them.", "Ask them."),
        ("{: .lead}\nAsk them.\n{: .small}", "Ask them."),
        ("See [a map](m.png){width=50%} here.", "See a map here."),
        ("{% include video.html %}Ask {{ site.name }} them.", "Ask them."),
        ('See [a post]({{< ref "/topics" >}}) of theirs.', "See a post of theirs."),
        ("They learn [@ruiz2019; @li2020, p. 3].[^1]", "They learn."),
        ("[^1]: They were asked twice.", "They were asked twice."),
        ("See [[notes/pupils|pupils]] and [[teachers]].", "See pupils and teachers."),
        ("<!-- not <b>yet</b> said -->\n\nAsk them.", "Ask them."),
        ("<script>\nif (a < b) { go() }\n</script>\n\nAsk them.", "Ask them."),
    ],
)
def test_marks_of_programs_are_no_words(source, words):
    assert texts(source) == [words]


@pytest.mark.parametrize(
    "source",
    [
        "Write `{{ site.name }}` or `[[a]]` there.",
        "A set {a, b} has two members.",
        "The share is \\frac{{a}}{b} of all.",
        "Write to [@network](https://example.org).",
        "They say ::: in the middle.",
    ],
)
def test_what_only_looks_like_a_mark_is_kept(source):
    assert without_marks(source) == source


def test_code_is_kept_as_it_is():
    assert texts("```\n{% include a.html %}\n```") == ["{% include a.html %}"]


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        ("author: Ana Ruiz and Bo Li", ("Ana Ruiz", "Bo Li")),
        ("author: [Ana Ruiz, Bo Li]", ("Ana Ruiz", "Bo Li")),
        ("author:\n  - name: Ana Ruiz\n    affiliation: A school", ("Ana Ruiz",)),
        ("author:\n  - name: {given: Bo, family: Li}", ("Bo Li",)),
        ("author: admin", ()),
        ("authors: [admin]", ()),
        ("authors: Ana Ruiz, Bo Li", ("Ana Ruiz", "Bo Li")),
        ("authors: [OECD]\nauthor: Ana Ruiz", ("OECD",)),
        ("author: Ana Ruiz\nauthors: [OECD]", ("OECD",)),
    ],
)
def test_authors_are_stated_in_any_usual_way(lines, authors):
    assert front_matter(lines)[0].authors == authors


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        ("date: 2020-10-04", "2020-10-04"),
        ('date: "2020-10-04T15:26:33.000Z"', "2020-10-04"),
        ("date: 2019-08-06 00:00:00 +01:00", "2019-08-06"),
        ("date: 2019", "2019"),
        ("date: today", None),
        ("date: 2020-10-04\npublished: true", "2020-10-04"),
        ("date: 2020-10-04\npublished: 2018-01", "2018-01"),
    ],
)
def test_the_date_of_a_post_is_its_day_of_issue(lines, published):
    assert front_matter(lines)[0].published == published


@pytest.mark.parametrize("unit", ["{%", "{{", "{:", "[^", "[@a;", "[[a|", "]{", ":::", "{#", " {"])
def test_a_crowd_of_marks_takes_no_longer_than_its_length(unit):
    started = time.process_time()
    without_marks(unit * 100_000 + " " * 100_000 + "x", heading=True)
    without_hidden("<!--<script" * 50_000)
    assert time.process_time() - started < 10
