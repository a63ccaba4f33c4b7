"""Commands that maintain the repository: audit, stats, works, relate, backup, restore."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.catalogue.backup import Holder
from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.documents.works import RELATION_TYPES, RelationType
from corpus.errors import AuditIncomplete
from search_api.service.settings import Settings, load_settings
from search_api.web.options import AsJson

if TYPE_CHECKING:
    from corpus.promises import Check


def audit(*, as_json: AsJson = False) -> None:
    """Check every promise: citations, tags, the keyword index, the vectors, the originals.

    The exit code is 1 if there is a fault, and 3 if a check could not be made.

    Example:

      salex audit
    """
    from corpus.promises import audit_catalogue
    from index.vectors.audit import audit_index
    from search_api.upkeep.printing import print_checks
    from search_api.web.terminal import print_json

    settings = load_settings()
    checks: list[Check] = []
    with connect(settings.catalogue_path) as catalogue:
        for check in itertools.chain(
            audit_catalogue(catalogue, Originals(settings.originals_folder)),
            audit_index(catalogue, settings.index_folder),
        ):
            checks.append(check)
            if not as_json:
                print_checks([check])
    if as_json:
        print_json(checks)
    _end_audit(checks)


def _end_audit(checks: Sequence[Check]) -> None:
    """End the command with the code that an audit deserves.

    Raises:
        AuditIncomplete: a check could not be made.
        typer.Exit: with 1, if there is a fault.
    """
    problems = [check.problem for check in checks if check.problem]
    if problems:
        raise AuditIncomplete(
            f"Checks that could not be made: {len(problems)} of {len(checks)}. {problems[0]}"
        )
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def stats(*, as_json: AsJson = False) -> None:
    """Count documents, passages, tags and outcomes, and what an earlier version read; name plugins.

    Example:

      salex stats --json
    """
    from corpus.documents import outcomes as ledger
    from corpus.documents.readings import count_older_readings
    from ingest.model import READING
    from search_api.exports import formats as _formats  # noqa: F401  loads the exporters of plugins
    from search_api.service.plugins import describe_plugin, read_plugins
    from search_api.web.terminal import err, out, print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        older = count_older_readings(catalogue, READING)
        rows, ended = catalogue.count_rows(), ledger.count_outcomes(catalogue)
    if as_json:
        counts = rows | {"read by an earlier version": older}
        counts |= {f"outcome {kind}": count for kind, count in ended.items()}
        plugins = [describe_plugin(plugin) for plugin in read_plugins()]
        print_json({**counts, "plugins": plugins} if plugins else counts)
        return
    lines = {f"{name}s": count for name, count in rows.items() if name != "outcome"}
    lines |= {"inputs, by their latest outcome": sum(ended.values())}
    lines |= {f"outcomes: {kind}": count for kind, count in ended.items()}
    lines |= {"outcomes ever recorded": rows["outcome"]}
    for name, count in (lines | {"documents read by an earlier version": older}).items():
        out.print(f"{count:>8,}  {name}")
    for plugin in read_plugins():
        out.print(describe_plugin(plugin), markup=False, style="red" if plugin.problem else None)
    if older:
        err.print("Next: salex reread")


def works(
    *,
    proposed: Annotated[
        bool, typer.Option("--proposed", help="Only pairs that nobody has decided.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List pairs of documents that are forms of one work: decided by people or proposed.

    Example:

      salex works --proposed
    """
    from corpus.documents.works import read_relations
    from search_api.web.terminal import out, print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        relations = read_relations(catalogue, origin="proposed" if proposed else None)
    if as_json:
        print_json(relations)
        return
    for r in relations:
        who = f"decided by {r.decided_by}" if r.origin == "confirmed" else "proposed"
        out.print(f"{r.first}  {r.second}\n  {r.kind}, {who}. {r.evidence}", markup=False)
    if not relations:
        out.print("No two documents are related.")


def relate(
    one: str,
    other: str,
    relation: Annotated[str, typer.Argument(help=", ".join(RELATION_TYPES))] = "same-work",
    *,
    by: Annotated[str, typer.Option(help="Who decides.", prompt="Who decides")] = "",
    note: str | None = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the decision back.")] = False,
) -> None:
    """Decide how two documents are related, or take that back.

    Examples:

      salex relate salex-eln-report salex-eln-slides same-work --by ana

      salex relate salex-eln-report salex-eln-slides --undo --by ana
    """
    from corpus.review.curating import relate as record_relation
    from corpus.review.curating import unrelate
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    if relation not in RELATION_TYPES or one == other:
        raise typer.BadParameter(f"Name two documents and one of: {', '.join(RELATION_TYPES)}")
    chosen: RelationType = relation
    actor = command_line_actor()
    actor = replace(actor, name=by or actor.name)
    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        if undo:
            unrelate(catalogue, actor, one, other)
        else:
            record_relation(catalogue, actor, one, other, chosen, note)
    out.print("The decision was taken back." if undo else f"Recorded: {relation}.")


def backup(folder: Path, *, as_json: AsJson = False) -> None:
    """Copy the catalogue, the originals and the vectors, while the server runs.

    The next backup to the same folder copies only new originals, and deletes those of documents
    that were removed. It replaces the previous backup completely or not at all. The exit code is 1
    if an original is damaged or missing, or a vector is damaged.

    Example:

      salex backup /media/backup/salex
    """
    from corpus.catalogue.backup import back_up
    from corpus.catalogue.backup_folder import ORIGINALS
    from corpus.documents.outcomes import documents_of_files
    from corpus.documents.removing import delete_copies
    from search_api.upkeep.printing import print_backup
    from search_api.web.terminal import print_json, progress_bar

    settings = load_settings()
    with progress_bar("Copying originals", None) as advance:
        report = back_up(_holder(settings), folder, progress=advance)
    with connect(settings.catalogue_path) as catalogue:
        delete_copies(catalogue, Originals(folder / ORIGINALS))
        made_from = documents_of_files(catalogue)
    if as_json:
        print_json(report)
    else:
        print_backup(report, made_from)
    if not report.is_sound:
        raise typer.Exit(1)


def restore(
    folder: Path,
    *,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Replace an existing catalogue; it is kept under another name."
        ),
    ] = False,
    originals: Annotated[
        bool,
        typer.Option("--originals", help="Only repair damaged and missing originals."),
    ] = False,
) -> None:
    """Restore a backup and audit it; every file is checked first. Stop the server first.

    After an interruption, run the same command again. The exit code is 1 if the audit finds a
    fault.

    Examples:

      salex restore /media/backup/salex

      salex restore /media/backup/salex --originals
    """
    from corpus.catalogue.restoring import restore_backup
    from corpus.promises import NO_STRAY_ORIGINALS, audit_catalogue
    from corpus.review.interrupted import end_interrupted
    from search_api.upkeep.printing import print_restore, print_stray_originals
    from search_api.web.terminal import progress_bar

    settings = load_settings()
    with progress_bar("Checking files", None) as advance:
        report = restore_backup(
            folder,
            _holder(settings),
            force=force,
            originals_only=originals,
            progress=advance,
        )
    with connect(settings.catalogue_path) as catalogue:
        if not originals:
            end_interrupted(catalogue, at_start=True)  # the backup may have met one half read
        checks = list(audit_catalogue(catalogue, Originals(settings.originals_folder)))
    if not originals:  # what was stored after the backup belongs to no document of it
        stray = [c for c in checks if c.name == NO_STRAY_ORIGINALS]
        checks = [c for c in checks if c.name != NO_STRAY_ORIGINALS]
        print_stray_originals(sum(check.fault_count for check in stray))
    print_restore(report, checks, settings.data_folder)
    _end_audit(checks)


def _holder(settings: Settings) -> Holder:
    from index.vectors.store import fault_of_copy

    return Holder(
        {
            "catalogue.sqlite": settings.catalogue_path,
            "vectors.sqlite": settings.index_folder / "vectors.sqlite",
        },
        settings.originals_folder,
        {"vectors.sqlite": fault_of_copy},
    )
