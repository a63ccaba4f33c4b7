"""The OpenAPI document is complete, and the application keeps every promise in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from corpus.catalogue.catalogue import connect
from corpus.documents.corrections import check_value
from corpus.errors import CorrectionInvalid
from corpus.model import FIRST_YEAR, LAST_YEAR
from corpus.network.groups import create_group
from corpus.network.questions import add_question
from corpus.taxonomy import load_taxonomy
from index.model import SEARCHED_CHARACTERS
from search_api.answers import shapes as schemas
from search_api.search.filters import MAX_QUERY_CHARACTERS
from tests.support.served import COMMAND_LINE, DIGEST, REPORT, by_key, make_app

OPERATIONS = (
    "GET /search",
    "GET /search/export",
    "GET /suggestions",
    "GET /documents",
    "GET /documents/{document_id}",
    "PATCH /documents/{document_id}",
    "GET /documents/{document_id}/passages",
    "GET /documents/{document_id}/similar",
    "GET /documents/{document_id}/original",
    "GET /documents/{document_id}/versions",
    "GET /documents/{document_id}/versions/{number}",
    "PUT /documents/{document_id}/tags/{vocabulary}/{term}",
    "DELETE /documents/{document_id}/tags/{vocabulary}/{term}",
    "PUT /documents/{document_id}/acceptance",
    "PUT /documents/{document_id}/withdrawal",
    "DELETE /documents/{document_id}/withdrawal",
    "GET /vocabularies",
    "GET /vocabularies/{vocabulary_id}",
    "GET /stats",
    "GET /health",
    "GET /ready",
    "GET /me",
    "GET /log",
    "GET /lists",
    "POST /lists",
    "POST /lists/import",
    "GET /lists/drafts",
    "GET /lists/{slug}",
    "DELETE /lists/{slug}",
    "GET /lists/{slug}/draft",
    "PUT /lists/{slug}/draft",
    "GET /lists/{slug}/draft/export",
    "POST /lists/{slug}/publish",
    "POST /lists/{slug}/restore",
    "POST /lists/{slug}/freeze",
    "GET /lists/{slug}/warnings",
    "GET /lists/{slug}/suggestions",
    "PUT /lists/{slug}/suggestions/{document_id}",
    "GET /lists/{slug}/versions",
    "GET /lists/{slug}/versions/{number}",
    "GET /lists/{slug}/export",
    "GET /review",
    "POST /review/decisions",
    "POST /review/undo",
    "POST /works",
    "DELETE /works/{first_id}/{second_id}",
    "GET /contributions",
    "POST /contributions",
    "GET /contributions/{contribution_id}",
    "PUT /contributions/{contribution_id}/decision",
    "GET /outcomes",
    "POST /outcomes/retry",
    "GET /menu",
    "GET /brief",
    "GET /map",
    "GET /map/timeline",
    "GET /map/meaning",
    "GET /map/countries",
    "GET /map/missing",
    "GET /checklist",
    "POST /checklist/decisions",
    "GET /following",
    "POST /following",
    "GET /following/{follow_id}",
    "PATCH /following/{follow_id}",
    "DELETE /following/{follow_id}",
    "POST /following/{follow_id}/seen",
    "GET /agenda",
    "GET /agenda/call",
    "POST /agenda/questions",
    "GET /agenda/questions/{question_id}",
    "PUT /agenda/questions/{question_id}",
    "PUT /agenda/questions/{question_id}/state",
    "GET /groups",
    "POST /groups",
    "GET /groups/{slug}",
    "PATCH /groups/{slug}",
    "PUT /groups/{slug}/state",
    "POST /groups/{slug}/people",
    "DELETE /groups/{slug}/people/{person_id}",
    "POST /groups/{slug}/items",
    "DELETE /groups/{slug}/items/{item_id}",
    "POST /groups/{slug}/proposals",
    "PUT /groups/{slug}/proposals/{proposal_id}",
    "GET /organisations",
    "GET /organisations/{slug}",
    "GET /wanted",
    "POST /wanted/dismissals",
    "GET /judgements",
    "POST /judgements",
    "DELETE /judgements/{query_id}/{document_id}",
)
KNOWN = {
    "document_id": REPORT,
    "vocabulary_id": "stages",
    "vocabulary": "stages",
    "term": "use",
    "slug": "reading",
    "number": 1,
    "first_id": REPORT,
    "second_id": DIGEST,
    "question_id": "known",
}
LISTS_OF_ANY_TEXT = ("language", "country", "publisher")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """Only read."""
    app = make_app(tmp_path_factory.mktemp("data"))
    with TestClient(app) as client:
        publish_a_list(client)
        yield app


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """Written to by generated requests, which nothing else can rely on."""
    app = make_app(tmp_path_factory.mktemp("written"), key_requests_per_minute=0)
    with TestClient(app) as client:
        publish_a_list(client)
        yield app


def publish_a_list(client: TestClient) -> None:
    headers = by_key(client, "curator")
    sections = [{"title": "All", "entries": [{"document_id": REPORT}]}]
    made = client.post(
        "/api/v1/lists", json={"title": "Reading", "sections": sections}, headers=headers
    )
    headers["If-Match"] = made.headers["etag"]
    answer = client.post("/api/v1/lists/reading/publish", json={}, headers=headers)
    assert answer.status_code == 200, answer.text
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:
        add_question(
            catalogue, COMMAND_LINE, load_taxonomy(), "What helps schools?",
            topic="educator-voice", language="en", question_id="known",
        )  # fmt: skip
        create_group(catalogue, COMMAND_LINE, "Reading", purpose="Read together")


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


@pytest.fixture(scope="module")
def promises(written: FastAPI) -> dict[str, Any]:
    """The document's promises, of reads and of writes.

    A well-formed write may name a term there is not (422), or a state that is another by now (412).
    Who may do what is tested in ``test_search_api_access``.
    """
    refused = ["400", "401", "403", "404", "405", "409", "412", "413", "422", "428", "429"]
    checks = {
        "positive_data_acceptance": {"expected-statuses": ["2xx", *refused]},
        "negative_data_rejection": {"expected-statuses": refused},
        "missing_required_header": {"expected-statuses": refused},
    }
    found = {}
    for kind, config in {"reads": {}, "writes": {"checks": checks}}.items():
        promises = schemathesis.openapi.from_asgi(
            "/api/v1/openapi.json", written, config=schemathesis.Config.from_dict(config)
        )
        for operation in operations(promises.raw_schema):
            operation.pop("security", None)
        found[kind] = promises
    return found


@pytest.fixture(scope="module")
def key(written: FastAPI) -> dict[str, str]:
    return by_key(TestClient(written), "admin")


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: Any) -> Any:
    """Let half of the generated ids be ids there are: a 404 tells little about an answer."""
    return {
        name: KNOWN.get(name, value) if len(str(value)) % 2 else value
        for name, value in (path_parameters or {}).items()
    }


@schemathesis.hook
def filter_query(context: Any, query: Any) -> bool:
    """Leave out one value where a list of any texts may stand: an address cannot tell them apart.

    `language=0` is the list of one text, whatever was generated as no list. Schemathesis does not
    know, where a second parameter is wrong too, yet arrives as what is allowed, such as `cursor=`.
    Nor can OpenAPI say that the two sides of a map are different (422, held by ``test_map``).
    """
    query = query or {}
    sides = [query.get("rows", "topic"), query.get("columns", "stage")]
    by_time = {"year", "decade"}
    crossing = sides[0] != sides[1] and not by_time.issuperset(map(str, sides))
    return crossing and all(isinstance(query.get(name, []), list) for name in LISTS_OF_ANY_TEXT)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_application_keeps_its_promises(
    promises: dict[str, Any], key: dict[str, str], operation: str, mode: GenerationMode
) -> None:
    """Run every check of schemathesis on what the document allows, and on what it forbids.

    Its pytest plugin is not used: 4.32 reaches into a private name that pytest 9.2 took away.
    """
    method, path = operation.split()
    kind = "reads" if method == "GET" else "writes"
    cases = promises[kind][f"/api/v1{path}"][method].as_strategy(generation_mode=mode)

    @settings(
        max_examples=20,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def keeps_promises(case: schemathesis.Case) -> None:
        case.validate_response(case.call(headers=key))

    # Unsatisfiable: an operation whose only parameter is any text has nothing to get wrong.
    with contextlib.suppress(Unsatisfiable):
        keeps_promises()


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_every_operation_says_what_it_is_for(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(document)]
    assert len(ids) == len(set(ids))
    there = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert there == set(OPERATIONS)
    for operation in operations(document):
        assert operation["summary"]
        assert operation["description"]
        assert {"200", "201", "204"} & set(operation["responses"])
        assert {"401", "405", "429", "500", "503"} <= set(operation["responses"])
        assert "requestBody" not in operation or "413" in operation["responses"]


STATES = ("getHealth", "getReadiness")
"""They say in a shape of their own what is wrong with the server."""


def test_every_error_is_declared_as_a_problem(document: dict[str, Any]) -> None:
    for operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= 400 and operation["operationId"] not in STATES:
                content = response["content"]["application/problem+json"]
                assert content["schema"]["$ref"].endswith("/Problem")
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_parameter_is_described(document: dict[str, Any]) -> None:
    for operation in operations(document):
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (operation["operationId"], parameter["name"])


def test_filters_name_the_terms_there_are(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/v1/search"]["get"]["parameters"]
    stage = next(p for p in parameters if p["name"] == "stage")
    terms = load_taxonomy().vocabulary("stages").terms
    assert stage["schema"]["items"]["enum"] == list(terms)


def test_the_question_says_how_long_it_may_be_and_how_much_is_searched(
    document: dict[str, Any],
) -> None:
    parameters = document["paths"]["/api/v1/search"]["get"]["parameters"]
    question = next(p for p in parameters if p["name"] == "q")
    assert question["schema"]["maxLength"] == MAX_QUERY_CHARACTERS
    assert f"Up to {MAX_QUERY_CHARACTERS:,} characters" in question["description"]
    assert f"the first {SEARCHED_CHARACTERS:,} are searched" in question["description"]


def test_a_year_is_filtered_by_as_far_as_a_record_can_say_it(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/v1/search"]["get"]["parameters"]
    year = next(p["schema"] for p in parameters if p["name"] == "year_to")
    bounds = next(form for form in year["anyOf"] if form["type"] == "integer")
    assert (bounds["minimum"], bounds["maximum"]) == (FIRST_YEAR, LAST_YEAR)
    check_value("year", LAST_YEAR)
    with pytest.raises(CorrectionInvalid, match=f"from {FIRST_YEAR} to {LAST_YEAR}"):
        check_value("year", LAST_YEAR + 1)


@pytest.mark.parametrize(("path", "kind"), [("review", "contribution"), ("outcomes", "added")])
def test_kinds_of_other_things_are_not_those_of_documents(
    document: dict[str, Any], path: str, kind: str
) -> None:
    parameters = document["paths"][f"/api/v1/{path}"]["get"]["parameters"]
    schema = next(p["schema"] for p in parameters if p["name"] == "kind")
    assert kind in schema["anyOf"][0]["enum"]
    assert "items" not in schema


def test_answers_have_no_defaults() -> None:
    optional = {
        f"{name}.{field}"
        for name, model in vars(schemas).items()
        if isinstance(model, type) and issubclass(model, schemas.BaseModel)
        for field, info in model.model_fields.items()
        if not info.is_required()
    }
    assert optional == {"Problem.errors", "Problem.instance", "Problem.violated_policies"}
