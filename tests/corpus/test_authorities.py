"""One name for one thing."""

from __future__ import annotations

import pytest

from corpus.documents.authorities import country_name, load_organisations, organisation_name
from corpus.errors import VocabularyInvalid


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("R4D", "Results for Development (R4D)"),
        ("results for  development", "Results for Development (R4D)"),
        ("Fundación Lúker", "Luker Foundation"),
        ("The World Bank", "World Bank"),
        ("BID", "Inter-American Development Bank (IDB)"),
        ("Global Schools Forum", "Global Schools Forum (GSF)"),
        ("University of Nowhere", "University of Nowhere"),
    ],
)
def test_an_organisation_is_known_by_its_other_names(given, name):
    assert organisation_name(given) == name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("KE", "Kenya"),
        ("Brasil", "Brazil"),
        ("Côte d’Ivoire", "Côte d’Ivoire"),
        ("Alemania", "Germany"),
        ("Royaume-Uni", "United Kingdom"),
        ("USA", "United States"),
        ("global", "global"),
        ("Sub-Saharan Africa", "Sub-Saharan Africa"),
        ("in", "in"),
    ],
)
def test_a_country_is_known_by_code_and_in_four_languages(given, name):
    assert country_name(given) == name


def test_the_network_has_its_22_members_and_one_backbone():
    organisations = load_organisations()
    assert sum(o.member for o in organisations) == 22
    assert [o.name for o in organisations if o.backbone] == ["Results for Development (R4D)"]


def test_an_alias_is_known_with_either_apostrophe():
    for name in ("United Nations Children’s Fund", "united nations children's fund"):
        assert organisation_name(name) == "UNICEF"


def test_two_organisations_cannot_share_a_name(tmp_path):
    path = tmp_path / "o.toml"
    rows = [f'[[organisation]]\nname = "{n}"\naliases = ["Same"]\n' for n in ("A", "B")]
    path.write_text("\n".join(rows))
    with pytest.raises(VocabularyInvalid, match="names A and B"):
        load_organisations(path)
