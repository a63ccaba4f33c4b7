"""The commands ``freeze``, ``thaw``, ``close`` and ``reopen``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.catalogue.catalogue import connect
from search_api.service.settings import load_settings
from search_api.web.options import AsJson

if TYPE_CHECKING:
    from search_api.closing.freezing import FreezeReport


Verify = Annotated[bool, typer.Option("--verify", help="Write nothing: check a frozen folder.")]
Everything = Annotated[
    bool,
    typer.Option(
        "--all", help="For your own keeping: all texts, originals and drafts. Not to publish."
    ),
]
AlsoLicences = Annotated[
    list[str] | None,
    typer.Option(
        "--licence", help="Copy texts under this licence, too, as the records state it. Repeatable."
    ),
]


def freeze(
    out: Annotated[Path, typer.Argument(help="The folder to write; it must not exist.")],
    *,
    verify: Verify = False,
    everything: Everything = False,
    also: AlsoLicences = None,
    language: Annotated[str, typer.Option(help="Of the pages: en, es, pt or fr.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Write the repository as a folder that needs no server, to publish or to keep.

    Every public document, list and view as pages, with a search that runs in the browser; texts
    only where their licence allows it. `salex thaw` starts a repository again from it.

    Examples:

      salex freeze closing/site

      salex freeze closing/site --verify
    """
    if verify:
        _verify(out, as_json=as_json)
        return
    from search_api.web.languages import OFFERED
    from search_api.web.terminal import print_json

    if language not in OFFERED:
        raise typer.BadParameter(f"choose one of {', '.join(OFFERED)}", param_hint="--language")
    report = _freeze(out, everything=everything, also=also or (), language=language)
    if as_json:
        print_json(report)
    else:
        _tell_of(report, out, everything=everything)


def _freeze(out: Path, *, everything: bool, also: Iterable[str], language: str) -> FreezeReport:
    """Load the models and write the folder."""
    from search_api.closing.freezing import Freezing, freeze_repository
    from search_api.service.encoders import load_first, load_second
    from search_api.web.terminal import err, progress_bar

    settings = load_settings()
    first, without = load_first(settings)
    second, without_second = load_second(settings)
    for problem in filter(None, (without, without_second)):
        err.print(problem, markup=False)
    freezing = Freezing(
        settings, datetime.now(UTC).date().isoformat(), everything=everything,
        also=tuple(also), language=language, encoders=(first, second),
    )  # fmt: skip
    with progress_bar("Writing pages", None) as advance:
        return freeze_repository(freezing, out, progress=advance)


def _tell_of(report: FreezeReport, out: Path, *, everything: bool) -> None:
    """Print what a frozen folder holds, and how to open it."""
    from search_api.web.terminal import err
    from search_api.web.terminal import out as printed

    printed.print(
        f"{report.documents:,} documents are in {report.folder}: {report.whole:,} with their whole "
        f"text, the others as record and quotes. {report.files:,} files, "
        f"{report.size_bytes / 1e6:.1f} MB.",
        markup=False,
    )
    printed.print(f"Open {out / 'data' / 'index.html'} in a browser.", markup=False)
    if everything:
        err.print("This folder has texts that may not be published. Keep it to yourself.")


def _verify(folder: Path, *, as_json: bool) -> None:
    """Check a frozen folder; the exit code is 1 if a file changed."""
    from search_api.closing.bag import check_bag
    from search_api.web.terminal import out as printed
    from search_api.web.terminal import print_json

    report = check_bag(folder)
    if as_json:
        print_json(report)
    else:
        for fault in report.faults:
            printed.print(fault, markup=False)
        if not report.faults:
            printed.print(f"{report.files:,} files are unchanged.")
    if report.faults:
        raise typer.Exit(1)


def thaw(
    folder: Annotated[Path, typer.Argument(help="A folder that `salex freeze` wrote.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Start a repository again from a frozen one, in a data folder that has none.

    Every file is checked first. People and keys do not come back: `salex user` makes them again.

    Example:

      salex thaw closing/site
    """
    from search_api.closing.thawing import thaw_repository
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import err, print_json
    from search_api.web.terminal import out as printed

    settings = load_settings()
    report = thaw_repository(folder, settings, command_line_actor())
    if as_json:
        print_json(report)
        return
    printed.print(
        f"{report.documents:,} documents are in {settings.data_folder}, as they were on "
        f"{report.frozen_on}, with {report.originals:,} original files.",
        markup=False,
    )
    if report.quoted:
        err.print(
            f"Of {len(report.quoted):,} only the record and quotes came back, because no licence "
            "lets their texts be copied. They are listed by: salex outcomes --kind partial",
            markup=False,
        )
    if report.taxonomy:
        err.print(f"Its terms are in {report.taxonomy}: name it in the setting taxonomy_file.",
                  markup=False)  # fmt: skip
    err.print("Next: salex index")


def close(
    *,
    since: Annotated[
        str, typer.Option("--from", help="The first day without changes, such as 2026-12-31.")
    ] = "",
    message: Annotated[str, typer.Option(help="Why, and what to do; every page shows it.")],
    moved_to: Annotated[
        str | None, typer.Option(help="The web address of what takes its place.")
    ] = None,
) -> None:
    """Announce that the repository closes: pages say so, and from that day changes are refused.

    Reading goes on, and so do commands here. A running server notices at once.

    Example:

      salex close --from 2030-12-31 --message "The project ends. A copy is at the archive."
    """
    from search_api.service.closing import Closing, write_closing
    from search_api.web.links import web_url
    from search_api.web.terminal import out as printed

    day = since or datetime.now(UTC).date().isoformat()
    try:
        day = date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise typer.BadParameter(
            f"{day} is not a day such as 2026-12-31", param_hint="--from"
        ) from error
    if moved_to is not None and web_url(moved_to) is None:
        raise typer.BadParameter("it must be a web address", param_hint="--moved-to")
    settings = load_settings()
    closing = Closing(day, " ".join(message.split()), moved_to)
    with connect(settings.catalogue_path):  # there is a repository to close
        write_closing(settings.data_folder, closing)
    begins = "since" if closing.has_begun else "from"
    printed.print(f"The repository takes no changes {begins} {day}. Undo it with: salex reopen")


def reopen() -> None:
    """Take back what `salex close` announced: the repository takes changes again.

    Example:

      salex reopen
    """
    from search_api.service.closing import remove_closing
    from search_api.web.terminal import out as printed

    settings = load_settings()
    with connect(settings.catalogue_path):  # there is a repository to open
        was_closed = remove_closing(settings.data_folder)
    printed.print("The repository is open." if was_closed else "The repository was open already.")
