"""The command ``salex tag``: suggest, measure, learn from decisions, adopt, undo."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.door import refuse_writing
from corpus.taxonomy import Taxonomy, load_taxonomy
from search_api.service.settings import Settings, load_settings
from search_api.web.options import AsJson

if TYPE_CHECKING:
    from corpus.tags.models import KeptModel
    from index.tagging.adopting import Comparison
    from index.tagging.learning import Example
    from index.tagging.measuring import Figures
    from index.tagging.model import TagModel
    from index.tagging.proposing import Proposer
    from index.tagging.reading import TermWords
    from index.tagging.tagger import Retagging
    from index.vectors.encoder import Encoder


Evaluate = Annotated[
    bool,
    typer.Option("--evaluate", help="Measure the tagger on documents that people have tagged."),
]
OnStarter = Annotated[
    bool, typer.Option("--starter", help="With --evaluate: use a fresh starter corpus.")
]
Train = Annotated[
    bool, typer.Option("--train", help="Learn from all decisions, compare, show what would change.")
]
Adopt = Annotated[bool, typer.Option("--adopt", help="Use the newest model if it is better.")]
Undo = Annotated[
    bool, typer.Option("--undo", help="Restore every tag to its state before the last --adopt.")
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="With --train or --adopt: show the changes, write nothing."),
]


def tag(
    *,
    evaluate: Evaluate = False,
    starter: OnStarter = False,
    train: Train = False,
    adopt: Adopt = False,
    undo: Undo = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Suggest stages and topics, with a passage for each.

    Decided tags are never changed. The tagger learns only from reviewed documents. A new model is
    adopted only if its macro-F1 on held-out documents is higher than that of the tagger in use; if
    not, the exit code is 1.

    Examples:

      salex tag

      salex tag --evaluate

      salex tag --train

      salex tag --adopt

      salex tag --undo
    """
    if undo and (train or adopt or evaluate or dry_run):
        raise typer.BadParameter("--undo cannot be combined with other options.")
    if dry_run and not (train or adopt):
        raise typer.BadParameter("--dry-run needs --train or --adopt.")
    if evaluate and starter:
        _evaluate_starter(as_json=as_json)
        return
    with _desk(as_json=as_json) as desk:
        if evaluate:
            desk.evaluate()
        elif undo:
            desk.undo()
        elif train or adopt:
            desk.learn(train=train, adopt=adopt, dry_run=dry_run)
        else:
            desk.suggest()


@contextmanager
def _desk(*, as_json: bool) -> Iterator[_Desk]:
    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        yield _Desk(catalogue, settings.index_folder, settings, as_json)


def _evaluate_starter(*, as_json: bool) -> None:
    from corpus.catalogue.originals import Originals
    from corpus.tags.decision_file import (
        JUDGMENTS_FOLDER,
        STARTER_FOLDER,
        apply_decisions,
        read_decisions,
    )
    from index.tagging.measuring import below_tagger_floors, read_tagger_floors
    from index.vectors.builder import build_index
    from ingest.intake import add_sources
    from search_api.web.terminal import out

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with connect(folder / "catalogue.sqlite", create=True) as catalogue:
            add_sources(
                [str(STARTER_FOLDER / "documents")], catalogue, Originals(folder / "originals")
            )
            desk = _Desk(catalogue, folder / "index", load_settings(), as_json)
            decisions = read_decisions(STARTER_FOLDER / "decisions.toml", desk.taxonomy)
            apply_decisions(catalogue, decisions)
            build_index(catalogue, desk.folder, desk.encoder)
            measured = desk.evaluate()
    short = below_tagger_floors(measured, read_tagger_floors(JUDGMENTS_FOLDER / "floors.toml"))
    for name, (figure, floor) in short.items():
        out.print(f"[red]{name} is {figure:.4f}, below its floor of {floor}[/red]")
    if short:
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Desk:
    """A catalogue and what is needed to tag its documents; the encoder is loaded when needed."""

    catalogue: Catalogue
    folder: Path
    settings: Settings
    as_json: bool

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """Return the vocabularies."""
        return load_taxonomy(self.settings.taxonomy_file)

    @cached_property
    def encoder(self) -> Encoder:
        """Return the encoder of the passages."""
        from index.vectors.encoder import load_encoder

        return load_encoder(self.settings.model, precision=self.settings.precision)

    def _stop(self, why: str) -> NoReturn:
        """Print the reason on standard error, apart from any JSON, and exit with 1."""
        from search_api.web.terminal import err

        err.print(why)
        raise typer.Exit(1)

    def suggest(self) -> None:
        """Update the suggestions."""
        from index.tagging.tagger import suggest_tags
        from search_api.web.terminal import out, print_json

        refuse_writing(self.catalogue.path)
        report = suggest_tags(self.catalogue, self.folder, self.encoder, self.taxonomy)
        if self.as_json:
            print_json(report)
        else:
            out.print(f"Tags of {report.changed} of {report.documents} documents changed.")

    def evaluate(self) -> list[Figures]:
        """Print and return how well tags are proposed for held-out documents."""
        from index.tagging.measuring import measure_all
        from search_api.upkeep.terminal_tagging import print_figures
        from search_api.web.terminal import print_json

        examples, vocabularies = self._reviewed()
        if not examples:
            self._stop("Nobody has decided about any document's stages or topics yet.")
        measured = [figures for terms in vocabularies for figures in measure_all(examples, terms)]
        if self.as_json:
            print_json(measured)
        else:
            print_figures(measured, self.taxonomy)
        return measured

    def learn(self, *, train: bool, adopt: bool, dry_run: bool) -> None:
        """Learn or load the newest model, compare it, show the changes, and adopt it if asked."""
        from corpus.tags.models import adopted_model, newest_model
        from index.tagging.adopting import compare_taggers
        from index.tagging.model import read_model
        from index.tagging.proposing import Proposer
        from index.tagging.ruling import Rules
        from search_api.web.terminal import out

        kept = adopted_model(self.catalogue)
        last = None if train else self._read(newest_model(self.catalogue), kept)
        examples, vocabularies = self._reviewed()
        version, model = last or self._train(examples, vocabularies, kept, keep=not dry_run)
        in_use = read_model(kept.body, kept.sha256) if kept else None
        comparison = compare_taggers(examples, vocabularies, model, in_use)
        proposer = Proposer(self.encoder, vocabularies, model, version, Rules(self.taxonomy))
        retaggings = self._retaggings(proposer)
        self._show(version, comparison, retaggings)
        if adopt and not comparison.better:
            self._stop("It was not adopted.")
        if adopt and not dry_run:
            self._adopt(version, comparison, retaggings)
        elif comparison.better and not self.as_json:
            out.print("To use it, run: salex tag --adopt")

    def undo(self) -> None:
        """Undo the last adoption; then score the passages with the earlier tagger."""
        from corpus.tags.models import undo_adoption
        from index.tagging.tagger import suggest_tags
        from search_api.web.access import command_line_actor
        from search_api.web.terminal import out, print_json

        undone = undo_adoption(self.catalogue, command_line_actor())
        suggest_tags(self.catalogue, self.folder, self.encoder, self.taxonomy)
        if self.as_json:
            print_json(undone)
        else:
            out.print(f"{undone.version} is no longer in use; every tag is as it was before.")

    def _reviewed(self) -> tuple[list[Example], list[TermWords]]:
        from index.tagging.examples import reviewed_examples, vectors_of
        from index.tagging.reading import term_words
        from index.tagging.zeroshot import VOCABULARIES

        vocabularies = [term_words(self.encoder, self.taxonomy, v) for v in VOCABULARIES]
        vectors = vectors_of(self.folder, self.encoder)
        examples = reviewed_examples(
            self.catalogue, vectors, vocabularies, self.encoder, self.folder
        )
        return examples, vocabularies

    def _train(
        self,
        examples: Sequence[Example],
        vocabularies: Sequence[TermWords],
        kept: KeptModel | None,
        *,
        keep: bool,
    ) -> tuple[str, TagModel]:
        from corpus.tags.models import keep_model
        from index.tagging.adopting import learn_tagger
        from index.tagging.learning import LEAST_DOCUMENTS, LEAST_EACH

        candidate = learn_tagger(examples, vocabularies, self.encoder)
        if candidate is None:
            self._stop(
                f"There are too few decisions to learn from: {LEAST_DOCUMENTS} reviewed documents "
                f"are needed, with {LEAST_EACH} that have each term and {LEAST_EACH} that do not."
            )
        if keep:
            with self.catalogue.transaction():
                keep_model(self.catalogue, candidate.version, candidate.body)
        self._stop_if_in_use(candidate.version, kept)
        return candidate.version, candidate.model

    def _read(self, last: KeptModel | None, kept: KeptModel | None) -> tuple[str, TagModel]:
        from index.tagging.model import read_model

        if last is None:
            self._stop("There is no model yet. Train one with: salex tag --train")
        self._stop_if_in_use(last.version, kept)
        return last.version, read_model(last.body, last.sha256)

    def _stop_if_in_use(self, version: str, kept: KeptModel | None) -> None:
        if kept and kept.version == version:
            self._stop(f"{version} is already in use; there is no newer model.")

    def _retaggings(self, proposer: Proposer) -> list[Retagging]:
        from index.tagging.tagger import plan_retagging

        retaggings = plan_retagging(self.catalogue, self.folder, self.encoder, proposer)
        return [f for f in retaggings if f is not None]

    def _show(self, version: str, comparison: Comparison, retaggings: Sequence[Retagging]) -> None:
        from search_api.upkeep.terminal_tagging import print_comparison
        from search_api.web.terminal import print_json

        changes = [change for retagging in retaggings for change in retagging.changes()]
        if self.as_json:
            print_json(
                {
                    "version": version,
                    "better": comparison.better,
                    "held_out": comparison,
                    "changes": changes,
                }
            )
        else:
            print_comparison(version, comparison, changes, self.taxonomy)

    def _adopt(self, version: str, comparison: Comparison, retaggings: Sequence[Retagging]) -> None:
        from corpus.tags.models import adopt
        from index.tagging.tagger import write_retagging
        from search_api.web.access import command_line_actor
        from search_api.web.terminal import out

        def write() -> None:
            for retagging in retaggings:
                write_retagging(self.catalogue, retagging)

        adopt(self.catalogue, command_line_actor(), version, write, asdict(comparison))
        if not self.as_json:
            out.print(f"{version} is in use. To undo this, run: salex tag --undo")
