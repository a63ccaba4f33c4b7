"""The session cookie: a random secret that only the catalogue can turn into a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import Request, Response

from search_api.service.settings import Settings

_DAY_S: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """How a session is passed between a browser and this server.

    Attributes:
        secure: sent over HTTPS only, with the ``__Host-`` prefix that no neighbouring host can set
            (RFC 6265bis, 4.1.3.2).
        days: how long the browser keeps it.
    """

    secure: bool
    days: int

    @classmethod
    def of(cls, settings: Settings) -> SessionCookie:
        """Return the cookie as the settings define it."""
        secure = (settings.base_url or "").startswith("https://")
        return cls(secure, settings.session_days)

    @property
    def name(self) -> str:
        """Return the cookie's name."""
        return "__Host-salex-session" if self.secure else "salex-session"

    def set(self, response: Response, session: str) -> None:
        """Give a session's secret to the browser."""
        response.set_cookie(
            self.name,
            session,
            max_age=self.days * _DAY_S,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response) -> None:
        """Make the browser delete the cookie."""
        response.delete_cookie(
            self.name, path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def read(self, request: Request) -> str | None:
        """Return the session's secret, or ``None`` without a cookie."""
        return request.cookies.get(self.name) or None
