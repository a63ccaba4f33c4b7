"""Commands of the curators' desk: ``review``, ``decide``, ``undo``, ``correct``."""

from __future__ import annotations

from typing import Annotated

import typer

from corpus.catalogue.catalogue import connect
from corpus.review.kinds import QUEUED_NAMES
from corpus.taxonomy import load_taxonomy
from search_api.service.settings import load_settings
from search_api.web.options import AsJson


def review(
    *,
    kind: Annotated[
        str | None, typer.Option(help=f"Only one kind: {', '.join(QUEUED_NAMES)}.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to list.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List what is waiting for a decision, most useful first. Decide with: salex decide.

    Contributions that a stopped server left half read are ended first.

    Example:

      salex review --kind tag --limit 10
    """
    from corpus.review.interrupted import end_interrupted
    from search_api.review.presenting import queue_of, row_of
    from search_api.web.terminal import out, print_json

    if kind is not None and kind not in QUEUED_NAMES:
        raise typer.BadParameter(f"Name one of: {', '.join(QUEUED_NAMES)}")
    with connect(load_settings().catalogue_path) as catalogue:
        end_interrupted(catalogue)
        items = [i for i in queue_of(catalogue) if kind in (None, i.kind)]
        titles = catalogue.documents((i.document_id for i in items[:limit]), pending=True)
    if as_json:
        print_json([row_of(item) for item in items[:limit]])
        return
    for item in items[:limit]:
        out.print(f"{item.score:.2f}  {item.id}", markup=False)
        out.print(f"      {titles[item.document_id].title}. {item.why}", markup=False)
    out.print(f"{min(limit, len(items))} of {len(items)} shown.")


def decide(
    item: Annotated[str, typer.Argument(help="The item's id, as shown by `salex review`.")],
    decision: Annotated[str, typer.Argument(help="confirm or reject")],
    *,
    note: Annotated[
        str | None, typer.Option(help="The reason; required to decline a contribution.")
    ] = None,
) -> None:
    """Confirm or reject an item of the review queue.

    Example:

      salex decide tag:who5-systematic-review:stages:use reject --note "Only in passing"
    """
    from corpus.review.queue import CHOICES, decide_item
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    if decision not in CHOICES:
        raise typer.BadParameter("The decision must be confirm or reject.")
    settings = load_settings()
    taxonomy = load_taxonomy(settings.taxonomy_file)
    with connect(settings.catalogue_path) as catalogue:
        entry = decide_item(
            catalogue, command_line_actor(), taxonomy, item, state=None, choice=decision, note=note
        )
    out.print(f"Recorded. To undo it, run: salex undo {entry}")


def undo(
    entry: Annotated[int, typer.Argument(help="The number of the decision's log entry.")],
) -> None:
    """Undo one decision exactly, unless there was another decision about the same thing since.

    Example:

      salex undo 12
    """
    from corpus.review.undoing import undo as take_back
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    with connect(load_settings().catalogue_path) as catalogue:
        undone = take_back(catalogue, command_line_actor(), entry)
    out.print(f"Undone: {undone.action} of {undone.subject}.", markup=False)


def correct(
    document_id: str,
    changes: Annotated[
        list[str],
        typer.Argument(metavar="FIELD=VALUE...", help="Leave the value empty if it is not known."),
    ],
) -> None:
    """Correct a document's record. Its source does not overwrite corrections.

    Examples:

      salex correct who5-systematic-review year=2015 publishers="BioMed Central; WHO"

      salex correct who5-systematic-review doi=
    """
    from corpus.documents.corrections import CORRECTABLE, correct_record
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    wanted: dict[str, str | None] = {}
    for change in changes:
        name, separator, value = change.partition("=")
        if not separator or name not in CORRECTABLE:
            raise typer.BadParameter(
                f"Write {change!r} as FIELD=VALUE, with one of: {', '.join(CORRECTABLE)}"
            )
        wanted[name] = value or None
    settings = load_settings()
    taxonomy = load_taxonomy(settings.taxonomy_file)
    with connect(settings.catalogue_path) as catalogue:
        correct_record(catalogue, command_line_actor(), taxonomy, document_id, wanted)
    out.print("Corrected. To search a new title by meaning, run: salex index")
