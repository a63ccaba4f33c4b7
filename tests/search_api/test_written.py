"""An answer that is written on the thread that made it is the one FastAPI would have written."""

from __future__ import annotations

import pytest
from fastapi import BackgroundTasks, FastAPI, Response
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field

from search_api.web.written import as_json


class Answer(BaseModel):
    text: str
    score: float | None
    policies: list[int] = Field(alias="violated-policies")


ANSWER = Answer.model_validate({"text": "Año “1” </a>", "score": 0.1, "violated-policies": [1]})


@pytest.fixture
def asked():
    app, noted = FastAPI(), []

    @app.get("/plain", response_model=Answer)
    def plain(response: Response, background: BackgroundTasks):
        return tell(response, background)

    @app.get("/written", response_model=Answer)
    def written(response: Response, background: BackgroundTasks):
        return as_json(response, tell(response, background))

    def tell(response, background):
        response.headers["ETag"] = '"1"'
        response.headers.append("Link", "<a>")
        response.headers.append("Link", "<b>")
        background.add_task(noted.append, 1)
        return ANSWER

    with TestClient(app) as client:
        yield [(client.get(path), len(noted)) for path in ("/plain", "/written")]


def test_it_has_the_same_bytes_and_headers_and_is_followed_by_the_same(asked):
    (plain, first), (written, second) = asked
    assert written.content == plain.content
    assert sorted(written.headers.multi_items()) == sorted(plain.headers.multi_items())
    assert (first, second) == (1, 2)
