"""Turns text into unit vectors: what an encoder is, and which one runs on this machine."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import ModelUnavailable
from corpus.plugins import Plugin, lacks, load_plugins
from index.vectors.profile import PACKAGED_MODEL, PACKAGED_MULTILINGUAL, EncoderProfile

Precision = Literal["auto", "float32", "bfloat16"]
Vectors32 = npt.NDArray[np.float32]

_log = logging.getLogger(__name__)


class Encoder(Protocol):
    """Turns texts into unit vectors; ``digest`` changes whenever the vectors would.

    ``profile`` holds the constants that were chosen on its cosines, ``runs_on`` says what
    calculates them.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def digest(self) -> str: ...  # noqa: D102
    @property
    def dimensions(self) -> int: ...  # noqa: D102
    @property
    def profile(self) -> EncoderProfile: ...  # noqa: D102
    @property
    def runs_on(self) -> str: ...  # noqa: D102

    def encode_passages(self, texts: Sequence[str]) -> Vectors32:
        """Return (len(texts), dimensions) float32, unit rows, in the order given."""
        ...

    def encode_query(self, text: str) -> Vectors32:
        """Return (dimensions,) float32, unit length."""
        ...


def load_encoder(model: str | None = None, *, precision: Precision = "auto") -> Encoder:
    """Load a model from this machine.

    The packaged model runs on ONNX Runtime: with products of bytes where the processor has them
    (VNNI), else in float32. It runs on sentence-transformers in bfloat16, and where ONNX Runtime
    does not give the vectors it should. Other models run on sentence-transformers.

    Args:
        model: a folder, or the name of a model in the local cache; if not given, the packaged
            all-MiniLM-L6-v2.
        precision: of sentence-transformers; ``auto`` is float32. The packaged model leaves ONNX
            Runtime only for ``bfloat16``.

    Raises:
        ModelUnavailable: the model is not on this machine, or cannot be loaded.
    """
    for plugin in plugin_encoders():
        if plugin.name == model:
            return _load_plugin(plugin)
    if model is None and precision != "bfloat16":
        from index.vectors.packaged import EncoderUnfit, load_packaged

        try:
            return load_packaged(exact=precision == "float32")
        except EncoderUnfit as error:
            _log.warning("ONNX Runtime is not used, sentence-transformers is: %s", error)
    from index.vectors.transformer import load_transformer

    return load_transformer(model, bfloat16=precision == "bfloat16")


def plugin_encoders() -> tuple[Plugin, ...]:
    """Return the models that plugins bring, named by their entry points."""
    return load_plugins("salex.encoders", _fault_of)


def _fault_of(plugin: Plugin, before: Sequence[Plugin]) -> str | None:
    if plugin.name in (PACKAGED_MODEL, PACKAGED_MULTILINGUAL, *(p.name for p in before)):
        return f"the name {plugin.name} is taken"
    return None if callable(plugin.value) else "it is not a function that returns an encoder"


def _load_plugin(plugin: Plugin) -> Encoder:
    try:
        encoder: Encoder = plugin.value()
        lacking = lacks(
            encoder, name=str, digest=str, dimensions=int, profile=EncoderProfile, runs_on=str
        )
    except Exception as error:  # code of others may raise anything
        lacking = f"{type(error).__name__}: {error}"
    if lacking:
        raise ModelUnavailable(
            f"The encoder {plugin.name} of {plugin.distribution} cannot be used: {lacking}."
        )
    return encoder
