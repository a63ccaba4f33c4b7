"""A few failing writes of each command; ``tests.hostile.failing_writes`` has all of them."""

from __future__ import annotations

import errno
import shutil

import pytest

from tests.hostile import failing_writes

pytestmark = pytest.mark.skipif(
    failing_writes.compiler() is None, reason="there is no C compiler to make writes fail with"
)
CASES = [
    ("add", "data/originals", errno.EIO),
    ("index", "data/index/gen-000002", errno.ENOSPC),
    ("backup", "copies", errno.ENOSPC),
    pytest.param("index", "data/index/vectors.sqlite", errno.EIO, marks=pytest.mark.prove),
    pytest.param("audit", "data/catalogue.sqlite", errno.EIO, marks=pytest.mark.prove),
]
"""A command, where its second write fails, and with what."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("failing")
    failing_writes.prepare(folder)
    return folder


@pytest.mark.parametrize(("name", "below", "code"), CASES)
def test_a_failing_write_is_one_line_and_nothing_is_lost(prepared, name, below, code):
    failure = failing_writes.fail_at(prepared, name, 2, code, below=below)
    assert failure.failed is not None
    assert (failure.code, failure.faults) == (3, ())


PERMISSIONS = [
    ("add", "data/originals", 0o500),
    ("audit", "data/index/vectors.sqlite", 0o000),
    pytest.param("index", "data/index", 0o500, marks=pytest.mark.prove),
    pytest.param("backup", "copies", 0o500, marks=pytest.mark.prove),
]
"""For each command, a file or folder it may not write or read, and its mode."""


@pytest.mark.parametrize(("name", "path", "mode"), PERMISSIONS)
def test_a_missing_permission_is_one_line_that_names_the_path(prepared, tmp_path, name, path, mode):
    folder = shutil.copytree(prepared / name, tmp_path / "home")
    (folder / path).chmod(mode)
    done = failing_writes.run(folder, *failing_writes.COMMANDS[name], TEST_UNPRIVILEGED="1")
    (folder / path).chmod(0o700)
    assert done.returncode == 3, done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert path in done.stderr
    assert "FAIL" not in done.stdout
