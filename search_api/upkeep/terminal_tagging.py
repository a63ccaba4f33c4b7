"""What ``salex tag`` prints: how well tags are proposed, and what a new tagger would change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from corpus.taxonomy import Taxonomy
from index.tagging.adopting import Comparison
from index.tagging.measuring import FOLDS, REPEATS, Figures
from index.tagging.tagger import TagChange
from search_api.web.terminal import out

MOST_CHANGES: Final = 40


def print_figures(measured: Sequence[Figures], taxonomy: Taxonomy) -> None:
    """Print the ways of proposing side by side, then each term, then the reliability."""
    for vocabulary in dict.fromkeys(f.vocabulary for f in measured):
        ways = [f for f in measured if f.vocabulary == vocabulary]
        _print_ways(vocabulary, ways)
        _print_terms(ways[0], taxonomy)
        _print_reliability(ways[0])
    out.print(
        f"Learned: {REPEATS} times in {FOLDS} folds, each document held out of all learning: "
        "words, scales, weights, calibration and thresholds.",
        style="dim",
    )


def _print_ways(vocabulary: str, ways: Sequence[Figures]) -> None:
    table = _table(f"{vocabulary.capitalize()}, {ways[0].documents} documents", "tagger")
    for name in ("macro-F1", "primary right", "Brier"):
        table.add_column(name, justify="right")
    for way in ways:
        primary = "" if way.brier is None else f"{way.primary:.3f}"
        brier = "" if way.brier is None else f"{way.brier:.3f}"
        table.add_row(way.method, f"{way.macro_f1:.4f}", primary, brier)
    out.print(table)


def _print_terms(figures: Figures, taxonomy: Taxonomy) -> None:
    table = _table(f"{figures.vocabulary.capitalize()}, {figures.method}", "term")
    for name in ("documents", "precision", "recall", "F1"):
        table.add_column(name, justify="right")
    for t in figures.terms:
        label = taxonomy.vocabulary(figures.vocabulary).term(t.term).short
        values = (f"{value:.3f}" for value in (t.precision, t.recall, t.f1))
        table.add_row(escape(label), str(t.carried_by), *values)
    out.print(table)


def _print_reliability(figures: Figures) -> None:
    table = _table("How reliable its probabilities are", "probability")
    for name in ("pairs", "mean", "carried"):
        table.add_column(name, justify="right")
    for b in figures.reliability:
        mean, carried = f"{b.expected:.2f}", f"{b.observed:.2f}"
        table.add_row(f"{b.low:.1f}-{b.high:.1f}", str(b.count), mean, carried)
    out.print(table)


def print_comparison(
    version: str, comparison: Comparison, changes: Sequence[TagChange], taxonomy: Taxonomy
) -> None:
    """Print a candidate beside the tagger in use, and how each document would change."""
    table = _table(f"{version}, macro-F1 on held-out documents", "vocabulary")
    for name in ("documents", "in use", "candidate"):
        table.add_column(name, justify="right")
    for v in comparison.vocabularies:
        figures = (f"{v.in_use:.4f}", f"{v.candidate:.4f}")
        table.add_row(v.vocabulary, str(v.documents), *figures)
    table.add_row("mean", "", f"{comparison.in_use:.4f}", f"{comparison.candidate:.4f}")
    out.print(table)
    documents = len({c.document_id for c in changes})
    out.print(f"It would change the suggestions of {documents} documents:")
    for change in changes[:MOST_CHANGES]:
        before, after = (
            ", ".join(taxonomy.vocabulary(change.vocabulary).term(t).short for t in terms) or "none"
            for terms in (change.before, change.after)
        )
        out.print(f"  {change.document_id}  {change.vocabulary}: {before} -> {after}", markup=False)
    if len(changes) > MOST_CHANGES:
        out.print(f"  and {len(changes) - MOST_CHANGES} more: --json lists them all.")
    out.print(f"It is {'' if comparison.better else 'not '}better than the tagger in use.")


def _table(title: str, first: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE)
    table.add_column(first)
    return table
