"""Says on which line of a TOML file a name stands, for messages about files that people edit."""

from __future__ import annotations

import re


def line_of(text: str, name: str, table: str = "") -> int:
    """Return the number of the line that gives ``name`` a value or opens a table of that name.

    Args:
        text: the file.
        name: a key, or the name of a table as it is written between brackets.
        table: the table whose key it is; the line of its head where it has no such key.
    """
    lines = text.splitlines()
    first = 0
    if table:
        heads = (n for n, line in enumerate(lines) if line.strip() == f"[{table}]")
        first = next(heads, 0)
        after = (n for n in range(first + 1, len(lines)) if lines[n].lstrip().startswith("["))
        last = next(after, len(lines))
    else:
        last = len(lines)
    written = re.compile(rf'\s*(?:"?{re.escape(name)}"?\s*=|\[\[?{re.escape(name)}\]\]?\s*(?:#|$))')
    near = (n for n in range(first, last) if written.match(lines[n]))
    return next(near, first) + 1
