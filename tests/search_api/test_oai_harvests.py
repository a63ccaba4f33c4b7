"""OAI-PMH: whole and later harvests, deletions, sets, and our own harvester."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from sickle.oaiexceptions import NoRecordsMatch

from corpus.lists.lists import create_draft, move_to_archive, publish_version, resource_list
from corpus.model import Entry, Section, Selection, Tag
from corpus.tags.tags import decide
from search_api.answers.citations import original_url
from search_api.interchange.provider import Provider
from tests.ingest.test_harvest import harvester, kinds
from tests.ingest.test_sources import site
from tests.support.oai_asked import (
    BASE,
    OAI,
    TOPIC,
    InProcess,
    ask,
    changed_since,
    client,
    error_of,
    few_at_once,
    harvested,
    identifier,
    opened,
    stamp_all,
)
from tests.support.served import (
    COMMAND_LINE,
    DIGEST,
    HOSTILE,
    REPORT,
    a_document,
    store,
)

__all__ = ["client", "few_at_once", "harvester", "site"]


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
