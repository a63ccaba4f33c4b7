"""Forms of one work: proposed with a reason, and one hit in search once a person confirmed."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest

from corpus.documents.works import decide_relation, read_relations
from corpus.model import Document
from index.model import Query
from index.vectors.builder import build_index
from index.works import proposing
from index.works.proposing import propose_works
from tests.support.fakes import HashEncoder

TEXT = "Networks help schools use evidence when members ask for it."


@pytest.fixture
def forms(catalogue, store, tmp_path):
    title = "How networks support evidence use in schools"
    store("blog", f"{TEXT} A short post.", title=title, kind="blog", year=2024)
    store("report", f"{TEXT} The long story.", title=f"{title} (report)", kind="report", year=2023)
    store("other", "Tractors need oil.", title="Tractor maintenance in four steps", kind="report")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    return catalogue


def _confirm(catalogue, kind="same-work"):
    with catalogue.transaction():
        decide_relation(catalogue, "blog", "report", kind, by="ana")


def test_documents_with_alike_titles_and_texts_are_proposed_with_a_reason(forms, tmp_path):
    assert propose_works(forms, tmp_path / "index", HashEncoder()) == 1
    (relation,) = read_relations(forms)
    assert (relation.first, relation.second, relation.kind) == ("blog", "report", "same-work")
    assert "titles share" in relation.evidence


CLIMATE = "Emissions of carbon fell by a tenth while output grew, and every site reports its own. "


@pytest.mark.parametrize(
    ("one", "other", "proposed"),
    [
        ({"publishers": ("Shell",)}, {"publishers": ("Enel",)}, 0),
        ({"publishers": ("Shell",)}, {"publishers": ("SHELL",)}, 1),
        ({"publishers": ("Shell",), "authors": ("Ana Li",)}, {"authors": ("Li, Ana",)}, 1),
        ({"publishers": ("Shell",)}, {"authors": ("Ana Li",)}, 0),
        ({"publishers": ("Shell",)}, {}, 1),
    ],
    ids=["two companies", "one company", "one author", "strangers", "nobody named"],
)
def test_alike_titles_need_the_same_organisation_or_authors(
    catalogue, store, tmp_path, one, other, proposed
):
    title = "Annual climate risk report"
    store("one", f"{CLIMATE} Wells are drilled in the sea.", title=title, year=2020, **one)
    store("other", f"{CLIMATE} Dams turn rivers into power.", title=title, year=2021, **other)
    build_index(catalogue, tmp_path / "index", HashEncoder())
    assert propose_works(catalogue, tmp_path / "index", HashEncoder()) == proposed


def test_the_same_text_of_two_publishers_is_one_work(catalogue, store, tmp_path):
    for name, publisher in (("one", "Shell"), ("other", "Enel")):
        store(name, CLIMATE, title="Annual climate risk report", publishers=(publisher,))
    build_index(catalogue, tmp_path / "index", HashEncoder())
    assert propose_works(catalogue, tmp_path / "index", HashEncoder()) == 1


def test_the_same_doi_is_one_work(catalogue, store, tmp_path):
    store("a", "Apples.", doi="10.1/X")
    store("b", "Bicycles.", doi="10.1/x")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    propose_works(catalogue, tmp_path / "index", HashEncoder())
    assert read_relations(catalogue)[0].evidence == "Both carry the DOI 10.1/X."


TITLE_WORDS = ("how", "schools", "use", "evidence", "in", "rural", "kenya", "uganda", "today")


def _drawn_form(rng, number):
    """Return a document with few words, publishers and directions to draw from."""
    words = rng.sample(TITLE_WORDS, 7)
    direction = np.array([rng.gauss(m, 0.3) for m in rng.choice(((1, 0, 0), (0, 1, 0)))])
    document = Document(
        f"d{number}",
        " ".join(words[: rng.randrange(2, 8)]),
        f"file:///{number}",
        "text/plain",
        f"{number}",
        1,
        doi=rng.choice((None, None, None, "10.1/a", "10.1/A", "10.1/b")),
        near_duplicate_of=rng.choice((None, None, f"d{rng.randrange(60)}")),
        publishers=tuple(rng.sample(("Ministry", "ministry", "Network", "Trust"), 2)),
        authors=tuple(rng.sample(("Ana Li", "Ben Oti", "Cy Ray"), rng.randrange(2))),
    )
    unit = (direction / np.linalg.norm(direction)).astype(np.float32)
    return proposing._form(document, unit if rng.random() < 0.9 else None)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_proposed_is_what_comparing_every_two_documents_would_find(seed, monkeypatch):
    monkeypatch.setattr(proposing, "TOGETHER", 7)
    rng, profile = random.Random(seed), HashEncoder().profile
    forms = [_drawn_form(rng, number) for number in range(60)]
    every = [proposing._compare(one, other, profile) for one, other in combinations(forms, 2)]
    expected = {(r.first, r.second, r.kind, r.evidence) for r in every if r}
    found = [(r.first, r.second, r.kind, r.evidence) for r in proposing._pairs(forms, profile)]
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert {r.evidence[:12] for r in every if r} >= {"Both carry t", "Their texts ", "Their titles"}


def test_a_proposal_alone_changes_no_search(forms, searching, tmp_path):
    propose_works(forms, tmp_path / "index", HashEncoder())
    results = searching().search(forms, Query("networks evidence schools"))
    assert {h.document.id for h in results.hits[:2]} == {"blog", "report"}


def test_a_confirmed_work_is_one_hit_with_its_best_form_first(forms, searching):
    _confirm(forms)
    results = searching().search(forms, Query("a short post on networks"))
    hit = results.hits[0]
    assert (hit.document.id, [d.id for d in hit.also]) == ("report", ["blog"])
    assert hit.snippets[0].text.endswith("The long story.")
    assert hit.score >= hit.snippets[0].score
    assert results.total == len(results.hits) == 2


def test_documents_decided_to_be_different_stay_two_hits(forms, searching):
    _confirm(forms, "different")
    assert searching().search(forms, Query("networks evidence")).total == 3


def test_a_decision_shows_in_the_next_search_of_a_running_server(forms, searching):
    searcher = searching()
    before = searcher.search(forms, Query("networks")).total
    _confirm(forms)
    assert searcher.search(forms, Query("networks")).total == before - 1
