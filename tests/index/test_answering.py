"""Which sentences of a passage are shown first for a query."""

from __future__ import annotations

import pytest

from corpus.catalogue.catalogue import now
from corpus.model import Document, Page, Passage, passage_id
from index.model import Extract, Query
from index.search.answering import (
    Rater,
    choose_nearest,
)
from index.search.paragraphs import split_paragraphs
from index.search.sentences import read_sentences, states_something
from index.words.keywords import query_terms
from index.words.matching import find_matches


def answer(query: str, text: str, role: str = "body") -> list[str]:
    """Return what is shown of a passage, each word of the query counting the same."""
    terms, sentences = query_terms(query), read_sentences(text)
    (found,) = find_matches(terms, [text], [[(one.start, one.end) for one in sentences]])
    words = [matches.terms for matches in found]
    rater = Rater(query, dict.fromkeys(terms, 1.0))
    choice = rater.choose(text, role, words)
    return [text[start:end] for start, end in choice.slices]


def rating(query: str, sentence: str) -> float:
    """Return how well a sentence alone answers, each word of the query counting the same."""
    terms = query_terms(query)
    (whole,) = read_sentences(sentence)
    ((found,),) = find_matches(terms, [sentence], [[(0, len(sentence))]])
    return Rater(query, dict.fromkeys(terms, 1.0)).rate_alone(whole, found.terms)


@pytest.mark.parametrize(
    ("query", "wanted", "other"),
    [
        (
            "How many schools took part?",
            "In all, 94 schools took part in it.",
            "The schools that took part were proud of it.",
        ),
        (
            "¿Cuándo publicó el ministerio su política?",
            "El ministerio publicó su política el 3 de mayo de 2020.",
            "El ministerio publicó su política para todos los docentes.",
        ),
        (
            "Por que a estratégia deve ser avaliada?",
            "A estratégia deve ser avaliada, pois o ritmo se acelera.",
            "A estratégia deve ser avaliada com todos os parceiros.",
        ),
        (
            "Quand la recommandation a-t-elle été adoptée ?",
            "La recommandation a été adoptée en novembre 2021.",
            "La recommandation a été adoptée par acclamation à Paris.",
        ),
    ],
)
def test_a_sentence_that_can_be_an_answer_is_shown(query: str, wanted: str, other: str) -> None:
    assert answer(query, f"{other} {wanted}")[0].endswith(wanted)
    assert answer(query, f"{wanted} Nothing else was said about that. {other}")[0] == wanted


@pytest.mark.parametrize(
    ("query", "wanted", "other"),
    [
        (
            "When are the grants paid?",
            "The grants are paid once a school has shown its plan.",
            "The grants are paid in full.",
        ),
        (
            "¿Cuándo reciben las becas las maestras?",
            "Las maestras reciben las becas después de un año de trabajo.",
            "Las maestras reciben las becas con mucho gusto en su casa.",
        ),
    ],
)
def test_when_something_happens_is_told_by_what_comes_before_it(
    query: str, wanted: str, other: str
) -> None:
    assert rating(query, wanted) > rating(query, other)


def test_words_by_which_a_question_is_put_need_not_be_in_the_answer() -> None:
    wanted = "Some pupils walk very far."
    other = "According to what happens, although late, pupils are counted once a year."
    query = "What happens to pupils of small schools according to the report, although they walk?"
    assert rating(query, wanted) > rating(query, other)
    assert rating("What happens according to it?", other) > 0


def test_what_a_document_calls_a_finding_is_preferred_to_the_same_said_in_passing() -> None:
    said = "Coaching of teachers helps pupils."
    for label in ("Key finding 2:", "Lessons:", "Mensaje clave:", "Constat 3 :", "Achados:"):
        assert rating("coaching of teachers", f"{label} {said}") > rating(
            "coaching of teachers", f"In the hills, {said}"
        )


@pytest.mark.parametrize(
    ("query", "result", "other"),
    [
        ("does coaching improve teaching?", "Our results suggest that coaching improves teaching.",
         "Coaching can improve teaching, it has been suggested."),
        ("what is the effect of coaching on teaching?", "Coaching had a small effect on teaching.",
         "An effect of coaching is what this report on teaching is about."),
        ("how effective is coaching?", "The effect size of coaching was 0.2.",
         "Effective coaching is defined as coaching with a plan."),
        ("¿funciona el acompañamiento?", "Los resultados muestran que el acompañamiento sirve.",
         "El acompañamiento es una forma de trabajo de las escuelas."),
        ("quels sont les effets du tutorat ?", "Les études montrent que le tutorat a des effets.",
         "Le tutorat est une forme de travail aux effets attendus."),
    ],
)  # fmt: skip
def test_whether_something_works_is_answered_by_a_result(query, result, other) -> None:
    assert rating(query, result) > rating(query, other)


@pytest.mark.parametrize(
    "guess",
    [
        "One hypothesis is that coaching improves teaching.",
        "It has been suggested that coaching improves teaching.",
        "Coaching improves teaching (Friend cited in Stanek).",
    ],
)
def test_a_guess_is_put_back_where_a_result_is_asked_for(guess: str) -> None:
    said = "In many of these schools coaching improves teaching much."
    assert rating("does coaching improve teaching?", guess) < rating(
        "does coaching improve teaching?", said
    )
    assert rating("coaching and teaching", guess) >= rating("coaching and teaching", said) - 0.05


def test_a_result_that_is_cited_by_name_and_year_is_no_result_of_the_document() -> None:
    own = "We found positive effects of coaching on teaching in these schools."
    cited = "Quispe (2005) found positive effects of coaching on teaching there."
    asked = "is coaching effective for teaching?"
    assert rating(asked, own) - rating(asked, cited) > 0.2


def test_across_languages_the_nearest_sentence_is_shown_with_what_it_refers_to() -> None:
    text = "Schools met in networks. They read evidence. In 2021, 40 of them took part."
    sentences = read_sentences(text)
    starts, ends = [one.start for one in sentences], [one.end for one in sentences]

    def nearest(question: str, *cosines: float) -> list[str]:
        return [text[s:e] for s, e in choose_nearest(text, sentences, question, cosines)]

    assert nearest("¿Qué leen las redes?", 0.3, 0.5, 0.4) == [text[: ends[1]]]
    assert nearest("¿Qué leen las redes?", 0.3, 0.2, 0.4) == [text[starts[2] :]]
    assert nearest("¿Cuántas escuelas participaron?", 0.45, 0.2, 0.4) == [text[starts[2] :]]


def test_a_question_answers_nothing() -> None:
    asks, says = "“Can we learn from schools in networks?”", "Schools learn much in networks."
    assert answer("can we learn from schools in networks", f"{asks} {says}") == [says]


def test_a_claim_is_shown_with_what_takes_it_back() -> None:
    claim = "The scale is reliable in primary schools, with an alpha of .80."
    limit = "Validation of the scale has yet to be done."
    between = "It was developed in Lima over two years by a team of teachers."
    assert answer("reliability scale alpha primary schools", f"{claim} {between} {limit}") == [
        claim,
        limit,
    ]
    assert answer("validation of the scale", f"{limit} {between} {claim}")[0] == limit


def test_a_sentence_that_refers_to_another_is_shown_with_it() -> None:
    text = "The plan was adopted in 2018. It has three priorities for schools. Paris is far away."
    assert answer("three priorities for schools", text) == [text[: text.index(" Paris")]]


def test_paragraphs_and_items_are_never_run_together() -> None:
    text = "Networks need:\n\n• trust among their members; • money for their members, every year."
    assert answer("what members of networks need: trust and money", text) == [
        "Networks need:",
        "trust among their members;",
        "money for their members, every year.",
    ]


@pytest.mark.parametrize("marks", [("1)", "12)"), ("(a)", "(iv)"), ("-", "*")])
def test_numbered_items_are_paragraphs_of_their_own(marks: tuple[str, str]) -> None:
    text = f"Networks need\n{marks[0]} trust among members\n{marks[1]} money every year"
    assert len(split_paragraphs(text)) == 3


def test_a_sentence_that_a_figure_parts_is_whole() -> None:
    text = "Of all teachers 40 percent, in\n\nrural schools alone, were trained. Others were not."
    assert answer("rural teachers trained", text)[0] == text[: text.index(" Others")]


@pytest.mark.parametrize("role", ["references", "contents", "front-matter", "navigation", "table"])
def test_passages_that_state_nothing_are_not_quoted(role: str) -> None:
    assert answer("school meals", "School meals and their costs in nine towns.", role) == []


def test_an_answer_names_its_own_page_not_that_of_its_passage(catalogue, searching) -> None:
    before, after = "Apples are red and round in every year.", "Teachers use evidence every day."
    text = f"{before}\n{after}"
    turn = len(before) + 1
    passage = Passage(passage_id("long", text, 0), "long", 0, 4, 5, None, 0, len(text), text)
    document = Document(
        "long", "Long", "file:///long", "text/plain", "0" * 64, len(text), page_count=5,
        added_at=now(), updated_at=now(),
    )  # fmt: skip
    pages = [Page(4, 0, len(before)), Page(5, turn, len(text))]
    with catalogue.transaction():
        catalogue.store_document(document, text, pages=pages, passages=[passage])
    (hit,) = searching().search(catalogue, Query("Do teachers use evidence?")).hits
    assert hit.snippets[0].answer == (Extract(turn, len(text), 5, 5),)


def test_the_passage_with_the_best_answer_is_first(catalogue, store, searching) -> None:
    about = [f"The schools that took part were proud of it, said {n}." for n in "abcd"]
    store("report", *about, "The 94 schools that took part were proud of it, said e.", pages=5)
    results = searching().search(catalogue, Query("How many schools took part?"))
    snippets = results.hits[0].snippets
    assert snippets[0].page == 5
    assert len({snippet.passage_id for snippet in snippets}) == 3


def test_labels_near_the_question_do_not_hide_the_passage_that_can_be_quoted(
    store, searching, catalogue
) -> None:
    labels = [f"Visits, teachers: {n}" for n in "abcdefghijkl"]
    said = (
        "Colleagues who were asked had gone elsewhere before the rains, by bus and often in groups."
    )
    store("report", *labels, said, pages=len(labels) + 1)
    (hit,) = searching().search(catalogue, Query("visits teachers")).hits
    assert hit.snippets[0].text == said
    assert [len(s.answer) for s in hit.snippets] == [1, 0, 0]


def test_a_caption_that_is_a_sentence_states_something() -> None:
    assert states_something("Figure 2 shows that few schools were visited twice a year.")


@pytest.mark.parametrize(
    ("part", "states"),
    [
        ("Activity Specific Activities Evidence Stage Resources", False),
        ("Country Year Pupils in School Source", False),
        ("Schools in Ghana Lead Their Networks.", True),
        ("Schools in Ghana lead their networks", True),
        ("What do schools in Ghana lead?", False),
        ("Key Findings Report", False),
        ("UNESCO and UNICEF support Ghana", True),
        ("R E V I E W A R T I C L E Open Access", False),
    ],
)
def test_heads_of_columns_state_nothing(part, states):
    assert states_something(part) == states


@pytest.mark.parametrize("mark", ["•", "-", "–", "➢"])
def test_a_quote_begins_after_the_mark_of_its_item(mark: str) -> None:
    said = "Teachers visit other schools twice a year."
    text = f"The schools are near the lake.\n{mark} {said}\n{mark} Parents pay for it."
    assert answer("How often do teachers visit?", text) == [said]
    visits = read_sentences(text)[1]
    ((start, end),) = choose_nearest(text, [visits], "How often do teachers visit?", [0.9])
    assert text[start:end] == said


@pytest.mark.parametrize(
    "signpost",
    [
        "The fifth section examines the visits between schools in Peru and their costs.",
        "Section 3 describes how schools in Peru visit each other and what visits cost.",
        "Our work builds on a large literature on visits between schools in Peru.",
        "La segunda parte presenta las visitas entre escuelas: visits between schools in Peru.",
        "This paper is organised by visits between schools in Peru.",
    ],
)
def test_a_sentence_that_says_where_something_stands_comes_after_one_that_says_it(signpost):
    says = "Most visits between schools led to lessons that teachers in Peru tried out at once."
    text = f"{signpost}\n\nNothing else was found.\n\n{says}"
    assert answer("visits between schools in Peru", text)[0] == says


@pytest.mark.parametrize(
    "part",
    [
        "VISITAS DE ESCOLAS E PROFESSORES 2.",
        "Note: Numbers are the coefficients of the visits, pairwise by schools.",
        "Fuente: elaboración propia a partir de las visitas entre escuelas.",
        "Figure 2: Lack of visits between schools by their infrastructure",
        "Cuadro 3.1 Visitas de los docentes a otras escuelas según su edad",
        "1995 91.6 84.6 89.4 81.4",
        "School year 97/98 98/99 99/00 00/01 01/02 02/03",
    ],
)
def test_headings_in_capitals_and_parts_of_tables_state_nothing(part):
    assert not states_something(part)


@pytest.mark.parametrize("label", ["Abstract ", "Resumen. ", "ABSTRACT: "])
def test_a_quote_begins_after_the_word_abstract(label):
    says = "By the turn of the century most schools visited each other."
    assert answer("schools visited", f"{label}{says}") == [says]


@pytest.mark.parametrize(
    ("asked", "says", "other"),
    [
        (
            "How long is a permission for photos valid?",
            "A permission for photos is valid for three years.",
            "A permission for photos is valid in 2 countries.",
        ),
        (
            "Combien de temps une autorisation est-elle valable ?",
            "Une autorisation est valable la durée du film.",
            "Une autorisation est valable avec 2 signatures.",
        ),
        (
            "How is artificial intelligence defined?",
            "Here artificial intelligence means a machine with objectives of its own.",
            "Some states have defined goals for artificial intelligence in their schools.",
        ),
        (
            "¿Cómo se define la voz docente?",
            "La voz docente significa lo que dicen quienes enseñan.",
            "La voz docente cuenta mucho en todas las escuelas.",
        ),
    ],
)
def test_a_duration_or_a_meaning_answers_who_asks_for_it(asked, says, other):
    assert rating(asked, says) > rating(asked, other)


def test_items_in_one_line_are_kept_apart() -> None:
    text = (
        "- A permission has no longest duration. - A permanent permission is not lawful. "
        "- Keep signed permissions with the film – as long as it is used."
    )
    said = "A permission has no longest duration."
    assert answer("How long does a permission last, at its longest?", text)[0] == said
    assert len(split_paragraphs(text)) == 3
