"""The outline of a document leads to headings that are on the pages it opens."""

from __future__ import annotations

import re
import shutil
from html import unescape

import pytest
from fastapi.testclient import TestClient

from corpus.catalogue.catalogue import connect
from search_api.app import create_app
from search_api.service.settings import Settings
from tests.support.fakes import HashEncoder


@pytest.fixture(scope="module")
def client(starter, tmp_path_factory):
    folder = shutil.copytree(starter / "data", tmp_path_factory.mktemp("outlines") / "data")
    app = create_app(Settings(data_folder=folder), encoder=HashEncoder())
    with TestClient(app) as client:
        yield client


def test_every_heading_in_the_outline_of_a_starter_document_is_where_it_leads(client):
    with connect(client.app.state.service.settings.catalogue_path) as catalogue:
        documents = [document.id for document in catalogue.all_documents()]
    lost, links = [], 0
    for own in (f"/documents/{document_id}" for document_id in documents):
        pages = {own: client.get(own).text}
        outline = pages[own].partition('class="outline"')[2].partition("</details>")[0]
        for link in re.findall(r'href="([^"]*#[^"]*)"', outline):
            address, _, place = unescape(link).partition("#")
            page = address or own
            if page not in pages:
                pages[page] = client.get(page).text
            links += 1
            lost += [] if f'id="{place}"' in pages[page] else [link]
    assert links > 200
    assert lost == []
