"""A network's own look: the colours of its pages and its logo, from a file that its settings name.

Colours are measured when they are read: what cannot be read on a page is refused (WCAG 2.2, AA).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corpus.errors import EvidenceError
from corpus.toml_lines import line_of
from search_api.web.rendering import STATIC_FOLDER

MODES: Final = ("light", "dark")
LOGO_TYPES: Final = {".svg": "image/svg+xml", ".png": "image/png"}
MOST_LOGO_BYTES: Final = 200_000
TEXT_ON: Final = {
    "paper": ("ink", "prose", "soft", "accent", "accent-ink", "warn"),
    "wash": ("ink", "prose", "soft", "accent"),
    "field": ("ink", "faint", "accent"),
    "accent": ("on-accent",),
    "accent-deep": ("on-accent",),
    "accent-wash": ("ink", "soft", "accent", "accent-ink"),
    "accent-hover": ("ink", "soft", "accent"),
    "mark": ("ink", "accent"),
    "heat-1": ("ink",),
    "heat-2": ("ink",),
    "heat-3": ("ink",),
    "heat-4": ("on-accent",),
    "heat-5": ("on-accent",),
    "warn-wash": ("ink", "soft", "accent", "warn"),
}
"""Background -> the colours of the texts that stand on it."""
POINTS: Final = tuple(f"point-{number}" for number in range(1, 7))
EDGES_ON: Final = {"paper": ("edge", "accent-line", "focus", *POINTS), "field": ("edge",)}
"""Background -> the colours of what must be seen to use the page (WCAG 2.2, 1.4.11)."""
LEAST: Final = ((TEXT_ON, 4.5), (EDGES_ON, 3.0))
_MIXED: Final = {
    "light": {
        "accent-deep": ("#000000", 0.28), "accent-ink": ("#000000", 0.2),
        "accent-line": ("paper", 0.3), "accent-wash": ("paper", 0.9),
        "accent-hover": ("paper", 0.82), "heat-1": ("paper", 0.9), "heat-2": ("paper", 0.72),
        "heat-3": ("paper", 0.52), "heat-4": ("paper", 0.12), "heat-5": ("paper", 0.0),
    },
    "dark": {
        "accent-deep": ("#ffffff", 0.3), "accent-ink": ("#ffffff", 0.4),
        "accent-line": ("paper", 0.35), "accent-wash": ("paper", 0.82),
        "accent-hover": ("paper", 0.75), "heat-1": ("paper", 0.82), "heat-2": ("paper", 0.75),
        "heat-3": ("paper", 0.66), "heat-4": ("paper", 0.12), "heat-5": ("paper", 0.0),
    },
}  # fmt: skip
"""The colours that follow from ``accent``: what it is mixed with, and with what share of that."""
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


class LookInvalid(EvidenceError):
    """The file of a network's look cannot be used."""


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of the pages, by mode and name, where they are not the usual ones; the logo."""

    colours: Mapping[str, Mapping[str, str]]
    logo: Path | None = None

    @property
    def logo_address(self) -> str | None:
        """Return the address of the logo."""
        return f"/logo{self.logo.suffix.lower()}" if self.logo else None

    def paper(self, mode: str) -> str:
        """Return the colour around the pages."""
        return {**usual_colours()[mode], **self.colours[mode]}["paper"]

    def css(self) -> str:
        """Return a style sheet that names the colours, to be read after that of all pages."""
        light, dark = (
            "".join(f" --{name}: {colour};" for name, colour in self.colours[mode].items())
            for mode in MODES
        )
        return (
            f":root {{{light} }}\n"
            f"@media screen and (prefers-color-scheme: dark) {{ :root {{{dark} }} }}\n"
        )


def usual_colours() -> dict[str, dict[str, str]]:
    """Return the colours of the style sheet, by mode and name."""
    css = (STATIC_FOLDER / "pages.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.+?)\}", css, re.DOTALL)
    return {
        mode: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for mode, block in zip(MODES, blocks, strict=True)
    }


def read_look(path: Path | None) -> Look | None:
    """Read a look file; ``None`` without one.

    Raises:
        LookInvalid: with the line at fault.
    """
    if path is None:
        return None
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LookInvalid(f"{path} cannot be read: {error}") from error
    unknown = [name for name in data if name not in (*MODES, "logo")]
    if unknown:
        raise _invalid(path, text, unknown[0], "is not one of logo, [light] and [dark]")
    colours = {mode: _colours(path, text, mode, data.get(mode, {})) for mode in MODES}
    for mode in MODES:
        _measure(path, text, mode, colours[mode])
    return Look(colours, _logo(path, text, data.get("logo")))


def _invalid(path: Path, text: str, name: str, fault: str, table: str = "") -> LookInvalid:
    return LookInvalid(f"{path}, line {line_of(text, name, table)}: {name} {fault}.")


def _colours(path: Path, text: str, mode: str, given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise _invalid(path, text, mode, f"is a table: write [{mode}]")
    usual = usual_colours()[mode]
    for name, colour in given.items():
        if name not in usual:
            raise _invalid(path, text, name, f"is not one of {', '.join(usual)}", mode)
        if not _COLOUR.fullmatch(str(colour).lower()):
            raise _invalid(path, text, name, "is not a colour such as #0d5560", mode)
    own = {name: str(colour).lower() for name, colour in given.items()}
    if "accent" in own:
        paper = own.get("paper", usual["paper"])
        mixed = {
            name: mix(own["accent"], paper if other == "paper" else other, share)
            for name, (other, share) in _MIXED[mode].items()
        }
        own = mixed | own
    return own


def _measure(path: Path, text: str, mode: str, own: Mapping[str, str]) -> None:
    """Refuse colours that do not stand out from what they are on."""
    colours = {**usual_colours()[mode], **own}
    for pairs, least in LEAST:
        for back, fronts in pairs.items():
            for front in fronts:
                measured = contrast(colours[front], colours[back])
                if measured < least and own.keys() & {front, back}:
                    name = next((n for n in (front, back) if n in own and n in text), "accent")
                    raise _invalid(
                        path, text, name,
                        f"cannot be used: {front} ({colours[front]}) on {back} ({colours[back]}) "
                        f"has a contrast of {measured:.1f} and needs {least}; choose a "
                        f"{'darker' if mode == 'light' else 'lighter'} accent or set both",
                        mode,
                    )  # fmt: skip


def _logo(path: Path, text: str, name: Any) -> Path | None:
    if not name:
        return None
    logo = path.parent / str(name)
    if logo.suffix.lower() not in LOGO_TYPES:
        raise _invalid(path, text, "logo", "has to be an SVG or a PNG file")
    if not logo.is_file():
        raise _invalid(path, text, "logo", f"names {logo}, which is not there")
    if logo.stat().st_size > MOST_LOGO_BYTES:
        raise _invalid(path, text, "logo", f"has more than {MOST_LOGO_BYTES // 1000} KB")
    return logo


def mix(one: str, other: str, share: float) -> str:
    """Return a colour mixed with ``share`` (0 to 1) of another."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
