"""The starter corpus in a folder: made once for all workers, and copied for what changes it."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

from corpus.catalogue.catalogue import connect
from tests.support.commands import salex_afresh


def starter_in(common: Path) -> Path:
    """Return a folder with the starter corpus taken in and indexed, made once for all workers."""
    folder = common / "starter"
    with (common / "starter.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "said").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            done = salex_afresh(folder, "init", "--starter")
            assert done.returncode == 0, done.stderr
            (folder / "said").write_text(done.stdout)
    return folder


def undecided_in(starter: Path, data: Path) -> Path:
    """Copy the starter corpus into the folder ``data``, as if nobody had decided on a tag yet."""
    shutil.copytree(starter / "data", data, dirs_exist_ok=True)
    with connect(data / "catalogue.sqlite") as catalogue, catalogue.transaction():
        for table in ("tag", "tag_reading", "passage_score"):
            catalogue.db.execute(f"delete from {table}")
    return data
