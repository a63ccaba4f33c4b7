"""Questions in Spanish, Portuguese and French, word by word in English."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.model import KEYWORDS, MULTILINGUAL, VECTORS, Query
from index.search import glossing
from index.search.glossing import (
    GLOSSED,
    MOST_MEANINGS,
    find_likely_languages,
    gloss_question,
)
from index.search.language import language_of_question
from index.search.searcher import Searcher
from index.vectors.builder import build_index
from index.words.stopwords import STOP_WORDS
from tests.index.test_multilingual import SecondEncoder, searcher_with
from tests.support.fakes import HashEncoder

LEXICON = Path(glossing.__file__).with_name("lexicon.tsv")


@pytest.mark.parametrize(
    ("language", "question", "text"),
    [
        ("es", "¿Qué mejora la lectura de los niños en Kenya?", "improvement reading child kenya"),
        ("es", "toma de decisiones", "decision making"),
        ("pt", "Como os professores aprendem?", "teacher learn"),
        ("fr", "la mise en œuvre des politiques", "implementation policy"),
        ("fr", "le bien-être des élèves", "well-being pupil"),
        ("fr", "les enseignantes que les écoles accompagnent", "teacher school accompany"),
        ("fr", "les chercheuses actives", "researcher active"),
        ("pt", "inscrições em programas rurais comuns", "enrollment programme rural common"),
        ("es", "Los niños tuvieron después más luces", "child light"),
        ("pt", "Será que teriam lido?", "read"),
        ("es", "programas que mejoran la lectura", "programme improve reading"),
        ("fr", "essais contrôlés randomisés", "randomised controlled trial"),
        ("es", "", ""),
    ],
    ids=["a name stays", "a phrase", "a verb that is inflected", "a French phrase",
         "a plural that is a verb, too", "a French verb in the plural", "French feminine forms",
         "Portuguese plurals", "small words and a Spanish plural", "small words",
         "a verb and not a like noun", "a phrase in the plural", "nothing"],
)  # fmt: skip
def test_words_are_put_into_english(language, question, text):
    assert gloss_question(question, language).text == text


def test_each_word_has_the_words_it_may_be_looked_for_with():
    words = gloss_question("toma de decisiones en Kenya", "es").words
    assert words == {"toma": ("making",), "decisiones": ("decision",)}
    meant = gloss_question("abandono escolar", "es").words["escolar"]
    assert "dropout" in meant
    assert not STOP_WORDS & set(meant)


@pytest.mark.parametrize(
    ("question", "language", "words"),
    [
        ("liderança escolar", "pt", {"liderança": ("leadership",), "escolar": ("school",)}),
        ("évaluation formative", "fr",
         {"évaluation": ("assessment",), "formative": ("formative",)}),
        ("formación inicial docente", "es",
         {"formación": ("training",), "inicial": ("preservice", "pre service"),
          "docente": ("teacher",)}),
        ("bem-estar", "pt", {"bem": ("wellbeing", "well being")}),
    ],
    ids=["each its own", "a meaning of its own that is another", "what is left", "both spellings"],
)  # fmt: skip
def test_no_word_of_a_phrase_stands_for_all_of_it(question, language, words):
    assert gloss_question(question, language).words == words


def test_small_words_are_entries_only_as_they_are_written():
    assert gloss_question("para los pares", "es").text == "peer"  # not "pair" for "para"


@pytest.mark.parametrize(
    ("text", "language", "likely"),
    [
        ("Bienestar", "es", ("es",)), ("liderazgo directivo", "es", ("es",)),
        ("bem-estar", "pt", ("pt",)), ("évaluation formative", "fr", ("fr",)),
        ("abandono escolar", "und", ("es", "pt")), ("lecture", "und", ()), ("SEL", "und", ()),
        ("teacher bienestar", "und", ()), ("Nueva Escuela", "und", ()), ("phonics", "und", ()),
    ],
)  # fmt: skip
def test_a_few_words_are_of_the_language_that_has_them(text, language, likely):
    assert find_likely_languages(text) == likely
    assert language_of_question(text) == language


@pytest.mark.parametrize("language", ["en", "de", "und"])
def test_other_languages_have_no_dictionary(language):
    assert gloss_question("Wie lernen Kinder?", language) is None


def test_the_lexicon_is_whole():
    rows = [line.split("\t") for line in LEXICON.read_text("utf-8").splitlines()]
    assert {len(row) for row in rows} == {1 + len(GLOSSED)}
    assert all(cell == cell.strip() and cell for row in rows for cell in row)
    assert all(entry.strip() for row in rows for cell in row for entry in cell.split(","))
    heads = [row[0] for row in rows]
    assert len(heads) == len(set(heads)) > 2_000
    for code in GLOSSED:
        for row in rows[:200]:
            first = row[1 + [*GLOSSED].index(code)].split(", ")[0]
            gloss = gloss_question(first, code)
            assert len(gloss.text) > 0, first
            assert all(len(meant) <= 4 * MOST_MEANINGS for meant in gloss.words.values())


@pytest.fixture
def ask(store, catalogue, tmp_path):
    """Return what searches two documents in English."""
    store("dropout", "Cash transfers keep girls in school: dropout falls by half.", language="en")
    store("wells", "Wells and pumps stand in the fields.", language="en")
    build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=SecondEncoder())
    searcher = searcher_with(tmp_path, SecondEncoder())
    return lambda text: searcher.search(catalogue, Query(text))


QUESTION = "¿Cómo se reduce el abandono escolar de las niñas?"


def test_an_english_document_is_found_by_what_the_words_are_in_english(ask):
    results = ask(QUESTION)
    assert (results.language, results.legs) == ("es", (KEYWORDS, VECTORS, MULTILINGUAL))
    first = results.hits[0]
    assert first.document.id == "dropout"
    snippet = first.snippets[0]
    marked = {snippet.text[start:end] for start, end in snippet.highlights}
    assert {"girls", "dropout"} <= marked
    assert first.scores[KEYWORDS] > 0
    assert "abandono" not in results.missing_words
    assert results.matched == 1


def test_small_words_of_its_language_are_not_looked_for(ask):
    missing = ask("¿Después de cuánto tiempo tendrían abandono escolar o sequía?").missing_words
    assert "sequía" in missing
    assert not {"después", "tendrían"} & {*missing}
    assert ask("¿Sería?").missing_words == ("sería",)  # there is nothing else to look for


def test_of_an_english_document_the_sentence_with_the_words_in_english_is_quoted(
    store, catalogue, tmp_path, monkeypatch
):
    words = "Of the girls, half as many leave school as before."
    near = "The young women stay in their classes. Uniforms are blue."
    store("words", f"{near} {words}", language="en")
    store("none", near, language="en")
    build_index(catalogue, tmp_path / "index", HashEncoder(), multilingual=SecondEncoder())

    def compare(self, question, sentences):
        return np.array([len(sentences) - place for place in range(len(sentences))])

    monkeypatch.setattr(Searcher, "_compare", compare)  # the first sentence is the nearest
    hits = searcher_with(tmp_path, SecondEncoder()).search(catalogue, Query(QUESTION)).hits
    quoted = {
        hit.document.id: snippet.text[part.start : part.end]
        for hit in hits
        for snippet in hit.snippets
        for part in snippet.answer
    }
    assert quoted == {"words": words, "none": "The young women stay in their classes."}


def test_a_question_of_small_words_alone_is_read_as_it_was_typed(ask, monkeypatch):
    read, encode = [], HashEncoder.encode_query
    monkeypatch.setattr(
        HashEncoder, "encode_query", lambda self, text: read.append(text) or encode(self, text)
    )
    assert ask("¿Qué es esto de la?").language == "es"
    assert read == ["¿Qué es esto de la?"] * 2  # by each encoder


def test_words_of_two_languages_are_read_as_one_of_them(ask):
    results = ask("abandono escolar")
    assert results.language == "und"
    assert results.legs == (KEYWORDS, VECTORS, MULTILINGUAL)
    assert results.hits[0].document.id == "dropout"
    assert results.matched == 1


def test_without_the_second_encoder_only_what_was_typed_is_looked_for(store, catalogue, tmp_path):
    store("dropout", "Cash transfers keep girls in school: dropout falls by half.", language="en")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    searcher = searcher_with(tmp_path, None)
    results = searcher.search(catalogue, Query(QUESTION))
    assert results.legs == (KEYWORDS, VECTORS)
    assert results.matched == 0


def test_without_a_dictionary_the_words_are_nowhere(ask, monkeypatch):
    monkeypatch.setattr("index.search.plan.gloss_question", lambda text, language: None)
    results = ask(QUESTION)
    assert results.matched == 0
    assert "abandono" in results.missing_words
