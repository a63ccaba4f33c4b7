"""The language of pages: which one a reader gets, and what the texts of pages are in it.

Texts are written in English where they are used, as arguments of ``gettext`` or ``counted`` or
between ``{% trans %}`` and ``{% endtrans %}``; ``locale/`` has a catalogue (PO file) for each other
language. The language belongs to the request that is being answered. Outside one, in the API and in
files, it is English. What is quoted, and what people wrote, is never translated.
"""

from __future__ import annotations

import functools
import gettext as catalogues
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from corpus.errors.said import Said, message_of
from corpus.taxonomy import Taxonomy

LOCALE_FOLDER: Final = Path(__file__).with_name("locale")
OFFERED: Final[Mapping[str, str]] = {
    "en": "English",
    "es": "Español",
    "pt": "Português",
    "fr": "Français",
}
"""The languages of pages, each by its own name."""
ENGLISH: Final = "en"


class Language:
    """What texts, names, numbers and days are in one language.

    A text without a translation stays English.
    """

    def __init__(self, code: str, messages: catalogues.NullTranslations | None = None) -> None:
        self.code = code
        self._messages = messages or catalogues.NullTranslations()

    def text(self, message: str) -> str:
        """Return the translation of a message."""
        return self._messages.gettext(message) if message else ""

    def plural(self, one: str, many: str, number: int) -> str:
        """Return the translation that agrees with a number."""
        return self._messages.ngettext(one, many, number)

    def number(self, value: float) -> str:
        """Return a number with its groups of digits."""
        if self.code == ENGLISH:
            return f"{value:,}"
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self.code)

    def day(self, stamp: str) -> str:
        """Return the day of an ISO 8601 date or time; English pages write it as it is stored."""
        from datetime import date

        if self.code == ENGLISH:
            return stamp[:10]
        from babel.dates import format_date

        try:
            return format_date(date.fromisoformat(stamp[:10]), format="medium", locale=self.code)
        except ValueError:
            return stamp[:10]

    def language(self, code: str) -> str:
        """Return the name of the language with a code (ISO 639), or the code if it has none."""
        from babel import Locale, UnknownLocaleError

        try:
            return Locale.parse(code).get_display_name(self.code) or code
        except (UnknownLocaleError, ValueError):
            return code

    def country(self, name: str) -> str:
        """Return the name of a country by its English name; any other region as it is."""
        return _countries(self.code).get(name, name)


@functools.cache
def read_language(code: str) -> Language:
    """Return an offered language, with its catalogue if it is not English."""
    if code == ENGLISH:
        return Language(code)
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (LOCALE_FOLDER / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)  # without what is marked as fuzzy
    compiled.seek(0)
    return Language(code, catalogues.GNUTranslations(compiled))


@functools.cache
def _countries(code: str) -> Mapping[str, str]:
    """Return the name of each territory by its English name."""
    from babel import Locale

    if code == ENGLISH:
        return {}
    named, english = Locale(code).territories, Locale(ENGLISH).territories
    return {english[key]: name for key, name in reversed(list(named.items())) if key in english}


_current: ContextVar[Language | None] = ContextVar("language", default=None)


def current() -> Language:
    """Return the language of the page that is being made; English where none is."""
    return _current.get() or read_language(ENGLISH)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Make texts in a language."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def gettext(message: str, **values: Any) -> str:
    """Return a message in the current language, with values in place of ``%(name)s``."""
    said = current().text(message)
    return said % values if values else said


def translate(message: str) -> str:
    """Return a message in the current language: of a table of the program, or of an error."""
    language = current()
    if not isinstance(message, Said):
        return language.text(message)
    values = {
        name: language.number(value) if isinstance(value, int) else translate(value)
        if isinstance(value, Said) else value
        for name, value in message.values.items()
    }  # fmt: skip
    return language.text(message.text) % values if values else language.text(message.text)


def explain(error: Exception) -> str:
    """Return what an error says, in the current language."""
    return translate(message_of(error))


def label_of(taxonomy: Taxonomy, text: str) -> str:
    """Return a label in the current language: of a term, a vocabulary or a table of the program."""
    language = current()
    return taxonomy.labels_in(language.code).get(text) or translate(text)


def question_for_example(taxonomy: Taxonomy) -> str:
    """Return the network's first example of a question in this language, or else in English."""
    first = dict(reversed(taxonomy.questions))
    return first.get(current().code, first.get(ENGLISH, ""))


def counted(number: int, one: str, many: str, **values: Any) -> str:
    """Return the message that agrees with a number, which stands in place of ``%(n)s``."""
    language = current()
    return language.plural(one, many, number) % {"n": language.number(number), **values}


def choose_language(accepted: str) -> str:
    """Return the offered language that a reader prefers (RFC 9110, 12.5.4); English for others.

    Args:
        accepted: the value of ``Accept-Language``. A region, as in ``pt-BR``, makes no difference.
    """
    best, most = ENGLISH, 0.0
    for part in accepted.split(","):
        name, _, rest = part.strip().partition(";")
        code = name.strip().lower().partition("-")[0]
        weight = _weight(rest)
        if code in OFFERED and weight > most:
            best, most = code, weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(float(value), 1.0) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0
