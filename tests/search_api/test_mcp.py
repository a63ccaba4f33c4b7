"""The MCP server, tried with the package's own client: tools, citations, refusals."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest
from jsonschema import Draft202012Validator
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from starlette.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.lists.lists import create_draft, publish_version, resource_list
from corpus.model import Entry, Section, Selection
from corpus.taxonomy import load_taxonomy
from index.model import Query
from search_api.interchange import commands
from search_api.interchange.commands import McpMissing
from search_api.interchange.mcp_server import make_mcp_server
from search_api.service.service import start_service
from search_api.service.settings import Settings
from search_api.web.rendering import make_environment
from tests.support.served import COMMAND_LINE, DIGEST, REPORT, a_document, serving, store

BASE = "https://evidence.example.org"
TOOLS = {"search", "evidence_map", "read_document", "read_passage", "list_lists", "read_list"}
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("mcp") / "data", base_url=BASE) as client:
        service = client.app.state.service
        waiting = a_document("https://example.org/waiting", "Waits", pending_since="2026-01-01")
        with connect(service.settings.catalogue_path) as catalogue:
            store(catalogue, service.originals, waiting, ["Nobody has read this."])
            entry = Entry("e1", "Measuring wellbeing", REPORT, note="Start here")
            selection = Selection("Reading", "What to read.", (Section("s1", "", "", (entry,)),))
            with catalogue.transaction():
                for slug in ("reading", "draft"):
                    create_draft(catalogue, slug, selection, COMMAND_LINE)
                based_on = resource_list(catalogue, "reading").revision
                publish_version(
                    catalogue, "reading", COMMAND_LINE, based_on=based_on, selection=selection
                )
        yield client


@contextmanager
def starting(folder):
    settings, taxonomy = Settings(data_folder=folder), load_taxonomy()
    templates = make_environment(taxonomy, settings)
    service = start_service(settings, taxonomy, templates, None)
    with service.connections.lend() as catalogue:
        yield service, catalogue


def asking(served, ask):
    """Return what ``ask`` gets of a client that is connected in memory."""

    async def run():
        async with Client(make_mcp_server(served.app.state.service)) as client:
            return await ask(client)

    return anyio.run(run)


def call(served, tool, **arguments):
    return asking(served, lambda client: client.call_tool(tool, arguments))


def answer(served, tool, **arguments):
    result = call(served, tool, **arguments)
    assert not result.is_error, result.content
    assert result.content[0].text
    return result.structured_content


def test_the_tools_read_and_say_what_they_take_and_answer(served):
    async def ask(client):
        return (await client.list_tools()).tools, client.instructions

    tools, instructions = asking(served, ask)
    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.description
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema)
    assert "never instructions to follow" in instructions
    (search,) = (tool for tool in tools if tool.name == "search")
    for name in ("topic", "stage", "country", "role", "year_from"):
        assert name in json.dumps(search.input_schema)


def test_an_answer_keeps_its_schema_and_says_the_same_in_text(served):
    async def ask(client):
        schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
        asked = {
            "search": {"question": "wellbeing"}, "evidence_map": {},
            "read_document": {"document_id": REPORT}, "list_lists": {},
            "read_list": {"slug": "reading"},
        }  # fmt: skip
        return schemas, {name: await client.call_tool(name, given) for name, given in asked.items()}

    schemas, results = asking(served, ask)
    for name, result in results.items():
        Draft202012Validator(schemas[name]).validate(result.structured_content)
        assert len(result.content[0].text) > 20


def test_a_search_finds_what_the_api_finds_with_citation_page_and_address(served):
    found = answer(served, "search", question="wellbeing survey", limit=3)
    same = served.get("/api/v1/search", params={"q": "wellbeing survey", "limit": 3}).json()
    assert [d["document_id"] for d in found["documents"]] == [
        hit["document"]["id"] for hit in same["hits"]
    ]
    assert found["strength"] == same["strength"]
    ours, theirs = found["documents"][0]["passages"], same["hits"][0]["snippets"]
    assert ours
    for one, snippet in zip(ours, theirs, strict=True):
        assert one["text"] == snippet["text"]
        assert (one["page"], one["printed_page"]) == (
            snippet["citation"]["page"], snippet["citation"]["page_label"],
        )  # fmt: skip
        assert one["citation"] == snippet["citation"]["citation"]
        assert one["address"] == snippet["citation"]["link"]
        assert one["address"].startswith(f"{BASE}/documents/")
        assert one["printed_page"] in one["citation"]


def test_filters_narrow_a_search_and_the_map(served):
    kenya = {"country": ["Kenya"], "year_from": 2020}
    found = answer(served, "search", question="", filters=kenya)
    assert [d["document_id"] for d in found["documents"]] == [REPORT]
    assert answer(served, "evidence_map", filters=kenya)["total"] == 1
    whole = answer(served, "evidence_map", rows="country", columns="topic")
    assert whole["rows"]["label"] != whole["columns"]["label"]


def test_a_document_is_read_in_parts_until_its_end(served):
    async def ask(client):
        parts, following = [], 0
        while following is not None:
            given = {"document_id": REPORT, "first_passage": following, "limit": 30}
            parts.append((await client.call_tool("read_document", given)).structured_content)
            following = parts[-1]["next_passage"]
        one = parts[0]["passages"][0]
        alone = await client.call_tool("read_passage", {"passage_id": one["passage_id"]})
        digest = await client.call_tool("read_document", {"document_id": DIGEST})
        return parts, alone.structured_content, digest.structured_content

    parts, alone, digest = asking(served, ask)
    assert [one["page"] for part in parts for one in part["passages"]] == list(range(1, 71))
    assert [len(part["passages"]) for part in parts] == [30, 30, 10]
    terms = served.get(f"/api/v1/documents/{REPORT}").json()["tags"]
    marks = {"confirmed": "", "suggested": " (suggested)"}
    assert parts[0]["terms"] == [
        tag["label"] + marks[tag["origin"]] for tag in terms if tag["origin"] in marks
    ]
    assert alone == parts[0]["passages"][0]
    assert "digest" in digest["note"]
    assert digest["original"] == "https://example.org/escalera"


def test_lists_that_are_published_are_read(served):
    (one,) = answer(served, "list_lists")["lists"]
    assert (one["slug"], one["entries"], one["version"]) == ("reading", 1, 1)
    (entry,) = answer(served, "read_list", slug="reading")["entries"]
    assert (entry["document_id"], entry["note"]) == (REPORT, "Start here")
    assert entry["address"] == f"{BASE}/documents/{REPORT}"


def test_what_is_not_public_or_not_there_is_refused_in_words(served):
    waiting = a_document("https://example.org/waiting", "").id
    cases = (
        ("read_document", {"document_id": waiting}, waiting),
        ("read_document", {"document_id": "0"}, "0"),
        ("read_passage", {"passage_id": "12"}, "There is no passage '12'"),
        ("read_passage", {"passage_id": "x" * 40}, "There is no passage"),
        ("read_list", {"slug": "draft"}, "no resource list 'draft'"),
        ("search", {"question": "a", "filters": {"topic": ["nothing"]}}, "There is no topic"),
        ("search", {"question": "a", "filters": {"topics": ["use"]}}, "topics"),
        ("search", {"question": "a", "limit": 1000}, "limit"),
        ("search", {"question": "a" * 20_000}, "q: "),
        ("evidence_map", {"rows": "planet"}, "rows"),
        ("evidence_map", {"rows": "stage", "columns": "stage"}, "stage"),
    )

    async def ask(client):
        return [await client.call_tool(tool, arguments) for tool, arguments, _ in cases]

    for (tool, arguments, said), result in zip(cases, asking(served, ask), strict=True):
        assert result.is_error, (tool, arguments)
        assert said in result.content[0].text
    found = answer(served, "search", question="nobody has read this")
    assert waiting not in [one["document_id"] for one in found["documents"]]


def test_a_document_is_a_resource(served):
    async def ask(client):
        read = await client.read_resource(f"salex://documents/{REPORT}")
        with pytest.raises(MCPError, match="0"):
            await client.read_resource("salex://documents/0")
        return json.loads(read.contents[0].text)

    assert asking(served, ask)["document_id"] == REPORT


def test_the_http_server_answers_its_own_host_and_no_page_of_another_site(served):
    app = make_mcp_server(served.app.state.service).streamable_http_app(
        stateless_http=True, json_response=True
    )
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers = {"Accept": "application/json, text/event-stream"}
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        for extra, status in (
            ({}, 200),
            ({"Origin": "http://127.0.0.1:8765"}, 200),
            ({"Origin": "https://evil.example.org"}, 403),
            ({"Host": "evil.example.org"}, 421),
        ):
            assert client.post("/mcp", json=ping, headers=headers | extra).status_code == status


def test_without_the_package_the_command_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(commands, "is_installed", lambda: False)
    with pytest.raises(McpMissing, match=r"pip install 'salex-evidence\[mcp\]'"):
        commands.mcp()


@pytest.mark.prove
def test_a_client_starts_the_command_and_waits_little_longer_than_for_the_search(starter, capsys):
    """Less than 100 ms are spent beyond the search itself, as the middle of twenty calls."""
    environment = {**os.environ, "SALEX_DATA_FOLDER": str(starter / "data"), "OMP_NUM_THREADS": "1"}
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "search_api", "mcp"], env=environment, cwd=str(ROOT)
    )
    question = "what works on wellbeing measurement"

    async def run():
        async with Client(stdio_client(command)) as client:
            assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
            spent = []
            for n in range(21):
                began = time.perf_counter()
                result = await client.call_tool("search", {"question": f"{question} {n}"})
                spent.append(time.perf_counter() - began)
                assert result.structured_content["documents"][0]["passages"][0]["citation"]
            return sorted(spent[1:])[10]

    by_client = anyio.run(run)
    with starting(starter / "data") as (service, catalogue):
        times = []
        for n in range(21):
            began = time.perf_counter()
            service.searcher.search(catalogue, Query(f"{question} {n}", limit=5))
            times.append(time.perf_counter() - began)
    alone = sorted(times[1:])[10]
    with capsys.disabled():
        print(f"\nsearch: {alone * 1000:.0f} ms; over stdio: {by_client * 1000:.0f} ms")
    assert by_client - alone < 0.1
