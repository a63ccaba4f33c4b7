"""The language of pages: chosen by the switch or the browser; the API and files are English."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient

from corpus.taxonomy import load_taxonomy
from search_api.web.languages import (
    LOCALE_FOLDER,
    Language,
    choose_language,
    counted,
    gettext,
    read_language,
    speaking,
)
from search_api.web.page_language import COOKIE
from tests.support.served import REPORT, serving
from tests.support.translating import TEMPLATE, collect, untranslated

SPANISH = {"Accept-Language": "es-CO,es;q=0.9,en;q=0.5"}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("data")) as client:
        yield client


@pytest.fixture
def client(served: TestClient) -> TestClient:
    return TestClient(served.app)


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", "en"),
        ("es", "es"),
        ("pt-BR, en;q=0.8", "pt"),
        ("de, fr;q=0.4, es;q=0.7", "es"),
        ("EN-gb;q=0.9, FR;q=1", "fr"),
        ("es;q=0, en;q=0.1", "en"),
        ("es;q=x, *;q=0.1", "en"),
        ("sw, *", "en"),
        (";;,,=", "en"),
    ],
)
def test_the_browser_says_which_language_is_preferred(accepted: str, chosen: str) -> None:
    assert choose_language(accepted) == chosen


def test_a_page_says_its_language_and_varies_by_it(client: TestClient) -> None:
    for headers, code in (({}, "en"), (SPANISH, "es")):
        answer = client.get("/", headers=headers)
        assert f'<html lang="{code}">' in answer.text
        assert answer.headers["content-language"] == code
        varying = [name.strip() for name in answer.headers["vary"].split(",")]
        assert {"Accept-Language", "Cookie"} <= set(varying)
        assert len(varying) == len(set(varying))


def test_the_switch_remembers_a_language_and_leads_back(client: TestClient) -> None:
    page = client.get("/search?q=a%26b&stage=use")
    assert 'href="/search?q=a%26b&amp;stage=use&amp;lang=pt"' in page.text
    answer = client.get("/search?q=a%26b&stage=use&lang=pt", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=a%26b&stage=use")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=pt;")
    assert "HttpOnly" in cookie
    assert '<html lang="pt">' in client.get("/", headers=SPANISH).text


@pytest.mark.parametrize("asked", ["xx", "", "../../etc/passwd", "es%0d%0aX: y"])
def test_an_unknown_language_changes_nothing(client: TestClient, asked: str) -> None:
    answer = client.get(f"/?lang={asked}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "set-cookie" not in answer.headers
    client.cookies.set(COOKIE, asked.replace("es", "e"))
    assert '<html lang="en">' in client.get("/").text


def test_the_switch_leads_to_no_other_site(client: TestClient) -> None:
    answer = client.get("http://testserver//evil.example/?lang=es", follow_redirects=False)
    assert answer.headers["location"] == "/evil.example/"


def test_each_language_has_its_own_entity_tag(client: TestClient) -> None:
    english = client.get(f"/documents/{REPORT}").headers["etag"]
    spanish = client.get(f"/documents/{REPORT}", headers=SPANISH).headers["etag"]
    assert english != spanish
    asked = {"If-None-Match": spanish}
    again = client.get(f"/documents/{REPORT}", headers=SPANISH | asked)
    assert again.status_code == 304
    assert "Accept-Language" in again.headers["vary"]
    assert client.get(f"/documents/{REPORT}", headers=asked).status_code == 200


def test_the_api_and_files_are_the_same_for_all(client: TestClient) -> None:
    for address in ("/api/v1/search?q=zzz", f"/documents/{REPORT}?format=ris", "/api/v1/menu"):
        english, spanish = client.get(address), client.get(address, headers=SPANISH)
        assert english.content == spanish.content, address
        assert "content-language" not in spanish.headers
    accepting = SPANISH | {"Accept": "application/x-research-info-systems"}
    assert client.get(f"/documents/{REPORT}", headers=accepting).content == english_file(client)


def english_file(client: TestClient) -> bytes:
    return client.get(f"/documents/{REPORT}?format=ris").content


def test_texts_follow_the_language_of_their_page() -> None:
    with speaking(Language("fr")):
        assert counted(1200, "%(n)s document", "%(n)s documents") == "1\u202f200 documents"
    assert counted(1200, "%(n)s document", "%(n)s documents") == "1,200 documents"
    assert gettext("100 %") == "100 %"


@pytest.mark.parametrize("code", ["es", "pt", "fr"])
def test_translations_keep_the_placeholders_of_their_texts(code: str) -> None:
    with (LOCALE_FOLDER / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code, abort_invalid=True)
    for message in catalogue:
        if not message.id or not message.string:
            continue
        texts = message.id if message.pluralizable else (message.id,)
        wanted = {name for text in texts for name in PLACEHOLDER.findall(text)}
        for said in message.string if message.pluralizable else (message.string,):
            assert set(PLACEHOLDER.findall(said)) <= wanted, said
            assert said.count("<") == texts[-1].count("<"), said


def test_the_catalogues_have_the_texts_of_the_pages() -> None:
    """``make translations`` brings them up to date."""
    with TEMPLATE.open("rb") as file:
        listed = {message.id for message in read_po(file) if message.id}
    assert listed == {message.id for message in collect() if message.id}


@pytest.mark.parametrize("code", ["es", "pt", "fr"])
def test_every_text_is_translated(code: str) -> None:
    with (LOCALE_FOLDER / f"{code}.po").open("rb") as file:
        assert untranslated(read_po(file, locale=code)) == []


@pytest.mark.parametrize("code", ["es", "pt", "fr"])
def test_what_the_menu_and_the_checklist_say_of_their_terms_is_translated(code: str) -> None:
    taxonomy = load_taxonomy()
    translated = taxonomy.translations[code]
    for vocabulary in ("activities", "factors"):
        for term in taxonomy.vocabularies[vocabulary].terms.values():
            for text in (term.label, term.definition, *term.examples):
                assert translated.get(text, text) != text, text


def test_nothing_is_one_in_french_and_portuguese_and_many_in_spanish() -> None:
    said = ("%(n)s document", "%(n)s documents", 0)
    assert read_language("fr").plural(*said) == "%(n)s document"
    assert read_language("pt").plural(*said) == "%(n)s documento"
    assert read_language("es").plural(*said) == "%(n)s documentos"


def test_what_limits_an_answer_is_told_in_the_language_of_the_page(client: TestClient) -> None:
    page = client.get("/search", params={"q": "..."}, headers=SPANISH).text
    assert '<p class="notice">La consulta no tiene palabras que se puedan buscar.' in page
    page = client.get("/search", params={"q": "teachers " * 300}, headers=SPANISH).text
    assert "La consulta es larga: se buscaron sus primeros 2000 caracteres" in page


def test_a_page_speaks_spanish(client: TestClient) -> None:
    html = client.get("/search?q=wellbeing", headers=SPANISH).text
    assert "Filtros" in html
    assert "Generación de evidencia" in html
    assert "Kenia" in html
    assert "Measuring wellbeing in schools" in html
