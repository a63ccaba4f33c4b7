"""Reduces an answer to what is recorded of it, and compares today's answers with the recording.

Addresses, names and values are recorded. What depends on chance or the clock is left out, and so is
wording: people edit it, and no program reads it.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.support.recorded_catalogue import FIXED_TIME, KNOWN_IDS, PUBLISHED

HEADERS = (
    "content-type", "content-disposition", "cache-control", "location", "link", "allow",
    "www-authenticate",
)  # fmt: skip
POLICY = "content-security-policy"
FIXED_DATES = (FIXED_TIME[:10], PUBLISHED)
WORDING = frozenset({"detail", "message", "notices", "question", "why", "confirm", "reject"})
VOLATILE = {"version": str, "revision": int}
"""The types of members whose values change, by name: the version of a list is a number."""
NEAR = 1.5e-4
ZIP = b"PK\x03\x04"
_LINKING = {"href", "action", "src"}
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?")
_HEX = re.compile(
    r"(?:(?<=%3A)|(?<![0-9A-Za-z]))(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16}|[0-9a-f]{8})(?![0-9A-Za-z])"
)
_CURSOR = re.compile(r"\beyJ[\w-]+")


def shape(answer: httpx.Response) -> dict[str, Any]:
    """Return what is recorded of an answer."""
    kind = answer.headers.get("content-type", "")
    wanted = HEADERS if "json" in kind else (*HEADERS, POLICY)
    headers = {name: answer.headers[name] for name in wanted if name in answer.headers}
    kept = {"status": answer.status_code, "headers": steady(headers)}
    kept["headers"]["etag"] = "etag" in answer.headers
    return kept | _body(answer, kind)


def _body(answer: httpx.Response, kind: str) -> dict[str, Any]:
    if not answer.content:
        return {"size": 0}
    if "json" in kind:
        said = json.loads(answer.content)
        return {"json": _contract(said) if "openapi" in said else steady(said)}
    if kind.startswith("text/html"):
        return {"page": steady(_page(answer.text))}
    if answer.content.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
            return {"parts": sorted(file.namelist())}
    if kind.startswith("application/pdf"):
        return {"size": len(answer.content)}
    return {"lines": steady(answer.text.splitlines())}


def steady(value: Any, name: str = "") -> Any:
    """Return a value without what would differ in the next recording."""
    if name in WORDING and isinstance(value, str):
        return "<wording>"
    if name in VOLATILE and type(value) is VOLATILE[name]:
        return f"<{name}>"
    if isinstance(value, dict):
        return {steady(key): steady(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [steady(part, name) for part in value]
    if isinstance(value, float):
        return round(value, 4)
    return _steady_text(value) if isinstance(value, str) else value


def _steady_text(text: str) -> str:
    text = _DATE.sub(lambda m: m[0] if m[0][:10] in FIXED_DATES else "<time>", text)
    text = _HEX.sub(lambda m: m[0] if m[0] in KNOWN_IDS else "<id>", text)
    return _CURSOR.sub("<cursor>", text)


class _Links(HTMLParser):
    """Collects the title, and each address with the element that leads to it."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.links: dict[str, str] = {}
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        given = dict(attrs)
        for name in _LINKING & given.keys():
            method = f" {given.get('method') or 'get'}" if tag == "form" else ""
            self.links.setdefault(given[name] or "", tag + method)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""


def _page(html: str) -> dict[str, Any]:
    reader = _Links()
    reader.feed(html)
    return {"title": reader.title.strip(), "links": dict(sorted(reader.links.items()))}


def _contract(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what an OpenAPI document promises to programs, without its descriptions."""
    operations = {
        f"{method.upper()} {path}": _operation(operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }
    shapes = {
        name: {
            member: "required" if member in shape.get("required", ()) else "optional"
            for member in shape.get("properties", {})
        }
        for name, shape in schema["components"]["schemas"].items()
    }
    return {"operations": operations, "shapes": shapes}


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["operationId"],
        "role": operation.get("x-role"),
        "parameters": {
            p["name"]: p["in"] + (", required" if p.get("required") else "")
            for p in operation.get("parameters", ())
        },
        "body": dict.fromkeys(operation.get("requestBody", {}).get("content", ()), True),
        "answers": {
            status: dict.fromkeys(answer.get("content", ()), True)
            for status, answer in operation["responses"].items()
        },
    }


def differences(recorded: Any, today: Any, where: str = "") -> Iterator[str]:
    """Yield where today's value lacks or changes a recorded one; new members are allowed."""
    if isinstance(recorded, dict) and isinstance(today, dict):
        for name, value in recorded.items():
            if name in today:
                yield from differences(value, today[name], f"{where}/{name}")
            else:
                yield f"{where}/{name} is gone"
    elif isinstance(recorded, list) and isinstance(today, list):
        if len(recorded) != len(today):
            yield f"{where} has {len(today)} entries, not {len(recorded)}"
        for number, pair in enumerate(zip(recorded, today, strict=False)):
            yield from differences(*pair, f"{where}/{number}")
    elif isinstance(recorded, float) and isinstance(today, float):
        if abs(recorded - today) > NEAR:
            yield f"{where} is {today!r}, not {recorded!r}"
    elif type(recorded) is not type(today) or recorded != today:
        yield f"{where} is {today!r}, not {recorded!r}"
