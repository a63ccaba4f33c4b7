"""Settings: the environment over the file over the defaults, and clear words about mistakes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from search_api.service.settings import SettingsInvalid, load_settings


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SALEX_DATA_FOLDER", raising=False)


def test_everything_lives_in_the_data_folder_by_default() -> None:
    settings = load_settings()
    assert settings.catalogue_path == Path("data/catalogue.sqlite")
    assert settings.originals_folder == Path("data/originals")
    assert settings.index_folder == Path("data/index")
    assert settings.host == "127.0.0.1"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("salex.toml").write_text('port = 8001\nhost = "0.0.0.0"\n')
    monkeypatch.setenv("SALEX_PORT", "8002")
    settings = load_settings()
    assert (settings.host, settings.port) == ("0.0.0.0", 8002)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("prot = 8001", "there is no setting 'prot'; did you mean 'port'"),
        ("colour = 1", "there is no setting 'colour'; there are data_folder, model"),
        ('port = "many"', "port:"),
        ("port = 70000", "port:"),
        ('precision = "int8"', "precision:"),
        ('base_url = "javascript:alert(1)"', "must start with http:// or https://"),
        ("port = ", "salex.toml is not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named(toml: str, said: str) -> None:
    Path("salex.toml").write_text(toml)
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("SALEX_PROT", "there is no setting 'SALEX_PROT'; did you mean 'SALEX_PORT'"),
        ("salex_data_foldr", "did you mean 'SALEX_DATA_FOLDER'"),
        ("SALEX_COLOUR", "'SALEX_COLOUR'; there are SALEX_DATA_FOLDER, SALEX_MODEL"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, said: str
) -> None:
    monkeypatch.setenv(variable, "8001")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert said in str(caught.value)


def test_variables_of_others_and_of_tests_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("SALEX_FAIL_AT", "_SALEX_COMPLETE", "SALEXPROT", "MY_SALEX_PORT"):
        monkeypatch.setenv(variable, "1")
    assert load_settings().port == 8000


def test_a_file_that_is_not_text_is_named() -> None:
    Path("salex.toml").write_bytes(b"contact = '\xff'")
    with pytest.raises(SettingsInvalid, match="is not UTF-8"):
        load_settings()


def test_the_edge_does_not_load_heavy_libraries() -> None:
    heavy = ["torch", "sentence_transformers", "faiss", "pypdf", "trafilatura"]
    code = "import sys, search_api.app\nprint([m for m in %r if m in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", code % heavy],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert ran.stdout.strip() == "[]"
