"""Models of sentence-transformers: the one door to that library and to torch.

Nothing heavy is imported until a model is loaded (7 s and 425 MB), and no model hub is contacted.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from corpus.errors import ModelUnavailable
from index.vectors.model_files import MAX_CHARACTERS, MAX_TOKENS, digest_of, packaged_folder
from index.vectors.profile import PACKAGED_MODEL, profile_of

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors32 = npt.NDArray[np.float32]

BATCH_TOKENS: Final = 8_192
"""Word pieces in one batch, padding included: large enough to use all cores, small enough for
their caches; throughput is flat from 4,096 to 16,384."""


def load_transformer(model: str | None, *, bfloat16: bool) -> TransformerEncoder:
    """Load a model of sentence-transformers from this machine.

    Args:
        model: a folder, or the name of a model in the local cache; if not given, the packaged
            all-MiniLM-L6-v2.
        bfloat16: whether it calculates in bfloat16, which is fast with matrix units (AMX) and
            slower without (0.73 times the speed, on AVX512-BF16).

    Raises:
        ModelUnavailable: the model is not on this machine, or cannot be loaded.
    """
    # The hub's client reads this when it is first imported; local_files_only covers the rest.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    folder = packaged_folder() if model is None else Path(model)
    name = str(folder) if folder.is_dir() else str(model)
    if folder.is_absolute() and not folder.is_dir():
        raise _unavailable(model, "there is no such folder")  # without importing torch for it
    try:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        loaded = SentenceTransformer(name, device="cpu", local_files_only=True)
        loaded = loaded.to(torch.bfloat16 if bfloat16 else torch.float32).eval()
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        raise _unavailable(model, error) from error
    return TransformerEncoder(loaded, name=model or PACKAGED_MODEL, folder=folder)


def _unavailable(model: str | None, why: object) -> ModelUnavailable:
    return ModelUnavailable(
        f"The model {model or PACKAGED_MODEL!r} cannot be loaded ({why}). Give the folder of a "
        "sentence-transformers model, or leave the setting empty for the packaged one."
    )


class TransformerEncoder:
    """The ``Encoder`` of such a model. It encodes one batch at a time; other threads wait."""

    def __init__(self, model: SentenceTransformer, *, name: str, folder: Path) -> None:
        self._model: Any = model
        self._model.max_seq_length = min(MAX_TOKENS, model.max_seq_length or MAX_TOKENS)
        self._lock = threading.Lock()
        self.name = name
        self.profile = profile_of(name)
        self.digest = digest_of(folder, name)
        self.dimensions = int(model.get_embedding_dimension() or 0)
        self.runs_on = f"sentence-transformers, {str(model.dtype).removeprefix('torch.')}"

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
