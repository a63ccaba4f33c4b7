"""Let the Nth write of ``add``, ``index``, ``audit``, ``backup`` fail; see that nothing is lost.

    python -m tests.hostile.failing_writes [--most 50] [--error EIO|ENOSPC] [--from-then-on]

Each command runs once for each N from 1 to ``most``, as long as it has so many writes. The write
fails in the C library, so SQLite's own writes are reached too. Afterwards: one line and exit code 3
(or the code of an undisturbed run, and then with its result), the catalogue and the last backup are
whole, no document is lost, and the same command completes. The exit status is 1 on any fault.
"""

from __future__ import annotations

import argparse
import errno
import functools
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.catalogue.backup import back_up
from corpus.catalogue.backup_folder import read_manifest
from corpus.catalogue.catalogue import connect
from corpus.catalogue.files import sha256_of_file
from corpus.catalogue.originals import Originals
from corpus.promises import audit_catalogue
from index.vectors.audit import audit_index
from tests.hostile.backups import holder_in
from tests.support.commands import salex
from tests.support.sound import make_sound_repository

COMMANDS = {
    "add": ("add", "new.txt", "newer.txt"),
    "index": ("index",),
    "audit": ("audit",),
    "backup": ("backup", "copies"),
}
"""Each command, and what it is run with in the folder that ``prepare`` makes for it."""
ERRORS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC}
SHIM = Path(__file__).with_suffix(".c")
NEW = ("new.txt", "newer.txt")


def compiler() -> str | None:
    """Return the C compiler; ``None`` if there is none."""
    return shutil.which("cc") or shutil.which("gcc")


@functools.cache
def compiled() -> str:
    """Compile what lets writes fail, and return its path."""
    library = Path(tempfile.mkdtemp()) / "failing_writes.so"
    command = [compiler() or "cc", "-shared", "-fPIC", "-O1", "-o", library, SHIM, "-ldl"]
    subprocess.run(command, check=True)
    return str(library)


def prepare(home: Path) -> None:
    """Make a folder for each command, in which there is something for it to do."""
    base = home / "add"
    make_sound_repository(base / "data")
    back_up(holder_in(base / "data"), base / "copies")
    for name in NEW:
        (base / name).write_text(f"Report {name}\n\nParents joined the learning network.\n")
    shutil.copytree(base, home / "index")
    _run(home / "index", *COMMANDS["add"])
    shutil.copytree(home / "index", home / "backup")
    shutil.copytree(home / "index", home / "audit")
    _run(home / "audit", "index")


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command where writes can fail."""
    return salex(folder, *arguments, LD_PRELOAD=compiled(), TEST_QUICK="1", **environment)


def _run(folder: Path, *arguments: str) -> None:
    done = run(folder, *arguments)
    if done.returncode:
        raise RuntimeError(f"{arguments}: {done.stderr}")


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of one run: its exit code, what failed (``None`` if nothing), and the faults."""

    code: int
    failed: str | None
    faults: tuple[str, ...]


def fail_at(
    prepared: Path, name: str, nth: int, code: int, *, mode: str = "once", below: str = ""
) -> Failure:
    """Run a command in a copy of its folder and let its Nth write fail with the error ``code``.

    Args:
        prepared: what ``prepare`` made.
        name: the command.
        nth: which write fails, from 1.
        code: the error, such as ``errno.EIO``.
        mode: ``once``, or ``from``: this write and all after it fail.
        below: the path that counted writes begin with; by default the whole folder.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder, report = Path(temporary).resolve() / "home", Path(temporary) / "failed"
        shutil.copytree(prepared / name, folder)
        before = _documents(folder)
        asked = f"{folder / below}:{nth}:{code}:{mode}:{report}"
        done = run(folder, *COMMANDS[name], FAIL_WRITES=asked)
        if not report.exists():
            return Failure(done.returncode, None, ())
        faults = _said_badly(done)
        faults += _lost(folder, before)
        if done.returncode == 0:
            faults += _missing(folder, name, "exit code 0, and yet")
        again = run(folder, *COMMANDS[name])
        if again.returncode:
            faults.append(f"the same command again: {again.returncode} {_end_of(again)}")
        faults += _missing(folder, name, "the same command again:")
        shutil.rmtree(folder.parent / "looked-at")
        faults += _lost(folder, before, indexed=name in ("index", "audit"))
        return Failure(done.returncode, report.read_text().splitlines()[0], tuple(faults))


def _said_badly(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return what is wrong with the exit code and with what was said."""
    faults = []
    if done.returncode not in (0, 3):
        faults.append(f"exit code {done.returncode}: {_end_of(done)}")
    if "Traceback" in done.stderr:
        faults.append("a traceback")
    said = [line for line in done.stderr.splitlines() if not line.startswith("Next: ")]
    if done.returncode == 3 and (len(said) != 1 or not said[0].startswith("salex: ")):
        faults.append(f"not one line: {done.stderr[-300:]}")
    if "Restore a backup" in done.stderr or "FAIL" in done.stdout:
        faults.append(f"false advice: {_end_of(done)}")
    return faults


def _end_of(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last lines of what was said."""
    return " / ".join([*done.stdout.splitlines()[-2:], *done.stderr.splitlines()[-3:]])


def _documents(folder: Path) -> set[str]:
    with connect(folder / "data" / "catalogue.sqlite") as catalogue:
        return {document.source for document in catalogue.all_documents()}


def _lost(folder: Path, before: set[str], *, indexed: bool = False) -> list[str]:
    """Return what is wrong with the catalogue, the last backup and, if asked, the index."""
    faults = []
    copied = shutil.copytree(folder / "data", folder.parent / "looked-at")
    with connect(copied / "catalogue.sqlite") as catalogue:
        checks = [*audit_catalogue(catalogue, Originals(copied / "originals"))]
        if indexed:
            checks += audit_index(catalogue, copied / "index")
        faults += [f"{check.name}: {fault}" for check in checks for fault in check.faults]
        sources = {document.source for document in catalogue.all_documents()}
    if before - sources:
        faults.append(f"lost: {before - sources}")
    for name, digest in read_manifest(folder / "copies").sha256.items():
        if sha256_of_file(folder / "copies" / name) != digest:
            faults.append(f"{name} of the last backup changed")
    return faults


def _missing(folder: Path, name: str, when: str) -> list[str]:
    """Return what a command that ended with 0 should have done and did not."""
    faults: list[str] = []
    if len(_documents(folder)) != 4:
        faults.append(f"{when} {len(_documents(folder))} documents of 4 are there")
    if name == "backup" and read_manifest(folder / "copies").report.documents != 4:
        faults.append(f"{when} not all documents are in the backup")
    return faults


def at_each(
    prepared: Path, names: Iterable[str], most: int, code: int, mode: str
) -> dict[str, list[Failure]]:
    """Let each of the first ``most`` writes of each command fail; return what became of each."""
    results: dict[str, list[Failure]] = {}
    for name in names:
        results[name] = []
        for nth in range(1, most + 1):
            found = fail_at(prepared, name, nth, code, mode=mode)
            if found.failed is None:
                break
            results[name].append(found)
            for fault in found.faults:
                print(f"{name}, write {nth} ({found.failed}): {fault}", flush=True)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=50)
    parser.add_argument("--error", choices=ERRORS, default="EIO")
    parser.add_argument("--from-then-on", action="store_true")
    parser.add_argument("--command", choices=COMMANDS, action="append")
    given = parser.parse_args()
    mode = "from" if given.from_then_on else "once"
    with tempfile.TemporaryDirectory() as temporary:
        prepare(Path(temporary))
        names = given.command or COMMANDS
        results = at_each(Path(temporary), names, given.most, ERRORS[given.error], mode)
    for name, found in results.items():
        codes = Counter(failure.code for failure in found)
        faults = sum(len(failure.faults) for failure in found)
        print(f"{name}: {len(found)} failing writes, exit codes {dict(codes)}, {faults} faults")
    sys.exit(any(failure.faults for found in results.values() for failure in found))


if __name__ == "__main__":
    main()
