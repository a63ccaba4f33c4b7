"""``--scheduler``: documents are added and indexed by workers of other machines."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.documents.outcomes import latest_outcomes
from corpus.errors import ClusterLost
from ingest.intake import Limits, add_sources
from ingest.isolation.pool import Job
from ingest.isolation.workers import Workers
from ingest.model import Prepared
from search_api.service.settings import Settings
from search_api.upkeep.rereading import _reread
from tests.hostile.kills import generate
from tests.support import cluster as support
from tests.support.commands import salex

pytest.importorskip("distributed", reason="needs the extra dask")


@pytest.fixture(scope="module")
def two() -> Iterator[support.Machines]:
    with support.machines(2) as machines:
        yield machines


def test_documents_are_added_and_indexed_by_workers(two, tmp_path):
    expected = generate(tmp_path / "in", 12)
    assert salex(tmp_path, "init").returncode == 0
    there = ("--scheduler", two.address)
    added = salex(tmp_path, "add", "in", *there, "--json")
    assert added.returncode == 0, added.stderr
    assert {o["source"] for o in json.loads(added.stdout)} == expected.inputs
    indexed = salex(tmp_path, "index", *there, "--json")
    assert indexed.returncode == 0, indexed.stderr
    built = json.loads(indexed.stdout)["index"]
    assert built["encoded"] == built["passages"] > 0
    assert json.loads(salex(tmp_path, "index", "--json").stdout)["index"]["encoded"] == 0
    assert salex(tmp_path, "audit").returncode == 0


def test_a_lost_scheduler_ends_the_command_with_what_was_done_and_what_to_do(two, tmp_path):
    expected = generate(tmp_path / "in", 400)
    assert salex(tmp_path, "init").returncode == 0
    with support.machines(1) as machines:
        command = [sys.executable, "-m", "search_api", "add", "in", "--scheduler"]
        with subprocess.Popen(
            [*command, machines.address], cwd=tmp_path, env=support.environment(),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as running:  # fmt: skip
            give_up = time.monotonic() + support.PATIENCE_S
            while _count_outcomes(tmp_path) < 10 and time.monotonic() < give_up:
                time.sleep(0.05)
            machines.scheduler.kill()
            out, err = running.communicate()
    assert running.returncode == 3
    assert "Run the same command again" in err
    assert len(err.strip().splitlines()) == 1
    done = _count_outcomes(tmp_path)
    assert 10 <= done < len(expected.inputs)
    counted = out.strip().splitlines()[-1]
    assert sum(int(word) for word in counted.split() if word.isdecimal()) == done
    again = salex(tmp_path, "add", "in", "--scheduler", two.address, "--json")
    assert Counter(o["source"] for o in json.loads(again.stdout)) == Counter(expected.inputs)
    with connect(tmp_path / "data" / "catalogue.sqlite") as catalogue:
        sources = Counter(d.source for d in catalogue.all_documents())
    assert sources == Counter(expected.documents)


def _count_outcomes(folder) -> int:
    with connect(folder / "data" / "catalogue.sqlite") as catalogue:
        return len(latest_outcomes(catalogue))


class _Losing(Workers):
    """Loses its workers over the third document."""

    def result(self, job: Job) -> Prepared:
        if job.fetched.data.startswith(b"# 2"):
            raise ClusterLost("They are gone.")
        return super().result(job)


def test_what_was_read_again_before_the_workers_were_lost_is_told(tmp_path):
    settings, told = Settings(data_folder=tmp_path / "data"), []
    for number in range(4):
        (tmp_path / f"{number}.md").write_text(f"# {number}\n\n" + "Teachers plan together. " * 30)
    with connect(settings.catalogue_path, create=True) as catalogue:
        originals = Originals(settings.originals_folder)
        names = [str(tmp_path / f"{number}.md") for number in range(4)]
        due = [o.document_id for o in add_sources(names, catalogue, originals, workers=0)]
        with pytest.raises(ClusterLost), _Losing(Limits(), 0) as pool:
            _reread(
                catalogue, settings, due,
                dry_run=False, limits=Limits(), pool=pool, show=told.append,
            )  # fmt: skip
    assert [one.document_id for one in told[0]] == due[:2]


@pytest.mark.parametrize("command", [("add", "in"), ("index",)], ids=["add", "index"])
def test_what_is_no_scheduler_is_said_and_nothing_is_changed(command, tmp_path):
    generate(tmp_path / "in", 2)
    assert salex(tmp_path, "init").returncode == 0
    done = salex(tmp_path, *command, "--scheduler", "10.0.0.5:8786", TEST_QUICK="1")
    assert done.returncode == 3
    assert "Write it as tcp://HOST:8786" in done.stderr
    assert done.stdout == ""
    assert _count_outcomes(tmp_path) == 0


def test_without_the_option_dask_is_not_loaded(tmp_path):
    (tmp_path / "notes.txt").write_text("Teachers who plan together use evidence more. " * 20)
    assert salex(tmp_path, "init").returncode == 0
    code = (
        "import sys, search_api.cli as c\n"
        "sys.argv = ['salex', 'add', 'notes.txt']\n"
        "try: c.main()\nexcept SystemExit: pass\n"
        "print('LOADED', *sorted({'dask', 'distributed'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=support.environment(),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "LOADED"
