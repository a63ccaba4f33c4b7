"""Where this program may go on the network, the same for commands, pages and posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search_api.service.settings import Settings

if TYPE_CHECKING:
    from ingest.sources import Network


def network_of(settings: Settings) -> Network:
    """Return where fetching and posting may go, and whom sites can write to."""
    from ingest.sources import Network  # with it come the readers of bibliographies

    return Network(contact=settings.contact)
