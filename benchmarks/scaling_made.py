"""Made-up catalogues of many passages: their texts, their vectors and their filter values."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.texts import passages
from corpus.catalogue.catalogue import Catalogue, connect, now
from corpus.model import Document, Page, Passage, Tag, passage_id
from corpus.tags.passage_scores import PassageScore, keep_scores
from corpus.tags.tags import decide
from corpus.taxonomy import load_taxonomy
from index.local.kept_holdings import publish_holdings
from index.model import Filters
from index.search.kept_texts import publish_texts
from index.vectors.builder import build_index
from index.vectors.profile import profile_of

PER_DOCUMENT = 5
WORDS = 80
KINDS = ("report", "journal-article", "policy-brief", "toolkit", "blog", "presentation")
COUNTRIES = ("NG", "KE", "GH", "ZA", "UG", "IN", "BR", "MX", "US", "GB")
CENTRES = 512
"""Texts come in subjects. Without any, no graph of neighbours finds the nearest vectors."""


class DrawnRows:
    """An encoder whose vectors are drawn at random around centres: it costs next to nothing."""

    name, digest, dimensions = "drawn", "drawn-2", 384
    profile = profile_of("drawn")

    def __init__(self, seed: int = 0) -> None:
        self._rng = np.random.default_rng(seed)
        centres = np.random.default_rng(1).standard_normal((CENTRES, self.dimensions))
        self._centres = centres.astype(np.float32)

    def encode_passages(self, texts: list[str]) -> npt.NDArray[np.float32]:
        drawn = self._rng.standard_normal((len(texts), self.dimensions), dtype=np.float32)
        rows = drawn + 0.8 * self._centres[self._rng.integers(CENTRES, size=len(texts))]
        unit: npt.NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def encode_query(self, text: str) -> npt.NDArray[np.float32]:
        return self.encode_passages([text])[0]


def some_filters() -> dict[str, Filters]:
    """Return no filter, one of a stage and a topic, and one that few documents pass."""
    taxonomy = load_taxonomy()
    stage, topic = (next(iter(taxonomy.vocabulary(v).terms)) for v in ("stages", "topics"))
    return {
        "none": Filters(),
        "stage + topic": Filters(stages=(stage,), topics=(topic,)),
        "rare": Filters(countries=("MX",), kinds=("blog",), year_from=2020),
    }


def fill(data: Path, count: int) -> float:
    """Write a catalogue with tags and passage scores, and index it; return how long that took."""
    data.mkdir(parents=True, exist_ok=True)
    texts = passages(count, WORDS)
    taxonomy = load_taxonomy()
    rng = np.random.default_rng(2)
    terms = {v: list(taxonomy.vocabulary(v).terms) for v in ("stages", "topics")}
    with connect(data / "catalogue.sqlite", create=True) as catalogue:
        with catalogue.transaction():
            for number, start in enumerate(range(0, count, PER_DOCUMENT)):
                stored = store_drawn(catalogue, number, texts[start : start + PER_DOCUMENT], rng)
                for vocabulary, of in terms.items():
                    for term in {str(t) for t in rng.choice(of, 2)}:
                        decide(
                            catalogue,
                            Tag(
                                f"document-{number}", vocabulary, term, "confirmed",
                                decided_by="someone", decided_at=now(),
                            ),
                        )  # fmt: skip
                scores = [
                    PassageScore(passage.id, vocabulary, str(rng.choice(of)), 0.5, "drawn")
                    for passage in stored
                    for vocabulary, of in terms.items()
                ]
                keep_scores(catalogue, f"document-{number}", scores)
        started = time.perf_counter()
        build_index(catalogue, data / "index", DrawnRows())
        publish_holdings(catalogue, data / "index")
        publish_texts(catalogue, data / "index")
        return time.perf_counter() - started


def store_drawn(
    catalogue: Catalogue, number: int, parts: list[str], rng: np.random.Generator
) -> list[Passage]:
    name, text = f"document-{number}", "\n\n".join(parts)
    stored, at = [], 0
    for position, part in enumerate(parts):
        end = at + len(part)
        identity = passage_id(name, f"{position} {part}", 0)
        stored.append(Passage(identity, name, position, 1, 1, None, at, end, part))
        at = end + 2
    document = Document(
        name, f"Report number {number}", f"file:///{name}", "text/plain", name, len(text),
        kind=KINDS[int(rng.integers(len(KINDS)))], language="en",
        year=int(rng.integers(2000, 2027)), countries=(str(rng.choice(COUNTRIES)),),
        publishers=(f"Publisher {int(rng.integers(200))}",), added_at=now(), updated_at=now(),
    )  # fmt: skip
    catalogue.store_document(document, text, pages=[Page(1, 0, len(text))], passages=stored)
    return stored
