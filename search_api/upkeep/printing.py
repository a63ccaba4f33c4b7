"""Print outcomes, audits, backups and evaluations on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from corpus.catalogue.backup_folder import BackupReport
from corpus.catalogue.restoring import RestoreReport
from corpus.model import Outcome
from corpus.promises import Check
from index.evaluation import MEASURES, Report
from index.search.bands import GROUPS, BandRow
from index.tagging.tagger import Agreement
from search_api.judging.measuring import MEASURE, Compared
from search_api.web.terminal import err, out

_SHOWN: Final = 10
"""How many originals are named one by one."""
HEADINGS: Final = ("nDCG@10", "RR@10", "R@20", "R@100")


def print_outcomes(
    outcomes: Sequence[Outcome], *, nothing: str = "There is nothing to add there."
) -> None:
    """Print the outcomes to look at, and how many outcomes there are of each kind."""
    for outcome in outcomes:
        if outcome.kind in ("rejected", "partial", "needs_review", "duplicate"):
            out.print(f"{outcome.kind}: {outcome.source}\n  {outcome.reason}", markup=False)
    counts = Counter(o.kind for o in outcomes)
    out.print(", ".join(f"{n} {kind}" for kind, n in counts.items()) or nothing)


def print_next_step(outcomes: Sequence[Outcome]) -> None:
    """Print the next command on standard error if new documents are not indexed yet."""
    stored = ("added", "updated", "partial", "needs_review")
    if any(outcome.kind in stored for outcome in outcomes):
        err.print("Next: salex index")


def print_checks(checks: Sequence[Check]) -> None:
    """Print an audit: one line per check, and the faults."""
    for done in checks:
        if done.problem:
            out.print(f"[red]????[/red] {escape(done.name)}: could not be checked")
            out.print(f"       {escape(done.problem)}")
            continue
        mark = "[green]ok  [/green]" if done.ok else "[red]FAIL[/red]"
        out.print(f"{mark} {escape(done.name)}: {done.checked} checked, {done.fault_count} faults")
        for fault in done.faults:
            out.print(f"       {escape(fault)}")


def print_backup(report: BackupReport, documents: Mapping[str, str]) -> None:
    """Print what a backup contains, and which originals were damaged, missing or copied again.

    ``documents`` has the id of a document made from each file, by its SHA-256.
    """
    out.print(
        f"{report.documents} documents in {report.files} files, "
        f"{report.size_bytes / 1e6:,.1f} MB, are in {report.folder}.",
        markup=False,
    )
    for name in report.repaired:
        out.print(f"damaged in the backup and copied again: {name}", markup=False)
    for said, names in (
        ("damaged in the repository", report.damaged),
        ("missing in the repository", report.missing),
        ("no undamaged copy in the backup", report.without_copy),
    ):
        for name in names[:_SHOWN]:
            of = documents.get(name.rpartition("/")[2])
            out.print(f"[red]{said}:[/red] {escape(name)}{f', of {of}' if of else ''}")
        if len(names) > _SHOWN:
            out.print(f"[red]{said}:[/red] {len(names) - _SHOWN:,} more")
    for sentence in report.derived:
        out.print(f"[red]{escape(sentence)}[/red]")
    if {*report.damaged, *report.missing} - {*report.without_copy}:
        out.print(
            f"The backup has undamaged copies. Put them back with: "
            f"salex restore {report.folder} --originals",
            markup=False,
        )
    if report.without_copy:
        out.print("Look for these in an older backup, or add their sources again.")


def print_stray_originals(count: int) -> None:
    """Print how many originals no document of a restored catalogue was made from."""
    if count:
        out.print(
            f"Originals that belong to no document of this backup, and were kept: {count}. "
            "See them with: salex audit"
        )


def print_restore(report: RestoreReport, checks: Sequence[Check], data_folder: Path) -> None:
    """Print what a restore did, the result of the audit and what to do next."""
    if report.repaired:
        out.print(f"{len(report.repaired)} missing or damaged originals were put back.")
    if not report.originals_only:
        out.print(
            f"{report.backup.documents} documents as of {report.backup.made_at} are in "
            f"{data_folder}.",
            markup=False,
        )
    for path in report.kept:
        out.print(f"The previous state is kept: {path}", markup=False)
    wrong = [check for check in checks if not check.ok]
    print_checks(wrong)
    if wrong:
        out.print(f"The audit found faults in {len(wrong)} of {len(checks)} checks.")
    else:
        out.print(f"The audit found no fault in {len(checks)} checks.")
    if not report.originals_only:
        out.print("Now build the index with: salex index")
    elif wrong:
        out.print("If this backup cannot repair them, try an older one.")


def print_evaluation(
    title: str,
    report: Report,
    groups: dict[str, Report],
    translated: dict[str, Report],
    agreed: Sequence[Agreement],
    short: dict[str, tuple[float, float]],
) -> None:
    """Print the measures of a run, the tagger's agreement and the figures below their floors."""
    table = Table(title=title, title_justify="left", box=SIMPLE)
    table.add_column("queries")
    for name in ("number", *HEADINGS, "nDCG@10, 95 %"):
        table.add_column(name, justify="right")
    rows = {"all": report, **(groups if len(groups) > 1 else {})}
    rows |= {f"without filters, {language}": group for language, group in translated.items()}
    for name, measured in rows.items():
        low, high = measured.interval
        figures = [f"{measured.means[m]:.4f}" for m in MEASURES]
        table.add_row(name, str(measured.queries), *figures, f"{low:.3f}-{high:.3f}")
    out.print(table)
    for a in agreed:
        out.print(
            f"Tagger, {a.vocabulary}: the first proposal is the primary term of {a.primary:.2f} "
            f"and any decided term of {a.any_decided:.2f} of {a.documents} documents."
        )
    for name, (figure, floor) in short.items():
        out.print(f"[red]{name} is {figure:.4f}, below its floor of {floor}[/red]")


def print_bands(rows: Sequence[BandRow], outside: Sequence[str]) -> None:
    """Print how many questions of each group are called strong, weak or none, and what is amiss."""
    if not rows:
        return
    table = Table(title="evidence called strong, weak or none", title_justify="left", box=SIMPLE)
    for name in ("questions", "called"):
        table.add_column(name)
    for name in (*GROUPS, "first hit answers"):
        table.add_column(name, justify="right")
    for row in rows:
        answers = f"{row.first_answers / row.questions:.2f}" if row.questions else "–"
        counts = (str(row.counts[group]) for group in GROUPS)
        table.add_row(row.language, row.band, *counts, answers)
    out.print(table)
    for sentence in outside:
        out.print(f"[red]{sentence}[/red]")


def print_comparison(compared: Compared | None) -> None:
    """Print the figures by strength of the evidence, and the difference to the run before."""
    if compared is None:
        return
    for band, report in compared.bands.items():
        low, high = report.interval
        out.print(
            f"Evidence {band}: nDCG@10 {report.means[MEASURE]:.4f} ({low:.3f}-{high:.3f}) "
            f"of {_queries(report.queries)}."
        )
    difference = compared.difference
    if difference is None:
        return
    low, high = difference.interval
    unlike = f"; {difference.unlike} were not judged alike in both" if difference.unlike else ""
    out.print(
        f"Difference to the run before: {difference.mean:+.4f} ({low:+.3f} to {high:+.3f}, 95 %) "
        f"over {_queries(difference.queries)}{unlike}."
    )


def _queries(number: int) -> str:
    return "1 query" if number == 1 else f"{number} queries"
