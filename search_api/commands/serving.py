"""The command that serves the API and the pages: ``serve``."""

from __future__ import annotations

from corpus.catalogue import connect
from search_api.settings import load_settings


def serve(*, host: str | None = None, port: int | None = None) -> None:
    """Start the API and the pages, on 127.0.0.1:8000 unless told otherwise. Ctrl-C stops it.

    Example:

      salex serve --port 8080
    """
    import uvicorn

    from search_api.app import create_app
    from search_api.terminal import out

    settings = load_settings()
    with connect(settings.catalogue_path):
        pass  # a missing or damaged catalogue is said here, not by the first request
    host, port = host or settings.host, port if port is not None else settings.port
    out.print(f"Open http://{host}:{port} in a browser. Stop with Ctrl-C.", markup=False)
    # Queries are people's questions: the access log, which has them, stays off.
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=15,
    )
