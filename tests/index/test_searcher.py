"""One query, end to end over both legs: filters first, both scores complete, honest notices."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.catalogue.catalogue import connect
from corpus.errors import DocumentNotFound, IndexMissing
from corpus.model import Tag
from corpus.tags.tags import decide
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.model import Filters, Query
from index.search import order
from index.search.notices import NOT_INDEXED
from index.search.ranking import Ranking
from index.search.searcher import Searcher
from index.vectors.builder import build_index
from index.vectors.vectors import Vectors
from index.words.keywords import query_terms
from tests.conftest import store_document
from tests.index.test_keywords import AWKWARD
from tests.support.fakes import HashEncoder


def _ids(results):
    return [hit.document.id for hit in results.hits]


def test_the_document_that_has_the_words_comes_first(catalogue, store, searching):
    store("apples", "Apples are red and round.")
    store("wellbeing", "Schools measure the wellbeing of students.")
    results = searching().search(catalogue, Query("student wellbeing"))
    assert _ids(results)[0] == "wellbeing"
    assert results.legs == ("keywords", "vectors")
    snippet = results.hits[0].snippets[0]
    assert [snippet.text[a:b] for a, b in snippet.highlights] == ["wellbeing", "students"]
    assert snippet.scores == {"keywords": snippet.bm25, "vectors": snippet.cosine}
    assert None not in snippet.scores.values()
    assert results.hits[0].scores == snippet.scores


def test_what_a_leg_does_not_score_is_null_beside_what_it_does(catalogue, store, searching):
    store("apples", "Apples are red and round.")
    searcher = searching()
    store("pears", "Pears are green.")
    hits = searcher.search(catalogue, Query("pears")).hits
    scores = {hit.document.id: hit.snippets[0] for hit in hits}
    assert scores["apples"].scores["keywords"] is None
    assert scores["apples"].bm25 == 0
    assert scores["pears"].scores["vectors"] is None


def test_a_hit_is_a_document_with_its_best_passages(catalogue, store, searching):
    store(
        "long",
        "Reading first.",
        "Wellbeing here.",
        "More wellbeing there.",
        "Reading last.",
        pages=4,
    )
    results = searching().search(catalogue, Query("wellbeing", passages_per_hit=2))
    assert _ids(results) == ["long"]
    assert sorted(s.page for s in results.hits[0].snippets) == [2, 3]
    assert results.hits[0].score == results.hits[0].snippets[0].score


@pytest.mark.parametrize("share", [0.01, 0.05])
def test_a_narrow_filter_still_fills_the_page_and_equals_brute_force(
    catalogue, store, searching, share
):
    rng = np.random.default_rng(0)
    words = [f"w{n}" for n in range(200)]
    count = 1_000
    chosen = set(rng.permutation(count)[: int(count * share)].tolist())
    for number in range(count):
        text = " ".join(rng.choice(words, 8))
        store(f"d{number}", text, kind="blog" if number in chosen else "report")
    searcher = searching()
    query = Query("w1 w2 w3", Filters(kinds=("blog",)), limit=10)
    results = searcher.search(catalogue, query)
    assert len(results.hits) == 10
    everything = searcher.search(catalogue, Query(query.text, query.filters, limit=10))
    assert _ids(results) == _brute_force(catalogue, query, chosen)[:10] == _ids(everything)


def _brute_force(catalogue, query, chosen):
    """Score every allowed passage by the formula itself."""
    encoder = HashEncoder()
    asked = encoder.encode_query(query.text)
    inputs = {p.id: p for p in catalogue.passage_inputs()}
    match = " OR ".join(f'"{t}"' for t in query_terms(query.text))
    sql = (
        "select rowid, -bm25(passage_fts, 2.0, 1.0, 1.0) from passage_fts where passage_fts match ?"
    )
    bm25 = dict(catalogue.rows(sql, [match]))
    allowed = [p for p in inputs.values() if int(p.document_id[1:]) in chosen]
    best = max((bm25.get(p.id, 0.0) for p in allowed), default=0.0) or 1.0
    scored = []
    for p in allowed:
        cosine = float(encoder.encode_passages([f"{p.title}\n{p.text}"])[0] @ asked)
        scored.append((0.7 * cosine + 0.3 * bm25.get(p.id, 0.0) / best, p.document_id))
    return [document for _, document in sorted(scored, reverse=True)]


def test_filters_of_one_field_are_alternatives_and_fields_add_up(catalogue, store, searching):
    store("a", "Wellbeing.", kind="blog", year=2020)
    store("b", "Wellbeing.", kind="report", year=2022)
    store("c", "Wellbeing.", kind="event", year=2022)
    searcher = searching()

    def found(**filters):
        return set(_ids(searcher.search(catalogue, Query("wellbeing", Filters(**filters)))))

    assert found(kinds=("blog", "report")) == {"a", "b"}
    assert found(kinds=("blog", "report"), year_from=2021) == {"b"}
    assert found(kinds=("toolkit",)) == set()


@pytest.mark.parametrize(("undated", "wanted"), [(False, {"dated"}), (True, {"dated", "undated"})])
def test_undated_documents_pass_a_year_filter_only_when_asked(
    catalogue, store, searching, undated, wanted
):
    store("dated", "Wellbeing.", year=2021)
    store("undated", "Wellbeing.")
    store("old", "Wellbeing.", year=1990)
    filters = Filters(year_from=2020, year_to=2022, include_undated=undated)
    assert set(_ids(searching().search(catalogue, Query("wellbeing", filters)))) == wanted


def test_tags_filter_unless_rejected(catalogue, store, searching):
    for name, origin in (("yes", "confirmed"), ("no", "rejected")):
        store(name, "Wellbeing.")
        with catalogue.transaction():
            decide(catalogue, Tag(name, "stages", "use", origin, decided_by="ana"))
    results = searching().search(catalogue, Query("wellbeing", Filters(stages=("use",))))
    assert _ids(results) == ["yes"]


def test_facets_count_the_ranked_documents_and_leave_their_own_filter_out(
    catalogue, store, searching
):
    for name, kind in (("a", "blog"), ("b", "blog"), ("c", "report")):
        store(name, "Wellbeing.", kind=kind, language="es" if kind == "blog" else "en")
    results = searching().search(catalogue, Query("wellbeing", Filters(kinds=("report",))))
    counts = {f.field: {c.value: (c.count, c.selected) for c in f.counts} for f in results.facets}
    assert counts["kinds"] == {"report": (1, True), "blog": (2, False)}
    assert counts["languages"] == {"en": (1, False)}


@pytest.mark.parametrize("text", AWKWARD, ids=lambda t: ascii(t)[:20])
def test_awkward_queries_are_answered(catalogue, store, searching, text):
    store("brief", "Some words that are held in C and w1.")
    results = searching().search(catalogue, Query(text))
    assert results.hits or results.notices


def test_a_query_without_words_says_so(catalogue, store, searching):
    store("brief", "Words.")
    results = searching().search(catalogue, Query("*** 🎓"))
    assert results.hits == ()
    assert "no words" in results.notices[0]


def test_of_a_long_query_no_more_is_said_to_be_searched_than_was(catalogue, store, searching):
    store("doc", "What works for wellbeing.")
    (said,) = searching().search(catalogue, Query("wellbeing works " * 200)).notices
    assert "first 2,000 characters were searched" in said
    assert "no more than 64" in said


def test_a_blank_query_lists_what_the_filters_allow_newest_first(catalogue, store, searching):
    store("old", "Words.", year=2001)
    store("new", "Words.", year=2024)
    results = searching().search(catalogue, Query("  "))
    assert _ids(results) == ["new", "old"]
    assert (results.strength, results.total) == ("unranked", 2)
    assert [(h.score, h.scores, h.snippets) for h in results.hits] == [(0, {}, ())] * 2


def test_a_query_without_words_is_never_ranked(catalogue, store, searching, monkeypatch):
    store("brief", "Words.", kind="blog")
    searcher = searching()

    def refuse(*_, **__):
        raise AssertionError("a list is not a ranking")

    monkeypatch.setattr(Ranking, "__init__", refuse)
    assert _ids(searcher.search(catalogue, Query("", Filters(kinds=("blog",))))) == ["brief"]


def test_the_vectors_are_read_once_however_many_facets_are_selected(
    catalogue, store, searching, monkeypatch
):
    store("brief", "Wellbeing.", kind="blog", language="en", year=2020)
    searcher, calls = searching(), []
    counted = Vectors.cosines
    monkeypatch.setattr(Vectors, "cosines", lambda *given: calls.append(None) or counted(*given))
    searcher.search(catalogue, Query("wellbeing", Filters(kinds=("blog",), languages=("en",))))
    assert len(calls) == 1


@pytest.mark.parametrize("missing", ["index", "encoder", "other model"])
def test_without_vectors_keywords_answer_and_it_is_said(catalogue, store, tmp_path, missing):
    store("brief", "Wellbeing matters.")
    folder = tmp_path / "index"
    if missing != "index":
        build_index(catalogue, folder, HashEncoder())
    encoder = HashEncoder()
    if missing == "other model":
        encoder.digest = "another"
    searcher = Searcher(
        LocalEngine(folder), None if missing == "encoder" else encoder, load_taxonomy()
    )
    results = searcher.search(catalogue, Query("wellbeing"))
    assert _ids(results) == ["brief"]
    assert results.legs == ("keywords",)
    assert results.notices[0].startswith("Answered by keywords only.")


def test_a_new_document_is_found_by_words_before_it_is_indexed(catalogue, store, searching):
    store("first", "Reading.")
    searcher = searching()
    store("second", "Wellbeing.")
    results = searcher.search(catalogue, Query("wellbeing"))
    assert _ids(results)[0] == "second"
    assert results.notices == (NOT_INDEXED,)


def test_a_removed_document_is_never_answered_with(catalogue, store, searching):
    store("gone", "Wellbeing.")
    store("kept", "Wellbeing too.")
    searcher = searching()
    with catalogue.transaction():
        catalogue.delete_document("gone")
    assert _ids(searcher.search(catalogue, Query("wellbeing"))) == ["kept"]


def test_a_running_searcher_takes_up_a_new_index(catalogue, store, searching, tmp_path):
    store("first", "Reading.")
    searcher = searching()
    store("second", "Wellbeing.")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    assert searcher.search(catalogue, Query("wellbeing")).notices == ()


def test_a_damaged_index_falls_back_to_keywords(catalogue, store, searching, tmp_path):
    store("brief", "Wellbeing.")
    searching()
    for path in (tmp_path / "index").glob("gen-*/passages.faiss"):
        path.write_bytes(path.read_bytes()[:-10])
    searcher = Searcher(LocalEngine(tmp_path / "index"), HashEncoder(), load_taxonomy())
    results = searcher.search(catalogue, Query("wellbeing"))
    assert _ids(results) == ["brief"]
    assert "does not match its manifest" in results.notices[0]


def test_similar_documents_leave_the_document_itself_out(catalogue, store, searching):
    store("a", "wellbeing survey students")
    store("b", "wellbeing survey pupils")
    store("c", "tractor engine repair")
    hits = searching().find_similar(catalogue, "a")
    assert [h.document.id for h in hits] == ["b", "c"]
    assert [(s.scores.keys(), s.bm25) for h in hits for s in h.snippets] == [
        ({"vectors"}, None)
    ] * 2


def test_similar_says_what_is_missing(catalogue, store, tmp_path):
    store("a", "Words.")
    searcher = Searcher(LocalEngine(tmp_path / "index"), HashEncoder(), load_taxonomy())
    with pytest.raises(IndexMissing, match="salex index"):
        searcher.find_similar(catalogue, "a")
    with pytest.raises(DocumentNotFound):
        searcher.find_similar(catalogue, "nobody")


def test_reciprocal_ranks_are_an_option(catalogue, store, searching):
    store("a", "Wellbeing.")
    store("b", "Reading.")
    results = searching().search(catalogue, Query("wellbeing", fusion="rrf"))
    assert _ids(results)[0] == "a"
    assert results.hits[0].score == pytest.approx(2 / 61)


def test_pages_of_hits_join_up(catalogue, store, searching):
    for number in range(25):
        store(f"d{number:02}", f"Wellbeing number {number}.")
    searcher = searching()
    whole = searcher.search(catalogue, Query("wellbeing", limit=25))
    parts = [
        searcher.search(catalogue, Query("wellbeing", offset=o, limit=10)) for o in (0, 10, 20)
    ]
    assert [i for part in parts for i in _ids(part)] == _ids(whole)
    assert [h.rank for h in parts[2].hits] == [21, 22, 23, 24, 25]


def test_a_hit_has_the_title_and_the_text_of_one_moment(
    catalogue, store, searching, tmp_path, monkeypatch
):
    store("report", "Schools measure wellbeing: 1.", title="Wellbeing 1")
    searcher, choose = searching(), order.choose_shown

    def choose_while_somebody_writes(*asked):
        shown = choose(*asked)
        with connect(catalogue.path) as other:
            store_document(other, "report", "Schools measure wellbeing: 2.", title="Wellbeing 2")
        return shown

    monkeypatch.setattr(order, "choose_shown", choose_while_somebody_writes)
    hit = searcher.search(catalogue, Query("wellbeing")).hits[0]
    assert (hit.document.title, hit.snippets[0].text[-2:]) == ("Wellbeing 1", "1.")
    monkeypatch.setattr(order, "choose_shown", choose)
    hit = searcher.search(catalogue, Query("wellbeing")).hits[0]
    assert (hit.document.title, hit.snippets[0].text[-2:]) == ("Wellbeing 2", "2.")
