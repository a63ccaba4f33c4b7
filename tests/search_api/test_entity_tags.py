"""One address with one entity tag never has two bodies, whatever an answer depends on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from corpus.catalogue import condition
from corpus.catalogue.catalogue import Catalogue, connect
from corpus.documents import outcomes
from corpus.documents.corrections import correct_fields
from corpus.documents.links import LinkCheck, record_checks
from corpus.model import Outcome
from corpus.people.people import add_person, person_named, set_role
from corpus.review import demand
from index.model import Results
from index.search.searcher import Searcher
from search_api.app import OPERATIONS, PAGES, create_app
from search_api.service.service import make_service
from search_api.service.settings import Settings
from search_api.web.declared import PREFIX
from tests.search_api.test_lists import published
from tests.support.fakes import HashEncoder
from tests.support.served import COMMAND_LINE, REPORT, by_key, make_settings

VALUES = {
    "document_id": REPORT, "slug": "wellbeing", "number": "1", "vocabulary": "stages",
    "vocabulary_id": "stages", "contribution_id": "c0",
}  # fmt: skip
QUERIES = {
    f"{PREFIX}/search": "q=wellbeing+pupils&limit=3", "/search": "q=wellbeing+pupils",
    f"{PREFIX}/search/export": "q=pupils&format=csv", f"{PREFIX}/lists/{{slug}}/export": "",
}  # fmt: skip
SEARCH = f"{PREFIX}/search?q=wellbeing"
Change = Callable[["Served"], object]


class Served:
    """An application with a catalogue, and all that it answered with an entity tag."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = make_settings(folder)
        self.bodies: dict[tuple[str, str], tuple[str, bytes]] = {}
        self.addresses = ADDRESSES
        self.client = self._start(self.settings)
        self.curator = by_key(self.client, "curator")
        sections = [{"title": "One", "entries": [{"document_id": REPORT}]}]
        published(self.client, self.curator, slug="wellbeing", sections=sections)

    def _start(self, settings: Settings) -> TestClient:
        client = TestClient(create_app(settings, encoder=HashEncoder()))
        client.__enter__()
        return client

    def restart(self, **fields: object) -> None:
        self.client.__exit__(None, None, None)
        self.client = self._start(Settings(data_folder=self.folder, **fields))  # type: ignore[arg-type]

    @property
    def originals(self) -> Path:
        return self.settings.originals_folder

    def read_all(self, cause: str, **headers: str) -> int:
        """Read every address; return how many answers have an entity tag."""
        tagged = [a for a in self.addresses if self._has_tag(a, cause, headers)]
        self.addresses = tagged
        return len(tagged)

    def _has_tag(self, address: str, cause: str, headers: dict[str, str]) -> bool:
        curating = not address.startswith("/lists")  # what curators see there may not be stored
        answer = self.client.get(address, headers={**(self.curator if curating else {}), **headers})
        etag = answer.headers.get("etag")
        # What may not be stored has a tag for If-Match alone.
        if etag is None or "no-store" in answer.headers.get("cache-control", ""):
            return answer.status_code != 200 and cause != "the start"
        earlier, known = self.bodies.setdefault((address, etag), (cause, answer.content))
        assert answer.content == known, f"{address} differs between {earlier!r} and {cause!r}"
        return True

    def write(self, change: Callable[[Catalogue], object]) -> None:
        with connect(self.settings.catalogue_path) as catalogue, catalogue.transaction():
            change(catalogue)


def addresses() -> Iterator[str]:
    for prefix, modules in ((PREFIX, OPERATIONS), ("", PAGES)):
        for module in modules:
            for route in module.router.routes:
                if isinstance(route, APIRoute) and "GET" in route.methods:
                    path = prefix + route.path
                    query = QUERIES.get(path, "")
                    filled = re.sub(r"\{(\w+)[^}]*\}", lambda m: VALUES.get(m[1], "1"), path)
                    yield filled + (f"?{query}" if query else "")


ADDRESSES = list(addresses())


def correct(title: str) -> Change:
    return lambda served: served.write(
        lambda c: correct_fields(c, COMMAND_LINE, REPORT, {"title": title})
    )


def tell_outcome(kind: str) -> Change:
    outcome = Outcome("https://example.org/wellbeing.pdf", kind, "as said", document_id=REPORT)  # type: ignore[arg-type]
    return lambda served: served.write(lambda c: outcomes.record_outcome(c, outcome))


def check_link(served: Served) -> None:
    check = LinkCheck("https://example.org/wellbeing.pdf", "dead", "The server has no such page.")
    served.write(lambda c: record_checks(c, [check], COMMAND_LINE))


def hide_index(served: Served) -> None:
    served.settings.index_folder.rename(served.folder / "elsewhere")


def bring_index_back(served: Served) -> None:
    (served.folder / "elsewhere").rename(served.settings.index_folder)


def lose_model(served: Served) -> None:
    service = served.client.app.state.service  # type: ignore[attr-defined]
    served.client.app.state.service = make_service(  # type: ignore[attr-defined]
        service.settings, service.taxonomy, service.templates, None, "not there"
    )


def lose_originals(served: Served) -> None:
    shutil.move(served.originals, served.folder / "lost")


def promote(served: Served) -> None:
    served.write(lambda c: add_person(c, COMMAND_LINE, "Zoe", "member"))
    served.write(lambda c: set_role(c, COMMAND_LINE, person_named(c, "Zoe"), "curator"))


def count_a_search(served: Served) -> None:
    served.write(lambda c: demand.count(c, {("zeppelin", "en", demand.today()): 3}, keep_days=9))


def damage(served: Served, *, of_words: bool = False) -> None:
    condition.note_damage(served.settings.catalogue_path, "A page is bad.", of_words=of_words)


def change_what_raises_no_revision(served: Served) -> None:
    for change in (tell_outcome("unchanged"), check_link, count_a_search, promote):
        change(served)


CHANGES: dict[str, Change] = {
    "an outcome": tell_outcome("needs_review"),
    "changes that raise no revision": change_what_raises_no_revision,
    "no index": hide_index,
    "an index again": bring_index_back,
    "no model": lose_model,
    "other settings": lambda served: served.restart(
        contact="ana@example.org", base_url="https://example.org"
    ),
    "no originals": lose_originals,
    "damaged words": lambda served: damage(served, of_words=True),
    "damage": damage,
}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    yield served
    served.client.__exit__(None, None, None)


def test_an_entity_tag_has_one_body_whatever_changes(served: Served) -> None:
    assert served.read_all("the start") >= 30
    served.read_all("another Accept", Accept="text/html", **{"Accept-Language": "es"})
    for cause, change in CHANGES.items():
        change(served)
        served.read_all(cause)


def test_a_restored_catalogue_does_not_repeat_the_tags_of_the_one_before(served: Served) -> None:
    path = served.settings.catalogue_path
    with connect(path) as catalogue:
        catalogue.rows("pragma wal_checkpoint(truncate)")
    copy = shutil.copy(path, served.folder / "copy")
    correct("Before")(served)
    served.read_all("before")
    served.client.__exit__(None, None, None)
    for file in path.parent.glob(f"{path.name}-*"):
        file.unlink()
    path.rename(f"{path}.before")
    shutil.move(copy, path)
    served.restart()
    correct("After it")(served)
    served.read_all("after")


def test_an_answer_that_meets_damage_does_not_have_the_tag_of_an_undamaged_one(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = Searcher.search

    def meet_damage(self: Searcher, *asked: Any) -> Results:
        damage(served, of_words=True)
        return search(self, *asked)

    before = served.client.get(SEARCH)
    monkeypatch.setattr(Searcher, "search", meet_damage)
    for headers in ({}, {"If-None-Match": "*"}):
        condition.note_sound(served.settings.catalogue_path)
        met = served.client.get(SEARCH, headers=headers)
        assert (met.status_code, met.headers.get("etag")) == (200, None)
        assert met.headers["cache-control"] == "no-store"
    after = served.client.get(SEARCH, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]
