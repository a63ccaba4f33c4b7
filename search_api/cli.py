"""The command ``salex``: everything the repository does, from a terminal.

Heavy libraries are imported by the rooms that need them, when they need them: ``--help`` is quick.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from typing import Annotated, Final

import typer

from corpus.catalogue.condition import damage_of
from corpus.errors import EvidenceError
from search_api.briefs.commands import brief
from search_api.judging.commands import judge
from search_api.lists.commands import check_links, lists
from search_api.people.commands import key, log, user
from search_api.review.commands import correct, decide, review, undo
from search_api.search.commands import search, similar
from search_api.search.wanted_command import wanted
from search_api.service.settings import load_settings
from search_api.serving import serve
from search_api.upkeep.evaluating import evaluate
from search_api.upkeep.harvesting import harvest, load, watch
from search_api.upkeep.keeping import audit, backup, relate, restore, stats, works
from search_api.upkeep.rereading import reread
from search_api.upkeep.tagging import tag
from search_api.upkeep.taking_in import add, index, init, outcomes
from search_api.web.machine_faults import explain_fault
from search_api.workshop.commands import checklist, menu

app = typer.Typer(
    name="salex",
    help="An evidence repository with semantic search. It reads and writes the folder ./data "
    "unless told otherwise in salex.toml or by SALEX_DATA_FOLDER.",
    epilog="Exit codes: 0 success; 1 it ran, but something is wrong (an audit found faults, a "
    "figure is below its floor, a file could not be read again, every input was rejected); 2 the "
    "command line is wrong; 3 it failed. Start with: salex init --starter",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(*, asked: bool) -> None:
    if asked:
        from search_api.service.service import installed_version

        typer.echo(f"salex {installed_version()}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Read the options of ``salex`` itself."""


COMMANDS = (
    (init, add, load, watch, reread, index, outcomes),
    (search, similar, brief, serve),
    (tag, review, decide, undo, correct, works, relate),
    (check_links,),
    (menu, checklist, wanted, judge),
    (audit, log, stats, evaluate, backup, restore),
)
for command in (command for group in COMMANDS for command in group):
    app.command()(command)
app.add_typer(harvest, name="harvest")
app.add_typer(lists, name="list")
app.add_typer(user, name="user")
app.add_typer(key, name="key")

INTERRUPTED: Final = 130
"""The status with which typer silently exits on a KeyboardInterrupt."""


def main() -> None:
    """Run the command line; our errors and the machine's become one line and exit code 3.

    A command that read a damaged catalogue ends with a line that says so, and exit code 1.
    """
    try:
        app()
    except EvidenceError as error:
        _say(str(error))
        sys.exit(3)
    except (OSError, sqlite3.Error) as error:
        explained = explain_fault(error)
        if explained is None:
            raise
        _say(explained)
        sys.exit(3)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _say("stopped. Run the same command again to continue.")
        if _say_damage() and not end.code:
            sys.exit(1)
        raise


def _say_damage() -> bool:
    """Say that what was read comes from a damaged catalogue; return whether it does."""
    with contextlib.suppress(EvidenceError):  # settings that were refused read nothing
        path = load_settings().catalogue_path
        damage = damage_of(path)
        if damage:
            _say(f"{damage.error(path)}. What was read may be incomplete or wrong.")
            return True
    return False


def _say(text: str) -> None:
    from search_api.web.terminal import err

    err.print(f"salex: {text}", style="red", markup=False)
