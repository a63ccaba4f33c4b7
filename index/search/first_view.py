"""One request keeps to one view of the engine, so that all its answers agree."""

from __future__ import annotations

from collections.abc import Callable

from corpus.catalogue.catalogue import Catalogue
from index.engine import Engine, View


class FirstView:
    """The view of one request: the newest at the first call, and the same one after that."""

    def __init__(self, engine: Engine, at_least: int) -> None:
        self._engine = engine
        self.folder = engine.folder
        self._at_least = at_least
        self._view: View | None = None

    def view(
        self,
        catalogue: Catalogue,
        *,
        wait: bool = False,  # noqa: ARG002  it never does; the parameters are those of an engine
        at_least: int = 0,
    ) -> View:
        """Return the view; the first call takes it."""
        if self._view is None:
            at_least = max(at_least, self._at_least)
            self._view = self._engine.view(catalogue, wait=False, at_least=at_least)
        return self._view

    def apply(
        self, catalogue: Catalogue, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Bring the engine up to date; the view stays the same."""
        return self._engine.apply(catalogue, progress)
