"""Records the examples of the OpenAPI document: ``python -m tests.support.examples``.

Each operation is called once on a copy of the starter corpus, in an order in which what one makes
the next can read. The answers are shortened and written to ``search_api/examples.json``. A test
makes the same calls, and compares what is written with what the document promises.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from fastapi import FastAPI
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.documents.outcomes import record_outcome
from corpus.model import Outcome
from corpus.network.groups import place_person
from corpus.people.actors import ROLES
from search_api.app import create_app
from search_api.openapi import EXAMPLES_FILE
from search_api.service.settings import Settings
from tests.support.served import COMMAND_LINE, by_key
from tests.support.starter import starter_in

DOCUMENT = "ggs-measuring-wellbeing-blog"
OTHER = "eef-putting-evidence-to-work"
UNREACHABLE = "https://192.0.2.1/report.pdf"
"""An address for documentation (RFC 5737): it is refused without asking a network."""
MOST_VALUES = 4
MOST_CHARACTERS = 240
HERE = re.compile(r"file:///\S*/starter/")
TEXT = "# Notes on school visits\n\nLeaders who visit each other use what they saw within a term.\n"
FILE = ("school-visits.md", TEXT.encode(), "text/markdown")


class Recorder:
    """Calls operations by their ids, as the document describes them, and keeps what was said."""

    def __init__(self, client: TestClient) -> None:
        assert isinstance(client.app, FastAPI)
        self.client = client
        self.keys = {role: by_key(client, role) for role in ROLES}
        self.examples: dict[str, Any] = {}
        self.operations = {
            operation["operationId"]: (method, path, operation)
            for path, methods in client.app.openapi()["paths"].items()
            for method, operation in methods.items()
        }

    def call(
        self,
        name: str,
        *,
        query: dict[str, str] | None = None,
        body: Any = None,
        form: dict[str, Any] | None = None,
        guard: str | None = None,
        **path: str | int,
    ) -> Any:
        """Make a request and keep it as the example of its operation; return the answer's JSON.

        Args:
            name: the operation's id.
            query: the query; without it, the operation's ``x-example``.
            body: what is sent as JSON.
            form: what is sent as a form with ``FILE``.
            guard: the address whose ETag is sent as If-Match.
            path: the values in the path.
        """
        method, address, operation = self.operations[name]
        if query is None:
            query = dict(parse_qsl(operation.get("x-example", "").removeprefix("?")))
        headers = dict(self.keys[operation["x-role"]]) if "x-role" in operation else {}
        if guard:
            asked = self.keys["curator"] | {"Accept-Encoding": "identity"}
            seen = self.client.get(f"/api/v1{guard}", headers=asked)
            headers["If-Match"] = seen.headers["etag"]
        sent: dict[str, Any] = {"data": form, "files": {"file": FILE}} if form else {}
        if body is not None:
            sent = {"json": body}
        answer = self.client.request(
            method, address.format(**path), params=query, headers=headers, **sent
        )
        assert answer.is_success, f"{name}: {answer.status_code} {answer.text[:600]}"
        said = {**path, **query, **({"If-Match": headers["If-Match"]} if guard else {})}
        self.examples[name] = _example(operation, said, answer)
        if body is not None or form:
            self.examples[name]["request"] = body if body is not None else form | {"file": FILE[0]}
        has_json = answer.content and "json" in answer.headers.get("content-type", "")
        return answer.json() if has_json else None


def _example(
    operation: dict[str, Any], said: dict[str, Any], answer: httpx.Response
) -> dict[str, Any]:
    schemas = {p["name"]: p["schema"] for p in operation.get("parameters", ())}
    example: dict[str, Any] = {
        "status": str(answer.status_code),
        "parameters": {name: _typed(value, schemas[name]) for name, value in said.items()},
    }
    content = {
        media_type: declared
        for media_type, declared in operation["responses"][example["status"]]
        .get("content", {})
        .items()
        if declared["schema"].get("format") != "binary"
    }
    sent_as = answer.headers.get("content-type", "")
    if answer.content and sent_as in content:
        whole = answer.json() if "json" in sent_as else answer.text
        example |= {"media_type": sent_as, "answer": _shortened(whole)}
    return example


def _typed(value: Any, schema: dict[str, Any]) -> Any:
    """Return a value of an address as the parameter's schema has it."""
    if schema.get("type") == "array":
        return [value]
    kinds = {schema.get("type"), *(form.get("type") for form in schema.get("anyOf", ()))}
    return int(value) if "integer" in kinds else value


def _shortened(whole: Any) -> Any:
    """Return an answer with fewer items and shorter texts: enough to see what it is like."""
    if isinstance(whole, dict):
        return {name: _shortened(part) for name, part in whole.items()}
    if isinstance(whole, list):
        plain = not any(isinstance(part, dict | list) for part in whole)
        return [_shortened(part) for part in whole[: MOST_VALUES if plain else 1]]
    if isinstance(whole, str):
        whole = HERE.sub("file:///starter/", whole)
    if isinstance(whole, str) and len(whole) > MOST_CHARACTERS and not whole.startswith("http"):
        return whole[:MOST_CHARACTERS].rstrip() + " …"
    return whole


def record_examples(client: TestClient) -> dict[str, Any]:
    """Call every operation of the API once, on a copy of the starter corpus that may change."""
    recorder = Recorder(client)
    _read(recorder)
    _decide(recorder)
    _gather(recorder)
    _ask(recorder)
    _make_lists(recorder)
    followed = recorder.call("followQuestion", body={"search": "q=visits"})["id"]
    _take_in(recorder)
    _follow(recorder, followed)
    recorder.call("listLog")
    missing = recorder.operations.keys() - recorder.examples.keys()
    assert not missing, f"Call {', '.join(missing)} here, then run this module to record it."
    return {name: recorder.examples[name] for name in recorder.operations}


def _read(recorder: Recorder) -> None:
    call = recorder.call
    for name in ("search", "exportSearch", "suggestQueries", "listDocuments", "listVocabularies",
                 "getStats", "getHealth", "getReadiness", "getMe", "getMenu", "getChecklist",
                 "makeBrief", "getMap", "getTimeline", "getPlaces", "getCountries", "getMissing",
                 "listResourceLists", "listReview"):  # fmt: skip
        call(name)
    for name in ("getDocument", "listPassages", "listSimilarDocuments", "getOriginal"):
        call(name, document_id=DOCUMENT)
    call("getVocabulary", vocabulary_id="stages")


def _decide(recorder: Recorder) -> None:
    call, document = recorder.call, f"/documents/{DOCUMENT}"
    item = next(i for i in call("listReview")["items"] if i["reject"])
    decision = {"item": item["id"], "state": item["state"], "decision": "confirm"}
    done = call("decideItem", body=decision)
    call("undoDecision", body={"log_entry": done["log_entry"]})
    tag = {"document_id": DOCUMENT, "vocabulary": "stages", "term": "use", "guard": document}
    call("decideTag", body={"origin": "confirmed", "note": "The post says how it is used."}, **tag)
    call("retractTag", **tag)
    guarded = {"document_id": DOCUMENT, "guard": document}
    call("correctDocument", body={"year": 2019, "countries": ["Portugal"]}, **guarded)
    call("listDocumentVersions", document_id=DOCUMENT)
    call("getDocumentVersion", document_id=DOCUMENT, number=1)
    call("withdrawDocument", body={"reason": "Its publisher has a newer one."}, **guarded)
    call("restoreDocument", **guarded)
    works = {"first": DOCUMENT, "second": OTHER, "kind": "different", "note": "Two studies."}
    call("decideWork", body=works, guard=document)
    call("undoWork", first_id=DOCUMENT, second_id=OTHER, guard=document)
    told = next(f for f in call("getChecklist")["factors"] if f["drivers"])
    passage = told["drivers"][0]["passage_id"]
    factor = {"factor": told["factor"]["id"], "passage_id": passage, "decision": "driver"}
    call("decideFactorPassage", body=factor)
    mark = {"query": "how to measure wellbeing", "document_id": DOCUMENT, "mark": "answers"}
    judged = call("judgeHit", body=mark)
    call("listJudgements")
    call("removeJudgement", query_id=judged["query_id"], document_id=DOCUMENT)
    recorder.client.get("/api/v1/search", params={"q": "zeppelin timetables"})
    wanted = call("listWanted")["searches"]
    call("dismissWanted", body={"query": wanted[0]["query"]})


def _ask(recorder: Recorder) -> None:
    call = recorder.call
    new = {"text": "How can schools measure wellbeing?", "topic": "foundational-skills-wellbeing"}
    question = {"question_id": "measure-wellbeing"}
    call("addQuestion", body=new)
    for name in ("getAgenda", "callForEvidence"):
        call(name, query={"topic": new["topic"]})
    call("getQuestion", **question)
    asked = {**new, "text": "How can schools measure the wellbeing of teachers?"}
    call(
        "changeQuestion", body=asked, guard="/agenda/questions/measure-wellbeing", **question
    )  # fmt: skip
    call("setQuestionState", body={"state": "retired"}, **question)


def _gather(recorder: Recorder) -> None:
    call = recorder.call
    new = {"name": "Wellbeing", "purpose": "Find out what keeps pupils well.", "slug": "wellbeing"}
    group = {"slug": call("createGroup", body=new)["slug"]}
    assert isinstance(recorder.client.app, FastAPI)
    with connect(recorder.client.app.state.service.settings.catalogue_path) as catalogue:
        place_person(catalogue, COMMAND_LINE, "wellbeing", "the member", "lead")
    call("listGroups")
    call("listOrganisations")
    call("getOrganisation", slug="education-international")
    placed = call("placePerson", body={"name": "the curator"}, **group)
    asked = {"kind": "question", "value": "measure-wellbeing"}
    added = call("addToGroup", body=asked, **group)
    note = {"kind": "note", "value": "We meet on the first Tuesday of each month."}
    made = call("proposeToGroup", body=note, **group)["proposals"][0]["id"]
    call("decideProposal", body={"decision": "accept"}, proposal_id=made, **group)
    public = {"visibility": "public"}
    call("changeGroup", body=public, guard="/groups/wellbeing", **group)
    call("getGroup", **group)
    call("removeFromGroup", item_id=added["questions"][0]["item_id"], **group)
    call("removePerson", person_id=placed["people"][1]["person_id"], **group)
    call("setGroupState", body={"archived": True}, **group)


def _make_lists(recorder: Recorder) -> None:
    call = recorder.call
    sections = [{"title": "Measure", "entries": [{"document_id": DOCUMENT, "note": "Start here."}]}]
    new = {"title": "Wellbeing at school", "summary": "For leaders.", "sections": sections}
    slug = {"slug": call("createList", body=new)["slug"]}
    draft = {**slug, "guard": "/lists/wellbeing-at-school/draft"}
    call("getDraft", **slug)
    call("replaceDraft", body={**new, "summary": "For leaders of schools."}, **draft)
    call("listListWarnings", **slug)
    near = call("listSuggestions", **slug)["hits"][0]["document"]["id"]
    call("judgeSuggestion", body={"decision": "accepted"}, document_id=near, **draft)
    call("publishList", body={"note": "The first version."}, **draft)
    call("getResourceList", **slug)
    call("listListVersions", **slug)
    call("getListVersion", number=1, **slug)
    call("exportResourceList", **slug)
    call("listDrafts")
    exported = call("exportDraft", **slug)
    call("importList", body={**exported, "slug": "wellbeing-copy"})
    call("archiveList", **draft)
    call("restoreList", **slug)
    smart = {"title": "Newest on use", "query": "stage=use&year_from=2019"}
    call("createList", body=smart)
    call("freezeList", body={"slug": "use-as-of-today"}, slug="newest-on-use")
    call("createList", body={**new, "slug": "wellbeing-again"})


def _take_in(recorder: Recorder) -> None:
    call = recorder.call
    offered = call("contribute", form={"note": "From our visits in May."})
    call("listContributions")
    contribution = {"contribution_id": offered["id"]}
    call("getContribution", **contribution)
    call(
        "decideContribution", body={"decision": "accept"},
        guard=f"/contributions/{offered['id']}", **contribution,
    )  # fmt: skip
    assert isinstance(recorder.client.app, FastAPI)
    with connect(recorder.client.app.state.service.settings.catalogue_path) as catalogue:
        document = catalogue.document(DOCUMENT)
        doubtful = Outcome(
            document.source, "needs_review", "Some letters could not be read.", None,
            DOCUMENT, document.sha256,
        )  # fmt: skip
        refused = Outcome(UNREACHABLE, "rejected", "The server did not answer.", "unreachable")
        with catalogue.transaction():
            record_outcome(catalogue, doubtful)
            record_outcome(catalogue, refused)
    call(
        "acceptDocument", body={"note": "The letters are in a table."},
        document_id=DOCUMENT, guard=f"/documents/{DOCUMENT}",
    )  # fmt: skip
    call("retryOutcome", body={"source": UNREACHABLE})
    call("listOutcomes")


def _follow(recorder: Recorder, followed: str) -> None:
    call, one = recorder.call, {"follow_id": followed}
    call("listFollowed")
    told = call("getFollowed", **one)["told"]
    assert told, "the contribution is new"
    call("markFollowedSeen", body={"document_ids": told}, **one)
    call("changeFollowed", body={"cadence": "weekly"}, **one)
    call("unfollowQuestion", **one)


def main() -> None:
    """Rewrite the file, from the starter corpus in a folder that is named or made for it."""
    with tempfile.TemporaryDirectory() as made:
        if len(sys.argv) > 1:
            shutil.copytree(sys.argv[1], Path(made) / "starter" / "data")
            data = Path(made) / "starter" / "data"
        else:
            data = starter_in(Path(made)) / "data"
        with TestClient(create_app(Settings(data_folder=data))) as client:
            examples = record_examples(client)
    text = json.dumps(examples, indent=1, ensure_ascii=False)
    EXAMPLES_FILE.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
