"""Plugins as the owner named them, each with whether it is in use or why not."""

from __future__ import annotations

import logging

from corpus.plugins import Plugin, plugin_states

_log = logging.getLogger(__name__)


def read_plugins() -> tuple[Plugin, ...]:
    """Return the plugins of all groups; exporters are among them once the formats are listed."""
    from index.vectors.encoder import plugin_encoders
    from ingest.extract import plugin_extractors

    plugin_extractors()
    plugin_encoders()
    return plugin_states()


def describe_plugin(plugin: Plugin) -> str:
    """Say of a plugin in one line what it is, and why it is left out if it is."""
    what = f"{plugin.group.removeprefix('salex.')} {plugin.name}".strip()
    named = f"plugin {plugin.distribution}" + (f" ({what})" if what else "")
    return f"{named} is left out: {plugin.problem}" if plugin.problem else f"{named} is in use"


def warn_of_plugins() -> None:
    """Write to the log which plugins are left out, and why."""
    for plugin in read_plugins():
        if plugin.problem:
            _log.warning("%s", describe_plugin(plugin))
