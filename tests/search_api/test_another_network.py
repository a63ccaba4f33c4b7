"""A repository of another network is made by one command; none of our words are on its pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from corpus.catalogue.originals import Originals
from corpus.documents.authorities import ORGANISATIONS_FILE, organisation_name, use_organisations
from corpus.taxonomy import load_taxonomy
from index.vectors.builder import build_index
from ingest.intake import expand_arguments, ingest_sources
from search_api.app import create_app
from search_api.service.settings import Settings
from search_api.starting.checking import check_network
from search_api.starting.writing import Answers, NetworkInvalid, read_answers, write_network
from search_api.web.look import LookInvalid, read_look
from tests.search_api.test_access import READS
from tests.support.fakes import HashEncoder
from tests.support.served import signed_in

ANSWERS: Final = """
name = "Coastal Health Network"
short_name = "CHN"
subject = "public health"
topics = ["Vaccination and trust", "Clean water"]
organisations = ["Harbour Clinic"]
accent = "#8a2b52"
contact = "evidence@chn.example.org"
base_url = "https://evidence.chn.example.org"
"""
DOCUMENTS: Final = {
    "vaccines": "Nurses who listen first raise trust in vaccination: a trial in 40 villages.",
    "water": "Chlorine at the well lowers diarrhoea among infants; wells were drawn by lot.",
    "workers": "Community health workers visit families each month and refer the sick to clinics.",
}
OURS: Final = re.compile(
    r"SALEX|School Action Learning Exchange|R4D"
    r"|(?i:educat|\beduca[cç]|éducati|teacher|docente|professor|enseignant|school|escuela|escola\b"
    r"|école\b|learning agenda|agenda de aprendiza|programme d.apprentissage)"
)
API_NAMES: Final = re.compile(r"\b(?:passage_)?school_levels?\b|\"teachers\"")
"""Names of parameters and members, the same for all networks, as programs use them."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network's folder with a catalogue of three documents, indexed."""
    made = tmp_path_factory.mktemp("chn")
    (made / "answers.toml").write_text(ANSWERS, "utf-8")
    folder = made / "chn"
    write_network(folder, read_answers(made / "answers.toml"))
    for name, text in DOCUMENTS.items():
        body = f"---\ntitle: About {name}\nyear: 2021\nkind: report\n---\n\n{text} " + text * 2
        (folder / f"{name}.md").write_text(body, "utf-8")
    settings = settings_of(folder)
    with connect(settings.catalogue_path, create=True) as catalogue:
        sources = expand_arguments([str(folder / f"{name}.md") for name in DOCUMENTS])
        originals = Originals(settings.originals_folder)
        outcomes = list(ingest_sources(sources, catalogue, originals, workers=0))
        assert {o.kind for o in outcomes} == {"added"}
        build_index(catalogue, settings.index_folder, HashEncoder())
    return folder


def settings_of(folder: Path) -> Settings:
    return Settings(
        data_folder=folder / "data",
        taxonomy_file=folder / "taxonomy.toml",
        organisations_file=folder / "organisations.toml",
        look_file=folder / "look.toml",
        base_url="https://evidence.chn.example.org",
        contact="evidence@chn.example.org",
    )


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    app = create_app(settings_of(folder), encoder=HashEncoder())
    base = "https://evidence.chn.example.org"
    with TestClient(app, base_url=base, raise_server_exceptions=False) as opened:
        yield opened
    use_organisations(ORGANISATIONS_FILE)


def addresses(client: TestClient) -> list[str]:
    """Return every GET route, filled in with what there is, and searches with answers."""
    documents = client.get("/api/v1/documents").json()["documents"]
    known = {"document_id": documents[0]["id"], "vocabulary_id": "stages"}
    routes = {
        re.sub(r"\{(\w+)(:\w+)?\}", lambda m: known.get(m[1], "1"), route.path) for route in READS
    }
    document = f"/documents/{known['document_id']}"
    return sorted(
        routes
        | {"/search?q=vaccination", "/brief?q=vaccination+trust", "/nowhere", "/search?stage=none",
           "/api/v1/search?q=water", "/map?rows=country&columns=topic",
           "/feeds/search.atom?q=water",
           "/oai?verb=Identify", "/oai?verb=ListSets", "/api/v1/search/export?q=water&format=ris",
           "/oai?verb=ListRecords&metadataPrefix=mods", "/api/v1/menu?format=markdown",
           "/api/v1/checklist?format=markdown", f"{document}?format=json-ld",
           f"{document}?format=csl-json"}
    )  # fmt: skip


def ours_in(text: str) -> list[str]:
    return sorted({m[0] for m in OURS.finditer(API_NAMES.sub("", text))})


def test_no_address_says_anything_of_our_network(client: TestClient) -> None:
    admin = signed_in(client, "admin")
    found = {}
    for address in addresses(client):
        answer = client.get(address, follow_redirects=False)
        texts = [answer.text]
        if not address.startswith("/api") or answer.status_code != 200:
            texts.append(admin.get(address, follow_redirects=False).text)
        said = [word for text in texts for word in ours_in(text)]
        if said or answer.status_code >= 500:
            found[address] = said
    assert found == {}
    home = client.get("/").text
    assert "Coastal Health Network" in home
    assert "3 documents on public health" in home
    assert 'href="/look.css"' in home


IN_SHORT: Final = ("/", "/search?q=water", "/agenda", "/map/missing", "/checklist", "/sign-in")


@pytest.mark.parametrize("code", ["es", "pt", "fr"])
def test_no_page_does_in_another_language(code: str, client: TestClient) -> None:
    assert said_in(code, IN_SHORT, client) == {}


@pytest.mark.prove
@pytest.mark.parametrize("code", ["es", "pt", "fr"])
def test_no_page_at_all_does_in_another_language(code: str, client: TestClient) -> None:
    pages = [a for a in addresses(client) if not a.startswith(("/api", "/oai", "/feeds"))]
    assert said_in(code, pages, signed_in(client, "admin")) == {}


def said_in(code: str, pages: Sequence[str], browser: TestClient) -> dict[str, list[str]]:
    headers = {"Accept-Language": code}
    texts = {page: browser.get(page, headers=headers).text for page in pages}
    assert all(f'<html lang="{code}">' in text for text in texts.values() if "<html" in text)
    return {page: said for page, text in texts.items() if (said := ours_in(text))}


def test_the_look_of_the_network_is_served_and_measured(client: TestClient, folder: Path) -> None:
    css = client.get("/look.css").text
    assert "--accent: #8a2b52;" in css
    assert "<circle" in client.get("/logo.svg").text
    look = (folder / "look.toml").read_text("utf-8")
    pale = folder / "pale.toml"
    pale.write_text(look.replace("#8a2b52", "#e9b7cc"), "utf-8")
    with pytest.raises(LookInvalid, match=r"pale\.toml, line 8: accent cannot .*needs 4\.5"):
        read_look(pale)


def test_a_publisher_is_named_as_the_network_writes_it(client: TestClient) -> None:
    assert organisation_name("CHN") == "Coastal Health Network"
    assert organisation_name("SALEX") == "SALEX"


def test_what_is_wrong_in_the_files_is_said_with_its_line(folder: Path, tmp_path: Path) -> None:
    good = shutil.copytree(folder, tmp_path / "chn")
    assert [r for r in check_network(good) if r.is_fault] == []
    assert any("to fill in" in str(remark) for remark in check_network(good))
    for name, old, new, told in FAULTS:
        bad = shutil.copytree(folder, tmp_path / f"bad{len(list(tmp_path.iterdir()))}")
        text = (bad / name).read_text("utf-8")
        assert old in text
        (bad / name).write_text(text.replace(old, new, 1), "utf-8")
        line = text[: text.index(old)].count("\n") + 1
        faults = [str(r) for r in check_network(bad) if r.is_fault]
        assert any(f"{name}, line {line}" in f and told in f for f in faults), (told, faults)


FAULTS: Final = (
    ("taxonomy.toml", "version = 1", "version = 0", "it has no version"),
    ("taxonomy.toml", "cues = [\"Clean water\"]", "cues = \"Clean water\"", "is a list"),
    ("taxonomy.toml", "label = \"Clean water\"",
     "label = \"Vaccination and trust\"", "has the label"),
    ("taxonomy.toml", "label = \"Clean water\"", "labl = \"Clean water\"", "is not one of"),
    ("taxonomy.toml", "subject = \"", "subject = ", "cannot be read"),
    ("organisations.toml", "name = \"Harbour Clinic\"", "name = \"CHN\"", "names"),
    ("look.toml", "accent = \"#8a2b52\"", "accent = \"#8a2b5\"", "is not a colour"),
    ("salex.toml", "look_file = ", "look_fil = ", "look_fil"),
)  # fmt: skip
"""A file, what stands in it, what somebody writes instead, and what is said of that line."""


def test_a_folder_with_something_in_it_is_left_alone(folder: Path, tmp_path: Path) -> None:
    before = (folder / "taxonomy.toml").read_bytes()
    with pytest.raises(NetworkInvalid, match="is not an empty folder"):
        write_network(folder, Answers())
    assert (folder / "taxonomy.toml").read_bytes() == before
    (tmp_path / "a.toml").write_text('name = "X"\ntopic = ["Y"]\n', "utf-8")
    with pytest.raises(NetworkInvalid, match=r"line 2: topic is not one of name, short_name"):
        read_answers(tmp_path / "a.toml")


def test_a_name_with_quotes_stays_a_name(tmp_path: Path) -> None:
    write_network(tmp_path / "n", Answers(name='The "Good" $ Network\\', topics=("A", "A!")))
    taxonomy = load_taxonomy(tmp_path / "n" / "taxonomy.toml")
    assert taxonomy.network == 'The "Good" $ Network\\'
    assert list(taxonomy.vocabulary("topics").terms) == ["a", "a-2"]
