"""A frozen repository: what is public, nothing else, whole, linked, and every byte vouched for."""

from __future__ import annotations

import json
import shutil

import pytest
from lxml import etree, html

from corpus.catalogue.frozen import NEVER, PUBLIC, list_tables, select_everything
from corpus.errors import FrozenInvalid
from corpus.people.people import add_person
from search_api.closing.bag import check_bag
from search_api.closing.freezing import Freezing, freeze_repository
from search_api.closing.searching import DATA
from search_api.exports.licences import is_open
from tests.support.frozen import DAY, SECRETS, FrozenOnce, frozen_once
from tests.support.linked import dead_links
from tests.support.served import COMMAND_LINE, DIGEST, REPORT, make_settings


@pytest.fixture(scope="module")
def frozen() -> FrozenOnce:
    return frozen_once()


def _page(frozen: FrozenOnce, name: str) -> str:
    return html.fromstring((frozen.site / name).read_bytes()).text_content()


def test_every_public_document_has_a_page_and_no_link_is_dead(frozen):
    assert (frozen.report.documents, frozen.report.whole) == (5, 2)
    assert (frozen.site / "documents" / f"{REPORT}.html").is_file()
    assert (frozen.site / "lists" / "to-read" / "versions" / "1.html").is_file()
    assert dead_links(frozen.site) == []


def test_what_is_not_public_is_nowhere(frozen):
    everything = b"".join(p.read_bytes() for p in frozen.out.rglob("*") if p.is_file())
    assert b"Measuring wellbeing" in everything
    for secret in SECRETS:
        assert secret not in everything, secret


def test_a_text_is_copied_only_where_its_licence_allows_it(frozen):
    assert "El bienestar de los estudiantes se mide" in _page(frozen, f"documents/{DIGEST}.html")
    quoted = _page(frozen, f"documents/{REPORT}.html")
    assert "Page 3 measures the wellbeing of pupils by survey 3." in quoted  # a tag's reason
    everything = b"".join(p.read_bytes() for p in frozen.site.rglob("*.*"))
    assert b"by survey 7." not in everything
    assert "quotes" in _page(frozen, "licences.html")


@pytest.mark.parametrize(
    ("licence", "may"),
    [
        ("CC BY 4.0", True), ("CC-BY-SA-3.0 IGO", True), ("CC0 1.0", True), ("OGL v3.0", True),
        ("Open Government Licence v3.0", True), ("Public Domain", True),
        ("https://creativecommons.org/licenses/by/4.0/", True),
        ("Creative Commons Attribution 4.0 International", True),
        ("Creative Commons Attribution-ShareAlike 4.0 International License", True),
        ("CC BY-NC 4.0", False), ("CC BY-ND", False), ("CC BY-NC-SA 3.0 IGO", False),
        ("https://creativecommons.org/licenses/by-nc/4.0/", False),
        ("Creative Commons Attribution-NonCommercial 4.0", False),
        ("All rights reserved", False), ("", False), (None, False), ("not CC BY", False),
    ],
)  # fmt: skip
def test_only_licences_of_the_list_are_open(licence, may):
    assert is_open(licence) is may


def test_the_owner_may_name_another_licence():
    assert is_open("CC BY-NC 4.0", also=["cc by-nc 4.0"])


def test_pages_load_nothing_and_run_nothing_but_files_of_the_site(frozen):
    for path in frozen.site.rglob("*.html"):
        tree = html.fromstring(path.read_bytes())
        if not tree.xpath("//header[@class='site']"):
            continue  # a file that was exported as it is
        assert tree.xpath("//meta[@http-equiv='Content-Security-Policy']"), path
        assert tree.xpath("//script[not(@src)] | //@style | //style") == [], path
        assert tree.xpath("//form[not(contains(@action, 'search.html'))]") == [], path
        assert "About this copy" in tree.text_content(), path


def test_search_has_each_shown_passage_its_words_and_its_meaning(frozen):
    data = {}
    for name in DATA:
        text = (frozen.site / "search" / name).read_text("utf-8")
        data[name] = json.loads(text.partition("{}).")[2].partition(" = ")[2].removesuffix(";\n"))
    titles = [document["title"] for document in data["documents.js"]]
    assert "Measuring wellbeing in schools" in titles
    assert len(data["passages.js"]) == len(data["terms.js"]["lengths"])
    quoted = [one for one in data["passages.js"] if one[4].startswith("Page 3 measures")]
    assert quoted[0][2] == "p. 3 of the file"
    assert quoted[0][1].startswith(f"documents/{REPORT}.html#p-")
    first, second = data["vectors.js"]
    assert "wellbeing" in first["words"].split()
    assert second is None


def test_harvesters_get_every_document_from_one_file(frozen):
    tree = etree.fromstring((frozen.site / "exports" / "oai.xml").read_bytes())
    names = {"oai": "http://www.openarchives.org/OAI/2.0/"}
    dc = "{http://purl.org/dc/elements/1.1/}"
    records = tree.findall(".//oai:record", names)
    assert len(records) == 5
    titles = {record.findtext(f".//{dc}title") for record in records}
    assert "Measuring wellbeing in schools" in titles
    addresses = [one.text for one in tree.iter(f"{dc}identifier")]
    assert "https://example.org/wellbeing.pdf" in addresses
    assert not [one for one in addresses if one.startswith("/")]


def test_the_letter_says_what_this_is_and_who_to_write_to(frozen):
    letter = _page(frozen, "about.html")
    assert DAY in letter
    assert "salex thaw" in letter
    assert "ana@example.org" in letter


def test_a_changed_byte_a_missing_file_and_a_new_one_are_named(frozen, tmp_path):
    copy = shutil.copytree(frozen.out, tmp_path / "copy")
    assert check_bag(copy).faults == ()
    changed, gone = copy / "data" / "menu.html", copy / "data" / "map.svg"
    changed.write_bytes(changed.read_bytes().replace(b"e", b"3", 1))
    gone.unlink()
    (copy / "data" / "new.txt").write_text("x")
    assert [fault.split()[0] for fault in check_bag(copy).faults] == [
        "data/map.svg", "data/menu.html", "data/new.txt",
    ]  # fmt: skip


def test_nothing_is_left_of_a_freeze_that_fails(tmp_path, monkeypatch):
    settings = make_settings(tmp_path / "data")
    monkeypatch.setattr("search_api.closing.freezing.write_site", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        freeze_repository(Freezing(settings, DAY), tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def test_a_folder_that_is_there_is_not_written_to(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(FrozenInvalid, match="exists already"):
        freeze_repository(Freezing(make_settings(tmp_path / "data"), DAY), tmp_path / "out")


def test_every_table_is_public_or_kept_back_on_purpose(catalogue):
    """A new table: name it in ``PUBLIC`` if anybody may have it, in ``NEVER`` if nobody may."""
    ours = {
        "outcome", "fetch", "harvest", "log_entry", "contribution", "list_suggestion",
        "link_check", "tag_model", "tag_adoption", "tag_change", "demand", "demand_dismissed",
        "evaluation_run", "document_version", "datestamp", "group_proposal",
    }  # fmt: skip
    assert set(list_tables(catalogue)) == set(PUBLIC) | NEVER & set(list_tables(catalogue)) | ours


def test_everything_has_no_people(catalogue, store):
    store("one", "Some words.")
    with catalogue.transaction():
        add_person(catalogue, COMMAND_LINE, "Ana", "curator")
    tables = {table for table, _ in select_everything(catalogue)}
    assert "outcome" in tables
    assert not tables & NEVER
