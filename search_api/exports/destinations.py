"""Where the command line puts an export: a file, or the terminal if it can show it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from search_api.exports.formats import Format


def check_destination(chosen: Format[Any], path: Path | None, *, option: str) -> None:
    """Check that a file is named for what no terminal can show.

    Raises:
        typer.BadParameter: naming the option that takes the file.
    """
    if path is None and not chosen.printable:
        raise typer.BadParameter(
            f"a {chosen.label} file cannot be printed: name a file", param_hint=option
        )


def print_or_write(content: bytes, path: Path | None, what: str) -> None:
    """Write an export to the file and report it as ``what``; without a file, print it.

    Raises:
        OSError: naming ``path``.
    """
    from search_api.web.terminal import write_output

    if path is None:
        typer.echo(content.decode(), nl=False)
    else:
        write_output(path, content, what)
