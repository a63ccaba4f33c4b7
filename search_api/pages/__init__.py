"""The same calls as HTML: server-rendered, readable without JavaScript, printable on A4."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

STATIC_FOLDER: Final = Path(__file__).parent / "static"


def install(app: FastAPI) -> None:
    """Add the pages and their static files to the application."""
    from search_api.pages import routes  # routes import errors, which render pages

    app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=STATIC_FOLDER), name="static")
