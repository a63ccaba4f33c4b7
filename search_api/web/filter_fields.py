"""Members of JSON and parameters of addresses that stand for filters: one for each filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, create_model

from index.filters import Filter

Value = Annotated[str, Field(max_length=200)]
Values = Annotated[list[Value], Field(max_length=50)]


_Model = TypeVar("_Model", bound=BaseModel)


def with_parameters(
    filters: Iterable[Filter],
) -> Callable[[type[_Model]], type[_Model]]:
    """Add a repeatable parameter for each filter to a model of parameters."""
    return _with(
        {
            f.parameter: (Values, Field(default=[], description=f"{f.help}; repeatable."))
            for f in filters
        }
    )


def with_members(
    filters: Iterable[Filter],
) -> Callable[[type[_Model]], type[_Model]]:
    """Add the values of each filter, under the name of its parameter, to the shape of an answer."""
    return _with({f.parameter: (list[str], ...) for f in filters})


def _with(fields: dict[str, Any]) -> Callable[[type[_Model]], type[_Model]]:
    def add(model: type[_Model]) -> type[_Model]:
        return create_model(
            model.__name__, __base__=model, __doc__=model.__doc__, __module__=model.__module__,
            **fields,
        )  # fmt: skip

    return add
