"""Brings the engine up to date: by what changed, or by filling a collection of its own.

Everything is written so that doing it twice does no harm, and what the engine has is recorded last.
So a run that was cut off is simply run again, and whatever it did is found there and left alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.changes import changes_since
from corpus.errors import EngineUnavailable
from index.qdrant.client import Client, EngineFault, Where, scroll_all
from index.qdrant.points import DOCUMENT, STAMP, keys_of, layout_for, where_of
from index.qdrant.source import Source, name_of_generation, read_source
from index.qdrant.state import STATE_ID, State, mark_of, read_current, write_state
from index.qdrant.wanted import Wanted, make_points, read_wanted
from index.words.counting import read_total

DOCUMENTS_PER_STEP: Final = 32
POINTS_PER_STEP: Final = 256
"""Points written in one request: 0.9 MB of vectors."""
MOST_FOLLOWED: Final = 500
"""Changed documents that a search waits for; more of them are left to the background."""
KEPT: Final = 2
"""Collections left in the engine: the one in use, and the one before it."""
_TRIES: Final = 5
_Value = TypeVar("_Value")

Progress = Callable[[int, int], None]


class Applier:
    """Writes to the engine; one at a time, over all processes that share the index folder.

    Args:
        client: the engine.
        alias: the name that stands for the collection in use; collections are named after it.
        folder: the index folder.
        quantized: whether new collections compare bytes first.
    """

    def __init__(
        self, client: Client, alias: str, folder: Path, *, quantized: bool = False
    ) -> None:
        self._client, self._alias, self._folder = client, alias, folder
        self._quantized = quantized
        self._source: Source | None = None

    def source(self) -> Source:
        """Return the files of the index as they are now; a generation is read once."""
        kept = self._source
        if kept is None or kept.problem or kept.generation != name_of_generation(self._folder):
            self._source = kept = read_source(self._folder)
        return kept

    @contextlib.contextmanager
    def alone(self, patience_s: float | None = None) -> Iterator[bool]:
        """Say whether this is the only one that writes; wait so long for the others to end."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = (self._folder / "engine.lock").open("w")
        except OSError:  # a folder that only others may write to
            yield False
            return
        with handle:
            yield _lock(handle.fileno(), patience_s)

    def apply(self, catalogue: Catalogue, progress: Progress | None = None) -> State:
        """Bring the engine up to date with the catalogue and the files of the index.

        Raises:
            EngineFault: what was not recorded is done again by the next run.
            EngineUnavailable: another collection was filled, and does not have what it should.
        """
        with self.alone() as alone:
            if not alone:
                raise EngineUnavailable(
                    "The search engine is filled only by who may write to the index folder."
                )
            source, kept = self.source(), read_current(self._client, self._alias)
            if kept is None or not kept[1].takes(source, read_total(catalogue).average):
                return self._fill(catalogue, source, progress)
            name, state = kept
            return self._update(catalogue, name, state, source, progress)

    def follow(self, catalogue: Catalogue, name: str, state: State) -> State | None:
        """Apply what changed since; ``None`` if that is too much for a search to wait for."""
        revision = catalogue.revision()
        if state.catalogue != mark_of(catalogue) or revision < state.revision:
            return None
        changed = changes_since(catalogue, state.revision).records
        if len(changed) > MOST_FOLLOWED:
            return None
        source = self.source() if changed else None
        if source and (source.generation != state.generation):
            return None
        if source:
            self._write(catalogue, name, source, state.average, sorted(changed), None)
        after = replace(state, revision=revision)
        write_state(self._client, name, after)
        return after

    def _update(
        self,
        catalogue: Catalogue,
        name: str,
        state: State,
        source: Source,
        progress: Progress | None,
    ) -> State:
        """Bring the collection in use up to date."""
        revision = catalogue.revision()
        same = (
            state.catalogue == mark_of(catalogue)
            and state.generation == source.generation
            and revision >= state.revision
        )
        if same:
            changed = sorted(changes_since(catalogue, state.revision).records)
            self._write(catalogue, name, source, state.average, changed, progress)
        else:
            everything = _document_ids(catalogue)
            self._write(catalogue, name, source, state.average, everything, progress)
            self._drop_others(name, keys_of(everything))
        after = _state(catalogue, source, revision, state.average)
        write_state(self._client, name, after)
        return after

    def _fill(self, catalogue: Catalogue, source: Source, progress: Progress | None) -> State:
        """Fill a collection of its own, and let the alias stand for it once it has everything."""
        name = self._next_name()
        average = read_total(catalogue).average
        layout = layout_for(source.dimensions, quantized=self._quantized)
        self._client.create(name, layout)
        revision = catalogue.revision()
        everything = _document_ids(catalogue)
        self._write(catalogue, name, source, average, everything, progress)
        for _ in range(_TRIES):  # what changed while it was filled
            now = catalogue.revision()
            changed = sorted(changes_since(catalogue, revision).records)
            self._write(catalogue, name, source, average, changed, None)
            revision = now
            if self._is_whole(catalogue, name, source, average, revision):
                break
        else:
            raise EngineUnavailable(
                f"The collection {name} does not have what the catalogue has. Run: salex index"
            )
        state = _state(catalogue, source, revision, average)
        write_state(self._client, name, state)
        self._client.switch(self._alias, name)
        self._drop_older(name)
        return state

    def _is_whole(
        self, catalogue: Catalogue, name: str, source: Source, average: float, revision: int
    ) -> bool:
        """Whether a collection has exactly the points that it should, by number and by content."""
        wanted: dict[int, int] = {}
        for ids in _steps(_document_ids(catalogue), DOCUMENTS_PER_STEP):
            wanted |= read_wanted(catalogue, source, average, ids).stamps
        if catalogue.revision() != revision:
            return False
        points = scroll_all(self._client, name, Where(), (STAMP,))
        there = {p.id: p.payload.get(STAMP, 0) for p in points if p.id != STATE_ID}
        count = self._client.count(name) - (STATE_ID in there)
        return count == len(wanted) and _digest(there) == _digest(wanted)

    def _write(
        self,
        catalogue: Catalogue,
        name: str,
        source: Source,
        average: float,
        document_ids: Sequence[str],
        progress: Progress | None,
    ) -> None:
        """Let the points of documents be as they should, whatever they are."""
        done = 0
        for ids in _steps(document_ids, DOCUMENTS_PER_STEP):
            wanted = read_wanted(catalogue, source, average, ids)
            points = scroll_all(self._client, name, where_of(keys_of(ids)), (STAMP,))
            there = {point.id: point.payload.get(STAMP) for point in points}
            gone = sorted(there.keys() - wanted.stamps.keys())
            new = [i for i, stamp in wanted.stamps.items() if there.get(i) != stamp]
            self._put(name, wanted, new, source, average)
            if gone:
                self._client.delete(name, gone)
            done += len(ids)
            if progress:
                progress(done, len(document_ids))

    def _put(
        self, name: str, wanted: Wanted, ids: Sequence[int], source: Source, average: float
    ) -> None:
        for step in _steps(ids, POINTS_PER_STEP):
            self._client.upsert(name, make_points(wanted, step, source, average))

    def _drop_others(self, name: str, keys: Iterable[int]) -> None:
        """Remove the points of documents that the catalogue does not have."""
        known = set(keys)
        points = scroll_all(self._client, name, Where(), (DOCUMENT,))
        gone = [p.id for p in points if p.id != STATE_ID and p.payload.get(DOCUMENT) not in known]
        for step in _steps(gone, POINTS_PER_STEP):
            self._client.delete(name, step)

    def _numbered(self) -> dict[int, str]:
        """Return the collections that are named after the alias, by number."""
        pattern = re.compile(re.escape(self._alias) + r"-([0-9]{6,})")
        found = ((pattern.fullmatch(name), name) for name in self._client.collections())
        return {int(match[1]): name for match, name in found if match}

    def _next_name(self) -> str:
        """Return a name for the next collection; what was filled in part before is dropped."""
        current, numbered = self._client.current(self._alias), self._numbered()
        in_use = next((n for n, name in numbered.items() if name == current), 0)
        for number, name in numbered.items():
            if number > in_use:
                self._client.drop(name)
        return f"{self._alias}-{in_use + 1:06d}"

    def _drop_older(self, name: str) -> None:
        numbered = self._numbered()
        for number in sorted(numbered, reverse=True)[KEPT:]:
            if numbered[number] != name:
                with contextlib.suppress(EngineFault):  # the next run drops it
                    self._client.drop(numbered[number])


def _state(catalogue: Catalogue, source: Source, revision: int, average: float) -> State:
    return State(
        revision=revision,
        catalogue=mark_of(catalogue),
        generation=source.generation,
        average=average,
        dimensions=source.dimensions,
        manifest=source.manifest,
        problem=source.problem,
        multilingual_problem=source.multilingual_problem,
    )


def _document_ids(catalogue: Catalogue) -> list[str]:
    return [d.id for d in catalogue.all_documents() if d.withdrawn_at is None]


def _digest(stamps: dict[int, int]) -> bytes:
    return hashlib.blake2b(repr(sorted(stamps.items())).encode(), digest_size=16).digest()


def _steps(values: Sequence[_Value], size: int) -> Iterator[Sequence[_Value]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _lock(handle: int, patience_s: float | None) -> bool:
    if patience_s is None:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return True
    until = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.02)
