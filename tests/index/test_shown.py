"""Which passages a hit shows: as if all of them had been read and rated, though most are not."""

from __future__ import annotations

import random

import pytest

from corpus.errors import KeywordIndexDamaged
from index.model import Query
from index.search import order, quoting
from index.search.answering import can_be_quoted
from index.search.records import PassagesOfNow
from index.search.shown import CONSIDERED, FARTHER, PASSAGE_COUNTS
from index.words.scores import WordScores

SENTENCES = (
    "Schools measure the wellbeing of students twice a year with a short survey.",
    "Key finding: teachers who were coached kept teaching reading in small groups.",
    "The study found that coaching improved reading by 0.3 standard deviations.",
    "However, the effect of coaching on wellbeing was not measured in rural schools.",
    "In 2019, 120 schools took part, and half of their teachers were coached.",
    "Section 3 describes how the survey of teachers was made and who answered it.",
    "What works on wellbeing in small schools?",
    "Photo: a school",
    "READING AND WELLBEING",
    "It was carried out after the schools had opened again, because rooms were missing.",
    "The ministry of health counted nets in villages near the lake.",
    "Cows graze on the fields behind the old mill.",
)
QUESTIONS = (
    "coaching of teachers",
    "how many schools took part",
    "what is the effect of coaching on reading",
    "wellbeing",
    "why were rooms missing",
    "nets",
    "coach* survey",
    "zebra quartz",
)


def show_plainly(ranking, quoter, places, wanted):
    """Choose the passages of each hit by rating all of them, one after the other."""
    return [_plainly(ranking.ids.tolist(), ranking.scores, quoter, p, wanted) for p in places]


def _plainly(ids, scores, quoter, places, wanted):
    held = [p for p in places[:FARTHER].tolist() if quoter.has(ids[p])]
    first = [p for p in places[:CONSIDERED].tolist() if quoter.has(ids[p])]
    if sum(quoter.can_quote(ids[p]) for p in first) >= wanted:
        held = first
    held.sort(key=lambda place: quoter.is_label(ids[place]))
    answering = [place for place in held if quoter.rate(ids[place]) > 0]
    if answering:
        worth = {p: quoter.rate(ids[p]) + PASSAGE_COUNTS * float(scores[p]) for p in answering}
        best = max(answering, key=worth.__getitem__)
        held.sort(key=lambda place: place != best)
    return held[:wanted]


def _fill(catalogue, store, seed, documents=8, passages=14):
    drawn = random.Random(seed)
    for number in range(documents):
        texts = [" ".join(drawn.choices(SENTENCES, k=drawn.randint(1, 4))) for _ in range(passages)]
        store(f"d{number}", *[f"{place} {text}" for place, text in enumerate(texts)])
    with catalogue.transaction():
        for role, every in (("table", 5), ("captions", 7), ("findings", 4)):
            catalogue.db.execute(
                f"update passage set role = ? where position % {every} = 1", [role]
            )


@pytest.mark.parametrize("seed", range(4))
def test_a_hit_shows_what_it_would_if_every_passage_were_rated(
    catalogue, store, searching, monkeypatch, seed
):
    _fill(catalogue, store, seed)
    searcher = searching()

    def search():
        return [
            searcher.search(catalogue, Query(question, passages_per_hit=wanted, fusion=fusion)).hits
            for question in QUESTIONS
            for wanted in (1, 3, 10)
            for fusion in ("scores", "rrf")
        ]

    shown = search()
    monkeypatch.setattr(order, "choose_shown", show_plainly)
    assert shown == search()
    firsts = [hit.snippets for found in shown for hit in found if len(hit.snippets) > 1]
    assert any(first.score < second.score for first, second, *_ in firsts)


def test_passages_that_cannot_be_shown_are_not_read_and_looked_through(
    catalogue, store, searching, monkeypatch
):
    for number in range(5):
        others = [f"Cows graze on field {place} of farm {number}." for place in range(12)]
        store(f"d{number}", f"Coaching helped the teachers of town {number}.", *others)
    store("farm", *(f"Cows graze on field {place} of this farm." for place in range(12)))
    searcher, looked_through, read = searching(), [], []
    find, of = quoting.find_matches, PassagesOfNow.of

    def find_and_count(terms, texts, parts):
        looked_through.extend(texts)
        return find(terms, texts, parts)

    def read_and_count(passages, ids):
        read.extend(ids)
        return of(passages, ids)

    monkeypatch.setattr(quoting, "find_matches", find_and_count)
    monkeypatch.setattr(PassagesOfNow, "of", read_and_count)
    found = searcher.search(catalogue, Query("coaching helped teachers", passages_per_hit=2)).hits
    assert len(looked_through) == len(set(looked_through)) == len(read) == 12
    assert all(hit.snippets[0].text.startswith("Coaching helped") for hit in found[:-1])


def test_where_words_cannot_be_looked_up_every_passage_may_answer(
    catalogue, store, searching, monkeypatch
):
    texts = [f"Teachers sowed field {place}." for place in range(7)]
    store("farm", *texts, f"Coaching helped teachers of farms. {' '.join(SENTENCES[9:])}")
    searcher = searching()

    def fail(*_):
        raise KeywordIndexDamaged("The words are damaged.")

    monkeypatch.setattr(WordScores, "find", fail)
    (hit,) = searcher.search(catalogue, Query("coaching helped teachers")).hits
    assert "keywords" not in hit.scores
    assert hit.snippets[0].text.startswith("Coaching helped")
    assert hit.snippets[0].score < min(other.score for other in hit.snippets[1:])


def test_a_passage_of_captions_is_not_quoted() -> None:
    caption = "Table 2. What teachers of the valley are to learn in their first year"
    assert can_be_quoted(caption, "body")
    assert not can_be_quoted(caption, "caption")
