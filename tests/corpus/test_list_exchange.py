"""Resource lists as files: what is exported comes in elsewhere as it was, and nothing else does."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from corpus.catalogue.catalogue import connect
from corpus.errors import ListExists, ListInvalid
from corpus.lists.as_json import ListFile, Suggestion, read_file, selection_data, write_file
from corpus.lists.exchange import read_list_file, store_list_file
from corpus.lists.lists import all_lists, judge_suggestion, move_to_archive, resource_list
from corpus.model import Selection
from tests.corpus.test_lists import ANA, AT, MEI, make, put, release, ten_entries


def test_ten_entries_in_three_sections_survive_the_round_trip_identically(catalogue, tmp_path):
    make(catalogue)
    release(catalogue, "first")
    put(catalogue, replace(ten_entries(), title="Goes on"), 2, ANA)
    with catalogue.transaction():
        judge_suggestion(catalogue, "ten", Suggestion("other", "accepted", "Ana", AT), ANA)
    file = read_list_file(catalogue, "ten")
    text = write_file(file)
    with connect(tmp_path / "elsewhere.sqlite", create=True) as elsewhere:
        with elsewhere.transaction():
            store_list_file(elsewhere, read_file(text), MEI)
        assert read_list_file(elsewhere, "ten") == file
        assert write_file(read_list_file(elsewhere, "ten")) == text
    assert len(file.selection.entries) == 10
    assert len(file.selection.sections) == 3
    assert file.versions[0].selection == ten_entries()
    assert [s.document_id for s in file.suggestions] == ["other"]


def test_an_archived_list_and_a_smart_list_survive_too(catalogue, tmp_path):
    make(catalogue, Selection("Smart", query="q=wellbeing&stage=use"))
    with catalogue.transaction():
        move_to_archive(catalogue, "ten", MEI, based_on=1)
    file = read_list_file(catalogue, "ten")
    with connect(tmp_path / "elsewhere.sqlite", create=True) as elsewhere:
        with elsewhere.transaction():
            store_list_file(elsewhere, read_file(write_file(file)), MEI)
        assert read_list_file(elsewhere, "ten") == file


def test_a_file_made_by_hand_needs_titles_alone(catalogue):
    text = """{"format": "salex-resource-list", "format_version": 1, "slug": "by-hand",
        "title": "By hand", "sections": [{"entries": [{"title": "One"}, {"title": "Two"}]}]}"""
    with catalogue.transaction():
        held = store_list_file(catalogue, read_file(text), MEI)
    assert [e.title for e in held.selection.entries] == ["One", "Two"]
    assert all(e.id for e in held.selection.entries)
    assert held.created_by == "Mei"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not valid JSON"),
        ("# A list as Markdown", "Only the JSON of an export can be imported"),
        ("[]", "must be an object"),
        ("[" * 100_000, "not valid JSON"),
        ('{"format": "other"}', "not a resource list"),
        ('{"format": "salex-resource-list", "format_version": 1, "slug": "a"}', "'title'"),
        (
            '{"format": "salex-resource-list", "format_version": 1, "slug": "a", "title": "T", '
            '"sections": [{"entries": [{"title": 7}]}]}',
            "must be a string",
        ),
        (
            '{"format": "salex-resource-list", "format_version": 1, "slug": "a", "title": "T", '
            '"sections": [{"entries": [{"title": "E", "pin": {"passage_id": "x"}}]}]}',
            "not a passage id",
        ),
    ],
    ids=[
        "cut off",
        "Markdown",
        "a list",
        "deep",
        "another format",
        "no title",
        "a number",
        "no passage",
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(text, says):
    with pytest.raises(ListInvalid, match=says):
        read_file(text)


@pytest.mark.parametrize(
    ("history", "says"),
    [
        ({"versions": [{"number": 2}]}, "numbered from 1"),
        ({"versions": [{"number": 1}, {"number": 1}]}, "numbered from 1"),
        ({"versions": [{"number": 1, "note": "\ud800"}]}, "not text"),
        ({"created_by": "\ud800"}, "not text"),
    ],
    ids=["a gap", "a number twice", "half a character in a note", "half a character in a name"],
)
def test_a_history_that_could_not_be_kept_is_refused(catalogue, history, says):
    rest = {"title": "T", "published_by": "Ana", "published_at": AT}
    versions = [{**rest, **version} for version in history.get("versions", ())]
    file = {"format": "salex-resource-list", "format_version": 1, "slug": "a", "title": "T"}
    text = json.dumps({**file, **history, "versions": versions})
    with pytest.raises(ListInvalid, match=says), catalogue.transaction():
        store_list_file(catalogue, read_file(text), MEI)
    assert all_lists(catalogue) == []


def test_importing_over_a_list_is_refused(catalogue):
    make(catalogue)
    with pytest.raises(ListExists), catalogue.transaction():
        store_list_file(catalogue, ListFile("ten", Selection("Other"), "", "", "", ""), MEI)
    assert resource_list(catalogue, "ten").selection == ten_entries()


def test_the_stored_form_leaves_no_field_out():
    data = selection_data(ten_entries())
    entry = data["sections"][0]["entries"][1]
    assert set(entry) == {"id", "title", "document_id", "url", "citation", "note", "pin"}
    assert entry["pin"]["passage_id"] == str(2**62 + 1)
