"""Reads the lists of words and phrases in ``words.toml``, and makes patterns of them."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def any_of(name: str, form: str = "{}") -> re.Pattern[str]:
    """Return a pattern for any entry of a list, in small or capital letters.

    Args:
        name: the list.
        form: the regular expression around it, with ``{}`` in the list's place.
    """
    return re.compile(form.replace("{}", alternatives(name)), re.I)


def alternatives(name: str) -> str:
    """Return a list as one alternation, for use inside a group."""
    return "|".join(_lists()[name])


def kinds_named() -> Mapping[str, re.Pattern[str]]:
    """Return the patterns of what documents call themselves by kind of resource, best first."""
    return {
        kind: re.compile(f"(?:{'|'.join(phrases)})", re.I)
        for kind, phrases in _lists()["kinds"].items()
    }


@functools.cache
def _lists() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
