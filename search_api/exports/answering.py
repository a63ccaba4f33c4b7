"""An export over HTTP: the file with its headers, and its OpenAPI description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, TypeGuard

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from search_api.exports.formats import DOCUMENTS, AnswerFormat, Format

_SCHEMAS: Final[Mapping[str, dict[str, Any]]] = {
    "application/json": {"type": "object"},
    DOCUMENTS["csl-json"].media_type: {"type": "array", "items": {"type": "object"}},
    DOCUMENTS["json-ld"].media_type: {"type": "object"},
}


class StrictFormat(BaseModel):
    """The format of an answer; unknown parameters are rejected."""

    model_config = ConfigDict(extra="forbid")

    format: AnswerFormat | None = Field(
        default=None, description="The answer as a file; `Accept` can say the same."
    )


FormatOf = Annotated[StrictFormat, Query()]
PageFormat = Annotated[AnswerFormat | None, Query(alias="format")]
"""The same of a page, which ignores other parameters."""


def answer_file(
    chosen: Format[Any], content: bytes, name: str, headers: Mapping[str, str]
) -> Response:
    """Return an export as a file to save.

    Args:
        chosen: its format.
        content: the bytes of the file.
        name: the file's name without its suffix.
        headers: further headers of the answer.
    """
    disposition = {"Content-Disposition": f'attachment; filename="{name}.{chosen.suffix}"'}
    return Response(content, headers={**headers, **disposition}, media_type=chosen.media_type)


def describe_files(formats: Iterable[Format[Any]]) -> dict[str, Any]:
    """Return the contents of a response in these formats, as OpenAPI declares them."""
    return {chosen.media_type: {"schema": _schema_of(chosen)} for chosen in formats}


def declare_files(formats: Mapping[str, Format[Any]]) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI declares of files beside JSON, which the answer's shape declares."""
    others = (known for name, known in formats.items() if name != "json")
    return {200: {"content": describe_files(others)}}


def is_file(format_name: str | None) -> TypeGuard[str]:
    """Tell whether an answer is wanted as a file, and not as JSON or HTML."""
    return format_name not in (None, "json")


def _schema_of(chosen: Format[Any]) -> dict[str, Any]:
    if not chosen.printable:
        return {"type": "string", "format": "binary"}
    return _SCHEMAS.get(chosen.media_type, {"type": "string"})


ANSWER_FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": describe_files(DOCUMENTS.values())}
}
"""What an answer in JSON declares besides: the same as a file, by ``format`` or ``Accept``."""
