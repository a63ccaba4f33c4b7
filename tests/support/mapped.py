"""A catalogue drawn at random, to compare the map with browsing."""

from __future__ import annotations

import random
from pathlib import Path

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.documents.works import decide_relation
from corpus.model import Tag
from corpus.tags.tags import decide
from corpus.taxonomy import load_taxonomy
from index.vectors.builder import build_index
from search_api.service.settings import Settings
from tests.conftest import store_document
from tests.support.fakes import HashEncoder
from tests.support.served import BREAKOUT, SCRIPT

TAGGED = ("topics", "stages", "evidence_types", "school_levels")
COUNTRIES = ("Kenya", "Togo", f"Land {SCRIPT}", "Uganda")
PUBLISHERS = ("OECD", f"House {BREAKOUT}", "=HYPERLINK(1)", "Ministry of Education, Togo")
FIRST_DAY, LATER_DAY = "2026-01-05", "2026-03-01"


def map_settings(folder: Path, seed: int, *, documents: int = 40) -> Settings:
    """Return settings for a catalogue with works, rejected tags, and documents nobody may see."""
    settings = Settings(data_folder=folder)
    with connect(settings.catalogue_path, create=True) as catalogue:
        fill_at_random(catalogue, random.Random(seed), documents)
        build_index(catalogue, settings.index_folder, HashEncoder())
    return settings


def fill_at_random(catalogue: Catalogue, drawn: random.Random, documents: int) -> None:
    """Store documents with fields, tags and relations as drawn; hide and withdraw some."""
    kinds = list(load_taxonomy().vocabulary("kinds").terms)[:3]
    names = [f"d{number:02}" for number in range(documents)]
    for name in names:
        store_document(
            catalogue,
            name,
            f"Words of {name} on teaching {drawn.random()}.",
            title=f"Title {SCRIPT} {name}",
            kind=drawn.choice([*kinds, None]),
            language=drawn.choice(["en", "es", None]),
            year=drawn.choice([None, 1999, 2009, 2012, 2018, 2019, 2021]),
            countries=tuple(drawn.sample(COUNTRIES, drawn.randint(0, 2))),
            publishers=tuple(drawn.sample(PUBLISHERS, drawn.randint(0, 2))),
            added_at=f"{drawn.choice([FIRST_DAY, LATER_DAY])}T00:00:00Z",
        )
    with catalogue.transaction():
        for name in names:
            _tag(catalogue, drawn, name)
        for _ in range(documents // 3):
            one, other = drawn.sample(names, 2)
            decide_relation(catalogue, one, other, "same-work", by="a test")
        for name in drawn.sample(names, documents // 8):
            catalogue.withdraw_document(name, "gone")
        for name in drawn.sample(names, documents // 8):
            sql = "update document set pending_since = '2026-02-01T00:00:00Z' where id = ?"
            catalogue.db.execute(sql, [name])


def _tag(catalogue: Catalogue, drawn: random.Random, name: str) -> None:
    for vocabulary in TAGGED:
        terms = list(load_taxonomy().vocabulary(vocabulary).terms)
        for term in drawn.sample(terms, drawn.randint(0, 2)):
            origin = drawn.choice(["confirmed", "confirmed", "rejected"])
            decide(catalogue, Tag(name, vocabulary, term, origin, decided_by="a test"))
