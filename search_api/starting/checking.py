"""Says what is wrong with the files of a network, and what nobody has filled in, line by line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corpus.documents.authorities import load_organisations
from corpus.errors import EvidenceError
from corpus.taxonomy import DEFAULT_FILE, LANGUAGES, NEEDED
from corpus.toml_lines import line_of
from search_api.service.settings import SETTINGS_FILE, Settings, SettingsInvalid, load_settings_of
from search_api.web.look import read_look

MARK: Final = "REPLACE"
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TEXTS: Final = ("label", "short", "definition", "group", "voice")
_LISTS: Final = ("cues", "boundaries", "examples", "words")
_TERM: Final = (*_TEXTS, *_LISTS, *(f"{text}_{code}" for text in _TEXTS for code in LANGUAGES))
_OTHERS: Final = ("version", "network", "tagging", "vocabularies", "groups", "contexts")


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong at a line of a file, or only to be filled in (``is_fault`` is false)."""

    file: str
    line: int
    text: str
    is_fault: bool = True

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.text}"


def check_network(folder: Path) -> list[Remark]:
    """Return what is wrong with the files of a network, then what is left to fill in."""
    settings_file = folder / SETTINGS_FILE
    if not settings_file.is_file():
        return [Remark(SETTINGS_FILE, 1, f"there is no such file in {folder}")]
    try:
        settings = load_settings_of(settings_file)
    except SettingsInvalid as error:
        text = settings_file.read_text("utf-8", "replace")
        named = re.search(r"(?:setting '|: )(\w+)['\:]", str(error))
        line = _parse_line(error) or line_of(text, named[1] if named else "")
        return [Remark(SETTINGS_FILE, line, str(error))]
    remarks = [*_check_taxonomy(folder / settings.taxonomy_file)]
    remarks += _check_organisations(folder / settings.organisations_file)
    if settings.look_file:
        remarks += _check_look(folder / settings.look_file)
    remarks += _marks(folder, settings)
    return sorted(remarks, key=lambda one: (not one.is_fault, one.file, one.line))


def _parse_line(error: Exception) -> int | None:
    """Return the line that a parser of TOML names."""
    told = re.search(r"line (\d+)", str(error))
    return int(told[1]) if told else None


def _check_organisations(path: Path) -> Iterator[Remark]:
    try:
        load_organisations(path)
    except EvidenceError as error:
        text = path.read_text("utf-8", "replace") if path.is_file() else ""
        named = re.search(r"names (.+) and (.+)$", str(error))
        written = re.compile(rf'name\s*=\s*"{re.escape(named[2])}"') if named else None
        lines = [
            n for n, line in enumerate(text.splitlines(), 1) if written and written.match(line)
        ]
        yield Remark(path.name, _parse_line(error) or (lines or [1])[0], str(error))


def _check_look(path: Path) -> Iterator[Remark]:
    try:
        read_look(path)
    except EvidenceError as error:
        told = str(error).partition(": ")[2] or str(error)
        yield Remark(path.name, _parse_line(error) or 1, told)


def _check_taxonomy(path: Path) -> Iterator[Remark]:
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        yield Remark(path.name, _parse_line(error) or 1, f"it cannot be read: {error}")
        return

    yield from _check_basics(path, text, data)
    network = data.get("network", {})
    yield from _check_questions(path, text, network)
    defaults = tomllib.loads(DEFAULT_FILE.read_text(encoding="utf-8"))
    labels = {**defaults["vocabularies"], **data.get("vocabularies", {})}
    for vocabulary, terms in data.items():
        if vocabulary in _OTHERS:
            continue
        if vocabulary not in labels:
            fault = f"[vocabularies.{vocabulary}] is missing: it gives [{vocabulary}] its label"
            line = line_of(text, f"{vocabulary}.{next(iter(terms), '')}")
            yield Remark(path.name, line, fault)
        yield from _check_terms(path, text, vocabulary, terms, data)
    for missing in defaults["kinds"].keys() - data.get("kinds", {}).keys():
        fault = f"[kinds.{missing}] is missing: files are recognised as one, and show its id"
        yield Remark(path.name, line_of(text, "kinds"), fault, is_fault=False)


def _check_basics(path: Path, text: str, data: Mapping[str, Any]) -> Iterator[Remark]:
    def remark(name: str, fault: str) -> Remark:
        return Remark(path.name, line_of(text, name), fault)

    for name in ("version", *NEEDED):
        if not data.get(name):
            yield remark(name, f"it has no {name}; see the file that `salex new` writes")
    network = data.get("network", {})
    for name in ("name", "short_name"):
        if not str(network.get(name, "")).strip():
            yield remark("network", f"[network] has no {name}")
    if not data.get("tagging", {}).get("rules"):
        yield remark("tagging", "[tagging] has no rules")


def _check_questions(path: Path, text: str, network: Mapping[str, Any]) -> Iterator[Remark]:
    for number, one in enumerate(network.get("questions", ()), 1):
        line = line_of(text, "questions", "network")
        if not isinstance(one, Mapping) or not one.get("text"):
            fault = f'question {number} is not written as {{ language = "en", text = "..." }}'
            yield Remark(path.name, line, fault)
        elif one.get("language") not in ("en", *LANGUAGES):
            yield Remark(path.name, line, f"question {number}: language is en, es, pt or fr")


def _check_terms(
    path: Path, text: str, vocabulary: str, terms: Any, data: Mapping[str, Any]
) -> Iterator[Remark]:
    if not isinstance(terms, Mapping):
        yield Remark(path.name, line_of(text, vocabulary), f"{vocabulary} is not a vocabulary")
        return
    seen: dict[str, str] = {}
    for term, values in terms.items():
        table = f"{vocabulary}.{term}"
        at = line_of(text, table)
        if not _ID.fullmatch(term):
            yield Remark(path.name, at, f"the id {term!r} has others than a to z, 0 to 9, hyphens")
        if not isinstance(values, Mapping):
            yield Remark(path.name, at, f"[{table}] is not a table with a label")
            continue
        for name in ("label", "definition", "cues"):
            if not values.get(name):
                yield Remark(path.name, at, f"[{table}] has no {name}")
        for name, value in values.items():
            yield from _check_value(path, text, table, name, value)
        other = seen.setdefault(str(values.get("label")).casefold(), term)
        if other != term:
            line = line_of(text, "label", table)
            yield Remark(path.name, line, f"[{table}] has the label of [{vocabulary}.{other}]")
        group = values.get("group")
        if group and group not in data.get("groups", {}):
            line = line_of(text, "group", table)
            yield Remark(path.name, line, f"[groups.{group}] is missing: it has the group's label")


def _check_value(path: Path, text: str, table: str, name: str, value: Any) -> Iterator[Remark]:
    line = line_of(text, name, table)
    if name not in _TERM:
        yield Remark(path.name, line, f"{name} of [{table}] is not one of {', '.join(_TERM)}")
    elif name in _LISTS:
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            yield Remark(path.name, line, f'{name} of [{table}] is a list: ["...", "..."]')
    elif not isinstance(value, str):
        yield Remark(path.name, line, f"{name} of [{table}] is a text in quotes")


def _marks(folder: Path, settings: Settings) -> Iterator[Remark]:
    for name in (settings.taxonomy_file, settings.organisations_file, settings.look_file):
        path = folder / (name or "")
        if not path.is_file():
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if f"{MARK}" in line and not line.lstrip().startswith("# Read it from"):
                told = line.strip().lstrip("# ")[:80]
                if '"REPLACE" marks' not in line:
                    yield Remark(path.name, number, f"to fill in: {told}", is_fault=False)
