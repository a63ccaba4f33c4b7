"""The command ``remove``: a document goes for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from corpus.catalogue.catalogue import connect
from search_api.service.settings import load_settings

if TYPE_CHECKING:
    from corpus.documents.removing import Removed


def remove(
    document: Annotated[
        str, typer.Argument(help="The document's id; with --allow, the source that was removed.")
    ],
    *,
    reason: Annotated[
        str | None, typer.Option(help="Why, for the log; only administrators read it.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    allow: Annotated[
        bool, typer.Option("--allow", help="Let a source that was removed be taken in again.")
    ] = False,
) -> None:
    """Remove a document for good, if it may not be kept: record, text, versions and stored files.

    To leave a document out of searches only, withdraw it on its page.

    Examples:

      salex remove who5-systematic-review --reason "The rights holder asked on 3 May"

      salex remove --allow https://example.org/report.pdf
    """
    from corpus.catalogue.originals import Originals
    from corpus.documents.removing import allow_again, remove_document
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    if not allow and not reason:
        raise typer.BadParameter("Say why, with --reason.", param_hint="--reason")
    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        if allow:
            allow_again(catalogue, command_line_actor(), document)
            out.print(f"{document} may be taken in again.", markup=False)
            return
        title = catalogue.document(document, pending=True).title
        if not yes:
            typer.confirm(f"Remove {title!r} ({document})? It cannot be undone.", abort=True)
        originals = Originals(settings.originals_folder)
        gone = remove_document(catalogue, originals, command_line_actor(), document, reason or "")
    (settings.index_folder / "catalogue.arrays").unlink(missing_ok=True)  # has names in it
    _print_removed(gone)


def _print_removed(gone: Removed) -> None:
    from search_api.web.terminal import err, out

    out.print(
        f"Removed: {gone.document.title}. Passages: {gone.passages}, files: {len(gone.files)}.",
        markup=False,
    )
    if gone.lists:
        out.print(
            f"Lists that still have an entry for it: {', '.join(gone.lists)}. Published versions "
            "keep their notes and pinned quotes.",
            markup=False,
        )
    out.print(
        "It is still in backups, copies for other servers, frozen sites and downloads made so far. "
        "Delete those, or renew them with: salex backup FOLDER, salex copy FOLDER",
        markup=False,
    )
    err.print("Next: salex index")
