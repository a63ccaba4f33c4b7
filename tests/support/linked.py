"""Whether every link of a folder of pages leads to a file and a place in it, without a network."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html


def dead_links(root: Path) -> list[str]:
    """Return the links that lead nowhere, and what would be loaded from elsewhere."""
    pages = {path: html.fromstring(path.read_bytes()) for path in sorted(root.rglob("*.html"))}
    anchors = {path: set(tree.xpath("//@id")) for path, tree in pages.items()}
    dead = []
    for path, tree in pages.items():
        for element in tree.xpath("//*[@href or @src or @action]"):
            for name in ("href", "src", "action"):
                value = element.get(name)
                if value is None:
                    continue
                where = f"{path.relative_to(root)}: {element.tag} {value}"
                parts = urlsplit(value)
                if parts.scheme:
                    if element.tag != "a" or parts.scheme not in ("http", "https", "mailto"):
                        dead.append(f"{where} is loaded from elsewhere")
                    continue
                target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                if value.startswith("/") or not target.is_file():
                    dead.append(f"{where} leads nowhere")
                elif parts.fragment and unquote(parts.fragment) not in anchors.get(target, ()):
                    dead.append(f"{where} leads to no place in its page")
    return dead
