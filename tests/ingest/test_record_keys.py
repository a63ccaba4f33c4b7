"""A record has the same key in every bibliography, and no other record has it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ingest.records import bibtex, csl
from ingest.records.keys import name_records

REPORT = {
    "type": "report",
    "title": "How the voice of teachers is measured",
    "publisher": "Made-up Institute (MUI); Other House",
    "issued": {"date-parts": [[2021, 5]]},
    "URL": "https://example.org/voice",
}
SLIDES = {**REPORT, "type": "speech", "URL": "https://example.org/voice-slides"}
OTHER = {"type": "book", "title": "Niñez: 3 años", "author": [{"family": "Ñandú Peña"}]}
NAMELESS = {"type": "webpage", "title": "学校", "URL": "https://example.org/school"}


@pytest.mark.parametrize(
    ("record", "name"),
    [
        pytest.param(REPORT, "mui2021VoiceTeachersMeasured", id="the acronym of an organisation"),
        pytest.param(OTHER, "nandupenaNinez3Anos", id="accents"),
        pytest.param({"title": "On schooling"}, "anonSchooling", id="nobody"),
    ],
)
def test_a_key_is_made_of_author_year_and_title(record: dict[str, Any], name: str) -> None:
    assert name_records([record]) == [name]


def test_two_exports_name_a_record_alike_whatever_else_is_in_them() -> None:
    def keys(*records: csl.Record) -> list[str]:
        return re.findall(r"^@\w+\{(.+),$", bibtex.write_records(records), re.MULTILINE)

    assert keys(OTHER, REPORT)[1] == keys(REPORT, NAMELESS)[0]
    assert not set(keys(OTHER, NAMELESS)) & set(keys(REPORT, SLIDES))


def test_records_that_would_be_named_alike_get_letters_of_their_own() -> None:
    first, second = name_records([REPORT, SLIDES])
    assert first != second
    assert name_records([SLIDES, OTHER, REPORT]) == [second, "nandupenaNinez3Anos", first]
    assert len(set(name_records([REPORT, REPORT]))) == 2


def test_a_title_in_another_script_is_named_by_letters() -> None:
    assert re.fullmatch(r"anon-[a-z]", name_records([NAMELESS])[0])


def test_csl_json_has_the_keys_of_bibtex() -> None:
    (written,) = json.loads(csl.write_records([REPORT]))
    assert f"{{{written['id']}," in bibtex.write_records([REPORT])
