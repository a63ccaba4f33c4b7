"""What a collection was filled with, kept in the collection itself as a point of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue
from index.qdrant.client import Client, EngineFault, Point
from index.qdrant.points import FORMAT
from index.qdrant.source import Source
from index.vectors.manifests import Manifest, manifest_of

STATE_ID: Final = 1 << 63
"""Passages have ids of 63 bits. It has no vectors, so no search finds it."""
DRIFT: Final = 0.1
"""How far the average length of passages may be from what the words were weighed with. Scores are
worked out again for every candidate, so it only decides which ones are fetched."""


@dataclass(frozen=True, slots=True)
class State:
    """What a collection has.

    Attributes:
        revision: the catalogue's revision; every change up to it is there.
        catalogue: which file that catalogue was.
        generation: the generation of the index that the vectors are of.
        average: the words of an average passage that the words were weighed with.
        dimensions: of the vectors by leg.
        manifest: what the vectors were made with; ``None`` if there are none.
        problem: why there are none, or older ones stand in.
        multilingual_problem: why there are none of the second encoder.
        format: of the points.
    """

    revision: int
    catalogue: str
    generation: str
    average: float
    dimensions: Mapping[str, int]
    manifest: Manifest | None
    problem: str | None
    multilingual_problem: str | None
    format: int = FORMAT

    def takes(self, source: Source, average: float) -> bool:
        """Whether the collection can take vectors and words as they are now."""
        return (
            self.format == FORMAT
            and self.dimensions == source.dimensions
            and _models(self.manifest) == _models(source.manifest)
            and abs(self.average - average) <= DRIFT * max(self.average, average)
        )


def _models(manifest: Manifest | None) -> tuple[str, ...]:
    return tuple(manifest.digests) if manifest else ()


def mark_of(catalogue: Catalogue) -> str:
    """Return what tells a catalogue's file from one that a restored backup puts in its place."""
    try:
        stat = catalogue.path.stat()
    except OSError:
        return ""
    return f"{stat.st_dev}/{stat.st_ino}"


def write_state(client: Client, name: str, state: State) -> None:
    """Record what a collection has; last, when everything before it is there."""
    client.upsert(name, [Point(STATE_ID, {"state": json.dumps(asdict(state))})])


def read_state(client: Client, name: str) -> State | None:
    """Return what a collection has; ``None`` if it was not filled, or by another release."""
    found = client.retrieve(name, [STATE_ID])
    try:
        return _state_of(json.loads(found[0].payload["state"])) if found else None
    except (KeyError, TypeError, ValueError):
        return None


def _state_of(members: dict[str, Any]) -> State:
    told = members.pop("manifest")
    return State(**members, manifest=None if told is None else manifest_of(told))


def read_current(client: Client, alias: str) -> tuple[str, State] | None:
    """Return the collection in use and what it has; ``None`` if there is none that can be used."""
    name = client.current(alias)
    if name is None:
        return None
    try:
        state = read_state(client, name)
    except EngineFault as fault:
        if fault.answered:  # it was removed after its alias was read
            return None
        raise
    return None if state is None or state.format != FORMAT else (name, state)
