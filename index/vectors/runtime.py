"""Runs graphs on ONNX Runtime, each run on one thread: the one door to onnxruntime."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from index.mapped import Array

_PROVIDER: Final = "CPUExecutionProvider"


def runtime_release() -> str:
    """Return the release of ONNX Runtime.

    Raises:
        ImportError: it is not installed, or cannot be loaded.
    """
    import onnxruntime

    release: str = onnxruntime.__version__
    return release


def open_session(
    graph: Path | bytes, *, weights: Mapping[str, Array] | None = None, spare: bool = False
) -> Any:
    """Load a graph, to be run as it is written. Threads may share the session.

    Args:
        graph: its file, or its bytes.
        weights: float32, what the graph names and has not. They are read in place: keep them as
            long as the session.
        spare: whether to give memory back after each run, instead of keeping it for the next.
    """
    import onnxruntime

    options = _options()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.enable_cpu_mem_arena = options.enable_mem_pattern = not spare
    if weights:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
        options.add_external_initializers(list(weights), values)
    source = str(graph) if isinstance(graph, Path) else graph
    return onnxruntime.InferenceSession(source, options, providers=[_PROVIDER])


def fuse_nodes(graph: bytes, *, leave_out: Sequence[str] = ()) -> bytes:
    """Return a graph as ONNX Runtime fuses its nodes, which then takes less time to load.

    Args:
        graph: as it was written.
        leave_out: names of optimisers that are not to be used.
    """
    import onnxruntime

    with tempfile.TemporaryDirectory(prefix="salex-graph-") as folder:
        path = Path(folder) / "fused.onnx"
        options = _options()
        options.optimized_model_filepath = str(path)
        # The next level would fit the graph to this processor; the kept graph may meet another.
        level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.graph_optimization_level = level
        onnxruntime.InferenceSession(
            graph, options, providers=[_PROVIDER], disabled_optimizers=list(leave_out)
        )
        return path.read_bytes()


def _options() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options
