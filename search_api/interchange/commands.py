"""The command ``mcp``."""

from __future__ import annotations

import importlib.util
from typing import Annotated

import typer

from corpus.catalogue.catalogue import connect
from corpus.errors import EvidenceError
from corpus.taxonomy import load_taxonomy
from search_api.service.settings import load_settings


class McpMissing(EvidenceError):
    """The package for MCP is not installed."""


def is_installed() -> bool:
    """Say whether the package for MCP is there."""
    return importlib.util.find_spec("mcp") is not None


def mcp(
    *,
    http: Annotated[
        bool, typer.Option("--http", help="Serve by HTTP on 127.0.0.1, at /mcp, and not by stdio.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of --http.")] = 8765,
) -> None:
    """Let assistants read the repository over MCP; nothing can be changed.

    Clients start it themselves: it speaks over standard input and output.

    Example:

      salex mcp --http --port 8765
    """
    if not is_installed():
        raise McpMissing(
            "The package mcp is not installed. Install it with: pip install 'salex-evidence[mcp]'"
        )
    from search_api.interchange.mcp_server import make_mcp_server
    from search_api.service.service import start_service
    from search_api.web.rendering import make_environment
    from search_api.web.terminal import err

    settings = load_settings()
    with connect(settings.catalogue_path):
        pass  # report a missing catalogue now, not at the first call
    taxonomy = load_taxonomy(settings.taxonomy_file)
    templates = make_environment(taxonomy, settings)
    service = start_service(settings, taxonomy, templates, None)
    server = make_mcp_server(service)
    try:
        if http:
            err.print(f"MCP at http://127.0.0.1:{port}/mcp. Stop with Ctrl-C.", markup=False)
            server.run("streamable-http", host="127.0.0.1", port=port, stateless_http=True)
        else:
            server.run("stdio")
    finally:
        service.connections.close()
