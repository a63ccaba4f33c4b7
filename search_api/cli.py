"""The command ``salex``: everything the repository does, from a terminal.

Only the command that was asked for is imported, and heavy libraries by the rooms that need them,
when they need them: what is quick stays quick.
"""

from __future__ import annotations

import contextlib
import importlib
import sqlite3
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from corpus.catalogue.condition import damage_of
from corpus.errors import EvidenceError
from corpus.plugins import choose_plugins
from search_api.service.priority import give_way
from search_api.service.settings import load_settings
from search_api.web.machine_faults import explain_fault

SECTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "Start": {
        "init": "upkeep.taking_in:init",
        "new": "starting.commands:new",
        "serve": "serving:serve",
        "mcp": "interchange.commands:mcp",
    },
    "Take documents in": {
        "add": "upkeep.taking_in:add",
        "harvest": "upkeep.harvesting:harvest",
        "load": "upkeep.harvesting:load",
        "watch": "upkeep.harvesting:watch",
        "index": "upkeep.taking_in:index",
        "reread": "upkeep.rereading:reread",
        "outcomes": "upkeep.taking_in:outcomes",
        "check-links": "lists.commands:check_links",
    },
    "Find and use documents": {
        "search": "search.commands:search",
        "similar": "search.commands:similar",
        "brief": "briefs.commands:brief",
        "map": "mapping.commands:evidence_map",
        "menu": "workshop.commands:menu",
        "checklist": "workshop.commands:checklist",
        "list": "lists.commands:lists",
    },
    "Curate": {
        "review": "review.commands:review",
        "decide": "review.commands:decide",
        "undo": "review.commands:undo",
        "correct": "review.commands:correct",
        "works": "upkeep.keeping:works",
        "relate": "upkeep.keeping:relate",
        "tag": "upkeep.tagging:tag",
        "wanted": "search.wanted_command:wanted",
        "agenda": "network.commands:agenda",
        "group": "network.group_commands:group",
        "judge": "judging.commands:judge",
    },
    "Look after people and data": {
        "user": "people.commands:user",
        "key": "people.commands:key",
        "digest": "following.commands:digest",
        "webhook": "following.hook_commands:webhook",
        "log": "people.commands:log",
        "remove": "upkeep.removing:remove",
        "stats": "upkeep.keeping:stats",
        "audit": "upkeep.keeping:audit",
        "evaluate": "upkeep.evaluating:evaluate",
        "backup": "upkeep.keeping:backup",
        "restore": "upkeep.keeping:restore",
        "copy": "upkeep.copying:copy",
    },
    "Close": {
        "close": "closing.commands:close",
        "reopen": "closing.commands:reopen",
        "freeze": "closing.commands:freeze",
        "thaw": "closing.commands:thaw",
    },
}
"""Where each command is defined, in the order of ``--help``: a function, or an app of its own."""
COMMANDS: Final[Mapping[str, str]] = {
    name: where for section in SECTIONS.values() for name, where in section.items()
}


class _InSections(TyperGroup):
    """Lists the commands by section, each with the whole first sentence of its help."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a list of commands for each section that has any."""
        for heading, names in SECTIONS.items():
            listed = [(name, self.get_command(ctx, name)) for name in names]
            rows = [(name, one.get_short_help_str(limit=200)) for name, one in listed if one]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)


def make_app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the application with these commands, and import only what they are defined in."""
    app = typer.Typer(
        name="salex",
        cls=_InSections,
        help="An evidence repository with semantic search. It reads and writes the folder ./data "
        "unless told otherwise in salex.toml or by SALEX_DATA_FOLDER.",
        epilog="Exit codes: 0 success; 1 it ran, but something is wrong (an audit found faults, a "
        "figure is below its floor, a file could not be read again, every input was rejected); 2 "
        "the command line is wrong; 3 it failed. Start with: salex init --starter",
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_read_options)
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        command = getattr(importlib.import_module(f"search_api.{module}"), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _print_version(*, asked: bool) -> None:
    if asked:
        from search_api.service.service import installed_version

        typer.echo(f"salex {installed_version()}")
        raise typer.Exit


def _read_options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Read the options of ``salex`` itself."""


INTERRUPTED: Final = 130
"""The status with which typer silently exits on a KeyboardInterrupt."""


def main() -> None:
    """Run the command line; our errors and the machine's become one line and exit code 3.

    A command that read a damaged catalogue ends with a line that says so, and exit code 1.
    """
    asked = _asked()
    with contextlib.suppress(EvidenceError):  # the command itself reports invalid settings
        choose_plugins(load_settings().plugins)
    try:
        make_app([asked] if asked in COMMANDS else COMMANDS)()
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


def run() -> None:
    """Start the program ``salex``: give way to a server if the command can wait, and run it."""
    give_way(_asked())
    main()


def _asked() -> str:
    return sys.argv[1] if len(sys.argv) > 1 else ""


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
