"""The command that serves the API and the pages: ``serve``."""

from __future__ import annotations

from corpus.catalogue.catalogue import connect
from search_api.service.settings import load_settings


def serve(*, host: str | None = None, port: int | None = None) -> None:
    """Start the API and the pages, on 127.0.0.1:8000 unless told otherwise. Ctrl-C stops it.

    Example:

      salex serve --port 8080
    """
    from search_api.app import serve as run
    from search_api.web.terminal import out

    settings = load_settings()
    given = {"host": host, "port": port}
    settings = settings.model_copy(update={k: v for k, v in given.items() if v is not None})
    with connect(settings.catalogue_path):
        pass  # a missing or damaged catalogue is said here, not by the first request
    address = f"http://{settings.host}:{settings.port}"
    out.print(f"Open {address} in a browser. Stop with Ctrl-C.", markup=False)
    run(settings)
