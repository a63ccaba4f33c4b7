"""Words are found in texts as FTS5 finds them, whether it is asked or remembered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.paragraphs import split_paragraphs
from index.words import matching
from index.words.matching import find_matches

TEXTS = (
    "Schools measure <b>wellbeing</b>; measuring helps. A measure of well-being is no test_score.",
    "La evaluación de los docentes: EVALUACION, evaluo\u0301, 3º y 5²; l’évaluation d'été.",
    "Über Maße und Größen — straße, STRASSE, İstanbul, ǅ, ﬁnd.",
    "مدرسة القراءة والكتابة. 学校 评估 学校。 हिन्दी में शिक्षा।",
    "Running runs ran; dying ties skies; ies s a at is the.",
    "",
)
TERMS = (
    "measure", "measuring", "wellbeing", "well", "evaluación", "evaluacion", "evaluo", "é", "été",
    "straße", "strasse", "istanbul", "find", "مدرسة", "学校", "हिन्दी", "run", "runs", "s", "ties",
    "test", "score", "3", "b", "ran", "well being", "schools measure", "measuring helps",
    "runs ran dying", "dying ties",
)  # fmt: skip


def parts_of(text):
    return [place for paragraph in split_paragraphs(text) for place in paragraph]


def ask_index(terms, texts):
    return matching._match_by_index(terms, [(text, parts_of(text)) for text in texts])


def remembered(terms, texts):
    return find_matches(terms, texts, [parts_of(text) for text in texts])


def test_matches_are_slices_of_each_part():
    first, second = remembered(["measure", "wellbeing"], TEXTS[:1])[0]
    sentences = [TEXTS[0][start:end] for start, end in parts_of(TEXTS[0])]
    assert [sentences[0][a:b] for a, b in first.slices] == ["measure", "wellbeing", "measuring"]
    assert [sentences[1][a:b] for a, b in second.slices] == ["measure"]
    assert (first.terms, second.terms) == ({"measure", "wellbeing"}, {"measure"})


@given(
    st.lists(st.sampled_from(TERMS), min_size=1, max_size=8, unique=True),
    st.lists(st.sampled_from(TEXTS) | st.text("aéß İ\u0301_2²ºन्學.’-\n", max_size=30), max_size=6),
)
def test_what_is_remembered_is_what_fts5_finds(terms, texts):
    assert remembered(terms, texts) == ask_index(terms, texts)


@pytest.mark.parametrize(
    "terms",
    [["schools measure"], ["eval*"], ["measure", "wellbeing helps", "test*"], ["well being"], []],
)
def test_phrases_and_beginnings_of_words_are_found_too(terms):
    found = remembered(terms, TEXTS)
    assert [len(parts) for parts in found] == [len(parts_of(text)) for text in TEXTS]
    if terms:
        assert found == ask_index(terms, TEXTS)


def test_words_end_at_the_same_characters():
    others = {chr(code) for code in range(32, 0x2600)} - {"\x7f"}
    texts = [f"a{one}b {one} c{one}" for one in sorted(others) if matching._PLAIN.fullmatch(one)]
    assert len(texts) > 1_000
    terms = ["a", "b", "c"]
    whole = [[(0, len(text))] for text in texts]
    found = matching._match_by_index(terms, list(zip(texts, whole, strict=True)))
    assert find_matches(terms, texts, whole) == found


@pytest.mark.parametrize("most", [0, 3])
def test_what_is_remembered_has_an_end(monkeypatch, most):
    monkeypatch.setattr(matching, "MOST_WORDS", most)
    for _ in range(3):
        before = matching._kept.reader()
        for text in TEXTS:
            assert remembered(TERMS, [text]) == ask_index(TERMS, [text])
        assert matching._kept.reader() is not before


def test_threads_share_what_is_remembered(monkeypatch):
    monkeypatch.setattr(matching, "_kept", matching._Kept())

    def ask(number):
        text = " ".join(f"schools{n} measured{n % 7}s" for n in range(number, number + 40)) + "."
        terms = [f"schools{number}", f"measured{number % 7}"]
        return remembered(terms, [text]) == ask_index(terms, [text])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))
