"""An operation that is deprecated says so, since when, until when, and what to use instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Response
from fastapi.testclient import TestClient

from search_api.web.deprecation import deprecated_since

SINCE = datetime(2026, 7, 1, 2, tzinfo=timezone(timedelta(hours=2)))
SUNSET = datetime(2027, 7, 1, tzinfo=UTC)


def make_client(sunset: datetime | None = SUNSET) -> TestClient:
    old = APIRouter(route_class=deprecated_since(SINCE, sunset=sunset, see="/api#search"))
    new = APIRouter()

    @old.get("/old", openapi_extra={"x-example": "?q=well"})
    def read_old(response: Response) -> dict[str, str]:
        response.headers["Link"] = '</old?page=2>; rel="next"'
        return {"answer": "as before"}

    @old.get("/old/missing")
    def read_missing() -> None:
        raise HTTPException(404, "Nothing is here.", {"X-Own": "1"})

    @new.get("/new")
    def read_new() -> dict[str, str]:
        return {}

    app = FastAPI()
    app.include_router(old)
    app.include_router(new)
    return TestClient(app)


def test_answers_say_since_when_and_until_when() -> None:
    answer = make_client().get("/old")
    assert answer.json() == {"answer": "as before"}
    assert answer.headers["deprecation"] == f"@{int(SINCE.timestamp())}" == "@1782864000"
    assert answer.headers["sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    assert answer.headers["link"] == (
        '</old?page=2>; rel="next", </api#search>; rel="deprecation"; type="text/html", '
        '</api#search>; rel="sunset"; type="text/html"'
    )


def test_refusals_of_the_operation_say_it_too() -> None:
    answer = make_client().get("/old/missing")
    assert (answer.status_code, answer.headers["x-own"]) == (404, "1")
    assert answer.headers["deprecation"] == "@1782864000"


def test_what_has_no_end_yet_names_none() -> None:
    answer = make_client(sunset=None).get("/old/missing")
    assert "sunset" not in answer.headers
    assert answer.headers["link"] == '</api#search>; rel="deprecation"; type="text/html"'


def test_other_operations_are_not_affected() -> None:
    assert not {"deprecation", "sunset"} & set(make_client().get("/new").headers)


def test_the_document_marks_it() -> None:
    paths = make_client().get("/openapi.json").json()["paths"]
    told = paths["/old"]["get"]
    assert told["deprecated"] is True
    assert (told["x-deprecated-since"], told["x-sunset"]) == ("2026-07-01", "2027-07-01")
    assert (told["x-see"], told["x-example"]) == ("/api#search", "?q=well")
    assert "deprecated" not in paths["/new"]["get"]


def test_nothing_ends_before_it_is_deprecated() -> None:
    with pytest.raises(ValueError, match="before it is deprecated"):
        deprecated_since(SUNSET, sunset=SINCE, see="/api")
