"""Plugins: code of other distributions, loaded by entry points, and only of those that are named.

Each room checks what it is given at its own door. A plugin that cannot be used is left out, and
``plugin_states`` says why: it never stops the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution
from typing import Any, Final

GROUPS: Final = ("salex.extractors", "salex.exporters", "salex.encoders")


@dataclass(frozen=True, slots=True)
class Plugin:
    """One entry point of a distribution.

    Attributes:
        distribution: whose it is.
        group: what it extends.
        name: the entry point's.
        value: what it names, such as a module; ``None`` if it could not be loaded.
        problem: why it is left out; ``None`` if it is in use.
    """

    distribution: str
    group: str
    name: str
    value: Any = None
    problem: str | None = None


class _Chosen:
    """What the owner named, once for the whole process, and what was loaded of it."""

    names: tuple[str, ...] = ()
    missing: tuple[Plugin, ...] = ()
    loaded: dict[str, tuple[Plugin, ...]] = {}  # noqa: RUF012 (replaced, not changed)


def choose_plugins(names: Sequence[str]) -> None:
    """Say whose code may run; before the rooms are imported, as tables are made of it."""
    _Chosen.names, _Chosen.loaded = tuple(names), {}
    _Chosen.missing = tuple(
        Plugin(name, "", "", problem=problem) for name in names if (problem := _missing(name))
    )


def chosen_plugins() -> tuple[str, ...]:
    """Return the distributions that were named."""
    return _Chosen.names


FaultOf = Callable[[Plugin, Sequence[Plugin]], str | None]
"""Returns what is wrong with a plugin, knowing the sound ones before it, in half a sentence."""


def load_plugins(group: str, fault_of: FaultOf) -> tuple[Plugin, ...]:
    """Return the plugins of a group that can be used; each is loaded once.

    Args:
        group: one of ``GROUPS``.
        fault_of: checks one; it may raise whatever looking at it raises.
    """
    if group not in _Chosen.loaded:
        found: list[Plugin] = []
        for name in _Chosen.names:
            for entry in _entries(name, group):
                sound = [plugin for plugin in found if plugin.problem is None]
                found.append(_load(name, entry, fault_of, sound))
        _Chosen.loaded = _Chosen.loaded | {group: tuple(found)}
    return tuple(plugin for plugin in _Chosen.loaded[group] if plugin.problem is None)


def plugin_states() -> tuple[Plugin, ...]:
    """Return every plugin that was asked for so far, with why it is left out if it is."""
    return (*_Chosen.missing, *(p for plugins in _Chosen.loaded.values() for p in plugins))


def lacks(value: object, **types: type | tuple[type, ...]) -> str | None:
    """Return which attribute a plugin lacks, or has of another type."""
    for name, wanted in types.items():
        if not isinstance(getattr(value, name, None), wanted):
            told = wanted if isinstance(wanted, tuple) else (wanted,)
            return f"it has no {name} ({' or '.join(t.__name__ for t in told)})"
    return None


def _load(owner: str, entry: EntryPoint, fault_of: FaultOf, before: Sequence[Plugin]) -> Plugin:
    plugin = Plugin(owner, entry.group, entry.name)
    try:
        plugin = replace(plugin, value=entry.load())
        fault = fault_of(plugin, before)
    except (Exception, SystemExit) as error:  # code of others may raise anything
        fault = f"it cannot be loaded: {type(error).__name__}: {error}"
    return replace(plugin, problem=fault)


def _entries(name: str, group: str) -> list[EntryPoint]:
    try:
        return list(distribution(name).entry_points.select(group=group))
    except (PackageNotFoundError, ValueError, OSError):
        return []


def _missing(name: str) -> str | None:
    try:
        groups = {entry.group for entry in distribution(name).entry_points}
    except (PackageNotFoundError, ValueError):
        return "it is not installed"
    return None if groups & {*GROUPS} else f"it has no entry point of {', '.join(GROUPS)}"
