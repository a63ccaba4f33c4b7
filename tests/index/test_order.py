"""Among the first works, the one whose sentence answers best comes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Query
from index.search import order
from index.search.order import ANSWER_COUNTS, LEADING
from index.search.quoting import Quoter
from index.search.searcher import Searcher
from index.vectors.builder import build_index
from tests.support.fakes import HashEncoder

QUESTION = Query("How do cash transfers reduce dropout?", limit=10)
SCATTERED = "Cash is paid on Mondays. Transfers between banks are slow. Dropout is high here."
TOGETHER = "Meals are served. Cash transfers reduce dropout of girls by half in {0} districts."


@pytest.fixture
def searching(store, catalogue, tmp_path):
    """Return a searcher over documents with the words apart, and two with them together."""
    for number in range(LEADING + 3):
        store(f"apart{number}", f"{SCATTERED} Visit number {number}.")
    for number in (1, 2):
        store(f"together{number}", TOGETHER.format(number))
    build_index(catalogue, tmp_path / "index", HashEncoder())
    return Searcher(LocalEngine(tmp_path / "index"), HashEncoder(), load_taxonomy())


def _ids(hits):
    return [hit.document.id for hit in hits]


def _without(searching, catalogue, monkeypatch, query=QUESTION):
    with monkeypatch.context() as patched:
        patched.setattr(order, "ANSWER_COUNTS", 0.0)
        return _ids(searching.search(catalogue, query).hits)


def test_an_answer_in_one_sentence_moves_a_work_up_among_the_first(
    searching, catalogue, monkeypatch
):
    before = _without(searching, catalogue, monkeypatch)
    monkeypatch.setattr(order, "ANSWER_COUNTS", 100.0)
    monkeypatch.setattr(order, "LEADING", before.index("together2") + 1)
    after = _ids(searching.search(catalogue, QUESTION).hits)
    led = before[: order.LEADING]
    assert set(after[:2]) == {"together1", "together2"}
    assert after[2 : order.LEADING] == [one for one in led if one not in after[:2]]
    assert after[order.LEADING :] == before[order.LEADING :]
    monkeypatch.setattr(order, "LEADING", 1)
    assert _ids(searching.search(catalogue, QUESTION).hits) == before


def test_scores_say_what_the_answers_add_and_fall(searching, catalogue):
    hits = searching.search(catalogue, QUESTION).hits
    for place, hit in enumerate(hits):
        answer = hit.snippets[0].answer_score if place < LEADING else 0.0
        best = max(snippet.score for snippet in hit.snippets)
        assert hit.score == pytest.approx(best + ANSWER_COUNTS * answer)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    ranked = searching.rank_documents(catalogue, QUESTION)
    assert [score for _, score in ranked] == pytest.approx(scores)


def test_a_run_reads_passages_as_of_one_moment(searching, catalogue, monkeypatch):
    read, moments = Quoter.read, []

    def read_and_note(self, passage_ids):
        moments.append(catalogue.db.conn.in_transaction)
        read(self, passage_ids)

    monkeypatch.setattr(Quoter, "read", read_and_note)
    assert searching.rank_documents(catalogue, QUESTION)
    assert moments and all(moments)


@pytest.mark.parametrize("passages", [0, 1, 3])
def test_pages_are_parts_of_one_order(searching, catalogue, monkeypatch, passages):
    monkeypatch.setattr(order, "ANSWER_COUNTS", 1.0)
    whole = [document for document, _ in searching.rank_documents(catalogue, QUESTION)]
    paged = []
    for offset in range(0, len(whole), 2):
        page = replace(QUESTION, limit=2, offset=offset, passages_per_hit=passages)
        paged += _ids(searching.search(catalogue, page).hits)
    assert paged == whole


@pytest.mark.parametrize("change", [{"fusion": "rrf"}, {"sort": "newest"}], ids=["ranks", "years"])
def test_ranks_alone_and_dates_keep_their_order(searching, catalogue, monkeypatch, change):
    query = replace(QUESTION, **change)
    before = _without(searching, catalogue, monkeypatch, query)
    monkeypatch.setattr(order, "ANSWER_COUNTS", 100.0)
    assert _ids(searching.search(catalogue, query).hits) == before


def test_a_work_in_another_language_is_neither_led_nor_put_back(store, catalogue, tmp_path):
    store("apart", SCATTERED, language="en")
    store("together", TOGETHER.format(1), language="en")
    store("ajeno", "Las becas mantienen a las niñas en la escuela.", language="es")
    store("nothing", "Wells stand in the fields of the village.", language="en")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    searcher = Searcher(LocalEngine(tmp_path / "index"), HashEncoder(), load_taxonomy())
    hits = {hit.document.id: hit for hit in searcher.search(catalogue, QUESTION).hits}
    added = {
        name: hit.score - max(snippet.score for snippet in hit.snippets)
        for name, hit in hits.items()
    }
    assert added["together"] > added["apart"] > added["nothing"] == pytest.approx(0)
    mean = (added["together"] + added["apart"] + added["nothing"]) / 3
    assert added["ajeno"] == pytest.approx(mean)
