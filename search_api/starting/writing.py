"""Writes the files of a repository for another network: words, settings, organisations, look."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from string import Template
from typing import Any, Final

from corpus.errors import EvidenceError
from corpus.toml_lines import line_of
from search_api.web.look import contrast, mix, usual_colours

KIT: Final = Path(__file__).with_name("kit")
ACCENT: Final = "#3b4a9c"
TOPICS: Final = ("REPLACE: first topic", "REPLACE: second topic")
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


class NetworkInvalid(EvidenceError):
    """What was said of the new network, or the folder for it, cannot be used."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of the network; the rest is marked in the files.

    Attributes:
        subject: what its documents are about, as in "documents on public health".
        topics: labels.
        organisations: names of members.
        accent: the colour of links and buttons on light pages, ``#rrggbb``.
    """

    name: str = ""
    short_name: str = ""
    subject: str = ""
    topics: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    accent: str = ACCENT
    contact: str = ""
    base_url: str = ""


def read_answers(path: Path) -> Answers:
    """Read a file of answers.

    Raises:
        NetworkInvalid: with the line at fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NetworkInvalid(f"{path} cannot be read: {error}") from error
    known = {one.name: one.default for one in fields(Answers)}
    for name, value in data.items():
        wanted = list if isinstance(known.get(name), tuple) else str
        whole = isinstance(value, wanted) and all(isinstance(part, str) for part in value)
        if name in known and whole:
            continue
        fault = "is a list of texts" if wanted is list else "is a text in quotes"
        told = fault if name in known else f"is not one of {', '.join(known)}"
        raise NetworkInvalid(f"{path}, line {line_of(text, name)}: {name} {told}.")
    given: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in data.items()}
    if not _COLOUR.fullmatch(given.get("accent", ACCENT)):
        line = line_of(text, "accent")
        raise NetworkInvalid(f"{path}, line {line}: accent is not a colour such as {ACCENT}.")
    return Answers(**given)


def write_network(folder: Path, answers: Answers) -> None:
    """Write the files of a network into a folder that is empty or not there yet.

    Raises:
        NetworkInvalid: the folder has something in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NetworkInvalid(f"{folder} is not an empty folder. Choose another name.")
    folder.mkdir(parents=True, exist_ok=True)
    values = _values(folder, answers)
    for file in sorted(KIT.iterdir()):
        text = Template(file.read_text(encoding="utf-8")).substitute(values)
        (folder / file.name).write_text(text, encoding="utf-8")


def _values(folder: Path, answers: Answers) -> dict[str, str]:
    name = answers.name or folder.resolve().name.replace("-", " ").title()
    short = answers.short_name or name
    aliases = [short] if short != name else []
    members = [one for one in answers.organisations if one not in (name, short)]
    return {
        "name": name.replace("\n", " "),
        "name_toml": quote(name),
        "short_name_toml": quote(short),
        "subject": answers.subject,
        "subject_toml": quote(answers.subject),
        "topics": _topics(answers.topics or TOPICS),
        "network": quote(name),
        "aliases": f"[{', '.join(map(quote, aliases))}]",
        "organisations": "".join(map(_organisation, members)),
        "accent": quote(answers.accent),
        "accent_plain": answers.accent,
        "accent_dark": quote(_lighter(answers.accent)),
        "contact": _setting("contact", answers.contact, "evidence@example.org"),
        "base_url": _setting("base_url", answers.base_url, "https://evidence.example.org"),
    }


def quote(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _setting(name: str, value: str, example: str) -> str:
    return f"{'' if value else '# '}{name} = {quote(value or example)}"


def _organisation(name: str) -> str:
    return f"\n[[organisation]]\nname = {quote(name)}\naliases = []\nmember = true\n"


def _topics(labels: Sequence[str]) -> str:
    tables: dict[str, str] = {}
    for label in labels:
        slug = slug_of(label) or "topic"
        while slug in tables:
            slug += "-2"
        spoken = label.removeprefix("REPLACE: ")
        tables[slug] = (
            f"[topics.{slug}]\n"
            f"label = {quote(label)}\n"
            f"definition = {quote(f'REPLACE: what {spoken} covers, and what not.')}\n"
            "# REPLACE: phrases as your documents write them\n"
            f"cues = [{quote(spoken)}]\n"
        )
    return "\n".join(tables.values())


def slug_of(label: str) -> str:
    """Return the id of a term for a label: letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", label.removeprefix("REPLACE: "))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    return "-".join(words)[:40].strip("-")


def _lighter(accent: str) -> str:
    """Return the colour for dark screens: lighter until it can be read on their paper."""
    paper = usual_colours()["dark"]["paper"]
    shades = (mix(accent, "#ffffff", share / 20) for share in range(21))
    return next(one for one in shades if contrast(one, paper) >= _READ_ON_DARK)


_READ_ON_DARK: Final = 9.0
"""Enough for the colours that are mixed from it, too."""
