"""A form that is refused says why in the language of its page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from search_api.web.forms import REFUSALS
from tests.support.served import REPORT, serving, signed_in

ROOT = Path(__file__).parents[2]
ROOMS = (
    "corpus/network", "corpus/review", "corpus/documents", "corpus/lists", "corpus/tags",
    "search_api/review", "search_api/network", "search_api/lists", "search_api/web",
)  # fmt: skip
REFUSING = {error.__name__ for error in REFUSALS} - {"HTTPException"} | {
    "ListInvalid",
    "ListExists",
}
FOR_PROGRAMS = {
    "decision_file.py": "a file of decisions, read on the command line",
    "as_json.py": "a list's file, read over HTTP or on the command line",
    "judgements.py": "a mark, made over HTTP or on the command line",
    "outcome_routes.py": "over HTTP",
    "decision_routes.py": "over HTTP",
    "params.py": "the address of a page",
    "removing.py": "the command line",
    "preconditions.py": "forms say it in words of their own (forms.CHANGED)",
}
LANGUAGES = ("es", "pt", "fr")


@pytest.fixture(scope="module")
def curator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield signed_in(client, "curator")


@pytest.mark.parametrize(
    ("address", "fields", "said"),
    [
        (
            f"/documents/{REPORT}/withdrawal",
            {"decision": "withdraw", "reason": ""},
            ("«motivo» es obligatorio", "“motivo” é obrigatório", "« motif » est obligatoire"),
        ),
        (
            "/groups",
            {"name": "Made up", "purpose": ""},
            ("necesita un nombre", "precisa de um nome", "a besoin d’un nom"),
        ),
        (
            "/agenda/questions",
            {"text": "", "topic": "educator-voice"},
            ("necesita palabras", "precisa de palavras", "doit comporter des mots"),
        ),
        (
            "/contribute",
            {"url": "ftp://example.org/made-up"},
            ("«dirección» tiene que ser", "“endereço” tem de ser", "« adresse » doit être"),
        ),
    ],
    ids=["document", "group", "question", "contribution"],
)
def test_a_refused_form_says_why_in_the_language_of_the_page(
    curator: TestClient, address: str, fields: dict[str, str], said: tuple[str, ...]
) -> None:
    shown = re.search(r'name="state" value="([^"]+)"', curator.get(f"/documents/{REPORT}").text)
    assert shown
    for language, words in zip(LANGUAGES, said, strict=True):
        sent = {"state": shown[1], **fields}
        page = curator.post(address, data=sent, headers={"Accept-Language": language})
        assert page.status_code == 422
        assert words in page.text


def test_a_list_that_exists_already_is_refused_in_the_language_of_the_page(
    curator: TestClient,
) -> None:
    made = {"slug": "made-up", "title": "Made up"}
    curator.post("/lists/new", data=made)
    again = curator.post("/lists/new", data=made, headers={"Accept-Language": "es"})
    assert "Ya existe la lista" in again.text


def test_the_api_says_it_in_english(curator: TestClient) -> None:
    sent = {"name": "Made up", "purpose": " ", "visibility": "public"}
    answer = curator.post("/api/v1/groups", json=sent, headers={"Accept-Language": "es"})
    assert answer.json()["detail"] == "A group needs a name and a purpose."


def test_every_reason_for_which_a_form_is_refused_can_be_translated() -> None:
    found = []
    for path in (path for room in ROOMS for path in sorted((ROOT / room).glob("*.py"))):
        if path.name in FOR_PROGRAMS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            call = node.exc if isinstance(node, ast.Raise) else None
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            if call.func.id in REFUSING:
                found += [
                    f"{path.name}:{node.lineno}"
                    for said in call.args
                    if isinstance(said, ast.JoinedStr)
                    or (isinstance(said, ast.Constant) and " " in str(said.value))
                ]
    assert found == [], "write it as say(...)"
