"""OAI-PMH: the rules of the protocol."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sickle.oaiexceptions import BadResumptionToken

from search_api.interchange.tokens import Token, write_token
from tests.support.oai_asked import (
    BASE,
    MOMENT,
    OAI,
    TOPIC,
    XSI,
    InProcess,
    ask,
    client,
    error_of,
    few_at_once,
    harvested,
    identifier,
    opened,
)
from tests.support.served import (
    HOSTILE,
    REPORT,
    SCRIPT,
)

__all__ = ["client", "few_at_once"]


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
        "not from this repository": ["AAAA", "!", "x" * 2_000, write_token(replace(whole, at=3))],  # type: ignore[arg-type]
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
