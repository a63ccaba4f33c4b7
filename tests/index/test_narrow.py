"""With narrow filters only the passages that pass are compared; the answer stays the same."""

from __future__ import annotations

import itertools
from dataclasses import replace

from corpus.taxonomy import load_taxonomy
from index.local import snapshot
from index.local.engine import LocalEngine
from index.model import Filters, Query
from index.search.searcher import Searcher
from index.vectors.blocks import Blocks
from index.vectors.builder import build_index
from tests.support.fakes import HashEncoder

TEXTS = ("Schools measure.", "Teachers lead schools.", "Elephants.", "Escuelas rurales.")
FILTERS = (
    Filters(kinds=("blog",)),
    Filters(countries=("KE",), kinds=("report",)),
    Filters(year_from=2015),
    Filters(kinds=("event",)),
)
QUERIES = ("schools measure", "elephants", '"schools" -teachers', "¿dónde están las escuelas?")


class OtherEncoder(HashEncoder):
    name = digest = "other-hash-encoder"


def _fill(store):
    for number in range(40):
        texts = [f"{TEXTS[(number + n) % 4]} {number} {n}." for n in range(1 + number % 3)]
        fields = {"kind": ("report", "blog", None)[number % 3], "year": 2010 + number % 9}
        store(f"d{number:02d}", *texts, countries=("KE", "NG")[: number % 3], **fields)


def test_an_answer_is_the_same_if_only_what_passes_is_compared(
    catalogue, store, tmp_path, monkeypatch
):
    _fill(store)
    first, second = HashEncoder(), OtherEncoder()
    build_index(catalogue, tmp_path / "i", first, multilingual=second)
    store("later", "Schools measure without a vector.", kind="blog")
    searcher = Searcher(LocalEngine(tmp_path / "i"), first, load_taxonomy(), multilingual=second)
    compared, cosines = [], Blocks.cosines
    monkeypatch.setattr(
        Blocks, "cosines", lambda *given: compared.append(given[2:]) or cosines(*given)
    )
    for text, filters in itertools.product(QUERIES, FILTERS):
        answers = []
        for narrow in (0.0, 1.1):
            monkeypatch.setattr(snapshot, "NARROW", narrow)
            answers.append(searcher.search(catalogue, Query(text, filters)))
        whole, few = (replace(answer, timings_ms={}) for answer in answers)
        assert few == whole, (text, filters)
        assert [bool(rows) for rows in compared] == [False, False, True, True]
        compared.clear()
    kinds = next(facet for facet in few.facets if facet.field == "kinds")
    assert {c.value: c.count for c in kinds.counts} == {"report": 14, "blog": 14, "event": 0}
