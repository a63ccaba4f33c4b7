"""References in three styles, as their manuals print them, and as an independent processor does."""

from __future__ import annotations

import re
import warnings
from typing import Any

import pytest
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON

from ingest.records import csl
from search_api.answers.styles import STYLES, cite_in_styles
from search_api.answers.title_case import capitalise_headline

ANA = {"family": "Smith", "given": "Ana María"}
JUAN = {"family": "Cruz", "given": "Jean-Paul", "non-dropping-particle": "de la"}
PEOPLE = [{"family": f"Name{n}", "given": "Gi"} for n in range(1, 23)]
REPORT = {"type": "report", "title": "Measuring wellbeing in schools: a review",
          "author": [ANA, JUAN], "publisher": "World Bank", "language": "en",
          "issued": {"date-parts": [[2021, 3, 4]]},
          "URL": "https://example.org/a"}  # fmt: skip
ARTICLE = {"type": "article-journal", "title": "Who asks?", "author": [ANA],
           "volume": "3", "container-title": "Child Development", "issue": "2", "page": "12-34",
           "issued": {"date-parts": [[2019]]}, "DOI": "10.1000/abc", "language": "en"}  # fmt: skip
BLOG = {"type": "post-weblog", "title": "A day at school", "author": [JUAN],
        "publisher": "Our blog", "issued": {"date-parts": [[2020, 5, 17]]}, "URL": "https://example.org/b",
        "language": "en"}  # fmt: skip
ORGANISATION = {"type": "report", "title": "Estado de la educación", "publisher": "UNESCO",
                "language": "es"}  # fmt: skip
SLIDES = {"type": "speech", "title": "What we learned", "author": [ANA], "publisher": "KIX",
          "issued": {"date-parts": [[2022, 6]]}, "language": "en"}  # fmt: skip
UNKNOWN = {"type": "report", "title": "Nothing known"}
PRINTED = [
    (REPORT, "Smith, A. M., & de la Cruz, J.-P. (2021). *Measuring wellbeing in schools: a "
             "review*. World Bank. https://example.org/a",
     "Smith, Ana María, and Jean-Paul de la Cruz. 2021. *Measuring Wellbeing in Schools: A "
     "Review*. World Bank. https://example.org/a.",
     "Smith, A.M. and de la Cruz, J.-P. (2021) *Measuring wellbeing in schools: a review*. World "
     "Bank. Available at: https://example.org/a (Accessed: 9 November 2026)."),
    (ARTICLE, "Smith, A. M. (2019). Who asks? *Child Development, 3*(2), 12–34. "
              "https://doi.org/10.1000/abc",
     "Smith, Ana María. 2019. “Who Asks?” *Child Development* 3 (2): 12–34. "
     "https://doi.org/10.1000/abc.",
     "Smith, A.M. (2019) ‘Who asks?’, *Child Development*, 3(2), pp. 12–34. Available at: "
     "https://doi.org/10.1000/abc."),
    (BLOG, "de la Cruz, J.-P. (2020, May 17). A day at school. *Our blog*. https://example.org/b",
     "de la Cruz, Jean-Paul. 2020. “A Day at School.” *Our blog*, May 17. https://example.org/b.",
     "de la Cruz, J.-P. (2020) ‘A day at school’, *Our blog*, 17 May. Available at: "
     "https://example.org/b (Accessed: 9 November 2026)."),
    (ORGANISATION, "UNESCO. (n.d.). *Estado de la educación*.",
     "UNESCO. n.d. *Estado de la educación*.", "UNESCO (no date) *Estado de la educación*."),
    (SLIDES, "Smith, A. M. (2022, June). *What we learned* [Presentation slides]. KIX.",
     "Smith, Ana María. 2022. “What We Learned.” Presentation. KIX.",
     "Smith, A.M. (2022) *What we learned* [Presentation]. KIX."),
    (UNKNOWN, "*Nothing known*. (n.d.).", "*Nothing known*. n.d.", "*Nothing known* (no date)"),
]  # fmt: skip


def cite(record: dict[str, Any], **more: str) -> dict[str, str]:
    """Return the references by style, italics between stars."""
    cited = {}
    for one in cite_in_styles(
        csl.normalise_record(record), accessed="2026-11-09T10:00:00Z", **more
    ):
        text = one.reference
        for start, end in reversed(one.italics):
            text = f"{text[:start]}*{text[start:end]}*{text[end:]}"
        cited[one.style] = text
    return cited


@pytest.mark.parametrize(("record", "apa", "chicago", "harvard"), PRINTED)
def test_a_reference_reads_as_its_manual_prints_it(record, apa, chicago, harvard):
    assert cite(record) == {"apa": apa, "chicago": chicago, "harvard": harvard}


def test_a_range_of_one_page_is_cited_as_one_page():
    cited = cite({**ARTICLE, "page": "7-7"})
    assert "*Child Development, 3*(2), 7. " in cited["apa"]
    assert "*Child Development* 3 (2): 7. " in cited["chicago"]
    assert "*Child Development*, 3(2), p. 7. " in cited["harvard"]


def test_long_lists_of_authors_are_cut_as_each_manual_says():
    cited = cite({**REPORT, "author": PEOPLE})
    assert cited["apa"].startswith("Name1, G., Name2, G., ")
    assert "Name19, G., … Name22, G. (2021)" in cited["apa"]
    assert cited["chicago"].startswith("Name1, Gi, Gi Name2, Gi Name3, et al. 2021.")
    assert cited["harvard"].startswith("Name1, G. *et al.* (2021)")


@pytest.mark.parametrize(
    ("label", "apa", "chicago", "harvard"),
    [
        (None, "(Smith & de la Cruz, 2021)", "(Smith and de la Cruz 2021)",
         "(Smith and de la Cruz, 2021)"),
        ("p. iv", "(Smith & de la Cruz, 2021, p. iv)", "(Smith and de la Cruz 2021, iv)",
         "(Smith and de la Cruz, 2021, p. iv)"),
        ("p. 4 of the file", "(Smith & de la Cruz, 2021, p. 4 of the file)",
         "(Smith and de la Cruz 2021, p. 4 of the file)",
         "(Smith and de la Cruz, 2021, p. 4 of the file)"),
    ],
)  # fmt: skip
def test_a_citation_in_a_text_has_the_printed_page(label, apa, chicago, harvard):
    styled = cite_in_styles(csl.normalise_record(REPORT), page_label=label)
    assert [one.in_text for one in styled] == [apa, chicago, harvard]
    assert tuple(one.style for one in styled) == STYLES


@pytest.mark.parametrize(
    ("record", "apa", "chicago", "harvard"),
    [
        ({"type": "post-weblog", "title": "The exchange: four lessons on networks"},
         "(“The exchange,” n.d.)", "(“The Exchange,” n.d.)", "(The exchange, no date)"),
        ({"type": "webpage", "title": "Supporting schools and networks to use and share evidence",
          "issued": {"date-parts": [[2024]]}},
         "(Supporting schools and networks to use, 2024)",
         "(“Supporting Schools and Networks to Use” 2024)",
         "(Supporting schools and networks to use, 2024)"),
        ({"type": "report", "title": "Who asks? Lessons"},
         "(Who asks?, n.d.)", "(Who Asks?, n.d.)", "(Who asks?, no date)"),
        ({"type": "report", "title": "T", "publisher": "Results for Development (R4D)"},
         "(Results for Development [R4D], n.d.)", "(Results for Development [R4D], n.d.)",
         "(Results for Development [R4D], no date)"),
    ],
)  # fmt: skip
def test_in_a_text_titles_are_short_and_brackets_in_brackets_are_square(
    record, apa, chicago, harvard
):
    styled = cite_in_styles(csl.normalise_record({**record, "language": "en"}))
    assert [one.in_text for one in styled] == [apa, chicago, harvard]


def test_a_post_of_which_only_the_title_is_known_has_no_stray_stop():
    blog = {"type": "post-weblog", "title": "The exchange"}
    assert cite(blog)["harvard"] == "*The exchange* (no date)"
    address = cite({**blog, "URL": "https://example.org/b"})["harvard"]
    assert address.startswith("*The exchange* (no date) Available at: https://example.org/b (")


def test_authors_who_publish_together_are_named_once():
    both = {**ORGANISATION, "author": [{"literal": "UNESCO"}, {"literal": "World Bank"}],
            "publisher": "UNESCO; World Bank"}  # fmt: skip
    assert cite(both)["apa"] == "UNESCO, & World Bank. (n.d.). *Estado de la educación*."


@pytest.mark.parametrize("record", [REPORT, ARTICLE, BLOG, ORGANISATION])
def test_an_independent_processor_reads_our_records_and_prints_the_same(record):
    """citeproc-py, with its own copy of Cite Them Right. It writes a month without its day."""
    prepared = csl.normalise_record(record)
    ours = cite(record)["harvard"].replace("*", "").replace("17 May", "May 17")
    if "author" not in prepared:  # as the style's authors do: the organisation is the author
        prepared["author"] = [{"literal": prepared.pop("publisher")}]
    if record is BLOG:
        prepared["container-title"] = prepared.pop("publisher")
    accessed = {"date-parts": [[2026, 11, 9]]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        style = CitationStylesStyle("harvard-cite-them-right", locale="en-GB", validate=False)
        source = CiteProcJSON([{"id": "1", "accessed": accessed, **prepared}])
        bibliography = CitationStylesBibliography(style, source, formatter.plain)
        bibliography.register(Citation([CitationItem("1")]))
        (printed,) = map(str, bibliography.bibliography())
    assert re.sub(r"(\d+) (May)", r"\2 \1", printed) == ours


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("the use of data in and beyond schools", "The Use of Data in and Beyond Schools"),
        ("COVID-19 and iPads: a study of OECD data", "COVID-19 and iPads: A Study of OECD Data"),
        ("teachers' voices", "Teachers' Voices"),
    ],
)
def test_english_titles_have_capitals_in_chicago(title, headline):
    assert capitalise_headline(title) == headline
