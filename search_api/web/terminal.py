"""What the command line prints: progress that is silent off a terminal, and results to read."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from corpus.model import Outcome, Tag
from corpus.promises import Check
from corpus.taxonomy import Taxonomy
from index.evaluation import MEASURES, Report
from index.model import Hit, Results, Snippet
from index.tagging.tagger import Agreement
from search_api.answers.citations import original_url, page_label

out: Final = Console(highlight=False, soft_wrap=True)
err: Final = Console(stderr=True, highlight=False)

QUOTE_CHARACTERS: Final = 400
HEADINGS: Final = ("nDCG@10", "RR@10", "R@20", "R@100")


@contextmanager
def progress_bar(label: str, total: int | None) -> Iterator[Any]:
    """Show a bar on standard error while it is a terminal; yields ``advance(done)``."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, TimeRemainingColumn(), console=err, disable=not err.is_terminal)
    with bar:
        task = bar.add_task(label, total=total)

        def advance(done: int, of: int | None = None) -> None:
            bar.update(task, completed=done, total=of if of is not None else total)

        yield advance


def print_json(value: Any) -> None:
    """Print a value as JSON; ids of passages become strings, as everywhere outside."""
    print(json.dumps(_plain(value), ensure_ascii=False, indent=2))  # noqa: T201


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
        return {
            name: str(found) if name == "passage_id" and found is not None else _plain(found)
            for name, found in pairs
        }
    if isinstance(value, dict):
        return {key: _plain(found) for key, found in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(found) for found in value]
    return value


def say_written(what: str, path: Path) -> None:
    """Say what was written where, beside what is printed."""
    err.print(f"{what} was written to {path.absolute()}.", markup=False, soft_wrap=True)


def print_outcomes(
    outcomes: Sequence[Outcome], *, nothing: str = "Nothing was found there."
) -> None:
    """Print what is to be looked at of what was taken in, and how many there are of each kind."""
    for outcome in outcomes:
        if outcome.kind in ("rejected", "partial", "needs_review", "duplicate"):
            out.print(f"{outcome.kind}: {outcome.source}\n  {outcome.reason}", markup=False)
    counts = Counter(o.kind for o in outcomes)
    out.print(", ".join(f"{n} {kind}" for kind, n in counts.items()) or nothing)


def print_results(results: Results, taxonomy: Taxonomy) -> None:
    """Print hits to read, preceded by what the reader should know."""
    for notice in results.notices:
        out.print(f"[yellow]{escape(notice)}[/yellow]")
    # Without vectors a notice says what is missing, and closeness is not known.
    close = "vectors" in results.legs
    if close and results.strength == "none":
        out.print("[yellow]No good evidence on this is held; the nearest passages follow.[/yellow]")
    elif close and results.strength == "weak":
        out.print("[yellow]The evidence found is only loosely related to the question.[/yellow]")
    for hit in results.hits:
        print_hit(hit, taxonomy)
    out.print(f"{len(results.hits)} of {results.total} documents shown.", style="dim")


def print_hit(hit: Hit, taxonomy: Taxonomy) -> None:
    """Print one hit."""
    document = hit.document
    facts = [document.kind, document.publishers[0] if document.publishers else None]
    facts += [str(document.year) if document.year else "n.d.", document.language]
    out.print(f"\n[bold]{hit.rank}. {escape(document.title)}[/bold]")
    out.print("   " + escape(" · ".join(f for f in facts if f)), style="dim")
    for vocabulary in ("stages", "topics"):
        labels = _tag_labels(hit.tags, vocabulary, taxonomy)
        if labels:
            out.print(f"   {vocabulary.capitalize()}: {escape(labels)}", style="cyan")
    if hit.snippets:
        out.print(_quote(hit.snippets[0]))
        page = page_label(document, hit.snippets[0].page, hit.snippets[0].page_end)
        place = ", ".join(p for p in (page, hit.snippets[0].heading) if p)
        if place:
            out.print(f"   {escape(place)}", style="dim")
    link = original_url(document) or document.source
    about = " (the original; the quote is from a digest of it)" if document.digest else ""
    out.print(f"   {escape(link)}{about}", style="dim")
    out.print(f"   id {document.id} · score {hit.score:.3f}", style="dim")


def _tag_labels(tags: Sequence[Tag], vocabulary: str, taxonomy: Taxonomy) -> str:
    return "; ".join(
        taxonomy.label(vocabulary, t.term) + (" (suggested)" if t.origin == "suggested" else "")
        for t in tags
        if t.vocabulary == vocabulary and t.origin != "rejected"
    )


def _quote(snippet: Snippet) -> Text:
    text = Text(snippet.text)
    for start, end in snippet.highlights:
        text.stylize("bold green", start, end)
    text.truncate(QUOTE_CHARACTERS, overflow="ellipsis")
    return Text("   “") + text + Text("”")


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
