"""Twenty briefs on the starter corpus: each line is on the page it cites, and no two are alike."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import Catalogue, connect
from index.briefing.choosing import REPEATS
from index.briefing.composing import FINDINGS
from index.vectors.encoder import load_encoder
from search_api.app import create_app
from search_api.service.settings import Settings
from tests.search_api.test_briefs import lines_of

pytestmark = pytest.mark.prove

ASKED: Final = (
    {"q": "what works on wellbeing measurement"},
    {"q": "do learning networks help evidence use"},
    {"q": "does phone tutoring improve learning"},
    {"q": "teacher professional development", "country": "Uganda"},
    {"q": "foundational literacy and numeracy", "country": "Kenya"},
    {"q": "school leaders using data", "country": "Togo"},
    {"q": "scaling innovations in education", "country": "Brazil"},
    {"q": "children's social and emotional skills", "country": "Colombia"},
    {"q": "school climate and bullying", "country": "Australia"},
    {"q": "early learning and remediation", "country": "Côte d'Ivoire"},
    {"q": "what gets evidence used in classrooms", "country": "England"},
    {"q": "teachers' voices in education policy"},
    {"q": "how do innovations reach national scale", "stage": "use"},
    {"q": "assessment of basic learning", "topic": "foundational-skills-wellbeing"},
    {"q": "knowledge brokers and intermediaries", "group": "country"},
    {"q": "mental health of adolescents", "kind": "report"},
    {"q": "¿cómo se evalúan las habilidades socioemocionales?"},
    {"q": "bem-estar dos alunos nas escolas"},
    {"country": "Uganda"},
    {"list": "salex-resources"},
)


@pytest.fixture(scope="module")
def client(starter: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_folder=starter / "data"))) as client:
        yield client


@pytest.fixture(scope="module")
def briefs(client: TestClient) -> list[dict[str, Any]]:
    """The briefs, asked for one after another; prints how long each took."""
    made = []
    for asked in ASKED:
        started = time.perf_counter()
        answer = client.get("/api/v1/brief", params=asked)
        assert answer.status_code == 200, answer.text
        made.append(answer.json())
        print(f"{time.perf_counter() - started:5.1f} s  {_describe(asked, made[-1])}")
    return made


def _describe(asked: dict[str, str], brief: dict[str, Any]) -> str:
    box = brief["made"]
    stages = ", ".join(f"{s['label']} {s['count']}" for s in box["stages"])
    return (
        f"{asked}: {box['used']} lines of {box['documents']} documents of {box['read']} read; "
        f"{len(box['countries'])} countries, {stages}; repeats {box['repeats']}"
    )


def test_each_line_is_in_its_passage_on_the_page_it_cites(client, briefs):
    checked = 0
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:
        for line in (line for brief in briefs for line in lines_of(brief)):
            _check(catalogue, line)
            checked += 1
    assert checked > 200


def _check(catalogue: Catalogue, line: dict[str, Any]) -> None:
    identity = int(line["passage_id"])
    passage = catalogue.passages_by_id([identity])[identity]
    assert passage.document_id == line["document_id"]
    start = passage.start + passage.text.index(line["text"])
    document, text = catalogue.document(line["document_id"]), catalogue.text(line["document_id"])
    assert text[start : start + len(line["text"])] == line["text"]
    (page,) = (p for p in catalogue.pages(document.id) if p.start <= start < p.end)
    assert line["page"] == (page.number if document.page_unit else None)


def test_no_two_lines_of_a_brief_are_alike(briefs):
    encoder = load_encoder()
    for brief in briefs:
        rows = encoder.encode_passages([line["text"] for line in lines_of(brief)])
        cosines = rows @ rows.T if len(rows) else rows
        alike = sum(int((cosines[n, :n] > REPEATS).sum()) for n in range(len(rows)))
        assert alike == 0, brief["title"]


def test_the_briefs_reach_many_documents_countries_and_stages(briefs):
    documents = {source["id"] for brief in briefs for source in brief["sources"]}
    stages = {stage["label"] for brief in briefs for stage in brief["made"]["stages"]}
    countries = {country for b in briefs for s in b["sources"] for country in s["countries"]}
    print(f"{len(documents)} documents, {len(countries)} countries, stages: {sorted(stages)}")
    assert len(documents) >= 50
    assert len(stages) == 3
    for brief in briefs:
        most = max((source["lines"] for source in brief["sources"]), default=0)
        assert most <= FINDINGS.of_one_document, brief["title"]
