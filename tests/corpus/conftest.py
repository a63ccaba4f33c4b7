"""Fixtures of backups: a repository, the folder its backup goes to, and what is copied."""

from __future__ import annotations

import pytest

from tests.hostile import backups


@pytest.fixture
def home(tmp_path):
    """A repository of two documents."""
    backups.fill(tmp_path / "live", "a", "b")
    return tmp_path / "live"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backup"


@pytest.fixture
def live(home):
    return backups.holder_in(home)
