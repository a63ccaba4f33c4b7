"""Reading on other machines: the same catalogue; no document is lost, doubled or wrongly blamed."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.catalogue.originals import Originals
from corpus.cluster.workers import Cluster
from corpus.documents import authorities, outcomes
from corpus.errors import ClusterLost, ClusterUnavailable, SourceRejected
from ingest import intake
from ingest.isolation import remote
from ingest.isolation.confined import Task
from ingest.isolation.remote import RemotePool, describe_reading
from ingest.model import Fetched, Limits
from ingest.preparing import prepare_document
from tests.hostile.kills import faults, generate
from tests.ingest.test_pipeline import LIMITS, ROOT, TEXT, folder, originals
from tests.support import cluster as support
from tests.support.misbehaving import misbehave

pytest.importorskip("distributed", reason="needs the extra dask")

__all__ = ["folder", "originals"]
STARTER = ROOT / "corpus" / "starter" / "documents"
QUICK = Limits(max_seconds=1.5, max_clock_seconds=1.5)


@pytest.fixture(scope="module")
def two() -> Iterator[support.Machines]:
    with support.machines(2) as machines:
        yield machines


def content(catalogue: Catalogue) -> list[object]:
    """Return all that reading decided, without moments."""
    documents = [replace(d, added_at="", updated_at="") for d in catalogue.all_documents()]
    return [*documents, *(p for d in documents for p in catalogue.passages(d.id))]


@contextmanager
def pool(
    machines: support.Machines, limits: Limits = LIMITS, task: Task = prepare_document
) -> Iterator[RemotePool]:
    with Cluster(machines.address, describe_reading(()), describe_reading, ()) as cluster:
        yield RemotePool(cluster, limits, task=task)


def asked(machines: support.Machines, *said: str, limits: Limits = QUICK) -> list[str]:
    """Return what became of documents, in order: the text, or the code of the refusal."""
    found = []
    with pool(machines, limits, misbehave) as readers:
        for job in [readers.submit(Fetched("s", text.encode(), text)) for text in said]:
            while not readers.is_done(job):
                machines.keep(2)
                time.sleep(0.02)
            try:
                found.append(readers.result(job).text)
            except SourceRejected as error:
                assert error.reason
                found.append(error.code)
    return found


def varied(made: Path) -> Path:
    """Add documents to a folder: 32 inputs of a dozen sorts, with duplicates among them."""
    for source in sorted(STARTER.glob("*.md"))[:15]:
        shutil.copy(source, made)
    shutil.copy(made / "a-report.pdf", made / "k-the-same.pdf")
    (made / "l-near.txt").write_text(TEXT + "\n\nOne more line.")
    (made / "m-table.csv").write_text("school,term,score\nA,1,3\nB,2,4\n" * 30)
    (made / "n-rtf.rtf").write_text(r"{\rtf1\ansi " + "A school told its teachers. " * 30 + "}")
    (made / "o-records.ris").write_text(
        "".join(f"TY  - RPRT\nTI  - Plan {n}\nAB  - {TEXT[:400]}\nER  - \n" for n in range(3))
    )
    return made


def test_the_workers_of_a_cluster_and_this_machine_make_the_same_catalogue(two, folder, tmp_path):
    made = []
    paths = [str(varied(folder))]
    for place in ("here", "there"):
        home = tmp_path / place
        with connect(home / "catalogue.sqlite", create=True) as catalogue, pool(two) as readers:
            items = list(intake.expand_arguments(paths))
            found = list(
                intake.ingest_sources(
                    items, catalogue, Originals(home / "originals"), limits=LIMITS, workers=1,
                    pool=readers if place == "there" else None,
                )
            )  # fmt: skip
            made.append(([replace(o, at="") for o in found], content(catalogue)))
    assert made[0] == made[1]
    assert len(made[0][0]) >= 30
    assert len({outcome.kind for outcome in made[0][0]}) >= 3


def test_originals_are_read_again_there_as_here(two, folder, catalogue, originals):
    paths = [str(folder)]
    intake.add_sources(paths, catalogue, originals, limits=LIMITS, workers=1)
    before = content(catalogue)
    due = intake.due_for_reading(catalogue, again=True)
    with pool(two) as readers:
        done = list(intake.reread_documents(catalogue, originals, due, pool=readers))
    assert [one.kind for one in done] == ["unchanged"] * len(due)
    assert content(catalogue) == before


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("spin", "timeout"), ("sleep", "timeout"), ("hoard", "memory"), ("segfault", "crash"),
        ("refuse", "password"), ("surprise", "crash"), ("connect", "PermissionError"),
    ],
)  # fmt: skip
def test_there_a_document_is_confined_as_it_is_here(two, said, code):
    assert asked(two, "before", said, "after") == ["before", code, "after"]


def test_a_worker_keeps_its_confined_process_for_the_next_document(two):
    assert len(set(asked(two, *["pid"] * 12))) <= 2


def test_large_documents_and_answers_arrive_whole(two):
    long = "y" * 40_000_000
    answers = asked(two, long, "large", limits=Limits())
    assert answers[0] == long
    assert len(answers[1]) == 30_000_000


def test_there_a_document_has_no_network_at_all_where_the_system_permits_it(two):
    outside = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    if outside.returncode:
        pytest.skip("this system permits no network namespaces")
    assert asked(two, "interfaces")[0].split() == ["lo"]


def test_a_document_that_ends_every_worker_is_rejected_alone(two):
    said = [f"document {number}" for number in range(12)]
    assert asked(two, *said[:6], "poison", *said[6:]) == [*said[:6], "crash", *said[6:]]


def take_in(
    machines: support.Machines, paths: list[str], catalogue: Catalogue, kept: Originals
) -> Iterator[str]:
    with pool(machines) as readers:
        items = list(intake.expand_arguments(paths))
        for outcome in intake.ingest_sources(items, catalogue, kept, pool=readers):
            yield outcome.source


def test_a_worker_killed_midway_costs_nothing(two, tmp_path, catalogue, originals):
    expected = generate(tmp_path / "in", 60)
    told = Counter[str]()
    for source in take_in(two, [str(tmp_path / "in")], catalogue, originals):
        told[source] += 1
        if told.total() == 20:
            two.workers()[0].kill()
    two.keep(2)
    assert told == Counter(expected.inputs)
    assert {d.source for d in catalogue.all_documents()} == expected.documents


def test_a_lost_scheduler_keeps_what_is_done_and_a_second_run_does_the_rest(
    two, tmp_path, catalogue, originals
):
    expected = generate(tmp_path / "in", 60)
    paths, told = [str(tmp_path / "in")], set()
    lost = pytest.raises(ClusterLost, match="Run the same command again")
    with support.machines(1) as machines, lost:
        for source in take_in(machines, paths, catalogue, originals):
            told.add(source)
            if len(told) == 20:
                machines.scheduler.kill()
    assert {o.source for o in outcomes.latest_outcomes(catalogue)} == told < expected.inputs
    again = list(take_in(two, paths, catalogue, originals))
    assert Counter(again) == Counter(expected.inputs)
    assert Counter(d.source for d in catalogue.all_documents()) == Counter(expected.documents)


def test_a_worker_that_reads_another_way_is_refused(two, monkeypatch):
    monkeypatch.setattr(remote, "READING", 99)
    said = r"Its version of reading is \d+, and here it is 99"
    with pytest.raises(ClusterUnavailable, match=said), pool(two):
        pass


def test_organisations_of_the_network_are_named_there_as_here(two, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[[organisation]]\nname = "Zebra Institute"\naliases = ["ZI"]\n')
    data = b"---\ntitle: T\norganisations: [ZI]\n---\n\n" + TEXT.encode()
    fetched = Fetched("s", data, "n.md")
    before = authorities.organisations_in_use()
    try:
        authorities.use_organisations(own)
        with pool(two) as readers:
            assert readers.result(readers.submit(fetched)).document.publishers == (
                "Zebra Institute",
            )
    finally:
        authorities.use_organisations(before)
    with pool(two) as readers:
        assert readers.result(readers.submit(fetched)).document.publishers == ("ZI",)


def test_what_is_held_at_once_is_bounded(two, monkeypatch):
    monkeypatch.setattr(remote, "MOST_BYTES", 1_000)
    with pool(two) as readers:
        job = readers.submit(Fetched("s", b"b" * 999, "n.txt"))
        assert not readers.is_full
        readers.submit(Fetched("s", b"b", "n.txt"))
        assert readers.is_full
        readers.drop(job)
        assert not readers.is_full
        monkeypatch.setattr(remote, "LEAST_WAITING", 1)
        monkeypatch.setattr(remote, "WAITING_PER_SEAT", 0)
        assert readers.is_full


@pytest.mark.prove
def test_thirty_kills_of_workers_lose_and_double_nothing(tmp_path):
    expected = generate(tmp_path / "in", 2_000)
    told, kills = Counter[str](), 0
    with (
        support.machines(2) as machines,
        connect(tmp_path / "catalogue.sqlite", create=True) as catalogue,
    ):
        kept = Originals(tmp_path / "originals")
        for source in take_in(machines, [str(tmp_path / "in")], catalogue, kept):
            told[source] += 1
            machines.keep(2)
            if kills < 30 and told.total() >= 60 * (kills + 1):
                machines.workers()[kills % 2].kill()
                kills += 1
        codes = Counter(o.code for o in outcomes.latest_outcomes(catalogue))
    print(f"{kills} kills; {told.total()} outcomes of {len(expected.inputs)} inputs; {codes}")
    assert kills == 30
    assert told == Counter(expected.inputs)
    assert not codes["crash"]
    wrong = faults(tmp_path, expected, set(told))
    assert [fault for fault in wrong if "index" not in fault] == []
