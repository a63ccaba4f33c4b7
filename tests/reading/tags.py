"""Measures the stages, topics and scope that are suggested for real documents.

``python -m tests.reading.run tags FOLDER [FOLDER ...]`` takes in the documents that
``tests/data/reading/tags.jsonl`` names, all into one repository that is kept for the next run. A
label's ``source`` is a folder in one of the folders given, such as ``reports``, or a repository on
GitHub, of which a clone, bare or not, is looked for as ``OWNER+NAME``. A document that is not
there, or has changed, is left out, and said to be. Two taggers are measured: that of a repository
without any decision, and the one learned from the decisions on the starter corpus. The weights in
the repository were learned from these same documents, both halves: the figures show the product as
it is, on texts that it knows, and are no estimate for others. Those are printed by ``weights``,
which holds documents out. Rules may be tuned on ``dev``, never on ``test``. A new label is made by
reading, before the product is asked; its half is ``half_of("SOURCE/FILE")``
(``tests/reading/record.py``).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from corpus.catalogue.catalogue import connect
from corpus.taxonomy import load_taxonomy
from index.tagging.adopting import Candidate, learn_tagger
from index.tagging.examples import reviewed_examples, vectors_of
from index.tagging.proposing import Proposer
from index.tagging.reading import term_words
from index.tagging.ruling import Rules
from index.tagging.tagger import plan_retagging
from index.tagging.zeroshot import VOCABULARIES
from index.vectors.encoder import Encoder, load_encoder
from search_api.service.settings import Settings
from tests.reading.tag_scores import Label, Pair, Proposed, fault_lines, figure_lines, labels

ROOT: Final = Path(__file__).parents[2]
CODE: Final = ("ingest", "index/vectors", "corpus/sentences.py", "corpus/migrations")
"""What decides how documents are read and encoded."""


def report(*folders: Path) -> str:
    """Return the figures for the documents found in the folders."""
    return "\n".join(_measure(folders))


def _measure(folders: Sequence[Path]) -> Iterator[str]:
    known = labels()
    found = {label.sha256: data for label in known if (data := read_source(label, folders))}
    missing = Counter(label.source for label in known if label.sha256 not in found)
    for source, count in sorted(missing.items()):
        yield f"not in the folders, or changed: {count} of {source}"
    if not found:
        return
    encoder = load_encoder()
    data = take_in([(label, found[label.sha256]) for label in known if label.sha256 in found])
    yield "The weights were learned from these documents, too; `weights` holds documents out."
    taggers = {"without decisions": None, "learned from the starter corpus": learned(encoder)}
    for name, candidate in taggers.items():
        proposed = propose(data, encoder, candidate)
        pairs = [(label, proposed[label.sha256]) for label in known if label.sha256 in proposed]
        yield f"== {name}"
        yield from _both_halves(pairs)


def _both_halves(pairs: Sequence[Pair]) -> Iterator[str]:
    for half in ("dev", "test"):
        yield f"-- {half}"
        yield from figure_lines([p for p in pairs if p[0].half == half])
    yield "-- faults of dev"
    yield from fault_lines([p for p in pairs if p[0].half == "dev"])


def read_source(label: Label, folders: Iterable[Path]) -> bytes | None:
    """Return the bytes of a labelled document; ``None`` if they are not there as labelled."""
    for folder in folders:
        path = folder / label.source / label.file
        data = path.read_bytes() if path.is_file() else b""
        clone = folder / label.source.replace("/", "+")
        if not data and "/" in label.source and clone.is_dir():
            data = _from_clone(clone, label.file)
        if hashlib.sha256(data).hexdigest() == label.sha256:
            return data
    return None


def _from_clone(clone: Path, file: str) -> bytes:
    for git in (clone / ".git", clone / "repo/.git", clone / "repo", clone):
        if (git / "objects").is_dir():
            command = ["git", "--git-dir", str(git), "show", f"HEAD:{file}"]
            return subprocess.run(command, capture_output=True, check=False).stdout
    return b""


def take_in(documents: Sequence[tuple[Label, bytes]]) -> Settings:
    """Return a repository of the documents, taken in and indexed by this code."""
    state = _state(label.sha256 for label, _ in documents)
    data = Settings(data_folder=Path(tempfile.gettempdir()) / f"salex-tags-{state}")
    if not (data.index_folder / "CURRENT").exists():
        with tempfile.TemporaryDirectory() as scratch:
            for label, content in documents:
                path = Path(scratch) / label.sha256[:12] / Path(label.file).name
                path.parent.mkdir()
                path.write_bytes(content)
            _salex(data, "init")
            _salex(data, "add", scratch)  # those that are rejected are left out of the figures
            _salex(data, "index")
    return data


def _salex(data: Settings, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "search_api", *arguments],
        env=os.environ | {"SALEX_DATA_FOLDER": str(data.data_folder)},
        cwd=ROOT,
        check=arguments[0] != "add",
        stdout=sys.stderr,
    )


def _state(names: Iterable[str]) -> str:
    """Name the code that reads and encodes, here by both encoders, and the documents."""
    state = hashlib.sha256(" ".join(["both", *sorted(names)]).encode())
    for part in CODE:
        path = ROOT / part
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            state.update(file.read_bytes())
    return state.hexdigest()[:12]


def starter() -> Settings:
    """Return a repository of the starter corpus, taken in and indexed by this code."""
    data = Settings(data_folder=Path(tempfile.gettempdir()) / f"salex-starter-{_state(())}")
    if not (data.index_folder / "CURRENT").exists():
        _salex(data, "init", "--starter")
    return data


def learned(encoder: Encoder) -> Candidate | None:
    """Return the tagger learned from the decisions on the starter corpus."""
    data = starter()
    vocabularies = [term_words(encoder, load_taxonomy(), v) for v in VOCABULARIES]
    with connect(data.catalogue_path) as catalogue:
        vectors = vectors_of(data.index_folder, encoder)
        examples = reviewed_examples(catalogue, vectors, vocabularies, encoder, data.index_folder)
    return learn_tagger(examples, vocabularies, encoder)


def propose(
    data: Settings, encoder: Encoder, candidate: Candidate | None
) -> Mapping[str, Proposed]:
    """Return what is proposed for each document, by the SHA-256 of its file; nothing is kept."""
    taxonomy = load_taxonomy()
    vocabularies = [term_words(encoder, taxonomy, v) for v in VOCABULARIES]
    model, version = (candidate.model, candidate.version) if candidate else (None, "")
    proposer = Proposer(encoder, vocabularies, model, version, Rules(taxonomy))
    with connect(data.catalogue_path) as catalogue:
        with catalogue.transaction():
            for table in ("tag", "tag_reading", "passage_score"):
                catalogue.db.execute(f"delete from {table}")
        digests = dict(catalogue.rows("select id, sha256 from document"))
        planned = plan_retagging(catalogue, data.index_folder, encoder, proposer)
    proposed = {digest: Proposed() for digest in digests.values()}
    for one in planned:
        if one is not None:
            proposed[digests[one.document_id]] = Proposed(
                *(tuple(t.term for t in one.wanted if t.vocabulary == v) for v in VOCABULARIES)
            )
    return proposed
