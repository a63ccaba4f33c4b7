"""Counts how often each rule that reads the record is right, as ``measured.toml`` keeps it.

``python -m tests.reading.run rules FOLDER`` reads the files that ``truth.yaml`` in the folder names
and prints the table with what was counted there added; ``rules-anew`` begins with an empty table.
An entry has the fields of the reports (see ``record.py``); those it leaves out are not counted. In
place of one value it may list all that are right, as ``titles``, ``publishers``, ``years`` and
``kinds``. ``reading: first`` says that the code was
written before anybody read the faults of the document.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import ingest.record
from ingest.extract import extract_document
from ingest.model import Fetched, Limits
from ingest.preparing import front_for
from ingest.record import Finding, find_record, is_sure
from ingest.text.passages import assemble_pages
from tests.reading.record import KINDS, same_body, same_person, same_title

TABLE: Final = Path(ingest.record.__file__).with_name("measured.toml")
LEAST_CASES: Final = 3
"""A rule with fewer cases in all is left out: it has the usual share of its field."""
READINGS: Final = ("again", "first")
Table = dict[str, dict[str, Any]]


def report(*folders: Path) -> str:
    """Return the present table with what is counted in the folders added."""
    return _report(tomllib.loads(TABLE.read_text("utf-8")), folders)


def report_anew(*folders: Path) -> str:
    """Return the table of what is counted in the folders alone."""
    return _report(emptied(tomllib.loads(TABLE.read_text("utf-8"))), folders)


def _report(table: Table, folders: Sequence[Path]) -> str:
    counted = (one for folder in folders for one in count_folder(folder))
    return written(added(table, counted))


def count_folder(folder: Path) -> Iterator[tuple[str, Finding, bool]]:
    """Yield the values read from a folder, each with its reading and whether it is right."""
    import yaml

    for entry in yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8")):
        for found in read_file(folder / entry["file"]):
            right = is_right(found, entry)
            if right is not None:
                yield entry.get("reading", "again"), found, right


def read_file(path: Path) -> tuple[Finding, ...]:
    """Return what a file states about itself."""
    fetched = Fetched(f"file:{path}", path.read_bytes(), path.name)
    media_type, extracted = extract_document(fetched, Limits(max_seconds=600))
    text = assemble_pages(extracted.pages).text
    return find_record(front_for(fetched, media_type, extracted, text))


def is_right(found: Finding, entry: Mapping[str, Any]) -> bool | None:
    """Whether a value is what people say; ``None`` if they say nothing of the field."""
    value: Any = found.value
    truth = _truth(found.field, entry)
    if truth is None:
        return None
    if found.field == "title":
        return any(same_title(value, one) for one in truth)
    if found.field == "authors":
        return len(truth) == len(value) and all(map(same_person, value, truth))
    if found.field == "publishers":
        return any(same_body(value[0], one) for one in truth)
    if found.field == "countries":
        return set(value) == set(truth)
    return (not truth and found.field == "kind") or str(value) in map(str, truth)


def _truth(field: str, entry: Mapping[str, Any]) -> list[Any] | None:
    """Return the values of a field that are right."""
    if field == "title" and "titles" not in entry and entry.get("title"):
        title, subtitle = entry["title"], entry.get("subtitle")
        return [title, f"{title}: {subtitle}", subtitle] if subtitle else [title]
    if field == "publishers" and "publishers" not in entry and "publisher" in entry:
        return [one for one in (entry["publisher"], *entry["corporate_authors"]) if one]
    several = {"title": "titles", "year": "years", "kind": "kinds"}.get(field, field)
    if several in entry:
        return list(entry[several])
    single = {"published": "date_printed"}.get(field, field)
    if single not in entry:
        return None
    value = entry[single]
    if field == "kind":
        return list(KINDS.get(value, (value,)))
    return [] if value is None else [value]


def emptied(table: Table) -> Table:
    """Return a table with its bars and without counts."""
    return {
        field: {
            "bar": one["bar"],
            "least": one["least"],
            "first": [0, 0],
            "again": [0, 0],
            "doubted": [0, 0],
            **({"steps": [[step[0], 0, 0] for step in one["steps"]]} if "steps" in one else {}),
            "rules": {},
        }
        for field, one in table.items()
    }


def added(table: Table, counted: Iterable[tuple[str, Finding, bool]]) -> Table:
    """Return a table with values added to its counts.

    Args:
        table: as ``measured.toml`` has it.
        counted: of each value, which reading it was, what was found, and whether it is right.
    """
    table = deepcopy(table)
    for reading, found, right in counted:
        one = table.get(found.field)
        weight = found.confidence if found.weight is None else found.weight
        if one is None or _is_left_out(found, weight < one["least"]):
            continue
        if is_sure(found):
            _count(one[reading], right)
        if weight < one["least"]:
            _count(one["doubted"], right)
        if found.rule:
            pair = one.setdefault("rules", {}).setdefault(found.rule, [0, 0, 0, 0])
            _count(pair, right, at=2 * READINGS.index(reading))
        elif reading == "again":
            step = next((s for s in one.get("steps", ()) if weight >= s[0]), None)
            if step:
                _count(step, right, at=1)
    return table


def _is_left_out(found: Finding, doubted: bool) -> bool:
    """Whether a value tells nothing: the kind of a short text, a name in a file's properties."""
    return found.rule.startswith("properties") or (found.field == "kind" and doubted)


def _count(counts: list[Any], right: bool, at: int = 0) -> None:
    counts[at] += right
    counts[at + 1] += 1


def written(table: Table) -> str:
    """Return a table as ``measured.toml`` has it, with the words above it."""
    text = TABLE.read_text("utf-8")
    lines = [text[: text.index("\n[")].rstrip("\n")]
    for field, one in table.items():
        lines += ["", f"[{field}]"]
        lines += [f"{key} = {one[key]}" for key in one if key != "rules"]
        if one.get("rules"):
            lines += ["", f"[{field}.rules]"]
            told = {rule: n for rule, n in one["rules"].items() if n[1] + n[3] >= LEAST_CASES}
            lines += [f'"{rule}" = {counts}' for rule, counts in told.items()]
    return "\n".join(lines)
