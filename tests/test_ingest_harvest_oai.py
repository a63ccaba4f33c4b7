"""OAI-PMH against a repository on the loopback, which sickle, a client of others, harvests too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import pytest

from corpus import outcomes
from corpus.fetches import harvest_of
from corpus.model import Outcome
from corpus.originals import Originals
from ingest.model import Limits
from ingest.pipeline import ingest
from ingest.sources import Network
from ingest.sources.harvest import Harvester
from tests.test_ingest_sources import Site, site

__all__ = ["site"]

NETWORK = Network(allow_private=True, ports=None, delay_s=0, backoff_s=0)
SCHEMA = "http://www.openarchives.org/OAI/2.0/"
TOPICS = ("reading", "counting", "teaching", "measuring", "playing")


@dataclass(frozen=True)
class Held:
    """One record of the repository."""

    number: int
    datestamp: str
    group: str = "reports"
    title: str = ""
    deleted: bool = False

    @property
    def identifier(self) -> str:
        return f"oai:repo.example.org:{self.number}"

    def header(self) -> str:
        status = ' status="deleted"' if self.deleted else ""
        return (
            f"<header{status}><identifier>{self.identifier}</identifier>"
            f"<datestamp>{self.datestamp}</datestamp><setSpec>{self.group}</setSpec></header>"
        )

    def xml(self) -> str:
        topic = TOPICS[self.number % len(TOPICS)]
        words = f"Pupils who are {topic} in school {self.number} learn in their own way. " * 3
        title = escape(self.title or f"Report {self.number} on {topic} & learning")
        metadata = (
            ""
            if self.deleted
            else f"""
          <metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
            xmlns:dc="http://purl.org/dc/elements/1.1/">
            <dc:title>{title}</dc:title><dc:creator>Lee, Ann</dc:creator>
            <dc:creator>World Bank</dc:creator><dc:date>2024-05-01T10:00:00Z</dc:date>
            <dc:date>2021</dc:date><dc:type>Working Paper</dc:type>
            <dc:description>{escape(words)}</dc:description><dc:language>en</dc:language>
            <dc:identifier>https://repo.example.org/{self.number}</dc:identifier>
            <dc:identifier>https://doi.org/10.1000/r{self.number}</dc:identifier>
            <dc:rights>CC BY 4.0</dc:rights></oai_dc:dc></metadata>"""
        )
        return f"<record>{self.header()}{metadata}</record>"


class Repository:
    """An OAI-PMH 2.0 data provider: all six verbs, sets, windows, tokens and errors."""

    def __init__(self, site: Site, records: int = 7) -> None:
        self.held = [
            Held(n, f"2026-01-{n + 1:02d}", "reports" if n % 2 else "briefs")
            for n in range(records)
        ]
        self.page = 3
        self.known_tokens = True
        self.broken_after: int | None = None
        self.lists = 0
        self.asked: list[dict[str, str]] = []
        site.answers["/oai"] = self.answer
        self.url = site.url("/oai")

    def answer(self, handler: Any) -> tuple[int, dict[str, str], bytes]:
        query = {k: v[0] for k, v in parse_qs(urlsplit(handler.path).query).items()}
        self.asked.append(query)
        verb = query.get("verb", "")
        if verb == "ListRecords" and self.broken_after is not None:
            if self.lists >= self.broken_after:
                return 500, {}, b"out of order"
            self.lists += 1
        known = {
            "Identify": self.identify, "ListMetadataFormats": self.formats,
            "ListSets": self.sets, "GetRecord": self.one,
            "ListRecords": self.listed, "ListIdentifiers": self.listed,
        }  # fmt: skip
        body = known[verb](query) if verb in known else self.error("badVerb")
        if not body.startswith("<error"):
            body = f"<{verb}>{body}</{verb}>"
        return 200, {"Content-Type": "text/xml; charset=utf-8"}, (
            f'<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="{SCHEMA}">'
            f"<responseDate>2026-02-01T00:00:00Z</responseDate><request>{self.url}</request>"
            f"{body}</OAI-PMH>"
        ).encode()  # fmt: skip

    def error(self, code: str) -> str:
        return f'<error code="{code}">{code} happened</error>'

    def identify(self, _: dict[str, str]) -> str:
        return (
            f"<repositoryName>Test</repositoryName><baseURL>{self.url}</baseURL>"
            "<protocolVersion>2.0</protocolVersion><adminEmail>a@example.org</adminEmail>"
            "<earliestDatestamp>2026-01-01</earliestDatestamp>"
            "<deletedRecord>persistent</deletedRecord><granularity>YYYY-MM-DD</granularity>"
        )

    def formats(self, _: dict[str, str]) -> str:
        return (
            "<metadataFormat><metadataPrefix>oai_dc</metadataPrefix>"
            "<schema>http://www.openarchives.org/OAI/2.0/oai_dc.xsd</schema>"
            "<metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace>"
            "</metadataFormat>"
        )

    def sets(self, _: dict[str, str]) -> str:
        names = ("briefs", "reports")
        return "".join(f"<set><setSpec>{n}</setSpec><setName>{n}</setName></set>" for n in names)

    def one(self, query: dict[str, str]) -> str:
        found = [h for h in self.held if h.identifier == query.get("identifier")]
        return found[0].xml() if found else self.error("idDoesNotExist")

    def listed(self, query: dict[str, str]) -> str:
        start, window = 0, {k: query.get(k, "") for k in ("set", "from", "until")}
        if "resumptionToken" in query:
            parts = query["resumptionToken"].split("|")
            if not self.known_tokens or len(parts) != 4:
                return self.error("badResumptionToken")
            start, window = int(parts[0]), dict(zip(window, parts[1:], strict=True))
        elif query.get("metadataPrefix") != "oai_dc":
            return self.error("cannotDisseminateFormat")
        if any(len(window[day]) not in (0, 10) for day in ("from", "until")):
            return self.error("badArgument")
        found = [
            h for h in self.held
            if window["set"] in ("", h.group)
            and (window["from"] or "0") <= h.datestamp <= (window["until"] or "9")
        ]  # fmt: skip
        if not found:
            return self.error("noRecordsMatch")
        end = start + self.page
        token = "|".join((str(end), *window.values())) if end < len(found) else ""
        shown = "".join(
            h.xml() if query["verb"] == "ListRecords" else h.header() for h in found[start:end]
        )
        if start or token:
            size = f'completeListSize="{len(found)}"'
            shown += f"<resumptionToken {size}>{token}</resumptionToken>"
        return shown


@pytest.fixture
def repository(site) -> Repository:
    return Repository(site)


@pytest.fixture
def harvester(catalogue, tmp_path) -> Harvester:
    originals = Originals(tmp_path / "originals")
    return Harvester(
        catalogue,
        lambda items: ingest(items, catalogue, originals, network=NETWORK, workers=0),
        Limits(),
        NETWORK,
    )


def kinds(found: list[Outcome]) -> dict[str, int]:
    return dict(Counter(o.kind for o in found))


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
    ours = [o.source.partition("#")[2] for o in harvester.oai(repository.url)]
    assert ours == theirs


# Harvesting ---------------------------------------------------------------------------------


def test_a_harvest_takes_in_every_record_and_the_next_adds_none(repository, harvester, catalogue):
    assert kinds(list(harvester.oai(repository.url))) == {"added": 7}
    held = [(d.id, d.sha256) for d in catalogue.all_documents()]
    assert kinds(list(harvester.oai(repository.url))) == {"unchanged": 1}
    assert repository.asked[-1]["from"] == "2026-01-07"
    assert [(d.id, d.sha256) for d in catalogue.all_documents()] == held


def test_the_document_says_what_dublin_core_says(repository, harvester, catalogue):
    outcome = next(o for o in harvester.oai(repository.url) if o.source.endswith(":3"))
    document = catalogue.document(outcome.document_id)
    assert document.title == "Report 3 on measuring & learning"
    assert document.authors == ("Ann Lee", "World Bank")
    assert (document.year, document.kind, document.language) == (2021, "report", "en")
    assert (document.doi, document.url) == ("10.1000/r3", "https://repo.example.org/3")
    assert document.licence == "CC BY 4.0"
    assert document.source == f"{repository.url}#oai:repo.example.org:3"


def test_what_is_new_or_changed_since_is_taken_in(repository, harvester):
    list(harvester.oai(repository.url))
    repository.held[0] = Held(0, "2026-02-01", "briefs", title="Another title")
    repository.held.append(Held(9, "2026-02-02"))
    assert kinds(list(harvester.oai(repository.url))) == {
        "unchanged": 1, "updated": 1, "added": 1,
    }  # fmt: skip


def test_a_deleted_record_is_withdrawn_and_comes_back(repository, harvester, catalogue):
    list(harvester.oai(repository.url))
    repository.held[4] = Held(4, "2026-02-01", "briefs", deleted=True)
    (gone,) = [o for o in harvester.oai(repository.url) if o.code == "withdrawn"]
    document = catalogue.document(gone.document_id)
    assert (gone.kind, document.withdrawn_reason) == (
        "updated", "The repository deleted the record on 2026-02-01.",
    )  # fmt: skip
    assert outcomes.latest_of(catalogue, gone.source) == gone
    (again,) = harvester.oai(repository.url)
    assert (again.kind, again.code) == ("unchanged", "withdrawn")
    repository.held[4] = Held(4, "2026-02-03", "briefs")
    back = [o for o in harvester.oai(repository.url) if o.source == gone.source]
    assert [o.kind for o in back] == ["updated"]
    assert catalogue.document(gone.document_id).withdrawn_at is None


def test_a_record_that_was_deleted_before_we_came_is_said(repository, harvester, catalogue):
    repository.held[4] = replace(repository.held[4], deleted=True)
    (gone,) = [o for o in harvester.oai(repository.url) if o.code == "withdrawn"]
    assert (gone.kind, gone.document_id) == ("unchanged", None)
    assert catalogue.counts()["document"] == 6


def test_an_interrupted_harvest_goes_on_where_it_stopped(repository, harvester, catalogue):
    repository.broken_after = 2
    found = list(harvester.oai(repository.url))
    assert kinds(found) == {"added": 6, "rejected": 1}
    assert (found[-1].source, found[-1].code) == (repository.url, "fetch-failed")
    repository.broken_after, repository.asked = None, []
    assert kinds(list(harvester.oai(repository.url))) == {"added": 1}
    assert [q.get("resumptionToken", "") for q in repository.asked] == ["", "6|||"]
    state = harvest_of(catalogue, repository.url, "oai_dc")
    assert state is not None
    assert (state.resumption_token, state.newest_datestamp) == (None, "2026-01-07")


def test_a_harvest_killed_in_the_middle_of_a_batch_loses_nothing(repository, harvester):
    run = harvester.oai(repository.url)
    taken = [next(run) for _ in range(4)]
    run.close()  # as Ctrl-C would
    assert kinds(taken) == {"added": 4}
    assert kinds(list(harvester.oai(repository.url))) == {"added": 3, "unchanged": 1}


def test_a_token_the_repository_forgot_begins_the_list_again(repository, harvester):
    repository.broken_after = 2
    list(harvester.oai(repository.url))
    repository.broken_after, repository.known_tokens = None, False
    repository.page = 100
    assert kinds(list(harvester.oai(repository.url))) == {"unchanged": 6, "added": 1}


def test_a_token_that_is_refused_within_a_run_is_said(repository, harvester):
    repository.known_tokens = False
    found = list(harvester.oai(repository.url))
    assert kinds(found) == {"added": 3, "rejected": 1}
    assert "badResumptionToken" in found[-1].reason


def test_a_token_that_leads_to_itself_ends_the_harvest(repository, harvester, monkeypatch):
    answer = repository.listed({"verb": "ListRecords", "metadataPrefix": "oai_dc"})
    monkeypatch.setattr(repository, "listed", lambda _: answer)
    found = list(harvester.oai(repository.url))
    assert kinds(found) == {"added": 3, "unchanged": 3, "rejected": 1}
    assert "for ever" in found[-1].reason


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
    assert len(list(harvester.oai(repository.url, **chosen))) == count


def test_a_part_does_not_move_where_the_whole_stands(repository, harvester):
    list(harvester.oai(repository.url, selected="briefs"))
    list(harvester.oai(repository.url, limit=1))
    assert kinds(list(harvester.oai(repository.url))) == {"added": 3, "unchanged": 4}


def test_a_busy_repository_is_asked_again_when_it_says(repository, harvester, site):
    answers = iter([(503, {"Retry-After": "1"}, b"")])
    site.answers["/oai"] = lambda handler: next(answers, None) or repository.answer(handler)
    assert kinds(list(harvester.oai(repository.url))) == {"added": 7}


def test_robots_txt_does_not_close_an_interface_for_programs(repository, harvester, site):
    site.answers["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /")
    assert kinds(list(harvester.oai(repository.url))) == {"added": 7}


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
    (outcome,) = harvester.oai(site.url("/oai"))
    assert (outcome.kind, outcome.code, outcome.source) == ("rejected", code, site.url("/oai"))


def test_a_record_without_title_is_rejected_by_itself(repository, harvester):
    repository.held[1] = replace(repository.held[1], title=" ")
    found = list(harvester.oai(repository.url))
    assert kinds(found) == {"added": 6, "rejected": 1}
    assert [o.code for o in found if o.kind == "rejected"] == ["no-title"]


def test_a_day_that_is_none_is_said(repository, harvester):
    (outcome,) = harvester.oai(repository.url, since="last week")
    assert "YYYY-MM-DD" in outcome.reason


def test_progress_is_told(repository, harvester):
    told: list[tuple[int, int | None]] = []
    list(harvester.oai(repository.url, progress=lambda n, of: told.append((n, of))))
    assert told == [(n, 7) for n in range(1, 8)]
