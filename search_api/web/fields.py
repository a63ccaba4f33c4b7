"""Members of JSON and parameters of addresses that are made from a list, such as of filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    return with_fields(
        {
            f.parameter: (Values, Field(default=[], description=f"{f.help}; repeatable."))
            for f in filters
        }
    )


def with_members(
    filters: Iterable[Filter],
) -> Callable[[type[_Model]], type[_Model]]:
    """Add the values of each filter, under the name of its parameter, to the shape of an answer."""
    return with_fields({f.parameter: (list[str], ...) for f in filters})


def with_fields(fields: Mapping[str, Any]) -> Callable[[type[_Model]], type[_Model]]:
    """Add fields, each a type and a default, to a model after its own."""

    def add(model: type[_Model]) -> type[_Model]:
        return create_model(
            model.__name__, __base__=model, __doc__=model.__doc__, __module__=model.__module__,
            **fields,
        )  # fmt: skip

    return add
