"""The OpenAPI document: FastAPI's, with our terms, roles, examples and one problem shape."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from corpus.taxonomy import Taxonomy
from index.filters import FILTERS
from search_api.answers.shapes import Problem
from search_api.web.access import SAFE_METHODS, needs_of

_REPLACED: Final = ("HTTPValidationError", "ValidationError")
"""FastAPI's own schemas of a 422; every route here declares ``Problem`` instead."""
_KEY: Final = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key, as made on the account page: `Authorization: Bearer salex_...`",
}

SUMMARY: Final = "Evidence, searched by meaning and by words."
DESCRIPTION: Final = (
    "%(subject)s, searched by meaning and by words: ranked documents with the passages "
    "that answer, their pages and citations. Reading needs no key unless this server requires "
    "one; writing needs one, as `Authorization: Bearer salex_...`. Errors are problem documents "
    "(RFC 9457); answers carry an ETag; `next` is an opaque cursor, repeated in the Link header. "
    "Clients should ignore members they do not know: new ones may come. What was there stays."
)
TAGS: Final = {
    "search": "Ask a question or use filters: ranked documents with the passages that answer.",
    "documents": "The documents: records, passages, originals, and what is like them.",
    "vocabularies": "The terms that documents are tagged and filtered with.",
    "lists": "Resource lists that curators make: drafts, published versions, files.",
    "tools": "The menu of activities, and the checklist of drivers and constraints.",
    "briefs": "Briefs on a question, made of sentences of documents, each with its source.",
    "map": "How much evidence there is by topic, stage, country and year, and what is missing.",
    "agenda": "The questions of the network, how well each is answered, and the call for evidence.",
    "groups": "Groups of the network: their questions with evidence, lists, notes and people.",
    "organisations": "The members of the network: what each published, and where it is used.",
    "contributions": "Documents that members offer, and what curators decide about them.",
    "review": "What waits for a curator, in one queue.",
    "following": "The questions that the owner of the key follows, and what is new for each.",
    "decisions": "What curators decide about tags, records, visibility and works.",
    "outcomes": "What became of each source, and reading one again.",
    "wanted": "Searches without a good result, for curators.",
    "judgements": "Which documents answer which questions, as curators mark them.",
    "people": "Who is asking, and the log of what was changed.",
    "operations": "What is in the repository, and whether the server is well.",
}
"""Each capability with what it is for, in the order of the document."""
EXAMPLES_FILE: Final = Path(__file__).with_name("examples.json")
"""Requests and answers of the starter corpus; `tests.support.examples` records them again."""


def describe_api(
    taxonomy: Taxonomy, version: str, base_url: str | None, contact: str | None
) -> dict[str, Any]:
    """Return what FastAPI says of the API as a whole: title, contact, licence, servers, tags."""
    name = f"{taxonomy.short_name} evidence repository"
    subject = f"Evidence on {taxonomy.subject}" if taxonomy.subject else "Evidence"
    return {
        "title": name,
        "summary": SUMMARY.replace("Evidence", subject),
        "description": DESCRIPTION % {"subject": subject},
        "version": version,
        "contact": _contact(name, contact),
        "license_info": {
            "name": "MIT (the program; documents have their own)",
            "identifier": "MIT",
        },
        "servers": [{"url": base_url or "/", "description": "This server."}],
        "openapi_tags": [{"name": tag, "description": text} for tag, text in TAGS.items()],
    }


def _contact(name: str, contact: str | None) -> dict[str, str] | None:
    stated = (contact or "").strip().removeprefix("mailto:")
    if stated.startswith(("http://", "https://")):
        return {"name": name, "url": stated}
    return {"name": name, "email": stated} if re.fullmatch(r"[^@\s]+@[^@\s]+", stated) else None


def finish_openapi(app: FastAPI, taxonomy: Taxonomy) -> None:
    """Add the terms of filters, the roles and the shape of errors to the document."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = generate()
            components = schema["components"]["schemas"]
            for name in _REPLACED:
                components.pop(name, None)
            components |= _problem_schemas()
            _name_roles(schema, app)
            for parameter in _parameters(schema):
                _name_terms(parameter, taxonomy)
            for operation in _operations(schema):
                _show_examples(operation, taxonomy)
            if not taxonomy.is_own:
                _name_levels(schema, taxonomy.vocabulary("school_levels").label)
        return generate()

    # The documented way to extend the document: https://fastapi.tiangolo.com/how-to/extending-openapi/
    app.openapi = openapi  # type: ignore[method-assign]


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), "Problem": schema}


def _name_roles(schema: dict[str, Any], app: FastAPI) -> None:
    """Say which operations need a key, and with which role, as their routes declare."""
    schema["components"]["securitySchemes"] = {"key": _KEY}
    for context in iter_route_contexts(app.routes):
        operations = schema["paths"].get(context.path_format, {})
        for method in context.methods or ():
            for needs in needs_of(getattr(context, "dependant", None)):
                is_read = needs.role == "reader" and method in SAFE_METHODS
                open_to_all = is_read and not needs.signed_in
                if method.lower() in operations and needs.role and not open_to_all:
                    operation = operations[method.lower()]
                    operation |= {"security": [{"key": []}], "x-role": needs.role}


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in schema["paths"].values() for operation in path.values()]


def _parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [p for operation in _operations(schema) for p in operation.get("parameters", ())]


@functools.cache
def _examples() -> dict[str, Any]:
    examples: dict[str, Any] = json.loads(EXAMPLES_FILE.read_text("utf-8"))
    return examples


def _show_examples(operation: dict[str, Any], taxonomy: Taxonomy) -> None:
    """Put the recorded request and its answer beside the shapes they have.

    They are of the starter corpus: another network has other documents and terms.
    """
    if not taxonomy.is_own:
        operation.pop("x-example", None)
        return
    example = _examples().get(operation["operationId"])
    if example is None:
        return
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in example["parameters"]:
            parameter["example"] = example["parameters"][parameter["name"]]
    if "request" in example:
        for content in operation["requestBody"]["content"].values():
            content["example"] = example["request"]
    answer = operation["responses"][example["status"]]
    if "answer" in example:
        answer["content"][example["media_type"]]["example"] = example["answer"]


def _name_levels(part: Any, label: str) -> None:
    """Write the network's own name of its levels in titles and descriptions."""
    for value in part.values() if isinstance(part, dict) else part:
        if isinstance(value, dict | list):
            _name_levels(value, label)
    if isinstance(part, dict):
        for name in ("title", "description"):
            if isinstance(part.get(name), str):
                part[name] = re.sub(r"School [Ll]evels?\b", label, part[name])


def _name_terms(parameter: dict[str, Any], taxonomy: Taxonomy) -> None:
    # Lists only: the review queue has a single `kind` with other values.
    if parameter["schema"].get("type") != "array":
        return
    for filter_ in FILTERS:
        if filter_.parameter == parameter["name"] and (filter_.vocabulary or filter_.values):
            values = filter_.known_in(taxonomy)
            # A schema with an empty enum is not valid.
            parameter["schema"]["items"] = {
                "type": "string",
                **({"enum": [*values]} if values else {}),
            }
