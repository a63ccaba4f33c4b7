"""The language of a question, by script, small words and accents."""

from __future__ import annotations

import pytest

from index.search import language
from index.search.language import LANGUAGES, language_of_question

QUESTIONS = {
    "en": (
        "what works on wellbeing measurement",
        "How is teacher coaching financed?",
        "education in Côte d'Ivoire and Bénin",
        "is the Parents' Association of São Paulo useful for learning",
        "the effect of de facto segregation on pupils",
        "does El Niño keep children from school?",
        "La Niña and school attendance in Peru",
    ),
    "es": (
        "¿cómo se evalúan las habilidades socioemocionales?",
        "medir el bienestar de los estudiantes",
        "que funciona para ensenar a leer",
        "políticas educativas",
        "formación",
    ),
    "pt": (
        "como medir o bem-estar dos alunos",
        "avaliação da aprendizagem",
        "quais são os efeitos da formação de professores?",
        "o que funciona nas escolas rurais",
        "educação",
        "leitura nos anos iniciais",  # "nos" is a small word of Spanish, too
        "mentoria entre pares",
    ),
    "fr": (
        "mesurer le bien-être des élèves",
        "qu'est-ce qui marche pour l'apprentissage de la lecture",
        "formation continue des enseignants",
        "l'école à la maison",
        "tutorat en mathématiques",
    ),
    "de": ("Was wirkt gegen Schulabbruch und wie wird es gemessen?",),
    "it": ("come si misura il benessere degli studenti nella scuola",),
    "nl": ("hoe leren kinderen het beste lezen op school",),
    "pl": ("jak mierzyć dobrostan uczniów w szkole",),
    "tr": ("öğretmenler için hangi eğitim işe yarar",),
    "ru": ("как измерить благополучие учеников",),
    "ar": ("كيف نقيس رفاه الطلاب",),
    "zh": ("如何衡量学生的幸福感",),
    "ja": ("生徒のウェルビーイングをどう測るか",),
    "ko": ("학생의 복지를 어떻게 측정하는가",),
    "th": ("วัดความเป็นอยู่ที่ดีของนักเรียนอย่างไร",),
    "und": (
        "",
        "SEL",
        "coaching",
        "Escola 2030",
        "PISA 2018",
        "naïve",
        "climate change",
        "abandono escolar",
        "123 ?!",
    ),
}


@pytest.mark.parametrize(
    ("language", "question"),
    [(language, question) for language, asked in QUESTIONS.items() for question in asked],
)
def test_the_language_of_a_question(language, question):
    assert language_of_question(question) == language


def test_every_language_that_can_be_told_can_be_chosen():
    assert set(QUESTIONS) == {*LANGUAGES, "und"}


def count_plainly(text, cues):
    """Count the signs of a language one word after the other."""
    found = language._WORD.findall(text)
    plain = {word.lower() for word in found if word.islower() or word == found[0]}
    points = 0.0
    for word in {word.lower() for word in found}:
        points += 1.0 if word in cues.words else 0.5 if word in cues.weak else 0.0
    for word in plain - cues.words:
        ends = [e for e in cues.endings if word.endswith(e) and len(word) >= len(e) + 2]
        points += max((0.5 if ending.isascii() else 1.0 for ending in ends), default=0.0)
    letters = {letter for word in plain for letter in word}
    points += 1.0 * bool(letters & cues.letters) + 0.5 * bool(letters & cues.accents)
    points += 0.5 * any(b.lower() in cues.elided for b in language._ELIDED.findall(text))
    return points + 10.0 * bool(cues.signs & set(text))


def test_the_signs_of_each_language_are_counted_as_one_word_after_the_other():
    texts = [text for texts in QUESTIONS.values() for text in texts]
    for cues in language._cues().values():
        texts.append(" ".join(sorted(cues.words)[:9] + sorted(cues.weak)[:9]))
        texts.append(" ".join(f"xy{ending} {ending}" for ending in cues.endings))
        texts.append(" ".join(f"{elided}'ab" for elided in sorted(cues.elided)))
    for text in texts:
        for cues in language._cues().values():
            assert language._points(language._Said(text), cues) == count_plainly(text, cues)
