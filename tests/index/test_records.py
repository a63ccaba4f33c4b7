"""The records of hits are read once for each state of the catalogue, and never those of another."""

from __future__ import annotations

from corpus.catalogue.catalogue import Catalogue, connect, now
from corpus.catalogue.reading import read_one_state
from corpus.model import Tag
from corpus.tags.tags import decide
from index.search import records
from index.search.records import PassagesOfNow, records_of
from index.words.texts import NO_TEXTS
from tests.conftest import store_document


def titles(catalogue, *ids):
    return [document.title for document, _ in records_of(catalogue, ids).values()]


def test_what_changed_is_read_again(catalogue, store):
    store("a", "Text.", title="First")
    assert titles(catalogue, "a", "none") == ["First"]
    store("a", "Text.", title="Second")
    assert titles(catalogue, "a") == ["Second"]
    by = {"decided_by": "someone", "decided_at": now()}
    with catalogue.transaction():
        decide(catalogue, Tag("a", "stages", "use", "confirmed", **by))
        ((_, (tag,)),) = records_of(catalogue, ["a"]).values()
        assert (tag.term, tag.origin) == ("use", "confirmed")
    with catalogue.transaction():
        catalogue.delete_document("a")
    assert records_of(catalogue, ["a"]) == {}


def test_what_is_undone_was_never_there(catalogue, store):
    store("a", "Text.", title="First")
    try:
        with catalogue.transaction():
            catalogue.db.execute("update document set title = 'Second'")
            assert titles(catalogue, "a") == ["Second"]
            raise KeyError
    except KeyError:
        assert titles(catalogue, "a") == ["First"]


def test_each_reader_sees_the_state_that_it_reads(catalogue, store):
    store("a", "Text.", title="First")
    with connect(catalogue.path) as other, read_one_state(catalogue):
        assert titles(catalogue, "a") == ["First"]
        store_document(other, "a", "Text.", title="Second")
        for _ in range(2):
            assert titles(other, "a") == ["Second"]
            assert titles(catalogue, "a") == ["First"]
    assert titles(catalogue, "a") == ["Second"]


def test_what_did_not_change_is_read_once_as_long_as_there_is_room(catalogue, store, monkeypatch):
    for name in "abc":
        store(name, "Text.")
    read, documents = [], Catalogue.documents

    def documents_and_note(self, ids, **more):
        read.extend(ids)
        return documents(self, ids, **more)

    monkeypatch.setattr(Catalogue, "documents", documents_and_note)
    for ids in ("ab", "ba", "bc"):
        assert list(records_of(catalogue, ids)) == list(ids)
    assert read == ["a", "b", "c"]
    monkeypatch.setattr(records, "MOST", 3)
    assert titles(catalogue, "a") == ["A"]
    assert read == ["a", "b", "c", "a"]


def texts(catalogue, *ids):
    with read_one_state(catalogue):
        return [passage.text for passage in PassagesOfNow(catalogue, NO_TEXTS).of(ids).values()]


def test_passages_are_read_once_in_each_state(catalogue, store, monkeypatch):
    store("a", "One passage.")
    store("b", "Another passage.")
    first, second = (one for one, _ in sorted(catalogue.passage_owners(), key=lambda row: row[1]))
    read, passages = [], Catalogue.passages_by_id

    def passages_and_note(self, ids):
        read.extend(ids)
        return passages(self, ids)

    monkeypatch.setattr(Catalogue, "passages_by_id", passages_and_note)
    assert texts(catalogue, first) == ["One passage."]
    assert texts(catalogue, second, 7, first) == ["Another passage.", "One passage."]
    assert read == [first, second, 7]
    monkeypatch.setattr(records, "MOST_PASSAGES", 2)
    assert texts(catalogue, first) == ["One passage."]
    assert read == [first, second, 7, first]


def test_a_passage_that_is_gone_is_not_shown(catalogue, store):
    store("a", "One passage.")
    ((identity, _),) = catalogue.passage_owners()
    assert texts(catalogue, identity) == ["One passage."]
    with connect(catalogue.path) as other, read_one_state(catalogue):
        assert texts(catalogue, identity) == ["One passage."]
        store_document(other, "a", "Other words.")
        assert texts(other, identity) == []
        assert texts(catalogue, identity) == ["One passage."]
    assert texts(catalogue, identity) == []
