"""The second encoder as an ONNX graph, for which ONNX Runtime takes half the time of numpy.

The model averages what three convolutions over 2, 3 and 5 word pieces make of a text, and then has
four layers (Yang et al., ACL 2020). The graph reads one text a run, so that a vector depends on its
own text alone. It has no weights: it is loaded with those of the package's model, so that they are
kept once, and the vectors of word pieces stay in their table, a byte for a number.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from index.mapped import Array
from index.vectors.encoder import Vectors32
from index.vectors.kept_graph import keep, record_check
from index.vectors.nodes import CONTRIB, DOUBLE, FLOAT, GraphWriter
from index.vectors.processor import processor_features
from index.vectors.runtime import open_session, runtime_release

INPUT: Final = "pieces"
"""(pieces, 512) float32, the vectors of a text's word pieces in order."""
OUTPUT: Final = "embedding"
PROBES: Final = (
    "bem-estar dos alunos",
    "¿Qué funciona, y 3 cosas más?",
    "учителя",
    "学校 feeding",
)
"""What was kept is used only if it gives these the vectors of the package itself."""
TOLERANCE: Final = 1e-5
"""How far a number of a vector may be from that of numpy; about 2e-7 is usual."""

_WINDOWS: Final = ((2, 0), (3, 1), (5, 2))
"""Of each convolution, how many word pieces it sees, and how many of them before the middle."""
_REACH: Final = 2
"""The word pieces before or after that any convolution sees."""
_LISTED: Final = ("w1", "b1", "w2", "b2")
_WEIGHTS: Final = (
    "proj_W", "proj_b", "ln_g_all", "ln_b_all", "ln_g", "ln_b", "cnn_W", "cnn_b",
    "d0", "d1", "d2", "d3", "p1", "p3",
)  # fmt: skip

_log = logging.getLogger(__name__)


class GraphModel:
    """The package's model, run by ONNX Runtime. Threads may share it.

    Args:
        session: of the graph.
        model: of the package; its tokenizer and its table of word pieces are used.
        weights: what the session reads in place.
    """

    runs_on = "ONNX Runtime, float32"

    def __init__(self, session: Any, model: Any, weights: Mapping[str, Array]) -> None:
        self._session = session
        self._model = model
        self._weights = weights

    def encode(self, text: str) -> Vectors32:
        """Return (1, 512) float32, unit length."""
        model = self._model
        ids = np.array(model.sp.encode(text, out_type=int, add_bos=True, add_eos=True))
        parts = ids % len(model.scale)
        states = model.table[ids].astype(np.float32)
        states *= model.scale[parts, None]
        states += model.lo[parts, None]
        row: Vectors32 = self._session.run(None, {INPUT: states})[0]
        return row


def load_graph(
    model: Any,
    path: Path,
    expected: Callable[[Sequence[str]], Vectors32],
    *,
    package_file: Path,
    digest: str,
) -> GraphModel | None:
    """Return the package's model on ONNX Runtime; ``None`` where that cannot be had or is wrong.

    Args:
        model: of the package.
        path: where the graph is kept.
        expected: encodes texts with numpy.
        package_file: the weights in the package.
        digest: names the vectors.
    """
    try:
        release, weights = runtime_release(), _weights_of(model)
        kept = keep(
            path,
            lambda: write_multilingual_graph(weights, model.eps),
            weights=package_file,
            digest=lambda: digest,
            release=release,
        )
        found = GraphModel(open_session(kept.source, weights=weights, spare=True), model, weights)
        named = repr((PROBES, TOLERANCE, sorted(processor_features())))
        here = hashlib.blake2b(named.encode(), digest_size=8).hexdigest()
        if kept.record.checked_on != here:
            rows = np.concatenate([found.encode(text) for text in PROBES])
            if not np.allclose(rows, expected(PROBES), rtol=0, atol=TOLERANCE):
                raise ValueError("it makes other vectors of known texts")
            record_check(kept, here)
    except Exception as error:  # of onnx and onnxruntime: any type
        _log.info("ONNX Runtime is not used for the second encoder, numpy is: %s", error)
        return None
    return found


def write_multilingual_graph(weights: Mapping[str, Array], epsilon: float) -> bytes:
    """Return the graph, which names the weights and does not have them.

    Args:
        weights: by the names that the package gives them, such as ``w1/0``.
        epsilon: what is added to a variance before its root is taken.
    """
    return _Writer(weights, epsilon).write()


def _weights_of(model: Any) -> dict[str, Array]:
    named = {name: getattr(model, name) for name in _WEIGHTS}
    listed = {
        f"{name}/{n}": part for name in _LISTED for n, part in enumerate(getattr(model, name))
    }
    return {
        name: np.ascontiguousarray(array, np.float32) for name, array in (named | listed).items()
    }


class _Writer(GraphWriter):
    def __init__(self, weights: Mapping[str, Array], epsilon: float) -> None:
        super().__init__()
        self._weights = weights
        self._epsilon = epsilon

    def write(self) -> bytes:
        size = self._weights["proj_W"].shape[0]
        count = self._node("Shape", INPUT, start=0, end=1)
        states = self._normalise(self._multiply(INPUT, "proj_W", "proj_b"), "ln_g_all", "ln_b_all")
        branches = [f"branch {number}" for number in range(len(_WINDOWS))]
        self._node("Split", states, outputs=branches, axis=1, num_outputs=len(branches))
        places = self._places(count)
        seen = [self._convolve_twice(n, branch, places) for n, branch in enumerate(branches)]
        joined = self._node("Concat", INPUT, *seen, axis=1)
        self._finish_text(self._normalise(joined, "ln_g", "ln_b"), count)
        return self._finish({INPUT: ["pieces", size]}, {OUTPUT: [1, size]})

    def _places(self, count: str) -> str:
        """Return (pieces, 1), the number of each word piece."""
        last = self._node("Squeeze", count)
        first = self._constant("first", np.array(0))
        numbers = self._node("Range", first, last, self._constant("step", np.array(1)))
        return self._node("Unsqueeze", numbers, self._whole("columns", [1]))

    def _convolve_twice(self, number: int, states: str, places: str) -> str:
        width, before = _WINDOWS[number]
        reached = np.arange(_REACH - before, _REACH - before + width)[None]
        window = self._node("Add", places, self._constant(f"window {number}", reached))
        for layer in ("1", "2"):
            flat = self._windows(states, window, self._weights[f"w{layer}/{number}"].shape[0])
            made = self._multiply(flat, f"w{layer}/{number}", f"b{layer}/{number}", relu=True)
            states = self._node("Add", made, states)
        return states

    def _windows(self, states: str, window: str, size: int) -> str:
        """Return (pieces, size), of each word piece the states around it, and 0 beyond the text."""
        padded = self._node("Pad", states, self._whole("beyond", [_REACH, 0, _REACH, 0]))
        gathered = self._node("Gather", padded, window)
        return self._node("Reshape", gathered, self._whole(f"rows of {size}", [-1, size]))

    def _finish_text(self, states: str, count: str) -> None:
        """Divide the sum of a text by the root of its length, and send it through four layers."""
        length = self._node("Cast", count, to=FLOAT)
        exact = self._node("Cast", states, to=DOUBLE)  # sums over 4,000 rows: 3e-5 off in float32
        summed = self._node("ReduceSum", exact, self._whole("rows", [0]), keepdims=1)
        summed = self._node("Cast", summed, to=FLOAT)
        biases = self._node("Mul", length, self._weight("cnn_b"))
        text = self._node("Gemm", summed, self._weight("cnn_W"), biases)
        text = self._node("Div", text, self._node("Sqrt", length))
        inner = self._node("Relu", self._multiply(text, "d0"))
        beside = self._multiply(text, "p1")
        outer = self._node("Relu", self._node("Gemm", inner, self._weight("d1"), beside))
        inner = self._node("Relu", self._multiply(outer, "d2"))
        beside = self._multiply(outer, "p3")
        found = self._node("Tanh", self._node("Gemm", inner, self._weight("d3"), beside))
        self._node("LpNormalization", found, outputs=[OUTPUT], axis=-1, p=2)

    def _multiply(self, states: str, weights: str, bias: str = "", *, relu: bool = False) -> str:
        if not bias:
            return self._node("MatMul", states, self._weight(weights))
        parts = (states, self._weight(weights), self._weight(bias))
        if relu:
            return self._node("FusedGemm", *parts, domain=CONTRIB, activation="Relu")
        return self._node("Gemm", *parts)

    def _normalise(self, states: str, gain: str, shift: str) -> str:
        parts = (states, self._weight(gain), self._weight(shift))
        return self._node("LayerNormalization", *parts, axis=-1, epsilon=self._epsilon)

    def _weight(self, name: str) -> str:
        return self._given(name, self._weights[name].shape)
