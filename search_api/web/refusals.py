"""Refusals that end by themselves: the request may be sent again after some seconds."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Final

from fastapi import Request, Response

from search_api.web.problems import Answer, problem_document, respond

DELAY_S: Final = 1.0
"""A refusal is sent after this time, or up to twice as long: a client that tries again at once is
slowed, and clients that were refused together do not come back together."""
MOST_DELAYED: Final = 500


def refuse_for_now(
    request: Request,
    answer: Answer,
    retry_after_s: int,
    detail: str = "",
    policies: Sequence[str] = (),
) -> Response:
    """Return a refusal with Retry-After in seconds (RFC 9110, 10.2.3)."""
    members = problem_document(answer, answer.detail or detail, policies=policies)
    return respond(request, members, {"Retry-After": str(retry_after_s)})


class Refusals:
    """Gives refusals out after a moment, unless too many clients already wait for theirs."""

    def __init__(self) -> None:
        self._delayed = 0

    async def refuse_later(
        self,
        request: Request,
        answer: Answer,
        retry_after_s: int,
        detail: str = "",
        policies: Sequence[str] = (),
    ) -> Response:
        """Wait, then return the refusal."""
        if self._delayed < MOST_DELAYED:
            self._delayed += 1
            try:
                await asyncio.sleep(DELAY_S * (1 + random.random()))
            finally:
                self._delayed -= 1
        return refuse_for_now(request, answer, retry_after_s, detail, policies)
