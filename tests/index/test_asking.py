"""What somebody typed is read: operators where they are meant, plain words everywhere else."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.search.asking import MAX_PARTS, Part, read_text, without_parts
from index.words.keywords import passages_with, query_terms


def _words(*words: str, **flags: bool) -> Part:
    return Part(words, **flags)


@pytest.mark.parametrize(
    ("typed", "text", "required", "excluded"),
    [
        ('"growth mindset" Kenya', "growth mindset Kenya", [_words("growth", "mindset")], []),
        ("“growth mindset”", "growth mindset", [_words("growth", "mindset")], []),
        ("«bien-être» école", "bien-être école", [_words("bien", "être")], []),
        ("teachers -ICT", "teachers ", [], [_words("ict")]),
        ('teachers -"school meals"', "teachers ", [], [_words("school", "meals")]),
        ("teachers -school-based", "teachers ", [], [_words("school", "based")]),
        ("-teach* voice", " voice", [], [_words("teach", prefix=True)]),
        ("title:wellbeing survey", "wellbeing survey", [_words("wellbeing", title=True)], []),
        ('Title:"well being"', "well being", [_words("well", "being", title=True)], []),
        ("title:well*", "well*", [_words("well", title=True, prefix=True)], []),
        ("voice -title:ict", "voice ", [], [_words("ict", title=True)]),
    ],
)
def test_an_operator_is_read(typed, text, required, excluded):
    asking = read_text(typed)
    assert asking.text == text
    assert list(asking.required) == required
    assert list(asking.excluded) == excluded
    assert not asking.notices


@pytest.mark.parametrize(
    "typed",
    [
        "Kenya: what works?", "o'brien", "teacher-led change", "cost - benefit", "grades 1 -3",
        "C++", "a -- b", "9:30", "https://example.org/a:b", "5\" tall", "2*3", "**bold**", "a*",
        "l'école", "¿cómo?", "NEAR(a b)", "a AND b OR NOT c", "{a b}", "^start", '""', "::", "-",
        "title:", "title :x", "(see notes)", "x\x00y", "e.g.: this", "*", "", "  ",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_operator_is_left_as_it_is(typed):
    asking = read_text(typed)
    assert asking.text == typed
    assert not (asking.required or asking.excluded or asking.filters or asking.prefixes)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('wellbeing "of teachers', "not closed"),
        ("reading -stage:use", "“-stage:use” was ignored"),
        (" ".join(f"-w{chr(97 + n)}" for n in range(MAX_PARTS + 1)), f"No more than {MAX_PARTS}"),
    ],
)
def test_what_is_not_understood_is_said(typed, said):
    (notice,) = read_text(typed).notices
    assert said in notice


def test_filters_are_taken_out_of_the_text_and_nothing_else():
    typed = 'reading stage:use, country:"South Africa" voice'
    filters = read_text(typed).filters
    assert [(f.name, f.value) for f in filters] == [("stage", "use"), ("country", "South Africa")]
    assert without_parts(typed, filters) == "reading voice"
    assert without_parts(typed, filters[:1]) == 'reading country:"South Africa" voice'
    assert [p.words for p in read_text('"a b" x:y').required] == [("a", "b")]


def test_beginnings_of_words_are_read():
    assert read_text("teach* voice Measur* a* b**").prefixes == ("teach", "measur")


_ORDINARY = st.text(
    st.characters(exclude_characters='"“”„‟«»*:', exclude_categories=["Cs"]), max_size=60
).map(lambda text: text.replace(" -", " ").lstrip("-"))


@given(_ORDINARY.filter(lambda text: not any(w.startswith("-") for w in text.split())))
def test_text_without_operators_is_searched_as_before(text):
    asking = read_text(text)
    assert asking.text == text
    assert query_terms(asking.text) == query_terms(text)
    assert asking == type(asking)(text)


@given(st.lists(st.sampled_from(["Kenya:", "what", "teacher-led", "o'brien", "-", "1.5", "is?"])))
def test_questions_with_colons_hyphens_and_apostrophes_stay(words):
    text = " ".join(words)
    assert read_text(text).text == text
    assert not read_text(text).notices


_TYPED = st.text(st.sampled_from('ab -":*“»title\x00\n(^{é🎓'), max_size=60) | st.text(max_size=80)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(_TYPED)
def test_any_text_is_read_and_its_parts_are_safe(catalogue, typed):
    asking = read_text(typed)
    for part in (*asking.required, *asking.excluded):
        assert part.words
        assert all(word.isalnum() for word in part.words)
        words = [word.encode("utf-8", "replace").decode() for word in part.words]
        passages_with(catalogue, words, title=part.title, prefix=part.prefix)


@pytest.mark.parametrize(
    "piece", ['"', '" ', "a:", "-", '-"', "a:b ", "“a ", "x* ", "a\x00", "word "]
)
def test_long_text_is_read_in_linear_time(piece):
    """A pattern that goes back over what it has read would take minutes."""
    asking = read_text(piece * (200_000 // len(piece)))
    assert len(asking.required) + len(asking.excluded) <= MAX_PARTS


def test_a_pasted_text_keeps_its_quotation_marks_and_dashes():
    text = (
        'During the "training" phase, words from documents - classified before - are counted, and '
        "the program then puts each of the other documents into one of eighty sections of it."
    )
    read = read_text(text)
    assert (read.text, read.required, read.excluded) == (text, (), ())
    assert "plain text" in read.notices[0]
    short = read_text('the "training" phase of a program')
    assert [part.words for part in short.required] == [("training",)]
