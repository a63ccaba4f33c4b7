"""A small repository and what `salex freeze` made of it, once for all tests of this process."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass
from pathlib import Path

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.lists.lists import create_draft, publish_version, save_revision
from corpus.model import Entry, Section, Selection
from corpus.network.gathering import add_item
from corpus.network.groups import create_group, set_archived
from corpus.network.questions import add_question
from corpus.people.actors import Actor
from corpus.people.people import add_person
from corpus.review.judgements import judge
from corpus.taxonomy import load_taxonomy
from search_api.closing.freezing import FreezeReport, Freezing, freeze_repository
from search_api.service.settings import Settings
from tests.support.fakes import HashEncoder
from tests.support.served import COMMAND_LINE, REPORT, make_settings

DAY = "2026-01-31"
SECRETS = (
    b"Not yet public", b"Zora Unlisted", b"/home/someone", b"A draft of mine",
    b"A group put away", b"what somebody searched for",
)  # fmt: skip
"""What is not public, each stored somewhere in the repository."""


@dataclass(frozen=True)
class FrozenOnce:
    settings: Settings
    out: Path
    report: FreezeReport

    @property
    def site(self) -> Path:
        return self.out / "data"


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="frozen-")


@functools.cache
def frozen_once() -> FrozenOnce:
    """Freeze five public documents, of which one has an open licence and one is our own digest.

    A contribution that waits, a person and an unpublished change of a list are not public.
    """
    folder = Path(_folder().name)
    settings = make_settings(folder / "data", contact="ana@example.org")
    with connect(settings.catalogue_path) as catalogue, catalogue.transaction():
        _prepare(catalogue)
    out = folder / "site"
    freezing = Freezing(settings, DAY, encoders=(HashEncoder(), None))
    return FrozenOnce(settings, out, freeze_repository(freezing, out))


def _prepare(catalogue: Catalogue) -> None:
    add_person(catalogue, COMMAND_LINE, "Zora Unlisted", "curator")
    for change in (
        "delete from document where title glob 'Blog *' and title not in ('Blog 3', 'Blog 4')",
        "update document set licence = 'CC BY 4.0' where source = 'https://example.org/3'",
        "update document set pending_since = '2026-01-01T00:00:00Z', title = 'Not yet public' "
        "where source = 'https://example.org/4'",
    ):
        catalogue.db.execute(change)
    entry = Entry("one", "Measuring wellbeing", document_id=REPORT, note="Read it first.")
    selection = Selection("To read", sections=(Section("all", "", entries=(entry,)),))
    curator = Actor("mei", "curator")
    create_draft(catalogue, "to-read", selection, curator)
    publish_version(catalogue, "to-read", curator, based_on=1, selection=selection, note="First")
    draft = Selection("A draft of mine", sections=selection.sections)
    save_revision(catalogue, "to-read", draft, curator, based_on=2)
    judge(catalogue, curator, "pupils' wellbeing", REPORT, mark="answers")
    add_question(
        catalogue, curator, load_taxonomy(), "What measures wellbeing?",
        topic="foundational-skills-wellbeing", language="en", wanted="what somebody searched for",
    )  # fmt: skip
    for name in ("A group put away", "A group at work"):
        made = create_group(catalogue, curator, name, purpose=f"{name}.", visibility="public")
        add_item(catalogue, curator, made.slug, "own_question", f"{name}: why?")
        if name.endswith("away"):
            set_archived(catalogue, curator, made.slug, archived=True)
