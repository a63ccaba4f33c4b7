"""The command ``reread``: documents are read again from their originals by today's reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.door import refuse_writing
from corpus.catalogue.originals import Originals
from corpus.errors import ClusterLost
from search_api.service.settings import Settings, load_settings
from search_api.upkeep.clusters import Scheduler, reading_pool
from search_api.web.options import AsJson

if TYPE_CHECKING:
    from ingest.intake import Limits, Reread
    from ingest.isolation.pool import Pool


def reread(
    documents: Annotated[
        list[str] | None, typer.Argument(help="Ids of documents; all if none is given.")
    ] = None,
    *,
    again: Annotated[
        bool, typer.Option("--all", help="Also those that this version has already read.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Read scanned pages; needs tesseract and poppler.")
    ] = False,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
) -> None:
    """Read stored originals again, after an upgrade: text, roles, page numbers and record.

    Only documents that an earlier version read; run it again after an interruption. What people
    decided and corrected stays, and a document that cannot be read keeps its text. The exit code
    is 1 if one could not be read.

    Examples:

      salex reread --dry-run

      salex reread

      salex reread salex-eln-report --all

      salex reread --scheduler tcp://10.0.0.5:8786
    """
    from ingest.intake import Limits, due_for_reading
    from search_api.web.terminal import print_json

    show = print_json if as_json else partial(_print_reread, dry_run=dry_run)
    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        if not dry_run:
            refuse_writing(catalogue.path)
        due = due_for_reading(catalogue, documents or (), again=again)
        limits = Limits(ocr=ocr)
        with reading_pool(scheduler if due else None, limits) as pool:
            done = _reread(
                catalogue, settings, due, dry_run=dry_run, limits=limits, pool=pool, show=show
            )
    show(done)
    if any(one.kind == "failed" for one in done):
        raise typer.Exit(1)


def _reread(
    catalogue: Catalogue,
    settings: Settings,
    due: Sequence[str],
    *,
    dry_run: bool,
    limits: Limits,
    pool: Pool | None,
    show: Callable[[list[Reread]], None],
) -> list[Reread]:
    """Read documents again; if the workers are lost, ``show`` what was done and raise."""
    from ingest.intake import reread_documents
    from search_api.web.terminal import progress_bar

    done: list[Reread] = []
    try:
        with progress_bar("Reading again", len(due)) as advance:
            for one in reread_documents(
                catalogue,
                Originals(settings.originals_folder),
                due,
                limits=limits,
                pool=pool,
                dry_run=dry_run,
            ):
                done.append(one)
                advance(len(done))
    except ClusterLost:
        if done:
            show(done)
        raise
    return done


def _print_reread(done: Sequence[Reread], *, dry_run: bool) -> None:
    """Print what changed or failed, how many of each there are, and the next command."""
    from search_api.web.terminal import err, out

    for one in done:
        if one.kind != "unchanged":
            kind = "would change" if dry_run and one.kind == "changed" else one.kind
            out.print(f"{kind}: {one.document_id}  {one.title}\n  {one.reason}", markup=False)
    counts = Counter(one.kind for one in done)
    out.print(
        ", ".join(f"{n} {kind}" for kind, n in counts.items())
        or "This version has read every document. Read them again with --all."
    )
    if counts["changed"]:
        err.print("Next: salex reread" if dry_run else "Next: salex index")
