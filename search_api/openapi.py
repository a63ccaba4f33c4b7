"""The OpenAPI document: FastAPI's, with our terms, the roles and one problem shape."""

from __future__ import annotations

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
                open_to_all = needs.role == "reader" and method in SAFE_METHODS
                if method.lower() in operations and needs.role and not open_to_all:
                    operation = operations[method.lower()]
                    operation |= {"security": [{"key": []}], "x-role": needs.role}


def _parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        parameter
        for path in schema["paths"].values()
        for operation in path.values()
        for parameter in operation.get("parameters", ())
    ]


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
