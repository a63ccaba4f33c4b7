"""Keeps two digests from being sent at once, by e-mail or to webhooks."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import MailRefused


@contextmanager
def send_alone(folder: Path) -> Iterator[None]:
    """Keep out other digests: two at once would tell of the same twice.

    Raises:
        MailRefused: another is being sent.
    """
    handle = os.open(folder / "digest.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise MailRefused("Another digest is being sent. Try again when it is done.") from None
    finally:
        os.close(handle)
