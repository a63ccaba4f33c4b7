"""The examples for several machines are sound: their commands exist, and only the proxy is open."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import typer.main
import yaml

from search_api.cli import make_app
from search_api.service.settings import Settings
from tests.support.proxies import FOR_SEVERAL, program, proxied_for_several

ROOT = Path(__file__).parents[1]
FILE = ROOT / "compose.scale.yaml"
COMPOSE = yaml.safe_load(FILE.read_text("utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: s for name, s in SERVICES.items() if "build" in s}
VALUES = yaml.safe_load((ROOT / "docs" / "deploy" / "qdrant-values.yaml").read_text("utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def test_it_has_two_servers_an_engine_a_scheduler_with_workers_and_a_proxy():
    assert set(SERVICES) == {"proxy", "writer", "reader", "copier", "qdrant", "scheduler", "worker"}
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    assert SERVICES["reader"]["environment"]["SALEX_READ_ONLY"] == "true"
    assert "SALEX_READ_ONLY" not in SERVICES["writer"]["environment"]


def test_only_the_proxy_is_open_and_the_engine_and_dask_reach_nothing_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("qdrant", "scheduler", "worker", "copier"):
        assert SERVICES[name]["networks"] == ["inside"], name
    assert SERVICES["proxy"]["networks"] == ["front"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_limits_and_is_asked_for_its_health(name):
    service = SERVICES[name]
    assert re.fullmatch(r"\d+[gm]", service["mem_limit"])
    assert service["restart"] == "unless-stopped"
    if name != "proxy":  # it opens ports below 1024
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    how, what, *rest = service["healthcheck"]["test"]
    assert how == "CMD"
    if what == "python":
        compile(rest[1], name, "exec")
    assert set(service.get("depends_on", ())) <= set(SERVICES)
    assert {v.partition(":")[0] for v in service.get("volumes", ()) if v[0] != "."} <= set(
        COMPOSE["volumes"]
    )


@pytest.mark.parametrize("name", OURS)
def test_a_command_exists_with_its_options(name):
    service = OURS[name]
    if service.get("entrypoint") == ["dask"]:
        pytest.importorskip("distributed", reason="the extra dask is not installed")
        command, *words = service["command"]
        main = importlib.import_module(f"distributed.cli.dask_{command}").main
        main.make_parser(main.context_class(main)).parse_args(list(words))
        return
    command, *words = service["command"]
    main = typer.main.get_command(make_app()).commands[command]
    main.make_parser(main.context_class(main)).parse_args(list(words))


@pytest.mark.parametrize("name", OURS)
def test_the_settings_of_a_service_exist(name):
    named = {n.removeprefix("SALEX_").lower() for n in OURS[name].get("environment", ())}
    assert named <= set(Settings.model_fields)


def test_images_are_pinned_by_their_version():
    images = [s["image"] for s in SERVICES.values() if "build" not in s]
    assert len(images) == 2
    for image in images:
        assert re.fullmatch(r"[a-z]+(/[a-z]+)?:v?\d+\.\d+\.\d+", image)


def test_the_engine_is_of_the_minor_version_of_its_client():
    lock = (ROOT / "requirements-dev.lock").read_text("utf-8")
    (client,) = re.findall(r"^qdrant-client==(\d+\.\d+)\.", lock, re.MULTILINE)
    image = SERVICES["qdrant"]["image"]
    assert image == f"qdrant/qdrant:{VALUES['image']['tag']}"
    assert image.startswith(f"qdrant/qdrant:v{client}.")


def test_the_image_has_the_folders_that_volumes_are_mounted_on():
    made = re.search(r"install -d -o salex -g salex (.*)$", DOCKERFILE, re.MULTILINE)
    assert made
    mounted = {v.split(":")[1] for s in OURS.values() for v in s.get("volumes", ())}
    assert mounted == set(made[1].split())


def test_the_image_can_have_the_extras():
    extras = SERVICES["writer"]["build"]["args"]["EXTRAS"].split(",")
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    for extra in extras:
        assert re.search(rf"^{extra} = \[", project, re.MULTILINE)
    assert 'ARG EXTRAS=""' in DOCKERFILE


def test_compose_reads_the_file():
    command = [c for c in (shutil.which("docker-compose"),) if c]
    docker = shutil.which("docker")
    if not command and docker:
        told = subprocess.run([docker, "compose", "version"], capture_output=True, check=False)
        command = [docker, "compose"] if told.returncode == 0 else []
    if not command:
        pytest.skip("neither docker-compose nor the plugin compose of docker is installed")
    environment = os.environ | {"SALEX_HOST": "evidence.example.org", "SALEX_ENGINE_KEY": "k"}
    run = [*command, "-f", str(FILE), "config"]
    done = subprocess.run(run, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert set(yaml.safe_load(done.stdout)["services"]) == set(SERVICES)
    without = {k: v for k, v in environment.items() if k != "SALEX_ENGINE_KEY"}
    done = subprocess.run(run, capture_output=True, text=True, env=without, check=False)
    assert done.returncode != 0, "an engine without a key is refused"


UNWELL: set[str] = set()
"""The servers that say they are not ready."""


@contextmanager
def answering(name: str) -> Iterator[ThreadingHTTPServer]:
    """A server that says who it is."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            unwell = name in UNWELL and self.path.endswith("/ready")
            self.send_response(503 if unwell else 200)
            self.send_header("Content-Length", str(len(name)))
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else name.encode())

        do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *told: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[tuple[httpx.Client, dict[str, ThreadingHTTPServer]]]:
    """A client of the proxy, and the servers behind it by name."""
    if not program("caddy"):
        pytest.skip("caddy is not installed")
    with (
        answering("writer") as writer,
        answering("reader") as reader,
        proxied_for_several(tmp_path, writer.server_port, reader.server_port) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
    ):
        yield client, {"writer": writer, "reader": reader}


def test_the_proxy_sends_writes_and_people_who_are_known_to_the_writer(proxy, monkeypatch):
    client, _ = proxy
    monkeypatch.setattr(f"{__name__}.UNWELL", {"writer"})  # so that readers are sent to the other
    ends_at = time.monotonic() + 20
    while client.get("/").text != "reader":
        assert time.monotonic() < ends_at
    assert client.head("/").status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert client.request(method, "/api/v1/x", content=b"x").text == "writer"
    for headers in (
        {"Authorization": "Bearer salex_x"},
        {"Cookie": "salex-language=es; __Host-salex-session=abc"},
        {"Cookie": "salex-session=abc"},
    ):
        assert client.get("/", headers=headers).text == "writer"
    assert client.get("/sign-in?link=x").text == "writer"
    assert client.get("/", headers={"Cookie": "salex-language=es"}).text == "reader"


def test_the_proxy_keeps_a_reader_to_one_server_as_long_as_it_is_well(proxy):
    client, servers = proxy
    client.cookies.set("salex-language", "es")
    (first,) = {client.get(f"/documents?n={n}").text for n in range(12)}
    servers[first].shutdown()
    servers[first].server_close()
    ends_at = time.monotonic() + 20
    while (answer := client.get("/documents")).text not in servers.keys() - {first}:
        assert answer.status_code in (200, 502, 503)
        assert time.monotonic() < ends_at


def test_the_proxy_names_services_that_exist_and_their_port():
    named = dict(re.findall(r"\b([a-z]+):(\d+)\b", FOR_SEVERAL.read_text("utf-8")))
    assert named == {"reader": "8000", "writer": "8000"}
    assert re.search(r"^EXPOSE 8000$", DOCKERFILE, re.MULTILINE)
    assert (
        f"./{FOR_SEVERAL.relative_to(ROOT)}:/etc/caddy/Caddyfile:ro" in SERVICES["proxy"]["volumes"]
    )
