"""A server of two processes with the fake encoder: ``python -m tests.support.workers FOLDER``.

It prints its port. The folder has been filled and indexed; ``runs_on`` in the answer of health is
the number of the process that gave it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from search_api import app as _app  # noqa: F401  before the fork, so that it is loaded once
from search_api.service.settings import Settings
from search_api.serving import open_sockets, run_processes
from tests.support.fakes import HashEncoder


class NumberedEncoder(HashEncoder):
    """Says in which process it is."""

    def __init__(self) -> None:
        self.runs_on = str(os.getpid())


def main() -> None:
    """Serve until told to stop."""
    settings = Settings(
        data_folder=Path(sys.argv[1]), workers=2, multilingual_model="", requests_per_minute=3
    )
    sockets = open_sockets("127.0.0.1", 0)
    print(sockets[0].getsockname()[1], flush=True)
    run_processes(settings, sockets, make_encoder=NumberedEncoder)


if __name__ == "__main__":
    main()
