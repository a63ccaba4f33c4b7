"""Runs the proxies of ``docs/proxies`` for proofs: plain HTTP, on free ports of this machine."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FILES: Final = Path(__file__).parents[2] / "docs" / "proxies"
FOR_SEVERAL: Final = FILES.parent / "deploy" / "Caddyfile"
"""Caddy's file for a server that writes and one that reads a copy."""
_AROUND_NGINX: Final = """\
daemon off;
master_process off;
worker_rlimit_nofile 8192;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""
"""What a distribution's own ``nginx.conf`` has around our file."""


class FileChanged(Exception):
    """A committed file has not what a variation of it replaces."""


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """Replace each pattern, which has to be there.

    Raises:
        FileChanged: a pattern is not in the text.
    """
    for pattern, put in pairs:
        text, times = re.subn(pattern, put, text, flags=re.MULTILINE)
        if not times:
            raise FileChanged(f"there is no {pattern!r} in it")
    return text


def vary_nginx(folder: Path, port: int, backend: int) -> str:
    """Return the committed file without TLS, for these ports, with what has to surround it."""
    site = replaced(
        (FILES / "nginx.conf").read_text("utf-8"),
        (r"listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        (r"^ *ssl_certificate\w* .*$", ""),
        (r"http://127\.0\.0\.1:8000", f"http://127.0.0.1:{backend}"),
    )
    return _AROUND_NGINX.format(folder=folder, site=site)


def vary_caddy(port: int, backend: int, *, whole_s: int) -> str:
    """Return the committed file without TLS, for these ports.

    ``whole_s`` replaces its ten minutes for a whole body and a whole answer.
    """
    return replaced(
        (FILES / "Caddyfile").read_text("utf-8"),
        (r"^\{$", "{\n\tadmin off"),
        (r"^evidence\.example\.org \{", f"http://127.0.0.1:{port} {{"),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{backend}"),
        (r"(read_body|write) 10m", rf"\1 {whole_s}s"),
    )


def vary_caddy_for_several(port: int, writer: int, reader: int) -> str:
    """Return the committed file for two servers without TLS, for these ports."""
    return replaced(
        FOR_SEVERAL.read_text("utf-8"),
        (r"^\{$", "{\n\tadmin off"),
        (r"^\{\$SALEX_HOST:localhost\} \{", f"http://127.0.0.1:{port} {{"),
        (r"\bwriter:8000", f"127.0.0.1:{writer}"),
        (r"\breader:8000", f"127.0.0.1:{reader}"),
        (r"health_interval 10s", "health_interval 200ms"),
        (r"fail_duration 10s", "fail_duration 1s"),
    )


def program(name: str) -> str | None:
    """Return where a proxy is installed; ``/usr/sbin`` is not on everybody's path."""
    return shutil.which(name) or shutil.which(name, path="/usr/local/sbin:/usr/sbin:/usr/bin")


@contextmanager
def proxied(name: str, folder: Path, backend: int, *, whole_s: int) -> Iterator[int]:
    """Run ``nginx`` or ``caddy`` in front of a port, and yield its own."""
    port = _free_port()
    if name == "nginx":
        text = vary_nginx(folder, port, backend)
    else:
        text = vary_caddy(port, backend, whole_s=whole_s)
    with _running(name, text, folder, port):
        yield port


@contextmanager
def proxied_for_several(folder: Path, writer: int, reader: int) -> Iterator[int]:
    """Run ``caddy`` in front of the ports of two servers, and yield its own."""
    port = _free_port()
    with _running("caddy", vary_caddy_for_several(port, writer, reader), folder, port):
        yield port


@contextmanager
def _running(name: str, text: str, folder: Path, port: int) -> Iterator[None]:
    found = program(name)
    assert found, f"{name} is not installed"
    path = folder / name
    path.write_text(text)
    if name == "nginx":
        command = [found, "-c", str(path)]
    else:
        command = [found, "run", "--adapter", "caddyfile", "--config", str(path)]
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
    with (folder / f"{name}.out").open("w") as out:
        running = subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=folder)
        try:
            _wait_for(port, running, folder / f"{name}.out")
            yield
        finally:
            running.terminate()
            running.wait(timeout=30)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _wait_for(port: int, running: subprocess.Popen[bytes], out: Path) -> None:
    ends_at = time.monotonic() + 20
    while time.monotonic() < ends_at:
        assert running.poll() is None, out.read_text("utf-8")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nothing listens on {port}: {out.read_text('utf-8')}")
