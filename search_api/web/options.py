"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Terms = Annotated[list[str] | None, typer.Option(help="May be given more than once.")]
