"""``salex user``, ``salex key`` and ``salex log``, run in this process."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner, Result

from corpus.catalogue.catalogue import connect
from corpus.errors import NameUnusable, NotPermitted, NotSignedIn, PersonNotFound
from corpus.people.credentials import admit_key, use_link
from search_api.cli import make_app

APP = make_app()

GROUPS = ("user", "key")


@pytest.fixture(autouse=True)
def catalogue_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SALEX_DATA_FOLDER", str(tmp_path))
    with connect(tmp_path / "catalogue.sqlite", create=True) as catalogue:
        return catalogue.path


def salex(*arguments: str, fails: type[Exception] | None = None) -> Result:
    result = CliRunner().invoke(APP, arguments)
    if fails:
        assert isinstance(result.exception, fails)
    else:
        assert result.exit_code == 0, result.output
    return result


def commands(group: str) -> list[str]:
    (found,) = [g.typer_instance for g in APP.registered_groups if g.name == group]
    assert found
    return [str(command.name) for command in found.registered_commands]


@pytest.mark.parametrize("line", [(g, c) for g in GROUPS for c in commands(g)], ids="-".join)
def test_every_command_explains_itself_with_an_example(line: tuple[str, str]) -> None:
    assert f"salex {' '.join(line)}" in salex(*line, "--help").output


def test_people_are_added_listed_and_given_another_role() -> None:
    salex("user", "add", "Ana Silva", "--role", "curator")
    salex("user", "add", "Bo")
    salex("user", "role", "ana silva", "admin")
    held = json.loads(salex("user", "list", "--json").stdout)
    assert [(p["name"], p["role"]) for p in held] == [("Ana Silva", "admin"), ("Bo", "member")]
    assert "admin    Ana Silva" in salex("user", "list").stdout


def test_a_key_is_alone_on_standard_output_and_works_until_revoked(catalogue_path: Path) -> None:
    salex("user", "add", "Ana", "--role", "curator")
    key = salex("key", "add", "Ana", "--role", "reader", "--days", "3").stdout.strip()
    assert re.fullmatch(r"salex_[\w-]{43}", key)
    with connect(catalogue_path) as catalogue:
        admitted = admit_key(catalogue, key)
        assert admitted.actor.role == "reader"
    listed = salex("key", "list", "Ana")
    assert str(admitted.key_id) in listed.stdout
    assert key not in listed.output + salex("key", "list", "--json").output
    assert "revoked" not in listed.stdout
    salex("key", "revoke", str(admitted.key_id))
    with connect(catalogue_path) as catalogue, pytest.raises(NotSignedIn):
        admit_key(catalogue, key)
    assert "revoked" in salex("key", "list").stdout


def test_a_key_has_its_persons_role_and_no_end_unless_told_otherwise() -> None:
    salex("user", "add", "Ana", "--role", "curator")
    salex("key", "add", "Ana")
    (key,) = json.loads(salex("key", "list", "--json").stdout)
    assert (key["role"], key["expires_at"], key["label"]) == (
        "curator",
        None,
        "made on the command line",
    )


def test_a_link_leads_to_the_server_and_lets_in_once(
    catalogue_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALEX_BASE_URL", "https://evidence.example")
    salex("user", "add", "Ana")
    address = urlsplit(salex("user", "link", "Ana", "--minutes", "5").stdout.strip())
    assert (address.netloc, address.path) == ("evidence.example", "/sign-in")
    with connect(catalogue_path) as catalogue, catalogue.transaction():
        assert use_link(catalogue, parse_qs(address.query)["link"][0])


@pytest.mark.parametrize(
    ("host", "server"),
    [
        ("127.0.0.1", "http://127.0.0.1:8001"),
        ("evidence.example", "http://evidence.example:8001"),
        ("0.0.0.0", "http://127.0.0.1:8001"),
        ("::", "http://[::1]:8001"),
        ("2001:db8::7", "http://[2001:db8::7]:8001"),
    ],
)
def test_without_a_base_url_a_link_opens_where_the_server_listens(
    monkeypatch: pytest.MonkeyPatch, host: str, server: str
) -> None:
    monkeypatch.setenv("SALEX_HOST", host)
    monkeypatch.setenv("SALEX_PORT", "8001")
    salex("user", "add", "Ana")
    (line,) = salex("user", "link", "Ana").stdout.splitlines()
    assert line.startswith(f"{server}/sign-in?link=")


def test_somebody_is_shut_out_and_let_in_again(catalogue_path: Path) -> None:
    salex("user", "add", "Ana")
    key = salex("key", "add", "Ana").stdout.strip()
    salex("user", "disable", "Ana")
    assert "disabled since" in salex("user", "list").stdout
    with connect(catalogue_path) as catalogue, pytest.raises(NotSignedIn):
        admit_key(catalogue, key)
    salex("user", "disable", "Ana", "--undo")
    with connect(catalogue_path) as catalogue:
        assert admit_key(catalogue, key).actor.name == "Ana"


def test_the_log_names_who_ran_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "operator")
    salex("user", "add", "Ana")
    (entry,) = json.loads(salex("log", "--json").stdout)
    assert (entry["actor"], entry["action"]) == ("operator", "person.add")
    assert entry["subject"] in salex("log", "--subject", entry["subject"]).stdout
    assert "Nothing has been changed" in salex("log", "--subject", "person:nobody").stdout


def test_what_cannot_be_done_says_so_and_changes_nothing() -> None:
    salex("user", "add", "Ana", "--role", "reader")
    before = salex("log", "--json").stdout
    salex("user", "add", "ANA", fails=NameUnusable)
    salex("user", "role", "Bo", "reader", fails=PersonNotFound)
    salex("user", "link", "Bo", fails=PersonNotFound)
    salex("key", "add", "Ana", "--role", "admin", fails=NotPermitted)
    assert CliRunner().invoke(APP, ["user", "add", "Bo", "--role", "owner"]).exit_code == 2
    assert salex("log", "--json").stdout == before
