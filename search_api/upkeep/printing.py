"""Outcomes, audits and evaluations to read on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from corpus.model import Outcome
from corpus.promises import Check
from index.evaluation import MEASURES, Report
from index.tagging.tagger import Agreement
from search_api.web.terminal import out

HEADINGS: Final = ("nDCG@10", "RR@10", "R@20", "R@100")


def print_outcomes(
    outcomes: Sequence[Outcome], *, nothing: str = "Nothing was found there."
) -> None:
    """Print what is to be looked at of what was taken in, and how many there are of each kind."""
    for outcome in outcomes:
        if outcome.kind in ("rejected", "partial", "needs_review", "duplicate"):
            out.print(f"{outcome.kind}: {outcome.source}\n  {outcome.reason}", markup=False)
    counts = Counter(o.kind for o in outcomes)
    out.print(", ".join(f"{n} {kind}" for kind, n in counts.items()) or nothing)


def print_checks(checks: Sequence[Check]) -> None:
    """Print an audit: a line a check, and the faults."""
    for done in checks:
        mark = "[green]ok  [/green]" if done.ok else "[red]FAIL[/red]"
        out.print(f"{mark} {escape(done.name)}: {done.checked} checked, {done.fault_count} faults")
        for fault in done.faults:
            out.print(f"       {escape(fault)}")


def print_evaluation(
    title: str,
    report: Report,
    groups: dict[str, Report],
    agreed: Sequence[Agreement],
    short: dict[str, tuple[float, float]],
) -> None:
    """Print the measures of a run, how well the tagger agrees, and what is below its floor."""
    table = Table(title=title, title_justify="left", box=SIMPLE)
    table.add_column("queries")
    for name in ("number", *HEADINGS, "nDCG@10, 95 %"):
        table.add_column(name, justify="right")
    for name, found in {"all": report, **(groups if len(groups) > 1 else {})}.items():
        low, high = found.interval
        figures = [f"{found.means[m]:.4f}" for m in MEASURES]
        table.add_row(name, str(found.queries), *figures, f"{low:.3f}-{high:.3f}")
    out.print(table)
    for a in agreed:
        out.print(
            f"Tagger, {a.vocabulary}: the first proposal is the primary term of {a.primary:.2f} "
            f"and any decided term of {a.any_decided:.2f} of {a.documents} documents."
        )
    for name, (figure, floor) in short.items():
        out.print(f"[red]{name} is {figure:.4f}, below its floor of {floor}[/red]")
