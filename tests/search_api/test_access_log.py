"""The access log is written if a setting says so, and never says what people search for."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import httpx
import pytest

from corpus.catalogue.catalogue import connect
from search_api.app import run_server
from search_api.service.settings import Settings
from search_api.serving import open_sockets
from tests.support.fakes import HashEncoder


def written_by_a_server(folder: Path, *addresses: str, access_log: bool) -> str:
    """Ask a server of its own for these addresses; return what it wrote to standard error."""
    made = Settings(data_folder=folder, access_log=access_log)
    connect(made.catalogue_path, create=True).close()
    (listening,) = open_sockets("127.0.0.1", 0)
    process = os.fork()
    if not process:
        os.dup2(os.open(folder / "stderr", os.O_WRONLY | os.O_CREAT), 2)
        signal.alarm(60)  # it ends by itself if the test does not end it
        run_server(made, [listening], encoder=HashEncoder())
        os._exit(0)
    try:
        port = listening.getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            for address in addresses:
                assert client.get(address).status_code == 200
    finally:
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)
        listening.close()
    return (folder / "stderr").read_text("utf-8")


@pytest.mark.parametrize("wanted", [True, False], ids=["on", "off"])
def test_a_line_for_each_request_without_its_query(tmp_path, capfd, wanted):
    with capfd.disabled():
        text = written_by_a_server(tmp_path, "/api/v1/ready?q=wellbeing+secret", access_log=wanted)
    lines = re.findall(r"^[\d-]{10} [\d:,]{12} GET (\S+) 200 \d+ ms [0-9a-f]{16}$", text, re.M)
    assert lines == (["/api/v1/ready"] if wanted else [])
    assert "secret" not in text
