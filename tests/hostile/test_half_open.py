"""The proof of slow clients in short, against the server alone, and the proxies' files."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from corpus.catalogue.catalogue import connect
from search_api.app import create_app
from search_api.review.contribution_routes import MAX_BODY_BYTES
from search_api.service.settings import Settings
from search_api.web.patience import Patience
from tests.hostile.half_open import attack, half_open, slow_body
from tests.support.fakes import HashEncoder
from tests.support.proxies import FILES, FileChanged, replaced, vary_caddy, vary_nginx
from tests.support.served import listening

SHORT = Patience(headers_s=0.5, body_s=0.5, check_s=0.05)
NGINX, CADDY = ((FILES / name).read_text("utf-8") for name in ("nginx.conf", "Caddyfile"))


def app_in(folder: Path, patience: Patience):
    settings = Settings(data_folder=folder)
    connect(settings.catalogue_path, create=True).close()
    return create_app(settings, encoder=HashEncoder(), patience=patience)


@pytest.mark.parametrize("bad", [half_open, slow_body])
def test_bad_connections_end_and_an_honest_client_is_answered(tmp_path, bad):
    with listening(app_in(tmp_path, SHORT), SHORT) as address:
        seen = asyncio.run(attack(int(address.rpartition(":")[2]), bad, 30, limit_s=10))
    assert (len(seen.closed_after_s), seen.open, seen.refused) == (30, 0, 0)
    assert len(seen.honest_s) > len(seen.failed)


def test_the_proof_sees_connections_that_outlive_their_limit(tmp_path):
    with listening(app_in(tmp_path, Patience()), Patience()) as address:
        seen = asyncio.run(attack(int(address.rpartition(":")[2]), half_open, 3, limit_s=0.5))
    assert (len(seen.closed_after_s), seen.open) == (0, 3)


def test_the_proxies_files_can_be_run_on_other_ports():
    assert "proxy_pass http://127.0.0.1:2;" in vary_nginx(Path("/tmp"), 1, 2)
    varied = vary_caddy(1, 2, whole_s=3)
    assert "reverse_proxy 127.0.0.1:2 {" in varied
    assert varied.count(" 3s") == 2
    with pytest.raises(FileChanged):
        replaced("listen 80;", ("listen 443", ""))


@pytest.mark.parametrize(
    ("text", "size", "header", "idle"),
    [
        (
            NGINX,
            r"client_max_body_size (\d+)m",
            r"client_header_timeout +(\d+)s",
            "keepalive_timeout",
        ),
        (CADDY, r"max_size (\d+)MB", r"read_header (\d+)s", "idle"),
    ],
    ids=["nginx", "Caddy"],
)
def test_proxies_take_what_the_server_takes_and_wait_as_long(text, size, header, idle):
    assert int(re.search(size, text)[1]) * 1_000_000 > MAX_BODY_BYTES
    assert float(re.search(header, text)[1]) == Patience().headers_s
    assert float(re.search(rf"{idle} +(\d+)s;?$", text, re.M)[1]) == Patience().idle_s
