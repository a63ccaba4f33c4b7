"""One contract for all engines: what the one on this machine says, every other one says, too."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from corpus.catalogue.catalogue import connect
from index.documents.values import Rows
from index.engine import EVERYTHING, NO_IDS, Question, Scope
from index.local.engine import LocalEngine
from index.model import MULTILINGUAL, VECTORS, Filters
from index.vectors.builder import build_index
from index.words.keywords import passages_with
from tests.conftest import store_document
from tests.support.changing import do, steps
from tests.support.engines import (
    KINDS,
    SecondEncoder,
    engine_of,
    same_answers,
    same_found,
    same_state,
)
from tests.support.fakes import HashEncoder

ROLES = ("body", "summary", "findings", "references", "contents")
WORDS = ("schools", "teachers", "measure", "teach*", "nothing", "two", "absent", "more")
PHRASES = ("of schools", "teachers lead", "wellbeing")
calm = {
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    "deadline": None,
    "phases": (Phase.explicit, Phase.reuse, Phase.generate),  # an example takes half a second
}

filters = st.fixed_dictionaries(
    {},
    optional={
        "kinds": st.just(("report",)),
        "countries": st.lists(st.sampled_from(("KE", "NG", "BR")), min_size=1, max_size=2),
        "topics": st.just(("scaling",)),
        "passage_stages": st.sampled_from((("use",), ("use", "synthesis"))),
        "roles": st.lists(st.sampled_from(ROLES), min_size=1, max_size=2),
        "year_from": st.sampled_from((2019, 2020)),
        "year_to": st.sampled_from((2019, 2024)),
        "include_undated": st.booleans(),
    },
).map(lambda values: Filters(**values))
questions = st.fixed_dictionaries(
    {
        "terms": st.lists(st.sampled_from(WORDS), max_size=4, unique=True).map(tuple),
        "added": st.lists(st.sampled_from(PHRASES), max_size=2, unique=True).map(tuple),
        "others": st.sampled_from(({}, {"absent": ("schools", "two")}, {"measure": ("teachers",)})),
        "text": st.sampled_from(("Schools measure", "teachers of schools", "what else")),
        "legs": st.sampled_from(((VECTORS,), (VECTORS, MULTILINGUAL), (MULTILINGUAL,), ())),
        "filters": filters,
        "having": st.sampled_from((None, ("schools",), ("teachers", "lead"), ("absent",))),
        "without": st.sampled_from((None, ("wellbeing",), ("two",))),
        "leave_out": st.booleans(),
    }
)


def _question(catalogue, view, drawn) -> Question:
    encoders = {VECTORS: HashEncoder(), MULTILINGUAL: SecondEncoder()}
    scope = EVERYTHING
    if drawn["having"] or drawn["without"]:
        having = np.unique(passages_with(catalogue, drawn["having"])) if drawn["having"] else None
        without = np.unique(passages_with(catalogue, drawn["without"] or ("absent",)))
        scope = Scope(having, without if drawn["without"] else NO_IDS)
    usable = drawn["legs"] if view.manifest else ()
    vectors = {leg: encoders[leg].encode_query(drawn["text"]) for leg in usable}
    return Question(
        terms=drawn["terms"],
        added=drawn["added"] if drawn["terms"] else (),
        others={term: drawn["others"][term] for term in drawn["terms"] if term in drawn["others"]},
        vectors=vectors,
        filters=drawn["filters"],
        scope=scope,
        leave_out=(0,) if drawn["leave_out"] and view.documents.document_ids else (),
    )


def _set_roles(catalogue) -> None:
    """Give every passage a role that depends on its id alone."""
    with catalogue.transaction():
        for (number,) in catalogue.rows("select id from passage"):
            role = ROLES[number % len(ROLES)]
            catalogue.db.execute("update passage set role = ? where id = ?", [role, number])
        for (name,) in catalogue.rows("select id from document"):
            catalogue.db.execute("update document set year = year where id = ?", [name])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, **calm)
@given(data=st.data())
def test_an_engine_says_what_the_one_on_this_machine_says(kind, tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("engine")
    with (
        connect(folder / "catalogue.sqlite", create=True) as catalogue,
        engine_of(kind, folder / "shards", folder / "index") as engine,
    ):
        local = LocalEngine(folder / "index")
        for indexing in data.draw(st.lists(st.booleans(), min_size=1, max_size=3)):
            for step in data.draw(steps):
                do(catalogue, step)
            _set_roles(catalogue)
            if indexing:
                build_index(
                    catalogue, folder / "index", HashEncoder(), multilingual=SecondEncoder()
                )
                engine.apply(catalogue)
            elif engine.view(catalogue).filled is None:
                engine.apply(catalogue)
            wanted, got = local.view(catalogue), engine.view(catalogue)
            same_state(catalogue, wanted, got)
            for drawn in data.draw(st.lists(questions, min_size=1, max_size=3)):
                question = _question(catalogue, wanted, drawn)
                same_answers(catalogue, wanted, got, question, (100, 1, 2))
            _same_of_words(catalogue, wanted, got)
    shutil.rmtree(folder)


def _same_of_words(catalogue, wanted, got) -> None:
    terms = [word for word in WORDS if not word.endswith("*")]
    assert got.rarities(catalogue, terms) == pytest.approx(wanted.rarities(catalogue, terms))
    assert got.missing(catalogue, terms) == wanted.missing(catalogue, terms)
    some = np.arange(len(wanted.documents.document_ids)) % 2 == 0
    assert got.missing(catalogue, terms, some) == wanted.missing(catalogue, terms, some)
    having = np.unique(passages_with(catalogue, ("schools",)))
    for scope in (EVERYTHING, Scope(having), Scope(None, having)):
        told = got.documents_with(catalogue, scope)
        assert told.tolist() == wanted.documents_with(catalogue, scope).tolist()
    if wanted.manifest is None:
        return
    rows: Rows = np.arange(len(wanted.documents.document_ids))
    for leg in (VECTORS, MULTILINGUAL):
        for evidence in (False, True):
            both = (
                {row: v.tolist() for row, v in view.vectors_of(rows, leg=leg, evidence=evidence)}
                for view in (wanted, got)
            )
            of_local, of_engine = both
            assert of_engine.keys() == of_local.keys()
            for row, vectors in of_local.items():
                np.testing.assert_allclose(of_engine[row], vectors, rtol=1e-6)


def _indexed(catalogue, folder):
    build_index(catalogue, folder, HashEncoder(), multilingual=SecondEncoder())


def _asked(text: str, **more) -> Question:
    vectors = {VECTORS: HashEncoder().encode_query(text)}
    return Question(terms=tuple(text.lower().split()), vectors=vectors, **more)


@pytest.mark.parametrize("kind", KINDS)
def test_many_works_are_cut_at_the_same_passage(kind, catalogue, tmp_path):
    for number in range(260):
        words = " ".join(("schools", "teach")[: 1 + number % 2]) + f" word{number % 7}"
        store_document(catalogue, f"d{number:03d}", words, "schools", f"other {number}")
    _indexed(catalogue, tmp_path / "index")
    with engine_of(kind, tmp_path / "shards", tmp_path / "index") as engine:
        engine.apply(catalogue)
        local, other = LocalEngine(tmp_path / "index").view(catalogue), engine.view(catalogue)
        same_answers(catalogue, local, other, _asked("schools word3"), (100, 10, 1))
        same_answers(catalogue, local, other, replace(_asked("schools"), vectors={}), (100, 3))


@pytest.mark.parametrize("kind", KINDS)
def test_references_are_candidates_only_where_there_is_nothing_else(kind, catalogue, tmp_path):
    store_document(catalogue, "one", "Schools measure.", "Teachers lead.", year=2020)
    store_document(catalogue, "two", "Wellbeing of schools.", "Nothing else.", year=2010)
    with catalogue.transaction():
        for text in ("Schools measure.", "Wellbeing of schools.", "Nothing else."):
            catalogue.db.execute("update passage set role = 'references' where text = ?", [text])
    _indexed(catalogue, tmp_path / "index")
    with engine_of(kind, tmp_path / "shards", tmp_path / "index") as engine:
        engine.apply(catalogue)
        local, other = LocalEngine(tmp_path / "index").view(catalogue), engine.view(catalogue)
        meaning = replace(_asked("schools measure"), terms=())
        only = np.unique(passages_with(catalogue, ("schools",)))
        for question, found in (
            (meaning, ["Teachers lead."]),
            (_asked("schools lead"), ["Teachers lead."]),
            (_asked("measure"), 4),
            (replace(meaning, filters=Filters(year_to=2015)), 2),
            (replace(meaning, scope=Scope(only)), 2),
            (replace(meaning, scope=Scope(None, passages_with(catalogue, ("lead",)))), 3),
        ):
            same_answers(catalogue, local, other, question)
            got = other.ask(catalogue, question, _clock()).candidates()
            texts = sorted(p.text for p in catalogue.passages_by_id(got.ids.tolist()).values())
            assert texts == found if isinstance(found, list) else len(texts) == found


@pytest.mark.parametrize("kind", KINDS)
def test_every_filter_comes_first(kind, catalogue, tmp_path):
    values = itertools.product((None, 2019, 2024), ("report", "blog"), (("KE",), ("KE", "BR"), ()))
    for number, (year, sort, countries) in enumerate(values):
        fields = {"year": year, "kind": sort, "countries": countries, "publishers": (sort,)}
        store_document(catalogue, f"d{number:02d}", f"Schools {number}.", "Teachers.", **fields)
        do(catalogue, (("tag", "score", "relate")[number % 2], f"d{number:02d}"))
    _set_roles(catalogue)
    _indexed(catalogue, tmp_path / "index")
    with engine_of(kind, tmp_path / "shards", tmp_path / "index") as engine:
        engine.apply(catalogue)
        local, other = LocalEngine(tmp_path / "index").view(catalogue), engine.view(catalogue)
        one: tuple[dict[str, object], ...] = (
            {"kinds": ("report",)},
            {"countries": ("BR", "NG")},
            {"publishers": ("blog",)},
            {"topics": ("scaling",)},
            {"passage_stages": ("use",)},
            {"roles": ("references", "summary")},
            {"year_from": 2020},
            {"year_to": 2020},
            {"year_from": 2019, "year_to": 2019, "include_undated": True},
        )
        for chosen in ({}, *one, *({**a, **b} for a, b in itertools.combinations(one, 2))):
            question = replace(_asked("schools teachers"), filters=Filters(**chosen))
            same_answers(catalogue, local, other, question, (100, 2))
            left_out = replace(question, leave_out=(0, 5, 9))
            same_answers(catalogue, local, other, left_out, (2,))


@pytest.mark.parametrize("kind", KINDS)
def test_phrases_and_beginnings_of_words_count_what_they_count(kind, catalogue, tmp_path):
    for number in range(12):
        words = ("Teachers lead schools.", "Schools teach.", "Rain.", "Nothing else.")[number % 4]
        store_document(catalogue, f"d{number:02d}", f"{words} {number}", "Rain falls.")
    _indexed(catalogue, tmp_path / "index")
    with engine_of(kind, tmp_path / "shards", tmp_path / "index") as engine:
        engine.apply(catalogue)
        local, other = LocalEngine(tmp_path / "index").view(catalogue), engine.view(catalogue)
        for terms in (("schools",), ("teach*",), ("rain", "teach*", "absent")):
            for added in ((), ("teachers lead",), ("lead", "schools teach")):
                question = replace(_asked("schools"), terms=terms, added=added)
                same_answers(catalogue, local, other, question, (100, 2))


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_catalogue_has_no_candidates(kind, catalogue, tmp_path):
    with engine_of(kind, tmp_path / "shards", tmp_path / "index") as engine:
        engine.apply(catalogue)
        local, other = LocalEngine(tmp_path / "index").view(catalogue), engine.view(catalogue)
        same_state(catalogue, local, other)
        same_answers(catalogue, local, other, Question(terms=("schools",)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_is_found_by_the_next_view_that_waits(kind, catalogue, tmp_path):
    store_document(catalogue, "one", "Schools measure.")
    _indexed(catalogue, tmp_path / "index")
    with engine_of(kind, tmp_path / "shards", tmp_path / "index") as engine:
        engine.apply(catalogue)
        store_document(catalogue, "two", "Teachers lead schools.")
        view = engine.view(catalogue)
        assert view.filled.state.revision == catalogue.revision()
        found = view.ask(catalogue, Question(terms=("lead",)), _clock()).candidates()
        assert [view.documents.document_ids[row] for row in found.owners] == ["two"]
        assert view.without_vector == 1


@pytest.mark.parametrize("kind", KINDS)
def test_another_model_gets_a_collection_of_its_own_and_two_are_kept(kind, catalogue, tmp_path):
    store_document(catalogue, "one", "Schools measure.")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    with engine_of(kind, tmp_path / "shards", tmp_path / "index") as engine:
        names = []
        for encoder in (HashEncoder(), SecondEncoder(), HashEncoder()):
            build_index(catalogue, tmp_path / "index", encoder)
            engine.apply(catalogue)
            names.append(engine.view(catalogue).filled.name)
        assert [name[-6:] for name in names] == ["000001", "000002", "000003"]
        own = [n for n in engine._client.collections() if n.startswith(names[0][:-7])]
        assert own == names[1:]


@pytest.mark.parametrize("kind", KINDS)
def test_a_passage_that_the_catalogue_lost_is_no_candidate(kind, catalogue, tmp_path):
    store_document(catalogue, "one", "Schools measure.")
    store_document(catalogue, "two", "Schools lead.")
    _indexed(catalogue, tmp_path / "index")
    with engine_of(kind, tmp_path / "shards", tmp_path / "index") as engine:
        engine.apply(catalogue)
        view = engine.view(catalogue)
        with catalogue.transaction():
            catalogue.delete_document("two")
        now = engine._keeper.current(catalogue, wait=True)
        behind = replace(view, documents=now.documents, words=now.words, behind=True)
        found = behind.ask(catalogue, _asked("schools lead"), _clock()).candidates()
        assert [behind.documents.document_ids[row] for row in found.owners] == ["one"]
        assert "behind" in behind.limits[0]


def _clock():
    from index.clock import Clock

    return Clock()


def test_the_comparison_sees_a_wrong_score(catalogue, tmp_path):
    store_document(catalogue, "one", "Schools measure.")
    _indexed(catalogue, tmp_path / "index")
    view = LocalEngine(tmp_path / "index").view(catalogue)
    found = view.ask(catalogue, _asked("schools"), _clock()).candidates()
    wrong = replace(found, legs={leg: scores * 1.00001 for leg, scores in found.legs.items()})
    with pytest.raises(AssertionError):
        same_found(found, wrong)
