"""Opens the engine that the settings name."""

from __future__ import annotations

from collections.abc import Callable

from corpus.catalogue.catalogue import Catalogue
from index.engine import Engine
from index.local.engine import LocalEngine
from search_api.service.settings import Settings, SettingsInvalid


def open_engine(settings: Settings) -> Engine:
    """Return the engine over the repository's index. Nothing is sent to a server yet.

    Raises:
        EngineUnavailable: it needs packages that are not installed.
        SettingsInvalid: the file with its key cannot be read.
    """
    if settings.engine == "local":
        return LocalEngine(settings.index_folder)
    from index.qdrant.engine import QdrantEngine
    from index.qdrant.over_http import HttpClient

    client = HttpClient(
        settings.engine_url, api_key=_key(settings), timeout_s=settings.engine_timeout_s
    )
    return QdrantEngine(
        client,
        settings.index_folder,
        alias=settings.engine_collection,
        exact=settings.engine_exact,
        quantized=not settings.engine_exact,
        follows=not settings.read_only,
    )


def fill_engine(
    catalogue: Catalogue, settings: Settings, progress: Callable[[int, int], None] | None = None
) -> int:
    """Bring the engine up to date after the index was built; return its revision.

    Raises:
        EngineUnavailable: it does not answer, or needs packages that are not installed.
    """
    return open_engine(settings).apply(catalogue, progress)


def _key(settings: Settings) -> str | None:
    if settings.engine_key is not None:
        return settings.engine_key.get_secret_value()
    if settings.engine_key_file is None:
        return None
    try:
        return settings.engine_key_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid(
            f"The setting engine_key_file names {settings.engine_key_file}, which cannot be read "
            f"({error}). Write the key of the search engine into it."
        ) from error
