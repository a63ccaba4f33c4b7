"""Learns the weights by which roles are judged again, and says how good they are.

``python -m tests.reading.run ends FOLDER [FOLDER ...]`` reads the labelled documents that it finds
(reports in a folder, clones of repositories in another), learns from ``dev`` and writes
``ingest/roles/role_weights.toml``. What it prints are figures of other weights, learned in the same
way without the publishers of the documents that are measured. Numbers, constants and rules are
chosen on ``dev`` alone.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from corpus.roles import APPARATUS
from ingest.extract import extract_document
from ingest.model import Cut, Fetched, Limits
from ingest.preparing import prepare_document
from ingest.roles.assigning import assign_roles
from ingest.roles.judging import (
    FARTHEST,
    FILE,
    Numbers,
    RoleWeights,
    decide_role,
    judged_places,
    numbers_of,
)
from ingest.text.passages import Assembled, assemble_pages, cut_passages
from tests.reading.roles import Label, labels, place_of
from tests.reading.tags import read_source

PLACES: Final = Path(__file__).parents[1] / "data/reading/role_places.jsonl"
FOLDS: Final = 10
SHRINKAGE: Final = 0.03
"""The inverse of how strongly weights are drawn to 0. Of dev, held out by publisher, 276 of 305
passages that are no evidence are told with .03, at a precision of .939; 274 with .01, 273 with .1,
at .935 and .904."""
UNSURE: Final = 0.3
"""How much a passage counts that people say may be evidence or not."""
LEAST: Final = 0.6
"""Of dev, held out by publisher: 27 more are told and 3 passages of evidence hidden; 33 and 4 with
.5, 25 and 2 with .7, 18 and 1 with .8."""
MOST: Final = 0.2
"""Of dev, 3 passages are put back rightly and 2 wrongly; 3 and 3 with .3, 4 and 5 with .4, 1 and 1
with .1."""
HEADER: Final = """\
# How much each number of a passage counts for what it is; see ingest/roles/judging.py. Do not edit
# it: "python -m tests.reading.run ends FOLDER ..." writes it.

"""
_ALIKE: Final = {"title": "front-matter", "search-strategy": "references"}


@dataclass(frozen=True)
class Source:
    """A labelled document: where it is, and of which half."""

    file: str
    source: str
    sha256: str
    half: str


@dataclass(frozen=True)
class Case:
    """A labelled passage as rules leave it; ``roles`` are those that people find right, best first.

    ``numbers`` is empty if the passage is not judged again.
    """

    publisher: str
    half: str
    roles: tuple[str, ...]
    given: Any
    numbers: Numbers

    @property
    def none(self) -> bool | None:
        """Whether it is no evidence; ``None`` if it may be either."""
        said = {role in APPARATUS for role in self.roles}
        return said.pop() if len(said) == 1 else None

    @property
    def outcome(self) -> str:
        first = self.roles[0]
        return _ALIKE.get(first, first) if first in APPARATUS else "evidence"


def report(*folders: Path) -> str:
    """Write the weights; return the figures of what was held out."""
    cases = [*_of_strangers(folders), *_of_reports(folders)]
    dev = [case for case in cases if case.half == "dev"]
    FILE.write_text(told(learn(dev)), encoding="utf-8")
    lines = [f"{len(cases)} labelled passages; learned from {len(dev)}"]
    lines += ["dev, held out by publisher, by rules and judged again"]
    lines += figures(dev, lambda part: [c for c in dev if c.publisher not in part])
    test = [case for case in cases if case.half == "test"]
    lines += ["test, without its publishers, by rules and judged again"]
    met = {case.publisher for case in test}
    lines += figures(test, lambda _: [c for c in dev if c.publisher not in met])
    return "\n".join(lines)


def _of_strangers(folders: Sequence[Path]) -> Iterator[Case]:
    for line in PLACES.read_text("utf-8").splitlines():
        told_ = json.loads(line)
        places = told_.pop("places")
        source = Source(**told_)
        data = read_source(source, folders)
        if data is None:
            continue
        name = Path(source.file).name
        text, cuts, title = read_by_rules(Fetched(source.file, data, name))
        for page, begins, roles in places:
            label = Label(name, source.half, page, begins, roles)
            yield from _case(source.source, label, text, cuts, title)


def _of_reports(folders: Sequence[Path]) -> Iterator[Case]:
    known = labels()
    for file in sorted({label.file for label in known}):
        path = next((f / file for f in folders if (f / file).is_file()), None)
        if path is None:
            continue
        text, cuts, title = read_by_rules(Fetched(path.as_uri(), path.read_bytes(), file))
        for label in known:
            if label.file == file:
                yield from _case(file, label, text, cuts, title)


def read_by_rules(fetched: Fetched) -> tuple[Assembled, list[Cut], str | None]:
    """Return a document's text, its passages with the roles that rules give, and its title."""
    limits = Limits(max_seconds=600)
    title = prepare_document(fetched, limits).document.title
    assembled = assemble_pages(extract_document(fetched, limits)[1].pages)
    return assembled, cut_passages(assembled, title, assign_roles(assembled, title)), title


def _case(
    publisher: str, label: Label, text: Assembled, cuts: Sequence[Cut], title: str | None
) -> Iterator[Case]:
    place = place_of(text.text, cuts, label)
    if place is not None:
        judged = place in set(judged_places(cuts))
        numbers = numbers_of(text, cuts, place, title) if judged else {}
        roles = tuple(label.role.split("|"))
        yield Case(publisher, label.half, roles, cuts[place].role, numbers)


def learn(cases: Iterable[Case]) -> RoleWeights:
    """Return the weights of a regression over the passages that are judged."""
    from sklearn.linear_model import LogisticRegression

    taught = [case for case in cases if case.numbers]
    names = tuple(sorted(taught[0].numbers))
    rows = np.array([[case.numbers[name] for name in names] for case in taught])
    centre, scale = rows.mean(0), rows.std(0) + 1e-6
    rows = np.clip((rows - centre) / scale, -FARTHEST, FARTHEST)
    counts = [UNSURE if case.none is None else 1.0 for case in taught]
    model = LogisticRegression(C=SHRINKAGE, max_iter=4000)
    model.fit(rows, [case.outcome for case in taught], counts)

    def short(values: Iterable[float]) -> tuple[float, ...]:
        return tuple(round(float(value), 4) for value in values)

    return RoleWeights(
        names, short(centre), tuple(max(0.001, one) for one in short(scale)),
        tuple(map(str, model.classes_)), tuple(map(short, model.coef_)), short(model.intercept_),
        LEAST, MOST,
    )  # fmt: skip


def told(known: RoleWeights) -> str:
    """Return weights as their file has them, a line for each list."""
    parts = {name: getattr(known, name) for name in RoleWeights.__slots__}
    return HEADER + "".join(
        f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in parts.items()
    )


def figures(cases: Sequence[Case], others: Callable[[set[str]], Sequence[Case]]) -> Iterator[str]:
    """Yield how many passages that are no evidence rules tell, and how many weights do.

    Args:
        cases: what is measured, in ten parts by publisher.
        others: the cases to learn from for a part, by its publishers.
    """
    publishers = sorted({case.publisher for case in cases})
    random.Random(0).shuffle(publishers)
    pairs: list[tuple[Case, str]] = []
    for fold in range(FOLDS):
        part = set(publishers[fold::FOLDS])
        known = learn(others(part))
        for case in cases:
            if case.publisher in part:
                chances = known.chances(case.numbers) if case.numbers else None
                pairs.append(
                    (case, decide_role(known, case.given, chances) if chances else case.given)
                )
    yield _line("rules", [(case, case.given) for case, _ in pairs])
    yield _line("judged", pairs)


def _line(name: str, pairs: Sequence[tuple[Case, str]]) -> str:
    sure = [(case.none, role in APPARATUS) for case, role in pairs if case.none is not None]
    right = sum(none and said for none, said in sure)
    precision = right / (sum(said for _, said in sure) or 1)
    recall = right / (sum(bool(none) for none, _ in sure) or 1)
    all_right = sum(role in case.roles for case, role in pairs)
    return (
        f"  {name:8} {len(pairs)} passages, {all_right} with a right role; not evidence: "
        f"precision {precision:.3f}, recall {recall:.3f}"
    )
