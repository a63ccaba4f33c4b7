"""Where the command line puts an export: a file, or the terminal if it can show it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from search_api.exports.formats import Format


def check_destination(
    chosen: Format[Any], path: Path | None, formats: Mapping[str, Format[Any]], *, option: str
) -> None:
    """Check that a file is named for what no terminal can show, and not as another format's.

    Args:
        chosen: one of ``formats``.
        path: the file to write; ``None`` for the terminal.
        formats: those that can be chosen.
        option: the one that takes the file.

    Raises:
        typer.BadParameter: naming ``option``, and the format that the file's name asks for.
    """
    suffix = path.suffix.lower().removeprefix(".") if path else ""
    others = [known for known in formats.values() if known.suffix == suffix]
    if others and chosen.suffix != suffix:
        raise typer.BadParameter(
            f"{path} is named as {others[0].label}, and {chosen.label} would be written to it: add "
            f"--format {others[0].name}, or name another file",
            param_hint=option,
        )
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
