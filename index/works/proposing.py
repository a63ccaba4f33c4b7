"""Proposes which documents are forms of one work: a report, its slides, its blog, its translation.

Proposals are for a person to decide (``corpus.documents.works``); nothing here merges anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.catalogue.catalogue import Catalogue
from corpus.documents.works import Relation, RelationType, propose_relation, withdraw_proposals
from corpus.model import Document
from index.vectors.encoder import Encoder
from index.vectors.profile import EncoderProfile
from index.vectors.store import VectorStore
from index.words.stopwords import STOP_WORDS

TITLES_AGREE: Final = 0.60
"""Jaccard of title words. Chosen on the starter corpus, together with the cosines of the encoder's
profile."""
TITLES_TOUCH: Final = 0.20
TEXTS_AGREE: Final = 0.97
"""Cosine of means from which two texts count as one, whoever published them. The news of one
event by two papers reach .92."""
FEW_WORDS: Final = 4
TOGETHER: Final = 256
"""Documents whose mean vectors are compared with those of a publisher at once."""
ROUNDED: Final = 1e-5
"""How far a computed cosine or share may be from the true one."""


@dataclass(frozen=True, slots=True)
class _Form:
    """The parts of a document by which it is compared with another.

    Attributes:
        document: the document.
        words: the words of its title.
        publishers: its publishers' names, by their plain forms.
        sources: the plain names of its publishers and authors.
        mean: (dimensions,) float32, unit length: the mean of its passages' vectors.
    """

    document: Document
    words: frozenset[str]
    publishers: Mapping[str, str]
    sources: frozenset[str]
    mean: npt.NDArray[np.float32] | None


def propose_works(catalogue: Catalogue, folder: Path, encoder: Encoder) -> int:
    """Store pairs of documents that look like one work; return how many are proposed now.

    Proposals that are no longer made are withdrawn; what people decided is left alone.
    """
    forms = _forms(catalogue, folder, encoder)
    relations = list(_pairs(forms, encoder.profile))
    with catalogue.transaction():
        withdraw_proposals(catalogue, [(r.first, r.second) for r in relations])
        for relation in relations:
            propose_relation(catalogue, relation)
    return len(relations)


def _forms(catalogue: Catalogue, folder: Path, encoder: Encoder) -> list[_Form]:
    with VectorStore(folder / "vectors.sqlite") as store:
        ids, rows = store.read(encoder.digest)
    row_of = {int(i): n for n, i in enumerate(ids)}
    places: dict[str, list[int]] = {}
    for passage, owner in catalogue.passage_owners():
        if passage in row_of:
            places.setdefault(owner, []).append(row_of[passage])
    forms = []
    for document in catalogue.all_documents():
        own = places.get(document.id)
        mean = rows[own].mean(axis=0) if own else None
        unit = mean / np.linalg.norm(mean) if mean is not None else None
        forms.append(_form(document, unit))
    return forms


def _form(document: Document, mean: npt.NDArray[np.float32] | None) -> _Form:
    publishers = {_plain(name): name for name in document.publishers if name.strip()}
    authors = {_plain(name) for name in document.authors if name.strip()}
    words = frozenset(_letters(document.title)) - STOP_WORDS
    return _Form(document, words, publishers, frozenset(publishers) | authors, mean)


def _letters(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.findall(r"[a-z0-9]+", plain)


def _pairs(forms: list[_Form], profile: EncoderProfile) -> Iterator[Relation]:
    """Compare the documents that may be one work: what comparing every two would find."""
    found: set[tuple[int, int]] = set()
    for pair in chain(
        _with_one_key(forms, _dois),
        _with_one_key(forms, _files),
        _with_alike_titles(forms),
        _of_one_publisher(forms, profile.work_close),
    ):
        relation = _compare(forms[pair[0]], forms[pair[1]], profile)
        if relation and pair not in found:
            found.add(pair)
            yield relation


def _with_one_key(
    forms: Sequence[_Form], keys_of: Callable[[_Form], Iterable[str]]
) -> Iterator[tuple[int, int]]:
    """Yield the numbers of every two documents with a key in common, the lower one first."""
    earlier: dict[str, list[int]] = defaultdict(list)
    for number, form in enumerate(forms):
        for key in dict.fromkeys(keys_of(form)):
            for other in earlier[key]:
                yield other, number
            earlier[key].append(number)


def _dois(form: _Form) -> list[str]:
    return [form.document.doi.casefold()] if form.document.doi else []


def _files(form: _Form) -> list[str]:
    return [name for name in (form.document.id, form.document.near_duplicate_of) if name]


def _with_alike_titles(forms: Sequence[_Form]) -> Iterator[tuple[int, int]]:
    """Yield every two documents whose titles may share ``TITLES_AGREE`` of their words.

    Then they have one of the rarest words of both in common: all but so many that too few are left
    (Bayardo et al., 2007, "Scaling up all pairs similarity search").
    """
    common = Counter(word for form in forms for word in form.words)

    def rarest(form: _Form) -> list[str]:
        if len(form.words) < FEW_WORDS:
            return []
        ordered = sorted(form.words, key=lambda word: (common[word], word))
        return ordered[: len(ordered) - ceil(TITLES_AGREE * len(ordered) - ROUNDED) + 1]

    for one, other in _with_one_key(forms, rarest):
        if _overlap(forms[one].words, forms[other].words) >= TITLES_AGREE:
            yield one, other


def _of_one_publisher(forms: Sequence[_Form], least: float) -> Iterator[tuple[int, int]]:
    """Yield every two documents of a publisher whose mean vectors have this cosine or nearly."""
    members: dict[str, list[int]] = defaultdict(list)
    for number, form in enumerate(forms):
        if form.mean is not None and len(form.words) >= FEW_WORDS:
            for name in form.publishers:
                members[name].append(number)
    for numbers in members.values():
        means = np.stack([mean for n in numbers if (mean := forms[n].mean) is not None])
        for start in range(0, len(numbers), TOGETHER):
            cosines = means[start : start + TOGETHER] @ means[start:].T
            for one, other in np.argwhere(cosines >= least - ROUNDED):
                if one < other:
                    yield numbers[start + one], numbers[start + other]


def _compare(one: _Form, other: _Form, profile: EncoderProfile) -> Relation | None:
    a, b = one.document, other.document
    if a.doi and a.doi.casefold() == (b.doi or "").casefold():
        return _relation(a, b, "same-work", 1.0, f"Both carry the DOI {a.doi}.")
    if b.id == a.near_duplicate_of or a.id == b.near_duplicate_of:
        return _relation(a, b, "same-file", 0.95, "Their texts read nearly the same.")
    overlap = _overlap(one.words, other.words)
    if overlap < TITLES_TOUCH:
        return None
    cosine = float(one.mean @ other.mean) if one.mean is not None and other.mean is not None else 0
    shared = [name for plain, name in one.publishers.items() if plain in other.publishers]
    if (
        overlap >= TITLES_AGREE
        and cosine >= profile.work_near
        and (cosine >= TEXTS_AGREE or _same_source(one, other))
    ):
        relation: RelationType = (
            "new-version" if a.kind == b.kind and a.year != b.year else "same-work"
        )
        return _relation(a, b, relation, _score(overlap, cosine), _because(overlap, cosine, shared))
    if cosine >= profile.work_close and shared and overlap >= TITLES_TOUCH:
        return _relation(
            a, b, "same-work", _score(overlap, cosine), _because(overlap, cosine, shared)
        )
    return None


def _same_source(one: _Form, other: _Form) -> bool:
    """Return whether two documents with alike titles share an organisation or an author.

    Two companies give their reports on the climate the same title. Where one record names nobody,
    nothing speaks against it.
    """
    return not one.sources or not other.sources or bool(one.sources & other.sources)


def _plain(name: str) -> str:
    """Return a name without accents, case and punctuation, its words in alphabetical order."""
    return " ".join(sorted(_letters(name)))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    if min(len(one), len(other)) < FEW_WORDS:
        return 0.0
    return len(one & other) / len(one | other)


def _score(overlap: float, cosine: float) -> float:
    return round(min(1.0, (overlap + cosine) / 2), 3)


def _because(overlap: float, cosine: float, shared: list[str]) -> str:
    parts = [
        f"Their titles share {overlap:.0%} of their words",
        f"their texts are {cosine:.2f} alike",
    ]
    if shared:
        parts.append(f"both come from {shared[0]}")
    return ", ".join(parts) + "."


def _relation(
    a: Document, b: Document, relation: RelationType, score: float, evidence: str
) -> Relation:
    return Relation(a.id, b.id, relation, "proposed", evidence, score)
