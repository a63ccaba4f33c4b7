"""Sixty requests are answered as they were recorded: addresses and JSON outlast moved code.

New members beside the recorded ones are welcome. How to record again: ``tests.support.recording``.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.recorded_catalogue import recorded_server
from tests.support.recorded_requests import ASKS
from tests.support.recorded_shapes import differences
from tests.support.recording import DATA_FILE, recording

RECORDED: dict[str, Any] = json.loads(DATA_FILE.read_text("utf-8"))


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    assert [ask.name for ask in ASKS] == list(RECORDED)
    with recorded_server(tmp_path_factory.mktemp("recorded")) as client:
        return recording(client)


@pytest.mark.parametrize("name", RECORDED)
def test_it_is_answered_as_recorded(today: dict[str, Any], name: str) -> None:
    found = list(differences(RECORDED[name], today[name]))
    assert not found, "\n".join(found)
