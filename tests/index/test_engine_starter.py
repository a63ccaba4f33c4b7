"""The judged questions of the starter corpus are answered alike by both engines."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.evaluation import read_judged_queries, read_translations
from index.local.engine import LocalEngine
from index.model import Query
from index.search.searcher import Searcher
from index.vectors.encoder import load_encoder
from index.vectors.multilingual import load_multilingual
from tests.support.engines import engine_of

JUDGMENTS = Path(__file__).parents[2] / "corpus" / "judgments"


def _told(found):
    """Return what readers see of results: the hits, their quotes, and the counts around them."""
    hits = [(h.document.id, h.strength, len(h.also)) for h in found.hits]
    quotes = [s.passage_id for h in found.hits for s in h.snippets]
    facets = [(f.field, [(c.value, c.count) for c in f.counts]) for f in found.facets]
    counts = (found.total, found.matched, found.related, found.more, found.strength)
    return hits, quotes, facets, counts, found.legs, found.notices, found.missing_words


@pytest.fixture(scope="module")
def both(starter, tmp_path_factory):
    """The starter corpus with a searcher over each engine."""
    folder = tmp_path_factory.mktemp("both")
    data = Path(shutil.copytree(starter / "data", folder / "data"))
    first, second = load_encoder(None), load_multilingual("use-multilingual-v3")
    with (
        connect(data / "catalogue.sqlite") as catalogue,
        engine_of("shard", folder / "shards", data / "index") as engine,
    ):
        engine.apply(catalogue)
        local, other = (
            Searcher(of, first, load_taxonomy(), multilingual=second)
            for of in (LocalEngine(data / "index"), engine)
        )
        yield catalogue, local, other


def test_judged_questions_in_four_languages_have_the_same_answers(both):
    catalogue, local, other = both
    judged = read_judged_queries(JUDGMENTS)
    asked = [*judged, *read_translations(JUDGMENTS, judged)]
    assert len(asked) > 100
    for query in asked:
        typed = Query(query.text, query.filters)
        wanted, got = local.search(catalogue, typed), other.search(catalogue, typed)
        assert _told(got) == _told(wanted), query.text
        assert [h.score for h in got.hits] == pytest.approx(
            [h.score for h in wanted.hits], abs=1e-5
        )


@pytest.mark.parametrize(
    "typed",
    [
        '"evidence use"', "evidence -policy", "teach*", "title:evidence", "TaRL",
        "evidnce synthesis", "stage:use governance", "zzzz", "", "policy makers language:es",
        'title:learning "policy makers" -africa',
    ],
)  # fmt: skip
def test_what_is_typed_with_operators_has_the_same_answers(both, typed):
    catalogue, local, other = both
    wanted, got = (s.search(catalogue, Query(typed)) for s in (local, other))
    assert _told(got) == _told(wanted)


def test_similar_documents_are_the_same(both):
    catalogue, local, other = both
    for document in list(catalogue.all_documents())[:5]:
        wanted, got = (s.find_similar(catalogue, document.id) for s in (local, other))
        assert [h.document.id for h in got] == [h.document.id for h in wanted]
