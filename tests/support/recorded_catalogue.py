"""The small catalogue behind the recorded requests: eight documents that differ in all filters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.originals import Originals
from corpus.documents import outcomes
from corpus.documents.works import Relation, propose_relation
from corpus.model import Document, Outcome, Passage, Tag
from corpus.tags.passage_scores import PassageScore, keep_fingerprint, keep_scores
from corpus.tags.tags import decide, suggest
from corpus.taxonomy import load_taxonomy
from index.tagging.activities import suggest_for_workshop
from index.vectors.builder import build_index
from search_api.app import create_app
from search_api.service.settings import Settings
from tests.support.fakes import HashEncoder
from tests.support.served import NO_ONE, a_document, by_key, store

FIXED_TIME = "2025-01-01T00:00:00Z"
PUBLISHED = "2018-03-05"
SITE = "https://example.org"
PDF: dict[str, Any] = {
    "media_type": "application/pdf",
    "page_unit": "page",
    "folios": ((1, 99, "1"),),
}

TRUST = (
    "Members were reluctant to share findings, and trust between members of the network is weak."
)
GRANTS = "Catalytic grants for joint projects helped all of the members."
COACHING = "Coaching for school leaders and mentoring government officials is offered."


def _of(path: str, title: str, **fields: Any) -> Document:
    return a_document(f"{SITE}/{path}", title, url=f"{SITE}/{path}", **fields)


REPORT = _of(
    "wellbeing.pdf", "Measuring wellbeing in schools", authors=("Ann Author", "Ben Writer"),
    publishers=("Example Institute",), countries=("Kenya", "Uganda"), year=2021, kind="report",
    language="en", licence="CC BY 4.0", page_count=3,
    metadata_origins={"title": "embedded", "year": "page"}, **PDF,
)  # fmt: skip
NETWORK = _of(
    "network.pdf", "What a network needs", publishers=("Learning Network",), countries=("Kenya",),
    year=2022, kind="report", language="en", page_count=4, **PDF,
)  # fmt: skip
LADDER = _of(
    "escalera", "La escalera del bienestar", media_type="text/markdown", kind="toolkit",
    publishers=("Instituto Ejemplo",), language="es", digest=True, confidence="medium",
)  # fmt: skip
BLOG = _of(
    "blog", "Coaching in Peru", authors=("Carla Autora",), countries=("Peru",), year=2015,
    kind="blog", language="en",
)  # fmt: skip
BRIEF = _of(
    "nota", "Bem-estar dos alunos", publishers=("Instituto Exemplo",), countries=("Brazil",),
    year=2019, kind="policy-brief", language="pt", summary="O bem-estar em poucas palavras.",
)  # fmt: skip
ARTICLE = _of(
    "article", "Mesurer le bien-être des élèves", authors=("Dora Auteure",), countries=("France",),
    year=2018, published=PUBLISHED, kind="journal-article", language="fr", doi="10.1234/abcd",
    publishers=("Revue Exemple",),
)  # fmt: skip
SLIDES = _of(
    "slides", "Measuring wellbeing in schools: slides", authors=("Ann Author",), year=2021,
    kind="presentation", language="en", page_count=2, media_type="application/pdf",
    page_unit="slide",
)  # fmt: skip
NOTES = a_document("/somewhere/notes.txt", "Notes of a visit", media_type="text/plain")

DOCUMENTS = (
    (REPORT, ("Page 1 measures the wellbeing of pupils by a survey.",
              "Teachers use the survey of wellbeing to plan their lessons.",
              "Pupils say that wellbeing at school grew in each year of the survey.")),
    (NETWORK, (f"An opening page. {TRUST}", f"{GRANTS} The rest.", COACHING,
               "Catalytic grants for joint projects helped the members.")),
    (LADDER, ("El bienestar de los estudiantes se mide por encuesta.",)),
    (BLOG, (COACHING, "School leaders say that coaching takes time they do not have.")),
    (BRIEF, ("O bem-estar dos alunos nas escolas é medido por um questionário.",)),
    (ARTICLE, ("Le bien-être des élèves se mesure par une enquête annuelle.",)),
    (SLIDES, ("The survey of wellbeing in ten words.", "Pupils and teachers answered it.")),
    (NOTES, ("School leaders share what they learn with their peers.",)),
)  # fmt: skip
KNOWN_IDS = frozenset({NO_ONE, *(document.id for document, _ in DOCUMENTS)})
"""The ids that are recorded as they are; all others depend on chance or the clock."""


@contextmanager
def recorded_server(folder: Path) -> Iterator[TestClient]:
    """Serve the catalogue, with two lists published in it."""
    settings = Settings(data_folder=folder)
    with connect(settings.catalogue_path, create=True) as catalogue:
        originals = Originals(settings.originals_folder)
        passages = {d.id: store(catalogue, originals, d, pages) for d, pages in DOCUMENTS}
        with catalogue.transaction():
            _tag(catalogue, passages)
            _judge(catalogue)
        build_index(catalogue, settings.index_folder, HashEncoder())
        suggest_for_workshop(catalogue, settings.index_folder, HashEncoder(), load_taxonomy())
    app = create_app(settings, encoder=HashEncoder())
    with TestClient(app, raise_server_exceptions=False) as client:
        _publish_lists(client)
        yield client


def _tag(catalogue: Catalogue, passages: dict[str, tuple[Passage, ...]]) -> None:
    reasons = {
        identity: {"passage_id": parts[0].id, "page": parts[0].page, "quote": parts[0].text}
        for identity, parts in passages.items()
    }
    for document, vocabulary, term, score in (
        (REPORT, "stages", "generation", 0.71), (REPORT, "topics", "educator-voice", 0.52),
        (SLIDES, "stages", "translation", 0.55), (LADDER, "stages", "generation", 0.63),
        (BLOG, "topics", "scaling-innovations", 0.5),
    ):  # fmt: skip
        tag = Tag(document.id, vocabulary, term, "suggested", score=score, model="zero-shot-1")
        suggest(
            catalogue,
            replace(tag, **reasons[document.id], decided_by="tagger", decided_at=FIXED_TIME),
        )
    for document, vocabulary, term, origin in (
        (REPORT, "topics", "foundational-skills-wellbeing", "confirmed"),
        (REPORT, "topics", "scaling-innovations", "rejected"),
        (NETWORK, "stages", "use", "confirmed"), (BRIEF, "stages", "use", "confirmed"),
        (BRIEF, "topics", "foundational-skills-wellbeing", "confirmed"),
        (ARTICLE, "topics", "evidence-decisions", "confirmed"),
    ):  # fmt: skip
        tag = Tag(document.id, vocabulary, term, origin, primary=origin == "confirmed")  # type: ignore[arg-type]
        decided = {"decided_by": "mei", "decided_at": FIXED_TIME}
        decide(catalogue, replace(tag, **reasons[document.id], **decided))
    first, second, _ = passages[REPORT.id]
    scores = [
        PassageScore(first.id, "stages", "generation", 0.71, "zero-shot-1"),
        PassageScore(first.id, "topics", "foundational-skills-wellbeing", 0.8, "zero-shot-1"),
        PassageScore(second.id, "stages", "use", 0.6, "zero-shot-1"),
    ]
    keep_scores(catalogue, REPORT.id, scores)
    keep_fingerprint(catalogue, REPORT.id, "made by a test")


def _judge(catalogue: Catalogue) -> None:
    for document, _ in DOCUMENTS:
        kind = "needs_review" if document is NOTES else "added"
        told = Outcome(document.source, kind, "Made by a test.", None, document.id, at=FIXED_TIME)
        outcomes.record_outcome(catalogue, told)
    lost = Outcome(f"{SITE}/lost", "rejected", "It did not answer.", "fetch-failed", at=FIXED_TIME)
    outcomes.record_outcome(catalogue, lost)
    pair = sorted((REPORT.id, SLIDES.id))
    alike = Relation(*pair, "same-work", "proposed", "Alike.", 0.9, decided_at=FIXED_TIME)
    propose_relation(catalogue, alike)


def _publish_lists(client: TestClient) -> None:
    """Publish a plain list twice and a smart one once.

    The catalogue's times are whole seconds. The list published later has the smaller name, so that
    the order of the lists does not depend on whether a second passed between them.
    """
    headers = by_key(client, "curator")
    entries = [
        {"document_id": REPORT.id, "note": "First"}, {"document_id": LADDER.id},
        {"title": "Held elsewhere", "url": f"{SITE}/elsewhere", "citation": "Elsewhere (2020)."},
    ]  # fmt: skip
    first = {"title": "All", "text": "In order.", "entries": entries[:2]}
    more = {"title": "More", "entries": entries[2:]}
    plain = {"title": "Plain steps", "summary": "Where to begin.", "sections": [first]}
    _publish(client, headers, "POST", "", {**plain, "slug": "plain-steps"})
    plain["sections"] = [first, more]
    _publish(client, headers, "PUT", "/plain-steps/draft", plain)
    smart = {
        "title": "Live wellbeing",
        "slug": "live-wellbeing",
        "query": "q=wellbeing&kind=report",
    }
    _publish(client, headers, "POST", "", smart)


def _publish(
    client: TestClient, headers: dict[str, str], method: str, path: str, body: dict[str, Any]
) -> None:
    lists = "/api/v1/lists"
    saved = client.request(method, lists + path, json=body, headers={**headers, "If-Match": "*"})
    assert saved.is_success, saved.text
    match = {**headers, "If-Match": saved.headers["etag"]}
    slug = saved.json()["slug"]
    done = client.post(f"{lists}/{slug}/publish", json={"note": "As said."}, headers=match)
    assert done.is_success, done.text
