"""The command ``salex new``: the files of a repository for another network."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from search_api.starting.writing import Answers


def new(
    folder: Annotated[Path, typer.Argument(help="A folder that is empty or not there yet.")],
    *,
    name: Annotated[str | None, typer.Option(help="The network's name.")] = None,
    short_name: Annotated[
        str | None, typer.Option(help="A short form, for the top of every page.")
    ] = None,
    answers_file: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="A TOML file with any of name, short_name, subject, topics, organisations, "
            "accent, contact and base_url.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing: say what is wrong with the files there."),
    ] = False,
) -> None:
    """Write the files of a repository for another network: words, settings, organisations, look.

    On a terminal it asks four questions if nothing else is said. The repository works at once;
    the files say what to fill in, and --check lists what is wrong and what is left, by line.

    Examples:

      salex new health-network --name "Coastal Health Network" --short-name CHN

      salex new health-network --check
    """
    from search_api.web.terminal import err, out

    if not check:
        _write(folder, answers_file, name, short_name)
        out.print(f"The files of the network are in {folder}.", markup=False)
    faults, left = _print_remarks(folder, every=check)
    if not faults:
        if left and not check:
            out.print(f"{left} places are to be filled in: salex new {folder} --check")
        err.print(f"Next: cd {folder} && salex init && salex add FILES && salex serve")
        return
    raise typer.Exit(1)


def _write(
    folder: Path, answers_file: Path | None, name: str | None, short_name: str | None
) -> None:
    """Write the files from what is said, or from what a terminal is asked."""
    from search_api.starting.writing import Answers, read_answers, write_network

    answers = read_answers(answers_file) if answers_file else Answers()
    answers = replace(
        answers, name=name or answers.name, short_name=short_name or answers.short_name
    )
    if answers == Answers() and sys.stdin.isatty():
        answers = _ask()
    write_network(folder, answers)


def _ask() -> Answers:
    from search_api.starting.writing import Answers

    name = typer.prompt("The network's name")
    short_name = typer.prompt("A short form of it", default=name)
    subject = typer.prompt("Its documents are on (such as: public health)", default="")
    topics = typer.prompt("Its topics, with commas between them", default="")
    return Answers(
        name,
        short_name,
        subject,
        tuple(label for one in topics.split(",") if (label := one.strip())),
    )


def _print_remarks(folder: Path, *, every: bool) -> tuple[int, int]:
    """Print what is wrong, and with ``every`` what is left; return how many there are of each."""
    from search_api.starting.checking import check_network
    from search_api.web.terminal import out

    remarks = check_network(folder)
    faults = sum(one.is_fault for one in remarks)
    for one in remarks:
        if one.is_fault or every:
            out.print(str(one), markup=False)
    if every:
        out.print(f"{faults} faults, {len(remarks) - faults} places to look at.")
    return faults, len(remarks) - faults
