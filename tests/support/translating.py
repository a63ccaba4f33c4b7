"""Collects the texts of pages for translators: ``python -m tests.support.translating``.

It writes ``messages.pot`` and puts new texts into the catalogue of each language, without a
translation. Texts that are gone leave the catalogues.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from corpus.model import RECORD_FIELDS
from corpus.people.actors import ROLES as ROLES_OF_PEOPLE
from corpus.review.kinds import KINDS
from corpus.roles import ROLES
from index.filters import FILTERS
from index.search import asking, notices, plan
from search_api.answers.citations import DIGEST_NOTE
from search_api.answers.presenting import RELATIONS
from search_api.briefs.making import WITHOUT
from search_api.briefs.packing import NOTHING
from search_api.briefs.presenting import QUOTES_ONLY
from search_api.people.log_page import DONE
from search_api.review.contribution_routes import MESSAGES
from search_api.review.page import PROBLEMS
from search_api.search.addresses import ORDERS
from search_api.web.forms import CHANGED, FIELDS
from search_api.web.languages import LOCALE_FOLDER, OFFERED
from search_api.web.problems import ANSWERS, LOAD_ANSWERS, REQUEST_ANSWERS
from search_api.workshop.menu_and_checklist import CHECKLIST_TITLE, MENU_TITLE, WITHOUT_GROUP

ROOT: Final = Path(__file__).parents[2]
TEMPLATE: Final = LOCALE_FOLDER / "messages.pot"
KEYWORDS: Final = {"_": None, "gettext": None, "say": None, "ngettext": (1, 2), "counted": (2, 3)}
ROOMS: Final = ("search_api", "corpus")
METHODS: Final = [("**.py", "python"), ("**/templates/*.html", "jinja2.ext:babel_extract")]
OPTIONS: Final = {"**/templates/*.html": {"trimmed": "true", "newstyle_gettext": "true"}}
STATES: Final = ("low", "medium", "high", "curator", "page", "source", "file")
"""Where a fact comes from, and how sure it is."""
LIKELIHOODS: Final = ("very likely", "likely", "unsure", "unlikely")
STATES_OF_LISTS: Final = (
    "draft", "published", "archived", "Draft", "Published", "Archived",
    "title", "summary", "note", "text", "url", "query", "pinned passage",
)  # fmt: skip
OUTCOMES: Final = (
    "added", "updated", "unchanged", "duplicate", "partial", "needs review", "rejected",
    "waiting", "accepted", "declined", "received", "held", "failed",
)  # fmt: skip
GROUPS: Final = ("stage", "topic", "country", "section")
BANDS: Final = ("strong", "weak", "none", "unranked")
FACTS: Final = (
    "Question", "Filters", "Made on", "Searched by", "Considered", "Used", "Quoted from", "Kinds",
    "Types of evidence", "Stages", "Countries", "Languages", "Years", "Missing",
)  # fmt: skip


def collect() -> Catalog:
    """Return the template: every text of a page, with the files that use it."""
    catalog = Catalog(project="salex-evidence", charset="utf-8", header_comment=HEADER)
    for room in ROOMS:
        found = extract_from_dir(
            ROOT / room, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("Translators:",)
        )
        for name, _line, text, comments, context in sorted(found, key=lambda x: (x[0], x[1])):
            catalog.add(
                text, locations=[(f"{room}/{name}", None)], auto_comments=comments,
                context=context,
            )  # fmt: skip
    for text in texts_of_tables():
        catalog.add(text, locations=[("tests/support/translating.py", None)])
    return catalog


def texts_of_tables() -> Iterator[str]:
    """Yield the texts that tables of the program have, and pages show by ``|label``."""
    yield from (filter_.label for filter_ in FILTERS if filter_.label)
    for field in RECORD_FIELDS:
        yield field.label
        yield field.label[:1].upper() + field.label[1:]
    for answer in (*ANSWERS.values(), *REQUEST_ANSWERS, *LOAD_ANSWERS):
        yield answer.title
        if answer.detail:
            yield answer.detail
    yield from (*RELATIONS.values(), *ORDERS.values(), *STATES, DIGEST_NOTE)
    yield from (part for role in ROLES for part in (role, role.replace("-", " ").capitalize()))
    yield from (asking._PROSE, plan._NO_WORDS, QUOTES_ONLY, NOTHING, CHANGED)
    yield from (action for kind in KINDS for action in kind.actions.values())
    yield from (kind.label for kind in KINDS if kind.queued)
    yield from (*PROBLEMS.values(), *LIKELIHOODS, *ROLES_OF_PEOPLE, *STATES_OF_LISTS, *OUTCOMES)
    yield from (*MESSAGES.values(), notices.NO_WORDS, notices.NOT_INDEXED, notices.TOO_LONG)
    yield from (*WITHOUT.values(), *FACTS, *GROUPS, *BANDS, MENU_TITLE, CHECKLIST_TITLE)
    yield from DONE.values()
    yield from FIELDS
    yield from ("Year", "Decade", "year", "decade", WITHOUT_GROUP)


def update(template: Catalog, code: str) -> Catalog:
    """Return the catalogue of a language with the texts of the template."""
    path = LOCALE_FOLDER / f"{code}.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=code)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    """Return the texts without a translation, or with one that is marked as doubtful."""

    def is_done(message: Message) -> bool:
        said = message.string if message.pluralizable else (message.string,)
        return bool(said) and all(said) and not message.fuzzy

    return [str(message.id) for message in catalog if message.id and not is_done(message)]


def write(catalog: Catalog, path: Path) -> None:
    """Write a catalogue as a file that changes no more than its texts do."""
    with path.open("wb") as file:
        write_po(file, catalog, width=100, omit_header=False, include_lineno=False)
    lines = path.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(DATES)]
    path.write_text("\n".join(kept).rstrip() + "\n", "utf-8")


DATES: Final = ('"POT-Creation-Date', '"PO-Revision-Date', '"Last-Translator', '"Language-Team',
                '"Report-Msgid', '"Generated-By', '"Project-Id')  # fmt: skip
HEADER: Final = "# The texts of the pages. docs/translating.md says how to correct a translation."


def main(codes: Iterable[str] = tuple(code for code in OFFERED if code != "en")) -> None:
    """Write the template and the catalogues, and say what is not translated."""
    template = collect()
    write(template, TEMPLATE)
    print(f"{TEMPLATE.relative_to(ROOT)}: {len(template)} texts")
    for code in codes:
        catalog = update(template, code)
        write(catalog, LOCALE_FOLDER / f"{code}.po")
        print(f"{code}: {len(untranslated(catalog))} without a translation")


if __name__ == "__main__":
    main()
