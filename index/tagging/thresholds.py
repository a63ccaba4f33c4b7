"""The score above which the model in use suggests each term, to show to those who decide."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import TagModelUnusable
from corpus.tags.models import adopted_model
from index.tagging.model import read_model


def thresholds_in_use(catalogue: Catalogue) -> Mapping[tuple[str, str], float]:
    """Return the threshold of each (vocabulary, term); empty if no model is in use.

    It is empty for a model that cannot be read too: tagging reports what is wrong with it.
    """
    kept = adopted_model(catalogue)
    if kept is None:
        return {}
    try:
        return _thresholds(kept.body, kept.sha256)
    except TagModelUnusable:
        return {}


@functools.lru_cache(maxsize=1)
def _thresholds(body: str, sha256: str) -> Mapping[tuple[str, str], float]:
    model = read_model(body, sha256)
    return {
        (name, term): float(threshold)
        for name, vocabulary in model.vocabularies.items()
        for term, threshold in zip(vocabulary.terms, vocabulary.thresholds, strict=True)
    }
