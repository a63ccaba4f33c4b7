"""Loads the second encoder as the settings say, or says why there is none."""

from __future__ import annotations

from corpus.errors import ModelUnavailable
from index.vectors.encoder import Encoder
from index.vectors.multilingual import load_multilingual
from search_api.service.settings import Settings

Second = tuple[Encoder | None, str | None]
"""The second encoder, and why it is missing; both are ``None`` if the settings want none."""


def load_second(settings: Settings) -> Second:
    """Return the encoder for other languages than English; it loads its weights when it is used."""
    try:
        return load_multilingual(settings.multilingual_model), None
    except ModelUnavailable as error:
        return None, str(error)
