"""Loads the two encoders as the settings say, or says why one is missing."""

from __future__ import annotations

from corpus.errors import ModelUnavailable
from index.vectors import encoder
from index.vectors.encoder import Encoder
from index.vectors.multilingual import load_multilingual
from search_api.service.settings import Settings

Loaded = tuple[Encoder | None, str | None]
"""An encoder, and why it is missing; both are ``None`` if there is to be none."""


def load_first(settings: Settings) -> Loaded:
    """Return the embedding model."""
    try:
        return encoder.load_encoder(settings.model, precision=settings.precision), None
    except ModelUnavailable as error:
        return None, str(error)


def load_second(settings: Settings) -> Loaded:
    """Return the encoder for other languages than English; it loads its weights when it is used."""
    try:
        return load_multilingual(settings.multilingual_model), None
    except ModelUnavailable as error:
        return None, str(error)
