"""A small repository with something of everything in it, made in a second and without the model."""

from __future__ import annotations

from pathlib import Path

import corpus
from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.documents.corrections import correct_fields
from corpus.model import Tag
from corpus.people.actors import Actor
from corpus.tags.tags import suggest
from index.vectors.builder import build_index
from search_api.lists.entries import take_in_starter_lists
from tests.conftest import store_document
from tests.support.fakes import HashEncoder

CURATOR = Actor("ana", "curator")


def make_sound_repository(data: Path) -> None:
    """Make the documents ``one`` and ``two``, a tag, a correction, a list and an index."""
    originals = Originals(data / "originals")
    lists = Path(corpus.__file__).parent / "starter" / "lists"
    with connect(data / "catalogue.sqlite", create=True) as catalogue:
        for name in ("one", "two"):
            sha256 = originals.keep(f"The original of {name}.".encode())
            texts = (f"First words of {name}.", f"And {name} ends.")
            store_document(catalogue, name, *texts, pages=2, sha256=sha256, authors=("Ana Silva",))
        passage = catalogue.passages("one")[0]
        tag = Tag(
            "one", "stages", "use", "suggested", passage_id=passage.id, page=passage.page,
            quote=passage.text, decided_by="tagger",
        )  # fmt: skip
        with catalogue.transaction():
            suggest(catalogue, tag)
        correct_fields(catalogue, CURATOR, "one", {"authors": ["Ben Costa"]})
        take_in_starter_lists(catalogue, lists, CURATOR)
        build_index(catalogue, data / "index", HashEncoder())
