"""Notices about a work, beside its abstract or on its last pages: never evidence."""

from __future__ import annotations

import pytest

from ingest.model import Block
from tests.ingest.test_roles import PROSE, roles

ABSTRACT = [Block("Abstract", 1), PROSE]
NOTICES = (
    "This paper is a product of the Team for Schools. It is part of a larger effort by the bank to "
    "open its research to all, and to help those who decide on schools.",
    "The Working Paper Series disseminates the findings of work in progress. The papers carry the "
    "names of their authors. They may be less than fully polished when they come out.",
    "The findings, interpretations, and conclusions expressed in this paper are entirely those of "
    "the authors. No one else has had a part in how they came about.",
    "This report is licensed under a Creative Commons licence. What others made, and what is said "
    "to be theirs in it, has to be asked for from them.",
    "Las opiniones expresadas en este documento son de exclusiva responsabilidad de los autores, y "
    "pueden no coincidir con las de la red que las publica.",
    "Se permite la reproducción de este informe para fines que no sean de lucro, siempre que se "
    "diga de dónde viene y quiénes lo escribieron.",
    "As opiniões expressas neste relatório são de responsabilidade dos autores, e não foram vistas "
    "por quem as publica antes que saíssem.",
    "É permitida a reprodução deste estudo para fins que não sejam comerciais, e quem o usa deve "
    "dizer de onde ele vem e quem o escreveu.",
    "Les opinions exprimées dans ce rapport sont celles des auteurs, et le réseau qui le publie ne "
    "les a pas lues avant qu'il ne paraisse.",
    "La reproduction de cette étude à des fins non commerciales est autorisée, et ceux qui s'en "
    "servent doivent dire d'où elle vient.",
)


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice[:30])
def test_a_notice_below_an_abstract_is_front_matter(notice):
    found = roles(["Coaching teachers"], [*ABSTRACT, notice], *[[PROSE]] * 8)
    assert [role for role, text in found if text == notice] == ["front-matter"]
    assert ("summary", PROSE) in found


def test_a_notice_at_the_end_of_a_paragraph_shares_no_passage_with_it():
    found = roles([*ABSTRACT[:1], f"{PROSE} {NOTICES[2]}"], *[[PROSE]] * 8)
    assert found[0] == ("summary", PROSE)
    assert ("front-matter", NOTICES[2]) in found


def test_a_notice_on_the_last_page_is_back_matter():
    found = roles(*[[PROSE]] * 9, [Block("Conclusions", 1), PROSE, NOTICES[3]])
    assert found[-1] == ("back-matter", NOTICES[3])


@pytest.mark.parametrize(
    "text",
    [
        "The opinions expressed by teachers in the interviews do not differ from those of pupils, "
        "and the reform is part of a larger effort of the government.",
        "Better marks may not be attributed to the reform alone, as the schools were chosen by the "
        "districts and not by lot in any of the years.",
        "Schools may be free to choose their books. What is printed can be used by all of them, if "
        "the ministry has seen it before.",
    ],
)
def test_what_a_text_says_of_opinions_and_effects_is_no_notice(text):
    assert {role for role, _ in roles([text], *[[PROSE]] * 8)} == {"body"}


def test_the_same_words_within_a_text_are_no_notice():
    found = roles(*[[PROSE]] * 8, [NOTICES[2]], *[[PROSE]] * 8)
    assert {role for role, _ in found} == {"body"}
