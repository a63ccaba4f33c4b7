"""The runs that measured searches against judged queries, each with the figures of its queries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from corpus.catalogue.catalogue import Catalogue, now

Judged = Literal["marks", "starter"]
"""The curators' marks, or the judged queries of the starter corpus."""
MOST_KEPT: Final = 100
"""Older runs of the same judged queries are removed."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    Attributes:
        judged: which judged queries were run.
        made_at: when.
        revision: of the catalogue that was searched.
        model: the embedding model's name.
        floor: what nDCG@10 must reach; ``None`` if nothing was asked of it.
        figures: by query id, its measures, ``language``, ``band`` and ``grades``, a digest of what
            it was measured against.
    """

    judged: Judged
    made_at: str
    revision: int
    model: str
    floor: float | None
    figures: Mapping[str, Mapping[str, Any]]


def make_run(
    judged: Judged,
    *,
    revision: int,
    model: str,
    floor: float | None,
    figures: Mapping[str, Mapping[str, Any]],
) -> Run:
    """Return a run that was made now."""
    return Run(judged, now(), revision, model, floor, figures)


def keep_run(catalogue: Catalogue, run: Run) -> None:
    """Keep a run, and forget those before the last ``MOST_KEPT``."""
    with catalogue.transaction():
        catalogue.db.execute(
            """
            insert into evaluation_run (judged, made_at, revision, model, floor, figures)
            values (?, ?, ?, ?, ?, ?)
            """,
            [run.judged, run.made_at, run.revision, run.model, run.floor, json.dumps(run.figures)],
        )
        catalogue.db.execute(
            """
            delete from evaluation_run where judged = :judged and id not in (
                select id from evaluation_run where judged = :judged order by id desc limit :most
            )
            """,
            {"judged": run.judged, "most": MOST_KEPT},
        )


def read_runs(catalogue: Catalogue, judged: Judged, *, limit: int) -> list[Run]:
    """Return the runs of these judged queries, the newest first."""
    rows = catalogue.rows(
        """
        select judged, made_at, revision, model, floor, figures from evaluation_run
        where judged = ? order by id desc limit ?
        """,
        [judged, limit],
    )
    return [
        Run(name, made_at, revision, model, floor, json.loads(figures))
        for name, made_at, revision, model, floor, figures in rows
    ]
