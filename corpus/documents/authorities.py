"""One name for each organisation, whatever its alias, and each country, in four languages."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.errors import VocabularyInvalid

ORGANISATIONS_FILE: Final = Path(__file__).with_name("organisations.toml")
_LANGUAGES: Final = ("en", "es", "pt", "fr")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_NO_COUNTRIES: Final = frozenset(("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"))
"""Codes of CLDR that stand for something else than a country."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation: the name the network uses, and its aliases."""

    name: str
    aliases: tuple[str, ...]
    member: bool = False
    backbone: bool = False


@functools.cache
def load_organisations(path: Path = ORGANISATIONS_FILE) -> tuple[Organisation, ...]:
    """Read the file of organisations.

    Raises:
        VocabularyInvalid: it cannot be read, or two organisations share a name.
    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["organisation"]
        organisations = tuple(
            Organisation(
                name=row["name"],
                aliases=tuple(row["aliases"]),
                member=row.get("member", False),
                backbone=row.get("backbone", False),
            )
            for row in rows
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise VocabularyInvalid(f"{path} cannot be read as organisations: {error!r}") from error
    _refuse_shared_names(path, organisations)
    return organisations


@dataclass(slots=True)
class _InUse:
    """Which file names organisations in this process."""

    path: Path = ORGANISATIONS_FILE


_IN_USE: Final = _InUse()


def use_organisations(path: Path) -> None:
    """Name organisations as this file does, in this process from now on.

    Raises:
        VocabularyInvalid: the file cannot be used; the one before stays in use.
    """
    if path != _IN_USE.path:
        load_organisations(path)
        _IN_USE.path = path
        _names.cache_clear()


def organisations_in_use() -> Path:
    """Return the file that names organisations in this process."""
    return _IN_USE.path


def _refuse_shared_names(path: Path, organisations: tuple[Organisation, ...]) -> None:
    seen: dict[str, str] = {}
    for organisation in organisations:
        for key in {_key(name) for name in (organisation.name, *organisation.aliases)}:
            other = seen.setdefault(key, organisation.name)
            if other != organisation.name:
                raise VocabularyInvalid(f"{path}: {key!r} names {other} and {organisation.name}")


def organisation_name(name: str) -> str:
    """Return the network's name for an organisation, or ``name`` if it is not known.

    Case, accents, punctuation, forms of the apostrophe and a leading "The" make no difference.
    """
    return _names().get(_key(name), name)


def is_organisation(name: str) -> bool:
    """Whether a text is a name or an alias of an organisation in the file."""
    return _key(name) in _names()


@functools.cache
def _names() -> Mapping[str, str]:
    return {
        _key(name): organisation.name
        for organisation in load_organisations(_IN_USE.path)
        for name in (organisation.name, *organisation.aliases)
    }


def _key(name: str) -> str:
    straight = name.replace("\u2019", "'")
    plain = unicodedata.normalize("NFKD", straight).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip().removeprefix("the ")


def country_name(name: str) -> str:
    """Return the English name of a country given by code or by name in en, es, pt or fr.

    Anything else (``Sub-Saharan Africa``, ``global``) is returned unchanged.
    """
    if _COUNTRY.fullmatch(name):
        return _territories().get(name, name)
    return _territories().get(_key(name), name)


def country_code(name: str) -> str | None:
    """Return the ISO 3166 code of a country by its English name; ``None`` of any other region."""
    return _codes().get(_key(name.replace("\u2019", "'")))


@functools.cache
def _codes() -> Mapping[str, str]:
    from babel import Locale

    codes = {
        _key(name.replace("\u2019", "'")): code
        for code, name in Locale("en").territories.items()
        if _COUNTRY.fullmatch(code) and code not in _NO_COUNTRIES
    }
    return codes | {"democratic republic of the congo": "CD", "republic of the congo": "CG"}


@functools.cache
def _territories() -> Mapping[str, str]:
    name_of: dict[str, str] = {}  # codes are in capitals, keys of names never are
    for code, label, english in _territory_labels():
        name_of |= {code: english, _key(label): english}
    return name_of | {"usa": "United States", "uk": "United Kingdom"}


@functools.cache
def country_names() -> Mapping[str, str]:
    """Return each country's name in en, es, pt and fr, as written, with its English name."""
    return {
        label.replace("\u2019", "'"): english
        for code, label, english in reversed(_territory_labels())
        if code not in _NO_COUNTRIES
    }


def _territory_labels() -> list[tuple[str, str, str]]:
    """Return the code, name and English name of each territory, one language after the other."""
    from babel import Locale

    english = Locale("en").territories
    return [
        (code, label, english[code])
        for language in _LANGUAGES
        for code, label in Locale(language).territories.items()
        if _COUNTRY.fullmatch(code) and code in english
    ]
