"""The last answer of an address, given again for a moment while the server is busy."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Final

from starlette.types import Message, Send

RECENT_S: Final = 1.0
"""How old an answer may be that is given again, in seconds."""


class RecentAnswers:
    """Keeps the last whole answer of each address; for the few addresses that monitors ask."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[float, Sequence[Message]]] = {}

    async def give(self, path: str, send: Send) -> bool:
        """Send the last answer; return ``False`` if there is none, or it is too old."""
        answered, messages = self._kept.get(path, (-math.inf, ()))
        if self._clock() - answered > RECENT_S:
            return False
        for message in messages:
            await send(dict(message))  # whoever sends it on may change it
        return True

    def keep(self, path: str, send: Send) -> Send:
        """Return a ``send`` that keeps the answer once it is whole."""
        messages: list[Message] = []

        async def send_and_keep(message: Message) -> None:
            messages.append(dict(message))
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                self._kept[path] = (self._clock(), messages)
            await send(message)

        return send_and_keep
