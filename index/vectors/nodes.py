"""Collects the nodes and constants of an ONNX graph: the one door to onnx."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from index.mapped import Array

FLOAT: Final = 1
DOUBLE: Final = 11
"""How ONNX numbers float32 and float64 among its types (``TensorProto.DataType``)."""
CONTRIB: Final = "com.microsoft"
"""Where ONNX Runtime has operators that ONNX has not."""

_IR_VERSION: Final = 9
_OPSET: Final = 18
_GIVEN: Final = "given"

Shape = Sequence[int | str]


class GraphWriter:
    """Writes one graph. A name stands for what a node makes, for a constant, or for an input."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def _finish(self, inputs: Mapping[str, Shape], outputs: Mapping[str, Shape]) -> bytes:
        """Return the graph between inputs and outputs of float32."""
        from onnx import helper

        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in inputs.items()],
            [helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in outputs.items()],
            list(self._constants.values()),
        )
        versions = [helper.make_opsetid("", _OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=_IR_VERSION)
        data: bytes = model.SerializeToString(deterministic=True)
        return data

    def _node(
        self,
        operator: str,
        *inputs: str,
        outputs: list[str] | None = None,
        domain: str = "",
        **more: Any,
    ) -> str:
        from onnx import helper

        names = outputs or [f"{operator} {len(self._nodes)}"]
        self._nodes.append(helper.make_node(operator, inputs, names, domain=domain, **more))
        return names[0]

    def _constant(self, name: str, values: Array) -> str:
        from onnx import numpy_helper

        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def _given(self, name: str, shape: Sequence[int]) -> str:
        """Name weights in float32 that are no part of the graph: whoever loads it has them."""
        from onnx import TensorProto

        if name not in self._constants:
            weights = TensorProto(name=name, data_type=FLOAT, dims=shape)
            weights.data_location = TensorProto.EXTERNAL
            weights.external_data.add(key="location", value=_GIVEN)
            self._constants[name] = weights
        return name

    def _whole(self, name: str, values: list[int]) -> str:
        return self._constant(name, np.array(values, np.int64))

    def _number(self, name: str, value: float) -> str:
        return self._constant(name, np.array(value, np.float32))
