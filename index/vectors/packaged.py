"""The packaged model on ONNX Runtime: the one door to tokenizers.

One text is one run, on one thread: nothing is padded, a vector depends on its own text alone, and a
query never waits for passages that are being encoded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from index.vectors.graph import INPUT, Arithmetic, read_word_vectors, write_graph
from index.vectors.kept_graph import cache_folder, keep_graph, record_check
from index.vectors.model_files import MAX_CHARACTERS, MAX_TOKENS, packaged_folder
from index.vectors.processor import encoding_threads, multiplies_bytes, processor_features
from index.vectors.profile import PACKAGED_MODEL, profile_of
from index.vectors.runtime import fuse_nodes, open_session, runtime_release

Vectors32 = npt.NDArray[np.float32]

LEAST_COSINE: Final[dict[Arithmetic, float]] = {"float32": 0.9999, "int8": 0.97}
"""How near the vectors of the reference sentences have to be. int8 has .9977 on average on 512
passages and .9845 at worst."""
CHECKED: Final = (
    "What works on measuring wellbeing?",
    "Schools that measure the wellbeing of their students twice a year change lessons sooner.",
    "A randomised trial of structured pedagogy in 120 primary schools in Kenya found gains of .3"
    " standard deviations in reading.",
    "¿Cómo participan los docentes en las decisiones de la escuela?",
    "As redes de aprendizagem usam evidências para decidir o que ampliar.",
    "Les directeurs d'école disent que la formation continue leur manque.",
    "TaRL, FLN & SEL: 3 acronyms (2023-24) — and an em dash…",
    "evidence",
)
"""Sentences whose vectors are known (``reference.npy``, made by sentence-transformers)."""

_REFERENCE: Final = Path(__file__).with_name("reference.npy")
_OPTIMISERS_LEFT_OUT: Final = ["SkipLayerNormFusion"]
"""Its kernel takes longer than the nodes it replaces: 300 of 1,926 ms."""


class EncoderUnfit(Exception):
    """The vectors of the reference sentences are not what they should be on this machine."""


class PackagedEncoder:
    """The ``Encoder`` of the packaged model. Threads may share it."""

    name = PACKAGED_MODEL
    profile = profile_of(PACKAGED_MODEL)

    def __init__(
        self,
        session: Any,
        tokenizer: Any,
        words: Vectors32,
        *,
        digest: str,
        arithmetic: Arithmetic,
    ):
        self._session = session
        self._tokenizer = tokenizer
        self._words = words
        self.digest = digest
        self.dimensions = int(session.get_outputs()[0].shape[1])
        self.runs_on = f"ONNX Runtime, {arithmetic}"

    def encode_query(self, text: str) -> Vectors32:
        """Return (dimensions,) float32, unit length."""
        return self._encode(text)

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors32:
        """Return (len(texts), dimensions) float32, unit rows, in the order given.

        ``progress`` is called with 1 after each text.
        """
        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        with ThreadPoolExecutor(encoding_threads(), thread_name_prefix="encode") as pool:
            for row, vector in enumerate(pool.map(self._encode, texts)):
                out[row] = vector
                if progress:
                    progress(1)
        return out

    def _encode(self, text: str) -> Vectors32:
        ids = self._tokenizer.encode(text[:MAX_CHARACTERS]).ids
        rows: Vectors32 = self._session.run(None, {INPUT: self._words[[ids]]})[0]
        vector: Vectors32 = rows[0]
        return vector


def load_packaged(folder: Path | None = None, *, exact: bool = False) -> PackagedEncoder:
    """Load the packaged model in the fastest arithmetic that is right on this processor.

    Args:
        folder: where its graph is kept; the user's cache if not given.
        exact: whether to calculate in float32 even where bytes are faster.

    Raises:
        ModelUnavailable: its package is not installed.
        EncoderUnfit: ONNX Runtime cannot run it here, or makes other vectors than it should.
    """
    model = packaged_folder()
    wanted: list[Arithmetic] = (
        ["float32"] if exact or not multiplies_bytes() else ["int8", "float32"]
    )
    problems = []
    for arithmetic in wanted:
        try:
            return _load(model, arithmetic, folder or cache_folder())
        except Exception as error:  # of onnx, onnxruntime and tokenizers: any type
            problems.append(f"{arithmetic}: {error}")
    raise EncoderUnfit("; ".join(problems))


def _load(model: Path, arithmetic: Arithmetic, folder: Path) -> PackagedEncoder:
    from tokenizers import Tokenizer

    release = runtime_release()
    kept = keep_graph(model, arithmetic, folder, _write_fused, release=release)
    session = open_session(kept.source)
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    encoder = PackagedEncoder(
        session,
        tokenizer,
        read_word_vectors(model),
        digest=kept.record.digest,
        arithmetic=arithmetic,
    )
    named = repr((CHECKED, sorted(processor_features())))
    here = hashlib.blake2b(named.encode(), digest_size=8).hexdigest()
    if kept.record.checked_on != here:
        _check(encoder, arithmetic)
        record_check(kept, here)
    return encoder


def _write_fused(model: Path, arithmetic: Arithmetic) -> bytes:
    """Write the graph with fused nodes, which takes .1 s to load instead of .24."""
    return fuse_nodes(write_graph(model, arithmetic), leave_out=_OPTIMISERS_LEFT_OUT)


def _check(encoder: PackagedEncoder, arithmetic: Arithmetic) -> None:
    expected = np.load(_REFERENCE, allow_pickle=False)
    found = np.stack([encoder.encode_query(text) for text in CHECKED])
    worst = float((found * expected).sum(axis=1).min())
    if not worst >= LEAST_COSINE[arithmetic]:
        raise EncoderUnfit(
            f"the vectors of {len(CHECKED)} known sentences differ from those they should be "
            f"(lowest cosine {worst:.4f})"
        )
