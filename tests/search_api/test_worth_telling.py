"""Of what people are told: what answers and the nearest related, each once, whatever moves."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings

from corpus.catalogue.catalogue import connect
from corpus.people import following
from corpus.people.following import known_matches
from corpus.people.people import add_person
from search_api.following import matches
from search_api.following.matches import choose_worth_telling
from tests.corpus.test_following import OPS, STEPS, Repository


def hits(grades):
    """One hit for each letter, best first: s is strong, w weak, - neither."""
    of = {"s": "strong", "w": "weak", "-": "unranked"}
    return [
        SimpleNamespace(document=SimpleNamespace(id=f"{n}"), strength=of[grade])
        for n, grade in enumerate(grades)
    ]


@pytest.mark.parametrize(
    ("grades", "told", "chosen"),
    [
        ("wwwwwww", (), "01234"),
        ("wswwwwsw", (), "01236"),
        ("wwsssssss", (), "2345678"),
        ("-------", (), "0123456"),
        ("wwwwwww", ("6",), "012346"),
        ("", (), ""),
    ],
    ids=["none answers", "two answer", "enough answer", "filters alone", "told before", "nothing"],
)
def test_what_answers_is_told_and_the_nearest_related_up_to_five_in_all(grades, told, chosen):
    assert "".join(h.document.id for h in choose_worth_telling(hits(grades), told)) == chosen


class Ranked(Repository):
    """Documents that match are related, the nearest the first by name, and d answers."""

    def hits(self):
        grades = {i: "strong" if i.startswith("d") else "weak" for i in self.matching()}
        return [
            SimpleNamespace(document=SimpleNamespace(id=i), strength=grades[i])
            for i in sorted(grades)
        ]

    def worth_telling(self):
        told = known_matches(self.catalogue, self.follow).told
        return {h.document.id: h.document.id for h in choose_worth_telling(self.hits(), told)}

    def news(self, *, by_mail=False):
        known = known_matches(self.catalogue, self.follow)
        changed = matches_changed(self)
        told = known.told if by_mail else known.seen
        return following.find_new(self.worth_telling(), told, changed)


def matches_changed(repository):
    from corpus.documents.changes import changes_since

    return changes_since(repository.catalogue, repository.follow.since_revision).records


def check_ranked(tmp_path_factory, steps):
    """Take steps; nothing is told twice or late, and what e-mail told stays until it is seen."""
    with connect(tmp_path_factory.mktemp("s") / "catalogue.sqlite", create=True) as catalogue:
        with catalogue.transaction():
            repository = Ranked(catalogue, add_person(catalogue, OPS, "Ana", "reader"))
        for step, name in steps:
            repository.take(step, name)
            unseen = {*repository.mailed} - {*repository.seen}
            assert unseen & {*repository.matching()} <= repository.news(), "told and gone"
        answering = {h.document.id for h in repository.hits() if h.strength == "strong"}
        nearest = {*repository.worth_telling()} - {"old"}
        for step in ("mail", "seen", "seen", "mail"):
            repository.change(step, "")
        for told in (repository.seen, repository.mailed):
            assert len(told) == len(set(told)), "told twice"
            assert not {"old", "other"} & set(told), "told of an old one"
        assert answering | nearest <= set(repository.seen), "never told"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_the_nearest_are_told_once_whatever_comes_and_goes(tmp_path_factory, steps):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matches, "NEAREST", 1)
        check_ranked(tmp_path_factory, steps)


@pytest.mark.prove
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_five_hundred_histories_tell_the_nearest_once(tmp_path_factory, steps):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matches, "NEAREST", 1)
        check_ranked(tmp_path_factory, steps)
