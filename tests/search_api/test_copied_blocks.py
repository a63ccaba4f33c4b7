"""A copy takes only the blocks of the index that it does not have."""

from __future__ import annotations

import pytest

from corpus.catalogue.catalogue import connect
from index.vectors.generations import FIRST_FILE, SECOND_FILE
from search_api.service.settings import Settings
from search_api.upkeep import copying
from search_api.upkeep.copying import refresh_copy
from tests.conftest import store_document
from tests.support.blocks import build, current, fill, held_by


@pytest.mark.parametrize("links", [True, False])
def test_a_copy_shares_the_blocks_that_it_has_and_copies_the_others(tmp_path, monkeypatch, links):
    def refuse(*_):
        raise OSError("no links here")

    settings, folder = Settings(data_folder=tmp_path / "data"), tmp_path / "copy"
    settings.data_folder.mkdir()
    with connect(settings.catalogue_path, create=True) as catalogue:
        fill(catalogue)
        build(catalogue, settings.index_folder)
        refresh_copy(settings, folder)
        store_document(catalogue, "new", "Pupils in Kenya count.")
        build(catalogue, settings.index_folder)
    if not links:
        monkeypatch.setattr(copying.os, "link", refuse)
    refresh_copy(settings, folder)
    one, other = folder / "index" / "gen-000001", folder / "index" / "gen-000002"
    for name in (FIRST_FILE, SECOND_FILE):
        assert (one / name).samefile(other / name) == links
        assert not (other / name).samefile(current(settings.index_folder) / name)
    assert held_by(folder / "index") == held_by(settings.index_folder)


def test_another_index_is_copied_whole(tmp_path):
    settings, folder = Settings(data_folder=tmp_path / "data"), tmp_path / "copy"
    settings.data_folder.mkdir()
    with connect(settings.catalogue_path, create=True) as catalogue:
        for seed in (0, 1):
            fill(catalogue, seed)  # as many passages, with other words
            build(catalogue, settings.index_folder)
            refresh_copy(settings, folder)
            assert held_by(folder / "index") == held_by(settings.index_folder)
