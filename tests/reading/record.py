"""Measures the record read from real reports against one written by people.

``python -m tests.reading.run record FOLDER`` reads each PDF that ``truth.yaml`` there names. Half
of the documents, by a hash of their names, are for looking at (``dev``); nobody looks at the faults
of the other half (``test``).
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from corpus.documents.authorities import organisation_name
from corpus.folios import printed_page
from ingest.model import Fetched, Limits, Prepared
from ingest.preparing import prepare_document

NEARLY: Final = 0.95
"""FinGreyLit (Suominen et al. 2024) takes titles that are this alike for the same."""

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "working-paper": ("report", "journal-article"),
    "evaluation": ("report",),
    "newsletter": ("report", "blog", "web-page"),
    "other": (),
}
"""Kinds in the truth that the taxonomy does not have, and what may stand for them; () for any."""


@dataclass(slots=True)
class Field:
    """Counts for one field: values read, values that are there, and values that agree."""

    read: float = 0
    there: float = 0
    right: float = 0
    nearly: float = 0
    suggested: int = 0
    faults: list[str] = field(default_factory=list)

    def row(self, name: str) -> str:
        """Return the figures as a line of a table."""
        precision = self.right / self.read if self.read else 0.0
        recall = self.right / self.there if self.there else 0.0
        near = self.nearly / self.there if self.there else 0.0
        return (
            f"{name:12} precision {precision:.2f}  recall {recall:.2f}  alike {near:.2f}  "
            f"({self.right:g} of {self.there:g}; {self.suggested} only suggested)"
        )


def half_of(name: str) -> str:
    """Return ``dev`` or ``test``."""
    return "dev" if hashlib.sha256(name.encode()).digest()[0] % 2 == 0 else "test"


def report(folder: Path) -> str:
    """Return the figures as text."""
    return "\n".join(measure_record(folder))


def measure_record(folder: Path, read: Callable[[Path], Prepared] | None = None) -> Iterator[str]:
    """Yield the figures of each half as lines, then the faults of the half for looking at."""
    import yaml

    entries = yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))
    halves: dict[str, dict[str, Field]] = {"dev": {}, "test": {}}
    for entry in entries:
        prepared = (read or read_file)(folder / entry["file"])
        score_entry(halves[half_of(entry["file"])], entry, prepared)
    for half, fields in halves.items():
        yield f"-- {half}"
        yield from (counted.row(name) for name, counted in fields.items())
    yield "-- faults of dev"
    for name, counted in halves["dev"].items():
        yield from (f"{name}: {fault}" for fault in counted.faults)


def read_file(path: Path) -> Prepared:
    """Return what intake would store of a file."""
    data = path.read_bytes()
    return prepare_document(Fetched(f"file:{path}", data, path.name), Limits(max_seconds=600))


def score_entry(fields: dict[str, Field], entry: Mapping[str, Any], prepared: Prepared) -> None:
    """Compare one document with the truth."""
    document = prepared.document
    wanted = {evidence.field for evidence in prepared.evidence if evidence.value is not None}
    checks = (
        ("title", _titles(entry), (document.title,), same_title),
        ("authors", entry["authors"], document.authors, same_person),
        ("publisher", _publishers(entry), document.publishers[:1], same_body),
        ("year", _one(entry["year"]), _one(document.year), _equal),
        ("date", _one(entry["date_printed"]), _one(document.published), _equal),
        ("kind", KINDS.get(entry["kind"], (entry["kind"],)), _one(document.kind), _equal),
        ("language", _one(entry["language"]), _one(document.language), _equal),
        ("countries", entry["countries"], document.countries, same_body),
        ("page", _pages(entry), _labels(entry, prepared), _equal),
    )
    for name, truth, values, same in checks:
        counted = fields.setdefault(name, Field())
        counted.suggested += {"publisher": "publishers", "date": "published"}.get(name, name) in (
            wanted
        )
        several = name in ("authors", "countries", "page")
        _count(counted, entry["file"], truth, values, same, several=several)
        if name == "title":
            counted.nearly += any(nearly_same(v, t) for v in values for t in truth)
        if name == "authors" and truth:
            whole = fields.setdefault("all authors", Field())
            _count(whole, entry["file"], ("all",), _one(_complete(truth, values)), _equal)


def _complete(truth: Sequence[str], values: Sequence[str]) -> str | None:
    if not values:
        return None
    same = len(truth) == len(values) and all(map(same_person, values, truth))
    return "all" if same else "not all, or not in order"


def _count(
    counted: Field,
    file: str,
    truth: Sequence[Any],
    values: Sequence[Any],
    same: Callable[[Any, Any], bool],
    *,
    several: bool = False,
) -> None:
    if several:
        right = sum(1 for t in truth if any(same(v, t) for v in values))
        counted.read += len(values)
        counted.there += len(truth)
    else:
        right = int(any(same(v, t) for v in values for t in truth))
        counted.read += bool(values) and bool(truth)
        counted.there += bool(truth)
    counted.right += right
    if right < (len(truth) if several else bool(truth)) or (several and len(values) > right):
        counted.faults.append(f"{file}: {list(values)!r}, not {list(truth)!r}")


def _one(value: Any) -> tuple[Any, ...]:
    return () if value is None else (str(value),)


def _equal(value: Any, truth: Any) -> bool:
    return bool(value == truth)


def _titles(entry: Mapping[str, Any]) -> tuple[str, ...]:
    title, subtitle = entry["title"], entry["subtitle"]
    return (title, f"{title}: {subtitle}", subtitle) if subtitle else (title,)


def _publishers(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return (entry["publisher"], *entry["corporate_authors"])


def _pages(entry: Mapping[str, Any]) -> list[str]:
    """Return the printed numbers of the pages that answer the questions."""
    first = entry["first_numbered_page"]
    if not first:
        return []
    answers = [q["pdf_page"] for q in entry["questions"] if q["pdf_page"] >= first["pdf_page"]]
    return [f"{page}={page - first['offset']}" for page in answers]


def _labels(entry: Mapping[str, Any], prepared: Prepared) -> list[str]:
    folios = prepared.document.folios
    asked = [int(pair.partition("=")[0]) for pair in _pages(entry)]
    return [f"{p}={label}" for p in asked if (label := printed_page(folios, p))]


def normal(text: str) -> str:
    """Return the letters and digits of a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "", plain)


def same_title(value: str, truth: str) -> bool:
    """Whether two titles have the same letters."""
    return normal(value) == normal(truth)


def nearly_same(value: str, truth: str) -> bool:
    """Whether two titles are alike as FinGreyLit counts it."""
    return difflib.SequenceMatcher(None, normal(value), normal(truth)).ratio() >= NEARLY


def same_person(value: str, truth: str) -> bool:
    """Whether two names have the same words, in any order, apart from initials."""
    one, two = _words(value), _words(truth)
    return one == two or (len(one & two) >= 2 and (one < two or two < one))


def _words(name: str) -> set[str]:
    return {normal(w) for w in re.split(r"[\s,.]+", name) if len(normal(w)) > 1}


def same_body(value: str, truth: str) -> bool:
    """Whether two names of organisations or countries can be of one."""
    one, two = (normal(organisation_name(name)) for name in (value, truth))
    parts = [normal(organisation_name(p)) for p in re.split(r"[;,(/]| for | e | and ", truth)]
    return one == two or one in parts or (len(one) > 3 and (one in two or two in one))
