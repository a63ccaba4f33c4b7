"""OAI-PMH: the protocol's rules, whole and later harvests, deletions, and our own harvester."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sickle import Sickle
from sickle.oaiexceptions import BadResumptionToken, NoRecordsMatch

from corpus.catalogue.catalogue import connect
from corpus.lists.lists import create_draft, move_to_archive, publish_version, resource_list
from corpus.model import Entry, Section, Selection, Tag
from corpus.tags.tags import decide
from search_api.answers.citations import original_url
from search_api.interchange import provider
from search_api.interchange.provider import Provider
from search_api.interchange.tokens import Token, write_token
from tests.ingest.test_harvest import harvester, kinds
from tests.ingest.test_sources import site
from tests.support.served import (
    COMMAND_LINE,
    DIGEST,
    HOSTILE,
    REPORT,
    SCRIPT,
    a_document,
    serving,
    store,
)

__all__ = ["harvester", "site"]

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
BASE = "https://evidence.example.org"
TOPIC = "foundational-skills-wellbeing"


class InProcess(Sickle):
    """Sickle, asking the application without a network."""

    def __init__(self, client, method="GET"):
        super().__init__(f"{BASE}/oai", http_method=method)
        self.client = client

    def _request(self, arguments):
        if self.http_method == "GET":
            return self.client.get("/oai", params=arguments)
        return self.client.post("/oai", data=arguments)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    settings = {"base_url": BASE, "contact": "evidence@example.org"}
    with serving(tmp_path_factory.mktemp("oai") / "data", **settings) as client:
        yield client


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch):
    monkeypatch.setattr(provider, "RECORDS_AT_ONCE", 4)
    monkeypatch.setattr(provider, "HEADERS_AT_ONCE", 5)


def opened(client):
    return connect(client.app.state.service.settings.catalogue_path)


def identifier(document_id):
    return f"oai:evidence.example.org:{document_id}"


def ask(client, *, post=False, **arguments):
    names = {"from_": "from"}
    sent = {names.get(name, name): value for name, value in arguments.items()}
    answer = client.post("/oai", data=sent) if post else client.get("/oai", params=sent)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return ET.fromstring(answer.content)


def error_of(root):
    (error,) = root.findall(f"{OAI}error")
    assert error.text
    return error.get("code")


def harvested(client, prefix="oai_dc", **arguments):
    """Return each record by its identifier, of all parts of a list."""
    listed = InProcess(client).ListRecords(metadataPrefix=prefix, **arguments)
    return {record.header.identifier: record for record in listed}


def stamp_all(client, at="2026-01-01T00:00:00Z"):
    with opened(client) as catalogue:
        catalogue.db.execute("update datestamp set at = ?", [at])


def changed_since(client, since="2026-01-02", **arguments):
    try:
        return set(harvested(client, **arguments, **{"from": since}))
    except NoRecordsMatch:
        return set()


# The rules of the protocol -------------------------------------------------------------------


VALID = (
    {"verb": "Identify"},
    {"verb": "ListMetadataFormats"},
    {"verb": "ListMetadataFormats", "identifier": identifier(REPORT)},
    {"verb": "ListSets"},
    {"verb": "GetRecord", "identifier": identifier(REPORT), "metadataPrefix": "oai_dc"},
    {"verb": "GetRecord", "identifier": identifier(HOSTILE), "metadataPrefix": "mods"},
    {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"},
    {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": f"topic:{TOPIC}"},
    {"verb": "ListRecords", "metadataPrefix": "mods", "from": "2020-01-01", "until": "2999-12-31"},
)


@pytest.mark.parametrize("post", [False, True], ids=["GET", "POST"])
@pytest.mark.parametrize("arguments", VALID, ids=lambda a: " ".join(a.values())[:60])
def test_every_answer_has_the_frame_of_the_protocol(client, arguments, post):
    root = ask(client, post=post, **arguments)
    assert root.tag == f"{OAI}OAI-PMH"
    schema = "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
    assert root.get(f"{XSI}schemaLocation") == schema
    date, request, body = list(root)
    assert (date.tag, request.tag, body.tag) == (
        f"{OAI}responseDate", f"{OAI}request", f"{OAI}{arguments['verb']}",
    )  # fmt: skip
    assert MOMENT.fullmatch(date.text)
    late = datetime.now(UTC) - datetime.fromisoformat(date.text)
    assert timedelta(seconds=9) < late < timedelta(seconds=60)
    assert (request.text, request.attrib) == (f"{BASE}/oai", arguments)
    for header in root.iter(f"{OAI}header"):
        assert [child.tag.removeprefix(OAI) for child in header][:2] == ["identifier", "datestamp"]
        assert MOMENT.fullmatch(header.findtext(f"{OAI}datestamp"))
    for metadata in root.iter(f"{OAI}metadata"):
        (container,) = metadata
        namespace = container.tag[1:].partition("}")[0]
        assert container.get(f"{XSI}schemaLocation").split()[0] == namespace


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([], "badVerb"),
        ([("verb", "identify")], "badVerb"),
        ([("verb", "Identify"), ("verb", "Identify")], "badVerb"),
        ([("verb", "Identify"), ("set", "kind")], "badArgument"),
        ([("verb", "ListRecords")], "badArgument"),
        ([("verb", "GetRecord"), ("metadataPrefix", "oai_dc")], "badArgument"),
        ([("verb", "GetRecord"), ("identifier", "a"), ("identifier", "a"),
          ("metadataPrefix", "oai_dc")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2026-13-01")],
         "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "2026-01-01T10:00Z")],
         "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2026-01-01"),
          ("until", "2026-01-01T10:00:00Z")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2026-01-02"),
          ("until", "2026-01-01")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("resumptionToken", "x")],
         "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("page", "2")], "badArgument"),
        ([("verb", "ListRecords"), ("resumptionToken", "x")], "badResumptionToken"),
        ([("verb", "ListSets"), ("resumptionToken", "x")], "badResumptionToken"),
        ([("verb", "ListRecords"), ("metadataPrefix", "marc21")], "cannotDisseminateFormat"),
        ([("verb", "GetRecord"), ("identifier", identifier(REPORT)), ("metadataPrefix", "x")],
         "cannotDisseminateFormat"),
        ([("verb", "GetRecord"), ("identifier", identifier("0")), ("metadataPrefix", "oai_dc")],
         "idDoesNotExist"),
        ([("verb", "GetRecord"), ("identifier", REPORT), ("metadataPrefix", "oai_dc")],
         "idDoesNotExist"),
        ([("verb", "ListMetadataFormats"), ("identifier", "\x00\ud7ff<")], "idDoesNotExist"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "1999-01-01")],
         "noRecordsMatch"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "topic:nothing")],
         "noRecordsMatch"),
    ],
)  # fmt: skip
def test_each_fault_has_its_code(client, pairs, code):
    answer = client.get("/oai", params=pairs)
    assert answer.status_code == 200
    root = ET.fromstring(answer.content)
    assert error_of(root) == code
    request = root.find(f"{OAI}request")
    bare = code in ("badVerb", "badArgument")
    assert bool(request.attrib) == (not bare), "these two echo no arguments"


def test_a_form_of_another_type_has_no_verb(client):
    answer = client.post("/oai", json={"verb": "Identify"})
    assert error_of(ET.fromstring(answer.content)) == "badVerb"


def test_identify_says_what_the_answers_keep(client):
    said = InProcess(client, "POST").Identify()
    assert (said.protocolVersion, said.granularity) == ("2.0", "YYYY-MM-DDThh:mm:ssZ")
    assert (said.deletedRecord, said.adminEmail) == ("persistent", "evidence@example.org")
    assert said.baseURL == f"{BASE}/oai"
    root = ask(client, verb="Identify")
    (sample,) = (e.text for e in root.iter() if e.tag.endswith("}sampleIdentifier"))
    assert sample.startswith("oai:evidence.example.org:")
    stamps = [r.header.datestamp for r in harvested(client).values()]
    assert said.earliestDatestamp == min(stamps)


def test_a_long_list_comes_in_parts_that_say_how_far_it_is(client):
    token, cursors, sizes, seen = None, [], set(), []
    while True:
        more = {"resumptionToken": token} if token else {"metadataPrefix": "oai_dc"}
        root = ask(client, verb="ListIdentifiers", **more)
        seen += [h.findtext(f"{OAI}identifier") for h in root.iter(f"{OAI}header")]
        (part,) = root.iter(f"{OAI}resumptionToken")
        cursors.append(int(part.get("cursor")))
        sizes.add(int(part.get("completeListSize")))
        assert bool(part.text) == bool(part.get("expirationDate"))
        token = part.text
        if not token:
            break
    assert len(seen) == len(set(seen)) == 16
    assert (cursors, sizes) == ([0, 5, 10, 15], {16})


def test_a_token_ends_and_is_for_its_verb(client):
    whole = Token("ListRecords", "oai_dc", "", "", "", "2026", "", 4, int(time.time()) + 60)
    cases = {
        "none of this repository": ["AAAA", "!", "x" * 2_000, write_token(replace(whole, at=3))],  # type: ignore[arg-type]
        "ended on": [write_token(replace(whole, expires=1_000))],
        "not for ListRecords": [write_token(replace(whole, verb="ListIdentifiers"))],
    }
    for reason, tokens in cases.items():
        for token in tokens:
            with pytest.raises(BadResumptionToken, match=reason):
                InProcess(client).ListRecords(resumptionToken=token)
    tampered = {"prefix": "marc", "set": "topic:none", "since": "x' or 1=1 --"}
    for name, value in tampered.items():
        root = ask(
            client, verb="ListRecords", resumptionToken=write_token(replace(whole, **{name: value}))
        )
        assert len(root.findall(f"{OAI}error")) <= 1


def test_an_answer_is_xml_whatever_a_record_says(client):
    with opened(client) as catalogue:
        catalogue.db.execute(
            "update document set title = title || char(1) || char(65535) where id = ?", [HOSTILE]
        )
    for prefix in ("oai_dc", "mods"):
        assert SCRIPT in "".join(
            ask(
                client, verb="GetRecord", identifier=identifier(HOSTILE), metadataPrefix=prefix
            ).itertext()
        )


# Harvesting ----------------------------------------------------------------------------------


def test_sickle_harvests_all_and_only_what_is_public(client):
    waiting = a_document("https://example.org/waiting", "Waits", pending_since="2026-01-01")
    with opened(client) as catalogue:
        store(catalogue, client.app.state.service.originals, waiting, ["Nobody has read this."])
        public = {identifier(document.id) for document in catalogue.all_documents()}
    for prefix in ("oai_dc", "mods"):
        assert set(harvested(client, prefix)) == public
    root = ask(client, verb="GetRecord", identifier=identifier(waiting.id), metadataPrefix="oai_dc")
    assert error_of(root) == "idDoesNotExist"


def test_a_record_says_what_the_document_says(client):
    report = harvested(client)[identifier(REPORT)]
    assert report.metadata["title"] == ["Measuring wellbeing in schools"]
    assert report.metadata["creator"] == ["Author, Ann", "Writer, Ben"]
    assert report.metadata["identifier"] == [
        "https://example.org/wellbeing.pdf", f"{BASE}/documents/{REPORT}",
    ]  # fmt: skip
    assert report.metadata["coverage"] == ["Kenya"]
    assert report.header.setSpecs == ["topic:" + TOPIC, "stage:generation", "kind:report"]
    mods = harvested(client, "mods")[identifier(REPORT)].xml
    text = {e.tag.partition("}")[2]: e.text for e in mods.iter() if (e.text or "").strip()}
    assert (text["dateIssued"], text["languageTerm"], text["genre"]) == ("2021", "en", "report")


def test_a_day_is_a_window_and_so_is_a_second(client):
    stamp_all(client)
    with opened(client) as catalogue:
        catalogue.db.execute(
            "update datestamp set at = '2026-02-03T10:00:00Z' where document_id = ?", [REPORT]
        )
    for first, last in (
        ("2026-02-03", "2026-02-03"), ("2026-02-03T10:00:00Z", "2026-02-03T10:00:00Z"),
    ):  # fmt: skip
        assert list(harvested(client, until=last, **{"from": first})) == [identifier(REPORT)]
    for first, last in (
        ("2026-02-04", "2026-02-05"), ("2026-02-03T10:00:01Z", "2026-02-03T11:00:00Z"),
    ):  # fmt: skip
        with pytest.raises(NoRecordsMatch):
            harvested(client, until=last, **{"from": first})


def test_nothing_is_lost_when_records_change_during_a_harvest(client):
    stamp_all(client)
    listed = InProcess(client).ListRecords(metadataPrefix="oai_dc")
    seen = [next(listed).header.identifier for _ in range(4)]
    with opened(client) as catalogue:
        every = [identifier(document.id) for document in catalogue.all_documents()]
        later = [one for one in every if one not in seen]
        for one in (seen[0], later[0], later[-1]):
            catalogue.db.execute(
                "update document set note = 'changed' where id = ?", [one.rpartition(":")[2]]
            )
    rest = [record.header.identifier for record in listed]
    assert set(seen) | set(rest) == set(every)
    assert rest[-3:] == sorted([seen[0], later[0], later[-1]])


@pytest.mark.parametrize(
    ("changes", "back"),
    [
        ("withdrawn_at = '2026-03-01T00:00:00Z'", "withdrawn_at = null"),
        ("pending_since = '2026-03-01T00:00:00Z'", "pending_since = null"),
    ],
    ids=["withdrawn", "waiting again"],
)
def test_what_is_no_longer_public_is_a_deleted_record_until_it_comes_back(client, changes, back):
    stamp_all(client)
    with opened(client) as catalogue:
        catalogue.db.execute(f"update document set {changes} where id = ?", [DIGEST])
        try:
            record = harvested(client, **{"from": "2026-01-02"})[identifier(DIGEST)]
            assert record.deleted
            assert record.xml.find(f"{OAI}metadata") is None
            of_its_kind = harvested(client, set="kind:toolkit")
            assert of_its_kind[identifier(DIGEST)].deleted
        finally:
            catalogue.db.execute(f"update document set {back} where id = ?", [DIGEST])
    assert not harvested(client, **{"from": "2026-01-02"})[identifier(DIGEST)].deleted


def test_what_was_removed_stays_as_a_deleted_record(client):
    gone = a_document("https://example.org/gone", "Gone")
    with opened(client) as catalogue:
        store(catalogue, client.app.state.service.originals, gone, ["It will be removed."])
        stamp_all(client)
        with catalogue.transaction():
            catalogue.delete_document(gone.id)
    assert changed_since(client) == {identifier(gone.id)}
    root = ask(client, verb="GetRecord", identifier=identifier(gone.id), metadataPrefix="mods")
    (header,) = root.iter(f"{OAI}header")
    assert header.get("status") == "deleted"


def test_a_tag_or_a_list_that_changes_makes_the_record_new(client):
    stamp_all(client)
    blog = identifier(a_document("https://example.org/0", "").id)
    with opened(client) as catalogue:
        with catalogue.transaction():
            document_id = blog.rpartition(":")[2]
            decide(catalogue, Tag(document_id, "topics", TOPIC, "confirmed", decided_by="mei"))
        assert changed_since(client, set=f"topic:{TOPIC}") == {blog}
        stamp_all(client)
        publish(catalogue, REPORT, DIGEST)
        assert changed_since(client) == {identifier(REPORT), identifier(DIGEST)}
        assert set(harvested(client, set="list:reading")) == changed_since(client)
        assert set(harvested(client, set="list")) == changed_since(client)
        stamp_all(client)
        publish(catalogue, REPORT, document_id)
        assert changed_since(client) == {identifier(DIGEST), blog}
        stamp_all(client)
        with catalogue.transaction():
            based_on = resource_list(catalogue, "reading").revision
            move_to_archive(catalogue, "reading", COMMAND_LINE, based_on=based_on)
    assert changed_since(client) == {identifier(REPORT), blog}
    with pytest.raises(NoRecordsMatch):
        harvested(client, set="list:reading")


def publish(catalogue, *document_ids):
    entries = tuple(Entry(f"e{n}", i, i) for n, i in enumerate(document_ids))
    selection = Selection("Reading", "What to read.", (Section("s1", "", "", entries),))
    with catalogue.transaction():
        if not catalogue.rows("select 1 from resource_list where slug = 'reading'"):
            create_draft(catalogue, "reading", selection, COMMAND_LINE)
        based_on = resource_list(catalogue, "reading").revision
        publish_version(catalogue, "reading", COMMAND_LINE, based_on=based_on, selection=selection)


def test_every_set_that_is_named_can_be_harvested_and_holds_what_says_so(client):
    named = {found.setSpec for found in InProcess(client).ListSets()}
    everything = harvested(client)
    for spec in named:
        try:
            inside = set(harvested(client, set=spec))
        except NoRecordsMatch:
            inside = set()
        expected = {
            one for one, record in everything.items()
            for said in record.header.setSpecs if said == spec or said.startswith(f"{spec}:")
        }  # fmt: skip
        assert inside == expected, spec
    assert {s for r in everything.values() for s in r.header.setSpecs} <= named


# Our own harvester ----------------------------------------------------------------------------


def test_our_own_harvester_takes_our_own_records_in(client, site, harvester, catalogue):
    """Authors, several publishers and identifiers come back as they were."""
    with opened(client) as served:
        rich = a_document(
            "https://example.org/rich", "Rich & <full>", authors=("Jan van der Beek", "UNESCO"),
            publishers=("World Bank", "Ministry of Education"), year=2019, published="2019-05-02",
            language="fr", doi="10.1000/rich", isbn="9781234567897", kind="report",
            url="https://example.org/rich", licence="CC BY 4.0", summary="What it says. " * 9,
        )  # fmt: skip
        store(served, client.app.state.service.originals, rich, ["Rich in every field."])
        theirs = {document.id: document for document in served.all_documents()}

    def bridge(handler):
        answer = client.get(handler.path)
        return 200, {"Content-Type": answer.headers["content-type"]}, answer.content

    site.answers["/oai"] = bridge
    outcomes = list(harvester.harvest_oai(site.url("/oai")))
    assert not {o.source: o.reason for o in outcomes if o.kind == "rejected"}
    taken = {o.source.rpartition(":")[2]: catalogue.document(o.document_id) for o in outcomes
             if o.document_id}  # fmt: skip
    assert theirs.keys() <= taken.keys()
    for document_id, document in theirs.items():
        ours = taken[document_id]
        for field in ("title", "authors", "publishers", "year", "language", "doi", "isbn"):
            stated = getattr(document, field)
            assert getattr(ours, field) == stated or document_id == HOSTILE, (field, stated)
        assert ours.url == (original_url(document) or f"{BASE}/documents/{document_id}")
    assert kinds(list(harvester.harvest_oai(site.url("/oai"))))["unchanged"] >= 1


# At length ------------------------------------------------------------------------------------


@pytest.mark.prove
def test_five_thousand_records_are_harvested_whole_and_later_only_what_changed(
    client, monkeypatch, capsys
):
    monkeypatch.undo()
    service = client.app.state.service
    with opened(client) as catalogue:
        with catalogue.transaction():
            for n in range(5_000):
                fields = {"kind": ("report", "blog")[n % 2], "year": 2000 + n % 25}
                many = a_document(f"https://example.org/many/{n}", f"Number {n}", **fields)
                store(catalogue, service.originals, many, [f"The text of number {n}."])
        public = {identifier(document.id) for document in catalogue.all_documents()}
        began = time.perf_counter()
        whole = harvested(client)
        spent = time.perf_counter() - began
        assert {one for one, record in whole.items() if not record.deleted} == public
        stamp_all(client)
        with catalogue.transaction():
            catalogue.withdraw_document(REPORT, "Withdrawn by a test.")
        assert changed_since(client) == {identifier(REPORT)}
        began = time.perf_counter()
        pairs = [("verb", "ListRecords"), ("metadataPrefix", "mods")]
        Provider(service, catalogue, BASE).answer(pairs, datetime.now(UTC))
        one = time.perf_counter() - began
    with capsys.disabled():
        print(f"\n5,000 records: {spent:.1f} s; one part of 100: {one * 1000:.0f} ms")
