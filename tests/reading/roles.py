"""Roles of passages against labels: precision and recall of each role, on two halves by document.

A label is about a place: the passage that holds the text beginning with those letters has to have
the role. So labels outlive another cut. Rules may be tuned on ``dev``, never on ``test``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.roles import APPARATUS, ROLES
from ingest.model import Cut, Fetched, Limits, Prepared
from ingest.preparing import prepare_document

LABELS = Path(__file__).parents[1] / "data/reading/roles.jsonl"
LETTERS = 80
_NO_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Label:
    """What a person said about a place: ``begins`` is a hash of its first letters."""

    file: str
    half: str
    page: int
    begins: str
    role: str


def labels() -> list[Label]:
    return [Label(**json.loads(line)) for line in LABELS.read_text("utf-8").splitlines()]


def begins(text: str) -> str:
    """Return the first 12 hex digits of the SHA-256 of a text's first letters, in small letters."""
    letters = _NO_LETTERS.sub("", text[: 5 * LETTERS].casefold())[:LETTERS]
    return hashlib.sha256(letters.encode()).hexdigest()[:12]


def read(path: Path) -> Prepared:
    """Read a report as ingestion does, without its limit on time."""
    fetched = Fetched(path.as_uri(), path.read_bytes(), path.name)
    return prepare_document(fetched, Limits(max_seconds=600))


def assigned(
    text: str, cuts: Iterable[Cut], wanted: Iterable[Label]
) -> Iterator[tuple[Label, str]]:
    """Yield each label with the role its passage has; a place that is not in the text is left out.

    Places are looked for from every word of a passage on, as another cut may begin elsewhere.
    """
    cuts = list(cuts)
    for label in wanted:
        place = place_of(text, cuts, label)
        if place is not None:
            yield label, cuts[place].role


def place_of(text: str, cuts: Sequence[Cut], label: Label) -> int | None:
    """Return the number of the passage that a label is about, ``None`` if it is not in the text.

    One that begins there is it before one that only has the place within.
    """
    near = [i for i, cut in enumerate(cuts) if cut.page in (label.page, label.page - 1)]
    near.sort(key=lambda i: -cuts[i].page)
    whole = (i for i in near if begins(text[cuts[i].start :]) == label.begins)
    return next(whole, next((i for i in near if _is_within(text, cuts[i], label)), None))


def _is_within(text: str, cut: Cut, label: Label) -> bool:
    starts = (m.end() for m in re.finditer(r"\s+", cut.text))
    return any(begins(text[cut.start + start :]) == label.begins for start in starts)


def figures(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield a line a role: how many were labelled so, precision, recall; and the two groups."""
    pairs = list(pairs)
    groups = {role: {role} for role in ROLES} | {"not evidence": set(APPARATUS)}
    for name, roles in groups.items():
        said = Counter((a in roles, b in roles) for a, b in pairs)
        labelled, given = said[True, True] + said[True, False], said[True, True] + said[False, True]
        if labelled or given:
            precision = said[True, True] / given if given else 0.0
            recall = said[True, True] / labelled if labelled else 0.0
            yield f"  {name:16} {labelled:4}   precision {precision:.3f}   recall {recall:.3f}"


def report(folder: Path) -> str:
    """Return the figures for the reports in a folder."""
    known = labels()
    found: list[tuple[Label, str]] = []
    missing = []
    for file in sorted({label.file for label in known}):
        wanted = [label for label in known if label.file == file]
        if (folder / file).exists():
            read_ = read(folder / file)
            found += assigned(read_.text, read_.cuts, wanted)
        else:
            missing.append(file)
    lines = [f"not in the folder: {', '.join(missing)}"] if missing else []
    lines.append(f"{len(found)} of {len(known)} labelled places found")
    for half in ("dev", "test"):
        lines.append(half)
        lines += figures((label.role, role) for label, role in found if label.half == half)
    return "\n".join(lines)
