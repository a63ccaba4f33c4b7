"""Writes the packaged model as an ONNX graph, from its weights alone.

The model is a BERT encoder (Devlin et al., 2019) with mean pooling. The graph reads one text a
run: without padding there is no mask, and a vector depends on its own text alone.

The vectors of words are no part of it. They are most of the model, and a text needs few of them:
they are read where the model's file is mapped into memory.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from index.mapped import Array
from index.vectors.nodes import CONTRIB, FLOAT, GraphWriter

Arithmetic = Literal["float32", "int8"]
Origin = Literal["norm", "attention", "gelu"]
"""What made the states that a product multiplies."""

INPUT: Final = "words"
"""(1, tokens, dimensions) float32, the vectors of a text's word pieces in order."""
OUTPUT: Final = "embedding"
MOST: Final = 127.0
"""The largest whole number that a weight or an activation becomes."""
ZERO_POINT: Final = 128
"""Activations are unsigned: 0 is stored as this."""
LEAST_SCALE: Final = 1e-9
GELU_LOWEST: Final = 0.17
"""GELU goes no farther below 0 than this (Hendrycks and Gimpel, 2016)."""

_NUMBERS: Final = {"F32": "<f4", "I64": "<i8"}
_WORDS: Final = "embeddings.word_embeddings.weight"


def read_weights(path: Path) -> dict[str, Array]:
    """Return the arrays of a safetensors file by name (https://github.com/huggingface/safetensors).

    The file is mapped into memory: of an array, what is used is read.

    Raises:
        OSError, ValueError, KeyError: it is missing, or no such file.
    """
    data = np.memmap(path, np.uint8, mode="r")
    (size,) = struct.unpack("<Q", data[:8].tobytes())
    header = json.loads(data[8 : 8 + size].tobytes())
    return {
        name.removeprefix("bert."): np.frombuffer(
            data[8 + size + about["data_offsets"][0] : 8 + size + about["data_offsets"][1]],
            _NUMBERS[about["dtype"]],
        ).reshape(about["shape"])
        for name, about in header.items()
        if name != "__metadata__"
    }


def read_word_vectors(folder: Path) -> Array:
    """Return (vocabulary, dimensions) float32, the vectors of a model's word pieces.

    Raises:
        OSError, ValueError, KeyError: the file is missing, or is not that of a BERT model.
    """
    return read_weights(folder / "model.safetensors")[_WORDS]


def write_graph(folder: Path, arithmetic: Arithmetic) -> bytes:
    """Return the graph of the model in a folder of sentence-transformers.

    Args:
        folder: has ``model.safetensors`` and ``config.json``.
        arithmetic: of the matrix products. ``int8`` needs a processor with VNNI: without it the
            products of unsigned and signed bytes saturate.

    Raises:
        OSError, ValueError, KeyError: a file is missing, or is not that of a BERT model.
    """
    config = json.loads((folder / "config.json").read_text())
    return _Writer(read_weights(folder / "model.safetensors"), config, arithmetic).write()


@dataclass(frozen=True, slots=True)
class _Dense:
    """One product: its name in the graph, (inputs, outputs) weights, and (outputs,) bias."""

    name: str
    weights: Array
    bias: Array


class _Writer(GraphWriter):
    def __init__(
        self, weights: Mapping[str, Array], config: Mapping[str, Any], arithmetic: Arithmetic
    ) -> None:
        super().__init__()
        self._weights = weights
        self._config = config
        self._arithmetic = arithmetic

    def write(self) -> bytes:
        states = self._embed()
        for number in range(self._config["num_hidden_layers"]):
            states = self._layer(f"encoder.layer.{number}.", states)
        mean = self._node("ReduceMean", states, self._whole("rows", [1]), keepdims=0)
        self._node("LpNormalization", mean, outputs=[OUTPUT], axis=-1, p=2)
        size = self._config["hidden_size"]
        return self._finish({INPUT: [1, "tokens", size]}, {OUTPUT: [1, size]})

    def _embed(self) -> str:
        """Add those of places and the only segment to the vectors of words, and normalise them."""
        places = (
            self._weights["embeddings.position_embeddings.weight"]
            + self._weights["embeddings.token_type_embeddings.weight"][0]
        )
        length = self._node(
            "Slice",
            self._node("Shape", INPUT),
            self._whole("rows", [1]),
            self._whole("two", [2]),
        )
        first = self._whole("zero", [0])
        taken = self._node("Slice", self._constant("places", places), first, length, first)
        summed = self._node("Add", INPUT, taken)
        return self._normalise("embeddings.LayerNorm", summed)

    def _layer(self, name: str, states: str) -> str:
        own = f"{name}attention.self."
        parts = [self._dense(f"{own}{part}") for part in ("query", "key", "value")]
        joined = _Dense(
            f"{own}all",
            np.concatenate([part.weights for part in parts], axis=1),
            np.concatenate([part.bias for part in parts]),
        )
        products = self._add_bias(joined, self._multiply(joined, states, "norm"))
        query, key, value = (f"{name}{part}" for part in ("query", "key", "value"))
        self._node("Split", products, outputs=[query, key, value], axis=-1, num_outputs=3)
        heads = self._config["num_attention_heads"]
        attended = self._node(
            "MultiHeadAttention", query, key, value, domain=CONTRIB, num_heads=heads
        )
        states = self._residual(f"{name}attention.output.", attended, states, "attention")
        inner = self._dense(f"{name}intermediate.dense")
        activated = self._node(
            "BiasGelu",
            self._multiply(inner, states, "norm"),
            self._constant(f"{inner.name}.bias", inner.bias),
            domain=CONTRIB,
        )
        return self._residual(f"{name}output.", activated, states, "gelu")

    def _residual(self, name: str, states: str, before: str, origin: Origin) -> str:
        dense = self._dense(f"{name}dense")
        added = self._add_bias(dense, self._multiply(dense, states, origin))
        return self._normalise(f"{name}LayerNorm", self._node("Add", added, before))

    def _dense(self, name: str) -> _Dense:
        weights = np.ascontiguousarray(self._weights[f"{name}.weight"].T)
        return _Dense(name, weights, self._weights[f"{name}.bias"])

    def _add_bias(self, dense: _Dense, product: str) -> str:
        return self._node("Add", product, self._constant(f"{dense.name}.bias", dense.bias))

    def _multiply(self, dense: _Dense, states: str, origin: Origin) -> str:
        if self._arithmetic == "float32":
            return self._node("MatMul", states, self._constant(dense.name, dense.weights))
        return self._multiply_in_bytes(dense, states, origin)

    def _multiply_in_bytes(self, dense: _Dense, states: str, origin: Origin) -> str:
        """Multiply as bytes: a scale for each column of the weights and each row of the states."""
        scales = np.abs(dense.weights).max(axis=0) / MOST
        rounded = np.clip(np.round(dense.weights / scales), -MOST, MOST).astype(np.int8)
        largest = self._farthest_from_zero(states, origin)
        grown = self._node("Div", self._number("most", MOST), largest)
        zero = self._constant("zero point", np.array(ZERO_POINT, np.uint8))
        stored = self._node(
            "QuantizeLinear",
            self._node("Mul", states, grown),
            self._number("one", 1.0),
            zero,
        )
        product = self._node("MatMulInteger", stored, self._constant(dense.name, rounded), zero)
        scale = self._node("Mul", largest, self._number("step", 1 / MOST))
        number = self._node("Mul", self._node("Cast", product, to=FLOAT), scale)
        columns = self._constant(f"{dense.name}.scales", scales.astype(np.float32))
        return self._node("Mul", number, columns)

    def _farthest_from_zero(self, states: str, origin: Origin) -> str:
        """Return how far from 0 each row of states goes; normalised rows always go somewhere."""
        row = self._whole("last", [-1])
        if origin == "gelu":
            highest = self._node("ReduceMax", states, row, keepdims=1)
            return self._node("Max", highest, self._number("lowest", GELU_LOWEST))
        farthest = self._node("ReduceMax", self._node("Abs", states), row, keepdims=1)
        if origin == "norm":
            return farthest
        return self._node("Max", farthest, self._number("least", LEAST_SCALE))

    def _normalise(self, name: str, states: str) -> str:
        gain = self._constant(f"{name}.weight", self._weights[f"{name}.weight"])
        shift = self._constant(f"{name}.bias", self._weights[f"{name}.bias"])
        epsilon = self._config["layer_norm_eps"]
        return self._node("LayerNormalization", states, gain, shift, axis=-1, epsilon=epsilon)
