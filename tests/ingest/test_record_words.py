"""The lists of words by which records are read: each entry compiles, and none comes twice."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import ingest.record
from corpus.taxonomy import load_taxonomy
from ingest.record.words import any_of, kinds_named

LISTS = tomllib.loads(Path(ingest.record.__file__).with_name("words.toml").read_text("utf-8"))
PACKAGE = Path(ingest.record.__file__).parent


def test_no_list_has_an_entry_twice_and_each_entry_is_whole():
    lists = {name: entries for name, entries in LISTS.items() if name != "kinds"} | LISTS["kinds"]
    for name, entries in lists.items():
        assert len(entries) == len(set(entries)), name
        for entry in entries:
            assert re.compile(entry).match("") is None, (name, entry)  # it would match anything


def test_each_list_is_read_by_a_module():
    code = "".join(p.read_text("utf-8") for p in PACKAGE.glob("*.py"))
    assert [name for name in LISTS if f'"{name}"' not in code] == []


def test_the_kinds_are_those_of_the_taxonomy():
    assert set(kinds_named()) <= set(load_taxonomy().vocabulary("kinds").terms)


def test_a_list_takes_the_place_of_its_braces():
    assert any_of("body-ends", r"\b(?:{})$").search("The Example FOUNDATION")
    assert not any_of("body-ends", r"\b(?:{})$").search("The Foundation of Example")
