"""Scores kept by word are FTS5's own, and what is kept is bounded."""

from __future__ import annotations

import numpy as np
import pytest

from index.local.holdings import read_holdings
from index.words import scores as words
from index.words.keywords import search_keywords
from index.words.scores import WordScores

TEXTS = (
    "Schools measure wellbeing, and measuring wellbeing helps schools.",
    "Teachers lead; schools follow.",
    "Wellbeing of teachers.",
    "Nothing of the kind.",
)


@pytest.fixture
def kept(catalogue, store) -> WordScores:
    for number, text in enumerate(TEXTS):
        store(f"d{number}", text, title=f"Title {number}")
    return WordScores(read_holdings(catalogue))


@pytest.mark.parametrize(
    "terms",
    [["wellbeing"], ["schools", "wellbeing", "teachers"], ["measure", "measuring"], ["absent"], []],
)
def test_sums_over_words_are_what_fts5_gives_for_all_of_them(catalogue, kept, terms):
    holdings = read_holdings(catalogue)
    expected = np.zeros(len(holdings.passage_ids))
    ids, scores = search_keywords(catalogue, terms)
    expected[holdings.rows_of(ids)] = scores
    for _ in range(2):  # asked of FTS5, then from memory
        np.testing.assert_allclose(kept.bm25(catalogue, terms), expected, rtol=1e-12)
    assert (expected > 0).any() == (terms not in (["absent"], []))


def test_some_passages_are_scored_as_all_of_them(catalogue, kept):
    terms, rows = ["schools", "wellbeing", "absent", "teach*"], np.array([3, 0, 2])
    whole = kept.bm25(catalogue, terms)
    assert kept.bm25_of(catalogue, terms, rows).tolist() == whole[rows].tolist()
    assert kept.bm25_of(catalogue, [], rows).tolist() == [0, 0, 0]
    count = sum(kept.bm25(catalogue, [term]) > 0 for term in terms)
    assert kept.count_terms(catalogue, terms).tolist() == count.tolist()
    assert kept.coverage(catalogue, terms) == count.max() / len(terms)
    weights = kept.rarities(catalogue, terms)
    having = sum(w * (kept.bm25(catalogue, [t]) > 0) for t, w in weights.items())
    expected = having[rows] / sum(weights.values())
    np.testing.assert_allclose(kept.shares(catalogue, terms, rows), expected)
    (alone,) = kept.find(catalogue, ["wellbeing"])
    part = kept.counted_rarities(catalogue, ["wellbeing", "absent"])
    assert part.keys() == {"wellbeing"}
    assert (alone.scores / part["wellbeing"] < 2.2).all()


def test_a_passage_with_what_stands_for_a_term_has_the_term(catalogue, kept):
    terms, others = ["ausente", "schools"], {"ausente": ("wellbeing", "absent", "teachers")}
    either = kept.bm25(catalogue, [*others["ausente"]]) > 0
    own = kept.bm25(catalogue, ["schools"]) > 0
    count = either.astype(int) + own
    assert kept.count_terms(catalogue, terms, others).tolist() == count.tolist()
    assert kept.coverage(catalogue, terms, others) == count.max() / 2 > 0.5
    weights, total, having = kept.rarities(catalogue, terms, others), len(either), either.sum()
    assert weights["ausente"] == pytest.approx(np.log1p((total - having + 0.5) / (having + 0.5)))
    assert weights["schools"] == kept.rarities(catalogue, ["schools"])["schools"]


def test_a_word_is_asked_of_fts5_once(catalogue, kept, monkeypatch):
    asked = []
    monkeypatch.setattr(
        words, "search_keywords", lambda c, terms: asked.extend(terms) or search_keywords(c, terms)
    )
    kept.bm25(catalogue, ["schools", "wellbeing"])
    kept.bm25(catalogue, ["wellbeing", "teachers"])
    assert asked == ["schools", "wellbeing", "teachers"]


def test_what_is_kept_is_bounded_and_the_oldest_goes_first(catalogue, kept, monkeypatch):
    monkeypatch.setattr(words, "MAX_KEPT", 4 + 2 * words.WORD_COSTS)
    first = kept.bm25(catalogue, ["schools"])
    for term in ("wellbeing", "teachers"):
        kept.bm25(catalogue, [term])
    assert list(kept._kept) == ["wellbeing", "teachers"]
    np.testing.assert_array_equal(kept.bm25(catalogue, ["schools"]), first)


def test_words_nobody_wrote_are_not_kept_for_ever(catalogue, kept, monkeypatch):
    monkeypatch.setattr(words, "MAX_KEPT", 100)
    for number in range(20):
        kept.bm25(catalogue, [f"nonsense{number}"])
    assert len(kept._kept) <= 100 / words.WORD_COSTS


def test_a_passage_has_a_share_of_the_words_and_rare_ones_count_more(catalogue, kept):
    rows = np.argsort(read_holdings(catalogue).passage_ids)
    shares = kept.shares(catalogue, ["schools", "lead", "deaf"], rows)
    # Of 4 passages 2, 1 and 0 have them: log(1 + (4 - n + .5) / (n + .5)) = .69, 1.20 and 2.30.
    of_texts = dict(zip(read_holdings(catalogue).owner[rows].tolist(), shares, strict=True))
    expected = [0.693 / 4.2, (0.693 + 1.204) / 4.2, 0.0, 0.0]
    assert [of_texts[number] for number in range(4)] == pytest.approx(expected, abs=1e-3)
    assert kept.shares(catalogue, [], rows).tolist() == [0.0] * 4


def test_spellings_of_a_word_count_as_one_word(catalogue, store):
    said = "Teachers see {} as their task, and so do most parents."
    for name, word in (("one", "wellbeing"), ("two", "well-being"), ("neither", "reading")):
        store(name, said.format(word))
    store("both", "Wellbeing, or well-being, is what teachers see as their task.")
    words, apart = WordScores(read_holdings(catalogue)), {"wellbeing": ("well being",)}
    names = read_holdings(catalogue).document_ids
    row = {names[owner]: n for n, owner in enumerate(read_holdings(catalogue).owner.tolist())}
    asked = ["wellbeing", "well being"]
    scores = words.bm25(catalogue, asked, apart)
    alone = words.bm25(catalogue, asked)
    assert scores[row["one"]] == pytest.approx(scores[row["two"]], rel=0.05)  # three words longer
    assert alone[row["both"]] > 1.8 * alone[row["one"]]
    assert scores[row["both"]] < 1.2 * scores[row["one"]]
    assert scores[row["neither"]] == 0
    rows = np.array([row["two"], row["both"], row["neither"]])
    assert words.bm25_of(catalogue, asked, rows, apart).tolist() == scores[rows].tolist()


def test_what_stands_for_a_word_counts_as_the_word(catalogue, kept):
    rows = np.argsort(read_holdings(catalogue).passage_ids)
    asked, others = ["escuelas", "lead"], {"escuelas": ("schools", "colleges")}
    in_english = kept.shares(catalogue, ["schools", "lead"], rows)
    assert kept.shares(catalogue, asked, rows, others) == pytest.approx(in_english)
    whole = kept.have_all(catalogue, asked, rows, others)
    assert whole.any()
    assert whole.tolist() == (in_english > 0.999).tolist()
    assert not kept.have_all(catalogue, asked, rows, {}).any()
    assert not kept.have_all(catalogue, [], rows, others).any()
