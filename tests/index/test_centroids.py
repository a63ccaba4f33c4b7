"""Documents that belong to a list: near its centre, of no work it holds, never one judged."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.documents.works import decide_relation
from corpus.errors import IndexMissing
from corpus.taxonomy import load_taxonomy
from index.local.engine import LocalEngine
from index.search.centroids import centroid_of
from index.search.searcher import Searcher
from tests.support.fakes import HashEncoder


@pytest.fixture
def held(store):
    store("wellbeing-a", "Wellbeing of pupils measured by survey.")
    store("wellbeing-b", "Measured wellbeing of pupils, a survey.")
    store("wellbeing-c", "Pupils and wellbeing in a survey.")
    store("teachers", "Teachers talk about lesson study groups.")
    store("finance", "Budgets, taxes and municipal bonds.")


def found(searcher, catalogue, *documents, **more):
    return [h.document.id for h in searcher.suggest_additions(catalogue, documents, **more)]


def test_the_nearest_that_is_not_listed_comes_first(catalogue, held, searching):
    additions = found(searching(), catalogue, "wellbeing-a", "wellbeing-b")
    assert additions[0] == "wellbeing-c"
    assert not {"wellbeing-a", "wellbeing-b"} & set(additions)


def test_what_was_judged_does_not_come_back(catalogue, held, searching):
    additions = found(searching(), catalogue, "wellbeing-a", leave_out=["wellbeing-c", "gone"])
    assert "wellbeing-c" not in additions
    assert additions[0] == "wellbeing-b"


def test_other_forms_of_a_listed_work_are_not_suggested(catalogue, held, searching):
    with catalogue.transaction():
        decide_relation(catalogue, "wellbeing-a", "wellbeing-b", "same-work", by="Mei")
    assert "wellbeing-b" not in found(searching(), catalogue, "wellbeing-a")


def test_a_list_of_nothing_held_gets_no_suggestions(catalogue, held, searching):
    searcher = searching()
    assert found(searcher, catalogue) == found(searcher, catalogue, "gone") == []


def test_as_many_as_asked_for(catalogue, held, searching):
    assert len(found(searching(), catalogue, "wellbeing-a", limit=2)) == 2


def test_without_an_index_it_says_so(catalogue, held, tmp_path):
    searcher = Searcher(LocalEngine(tmp_path / "empty"), HashEncoder(), load_taxonomy())
    with pytest.raises(IndexMissing):
        searcher.suggest_additions(catalogue, ["wellbeing-a"])


def test_each_document_counts_the_same_whatever_its_length(catalogue, store, searching):
    store("long", *[f"Budgets and taxes, part {n}." for n in range(40)])
    store("short", "Wellbeing of pupils.")
    searcher = searching()
    view = searcher.view(catalogue)
    rows = view.documents.document_rows(["long", "short"])
    middle = centroid_of(view, rows)
    alone = [centroid_of(view, rows[n : n + 1]) for n in range(2)]
    assert np.linalg.norm(middle) == pytest.approx(1, abs=1e-6)
    assert middle @ alone[0] == pytest.approx(middle @ alone[1], abs=1e-6)
