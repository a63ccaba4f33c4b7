"""The session cookie: signed, so that a made-up one is refused without a look at the catalogue.

What it carries is a random secret that only the catalogue can turn into a person, so that a session
can be ended here; the signature alone lets nobody in.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import Request, Response

from corpus.catalogue.files import sync_folder
from search_api.service.settings import Settings

SECRET_FILE: Final = "session.secret"
"""In the data folder, for its owner alone. Deleting it signs everybody out."""
_SECRET_BYTES: Final = 32
_DAY_S: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """How a session travels between a browser and this server.

    Attributes:
        secret_path: where the secret that signs is kept.
        secure: sent over HTTPS only, under the ``__Host-`` name that no neighbouring host can set
            (RFC 6265bis, 4.1.3.2).
        days: how long the browser keeps it.
    """

    secret_path: Path
    secure: bool
    days: int

    @classmethod
    def of(cls, settings: Settings) -> SessionCookie:
        """Return the cookie as these settings want it."""
        secure = (settings.base_url or "").startswith("https://")
        return cls(settings.data_folder / SECRET_FILE, secure, settings.session_days)

    @property
    def name(self) -> str:
        """Return the cookie's name."""
        return "__Host-salex-session" if self.secure else "salex-session"

    def set(self, response: Response, session: str) -> None:
        """Hand a session's secret to the browser."""
        response.set_cookie(
            self.name,
            f"{session}.{self._sign(session, self._secret(make=True))}",
            max_age=self.days * _DAY_S,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response) -> None:
        """Have the browser forget it."""
        response.delete_cookie(
            self.name, path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def read(self, request: Request) -> str | None:
        """Return the session's secret, or ``None`` without a cookie that we signed."""
        session, _, signature = request.cookies.get(self.name, "").rpartition(".")
        key = self._secret(make=False) if session else b""
        if not key or not hmac.compare_digest(
            self._sign(session, key).encode(), signature.encode("utf-8", "replace")
        ):
            return None
        return session

    @staticmethod
    def _sign(session: str, key: bytes) -> str:
        return hmac.new(key, session.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def _secret(self, *, make: bool) -> bytes:
        """Return the key that signs, read anew each time so that deleting it works at once."""
        try:
            return self.secret_path.read_bytes()
        except FileNotFoundError:
            if not make:
                return b""
        _keep_first(self.secret_path, secrets.token_bytes(_SECRET_BYTES))
        return self.secret_path.read_bytes()


def _keep_first(path: Path, data: bytes) -> None:
    """Write a file whole, readable by its owner alone; the first of several writers wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(temporary, path)  # unlike a rename, it refuses when the file is there
        except FileExistsError:
            return
    finally:
        os.unlink(temporary)
    sync_folder(path.parent)
