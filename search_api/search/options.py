"""The command line's options for filters: one for each filter."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from corpus.errors import QueryInvalid
from index.filters import Filter

if TYPE_CHECKING:
    from pydantic import BaseModel

    from corpus.taxonomy import Taxonomy
    from index.model import Filters


_Command = TypeVar("_Command", bound=Callable[..., None])


def with_options(
    filters: Iterable[Filter],
) -> Callable[[_Command], _Command]:
    """Give a command, which takes ``**asked``, an option for each filter before its own options.

    Typer reads a command's signature, so the options are put there.
    """
    added = [
        inspect.Parameter(
            f.parameter,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                list[str] | None,
                typer.Option(help=f"{f.help.replace('`', '')}; may be given more than once."),
            ],
        )
        for f in filters
    ]

    def add(command: _Command) -> _Command:
        signature = inspect.signature(command, eval_str=True)
        own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        first = next((n for n, p in enumerate(own) if p.kind is p.KEYWORD_ONLY), len(own))
        own[first:first] = added
        command.__signature__ = signature.replace(parameters=own)  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in own}
        return command

    return add


_Params = TypeVar("_Params", bound="BaseModel")


def params_of_options(kind: type[_Params], given: Mapping[str, Any]) -> _Params:
    """Return the parameters of a request as a command line gives them.

    Raises:
        typer.BadParameter: saying what is wrong with the first value that is refused.
    """
    from pydantic import ValidationError

    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        hint = "--" + str(first["loc"][0]).replace("_", "-") if first["loc"] else None
        raise typer.BadParameter(first["msg"], param_hint=hint) from error


def filters_of_options(taxonomy: Taxonomy, asked: Mapping[str, Any], **years: Any) -> Filters:
    """Return the filters of a command line.

    Raises:
        typer.BadParameter: a term is not in its vocabulary.
    """
    from search_api.search.filters import build_filters

    try:
        return build_filters(taxonomy, asked, **years)
    except QueryInvalid as error:
        raise typer.BadParameter(str(error)) from error
