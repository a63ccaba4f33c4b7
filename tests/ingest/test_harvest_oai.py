"""OAI-PMH against a repository on the loopback, which sickle, a client of others, harvests too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.documents import outcomes
from corpus.documents.fetches import harvest_of
from tests.ingest.test_harvest import harvester, kinds
from tests.ingest.test_sources import site
from tests.support.repositories import Held, Repository

__all__ = ["harvester", "site"]


@pytest.fixture
def repository(site) -> Repository:
    return Repository(site)


# The repository is a real one ----------------------------------------------------------------


def test_sickle_harvests_the_same_repository(repository):
    from sickle import Sickle

    client = Sickle(repository.url)
    repository.held[2] = replace(repository.held[2], deleted=True)
    assert client.Identify().granularity == "YYYY-MM-DD"
    assert [f.metadataPrefix for f in client.ListMetadataFormats()] == ["oai_dc"]
    assert [s.setSpec for s in client.ListSets()] == ["briefs", "reports"]
    listed = list(client.ListRecords(metadataPrefix="oai_dc"))
    assert [r.header.deleted for r in listed] == [n == 2 for n in range(7)]
    assert listed[1].metadata["title"] == ["Report 1 on counting & learning"]
    assert len(list(client.ListIdentifiers(metadataPrefix="oai_dc", set="briefs"))) == 4
    first = client.GetRecord(identifier=repository.held[0].identifier, metadataPrefix="oai_dc")
    assert first.header.datestamp == "2026-01-01"


def test_we_see_the_records_that_sickle_sees(repository, harvester):
    from sickle import Sickle

    theirs = [
        r.header.identifier for r in Sickle(repository.url).ListRecords(metadataPrefix="oai_dc")
    ]
    ours = [o.source.partition("#")[2] for o in harvester.harvest_oai(repository.url)]
    assert ours == theirs


# Harvesting ---------------------------------------------------------------------------------


def test_a_harvest_takes_in_every_record_and_the_next_adds_none(repository, harvester, catalogue):
    assert kinds(list(harvester.harvest_oai(repository.url))) == {"added": 7}
    held = [(d.id, d.sha256) for d in catalogue.all_documents()]
    assert kinds(list(harvester.harvest_oai(repository.url))) == {"unchanged": 1}
    assert repository.asked[-1]["from"] == "2026-01-07"
    assert [(d.id, d.sha256) for d in catalogue.all_documents()] == held


def test_the_document_says_what_dublin_core_says(repository, harvester, catalogue):
    outcome = next(o for o in harvester.harvest_oai(repository.url) if o.source.endswith(":3"))
    document = catalogue.document(outcome.document_id)
    assert document.title == "Report 3 on measuring & learning"
    assert document.authors == ("Ann Lee", "World Bank")
    assert (document.year, document.kind, document.language) == (2021, "report", "en")
    assert (document.doi, document.url) == ("10.1000/r3", "https://repo.example.org/3")
    assert document.licence == "CC BY 4.0"
    assert document.source == f"{repository.url}#oai:repo.example.org:3"


def test_what_is_new_or_changed_since_is_taken_in(repository, harvester):
    list(harvester.harvest_oai(repository.url))
    repository.held[0] = Held(0, "2026-02-01", "briefs", title="Another title")
    repository.held.append(Held(9, "2026-02-02"))
    assert kinds(list(harvester.harvest_oai(repository.url))) == {
        "unchanged": 1, "updated": 1, "added": 1,
    }  # fmt: skip


def test_a_deleted_record_is_withdrawn_and_comes_back(repository, harvester, catalogue):
    list(harvester.harvest_oai(repository.url))
    repository.held[4] = Held(4, "2026-02-01", "briefs", deleted=True)
    (gone,) = [o for o in harvester.harvest_oai(repository.url) if o.code == "withdrawn"]
    document = catalogue.document(gone.document_id)
    assert (gone.kind, document.withdrawn_reason) == (
        "updated", "The repository deleted the record on 2026-02-01.",
    )  # fmt: skip
    assert outcomes.latest_outcome_of(catalogue, gone.source) == gone
    (again,) = harvester.harvest_oai(repository.url)
    assert (again.kind, again.code) == ("unchanged", "withdrawn")
    repository.held[4] = Held(4, "2026-02-03", "briefs")
    back = [o for o in harvester.harvest_oai(repository.url) if o.source == gone.source]
    assert [o.kind for o in back] == ["updated"]
    assert catalogue.document(gone.document_id).withdrawn_at is None


def test_a_record_that_was_deleted_before_we_came_is_said(repository, harvester, catalogue):
    repository.held[4] = replace(repository.held[4], deleted=True)
    (gone,) = [o for o in harvester.harvest_oai(repository.url) if o.code == "withdrawn"]
    assert (gone.kind, gone.document_id) == ("unchanged", None)
    assert catalogue.count_rows()["document"] == 6


def test_an_interrupted_harvest_goes_on_where_it_stopped(repository, harvester, catalogue):
    repository.broken_after = 2
    found = list(harvester.harvest_oai(repository.url))
    assert kinds(found) == {"added": 6, "rejected": 1}
    assert (found[-1].source, found[-1].code) == (repository.url, "fetch-failed")
    repository.broken_after, repository.asked = None, []
    assert kinds(list(harvester.harvest_oai(repository.url))) == {"added": 1}
    assert [q.get("resumptionToken", "") for q in repository.asked] == ["", "6|||"]
    state = harvest_of(catalogue, repository.url, "oai_dc")
    assert state is not None
    assert (state.resumption_token, state.newest_datestamp) == (None, "2026-01-07")


def test_a_harvest_killed_in_the_middle_of_a_batch_loses_nothing(repository, harvester):
    run = harvester.harvest_oai(repository.url)
    taken = [next(run) for _ in range(4)]
    run.close()  # as Ctrl-C would
    assert kinds(taken) == {"added": 4}
    assert kinds(list(harvester.harvest_oai(repository.url))) == {"added": 3, "unchanged": 1}


def test_a_token_the_repository_forgot_begins_the_list_again(repository, harvester):
    repository.broken_after = 2
    list(harvester.harvest_oai(repository.url))
    repository.broken_after, repository.known_tokens = None, False
    repository.page = 100
    assert kinds(list(harvester.harvest_oai(repository.url))) == {"unchanged": 6, "added": 1}


def test_a_token_that_is_refused_within_a_run_is_said(repository, harvester):
    repository.known_tokens = False
    found = list(harvester.harvest_oai(repository.url))
    assert kinds(found) == {"added": 3, "rejected": 1}
    assert "badResumptionToken" in found[-1].reason


def test_a_token_that_leads_to_itself_ends_the_harvest(repository, harvester, monkeypatch):
    answer = repository.listed({"verb": "ListRecords", "metadataPrefix": "oai_dc"})
    monkeypatch.setattr(repository, "listed", lambda _: answer)
    found = list(harvester.harvest_oai(repository.url))
    assert kinds(found) == {"added": 3, "unchanged": 3, "rejected": 1}
    assert "repeats the same token" in found[-1].reason


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        ({"selected": "briefs"}, 4),
        ({"since": "2026-01-06"}, 2),
        ({"until": "2026-01-02"}, 2),
        ({"selected": "reports", "since": "2026-01-03", "until": "2026-01-04"}, 1),
        ({"since": "2026-01-03T10:00:00Z"}, 5),
        ({"limit": 4}, 4),
        ({"since": "2030-01-01"}, 0),
        ({"selected": "nothing"}, 0),
    ],
)
def test_a_part_is_harvested(repository, harvester, chosen, count):
    assert len(list(harvester.harvest_oai(repository.url, **chosen))) == count


def test_a_window_is_asked_for_in_moments_of_one_kind(repository, harvester):
    repository.granularity = "YYYY-MM-DDThh:mm:ssZ"
    repository.held = [replace(h, datestamp=f"{h.datestamp}T10:00:00Z") for h in repository.held]
    assert kinds(list(harvester.harvest_oai(repository.url, until="2026-03-01"))) == {"added": 7}
    assert kinds(list(harvester.harvest_oai(repository.url, until="2026-03-01"))) == {
        "unchanged": 1
    }
    assert kinds(list(harvester.harvest_oai(repository.url))) == {"unchanged": 7}
    assert kinds(list(harvester.harvest_oai(repository.url))) == {"unchanged": 1}
    assert repository.asked[-1]["from"] == "2026-01-07T10:00:00Z"


def test_a_part_does_not_move_where_the_whole_stands(repository, harvester):
    list(harvester.harvest_oai(repository.url, selected="briefs"))
    list(harvester.harvest_oai(repository.url, limit=1))
    assert kinds(list(harvester.harvest_oai(repository.url))) == {"added": 3, "unchanged": 4}


def test_a_busy_repository_is_asked_again_when_it_says(repository, harvester, site):
    answers = iter([(503, {"Retry-After": "1"}, b"")])
    site.answers["/oai"] = lambda handler: next(answers, None) or repository.answer(handler)
    assert kinds(list(harvester.harvest_oai(repository.url))) == {"added": 7}


def test_robots_txt_does_not_close_an_interface_for_programs(repository, harvester, site):
    site.answers["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /")
    assert kinds(list(harvester.harvest_oai(repository.url))) == {"added": 7}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"<html><body>A page</body></html>", "not-oai"),
        (b"no markup", "not-oai"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><OAI-PMH><Identify>&b;</Identify></OAI-PMH>', "not-oai"),
        (b'<OAI-PMH><error code="badVerb">no</error></OAI-PMH>', "oai-error"),
        (b"<OAI-PMH><Identify><protocolVersion>1.1</protocolVersion></Identify></OAI-PMH>",
         "not-oai"),
    ],
    ids=["page", "text", "entities", "error", "version"],
)  # fmt: skip
def test_what_is_no_repository_is_one_rejected_input(harvester, site, answer, code):
    site.answers["/oai"] = (200, {"Content-Type": "text/xml"}, answer)
    (outcome,) = harvester.harvest_oai(site.url("/oai"))
    assert (outcome.kind, outcome.code, outcome.source) == ("rejected", code, site.url("/oai"))


def test_a_record_without_title_is_rejected_by_itself(repository, harvester):
    repository.held[1] = replace(repository.held[1], title=" ")
    found = list(harvester.harvest_oai(repository.url))
    assert kinds(found) == {"added": 6, "rejected": 1}
    assert [o.code for o in found if o.kind == "rejected"] == ["no-title"]


def test_a_day_that_is_none_is_said(repository, harvester):
    (outcome,) = harvester.harvest_oai(repository.url, since="last week")
    assert "YYYY-MM-DD" in outcome.reason


def test_progress_is_told(repository, harvester):
    told: list[tuple[int, int | None]] = []
    list(harvester.harvest_oai(repository.url, progress=lambda n, of: told.append((n, of))))
    assert told == [(n, 7) for n in range(1, 8)]
