"""Texts made of nothing but markup are read in bounded time, and no word of them is lost."""

from __future__ import annotations

import time

import pytest

from ingest.extract import extract_document, html
from ingest.extract.html import MAX_ATTRIBUTES
from ingest.extract.markdown import MAX_FRONT_MATTER_CHARS, SPARE_MARKERS
from ingest.model import Extracted, Fetched, Limits

SIZE = 90_000
MOST_S = 20.0
"""Ten times what 1 MB of the slowest needs."""
ATTRIBUTES = " ".join(f"a{n}=1" for n in range(2_000))
WORDS = "The network asked its members.\n\n"


def read(text: str, name: str) -> Extracted:
    media_type = {"md": "text/markdown", "html": "text/html"}[name]
    return extract_document(Fetched("x", text.encode(), f"x.{name}", media_type), Limits())[1]


def words_of(found: Extracted) -> str:
    return "\n".join(b.text for page in found.pages for b in page.blocks)


UNITS = ["[", "![", "*_", "a[", "[a\n", "**a", "[a](", "`a", "* a\n", "|a|b|\n", "[a]: b\n"]


def check_crowd(unit: str, size: int) -> None:
    text = f"{WORDS}{unit * (size // len(unit))}\n\n*At* [last](x) the end."
    started = time.process_time()
    found = read(text, "md")
    assert time.process_time() - started < MOST_S
    assert words_of(found).startswith("The network asked its members.")
    assert "the end." in words_of(found)
    assert words_of(found).count("a") >= text.count("a") * (0.9 if unit != "[a]: b\n" else 0)
    assert any("plain text" in remark for remark in found.remarks)


@pytest.mark.parametrize("unit", UNITS)
def test_a_crowd_of_markers_is_read_as_plain_text_and_kept(unit):
    check_crowd(unit, SIZE)


@pytest.mark.prove
@pytest.mark.parametrize("unit", UNITS)
def test_one_megabyte_of_markers_takes_seconds(unit):
    check_crowd(unit, 1_000_000)


@pytest.mark.prove
@pytest.mark.parametrize("name", ["md", "html"])
@pytest.mark.parametrize("unit", [" ", "\n"], ids=["spaces", "newlines"])
def test_one_megabyte_of_space_takes_seconds(name, unit):
    started = time.process_time()
    found = read(f"<html><body><p>{WORDS}One{unit * 1_000_000}two", name)
    assert time.process_time() - started < MOST_S
    assert words_of(found).split()[-2:] == ["One", "two"]


def test_the_crowded_paragraph_alone_is_read_as_plain_text():
    found = read(f"*One* [two](three).\n\n{'[*x' * SPARE_MARKERS}\n\n`Four` &amp; five.", "md")
    one, crowd, four = (b.text for b in found.pages[0].blocks)
    assert (one, four) == ("One two.", "Four & five.")
    assert crowd == "[*x" * SPARE_MARKERS


def test_a_long_text_in_markdown_is_read_as_markdown():
    text = "\n".join(f"- See *this* and [that](https://example.org/{n})." for n in range(500))
    found = read(text, "md")
    assert words_of(found) == "\n".join(["See this and that."] * 500)
    assert found.remarks == ()


def test_paragraphs_without_markers_lose_their_line_breaks_and_nothing_else():
    found = read("One  \ntwo\n three! (four) ~5~ #6\n\n> seven\neight", "md")
    assert [b.text for b in found.pages[0].blocks] == ["One two three! (four) ~5~ #6",
                                                       "seven eight"]  # fmt: skip


def test_front_matter_longer_than_any_is_text():
    line = "word: more of it\n"
    count = MAX_FRONT_MATTER_CHARS // len(line) + 1
    assert words_of(read(f"---\n{line * count}---\nThe end.", "md")).count("more of it") == count


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (
            f"<p {' '.join(f'a{n}=1' for n in range(2_000))}>",
            f"over {MAX_ATTRIBUTES:,} attributes",
        ),
        ("<table><tr>" + "<td>a" * 400, "over 300 elements"),
    ],
    ids=["attributes", "elements"],
)
def test_html_that_overwhelms_the_parsers_keeps_its_visible_text_and_is_partial(
    monkeypatch, markup, reason
):
    monkeypatch.setattr(html, "MAX_ELEMENTS", 300)
    page = f"<html lang=en><p>{WORDS}</p>{markup}<p>At last the end.</p></html>"
    found = read(page, "html")
    assert words_of(found).startswith("The network asked its members.")
    assert "At last the end." in words_of(found)
    assert reason in found.lost[0]


def test_html_with_many_attributes_and_elements_has_its_main_text():
    attributes = " ".join(f"data-a{n}=1" for n in range(200))
    rows = "".join(f"<tr><td>Row {n} of the results</td><td>{n}</td></tr>" for n in range(100))
    page = f"<html><body><article {attributes}><p>{WORDS * 5}</p><table>{rows}</table></article>"
    found = read(f"{page}</body></html>", "html")
    assert found.lost == ()
    assert "Row 99 of the results | 99" in words_of(found)
