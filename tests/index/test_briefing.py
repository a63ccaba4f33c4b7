"""Lines of a brief are whole sentences that stand alone; the choice is wide and repeats nothing."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.model import Passage
from index.briefing.briefing import vectors_of_words
from index.briefing.choosing import Candidate, Room, choose, remove_repeats, set_side_by_side
from index.briefing.composing import compose
from index.briefing.gathering import gather_from_documents
from index.briefing.lines import Line, find_lines, is_quotable
from index.briefing.voices import stance_of
from index.briefing.wording import OF_ITSELF, stands_alone
from index.search.quoting import Asked, rate_sentences
from index.vectors.remembered import RememberedVectors
from tests.support.briefed import store_parts
from tests.support.fakes import HashEncoder

ROOM = Room(lines=10, characters=10_000, of_one_document=3)


@pytest.mark.parametrize(
    "text",
    [
        "Learning gains in reading and mathematics",
        "and so the teachers of the region learned to read scores.",
        "Teachers said that the programme is effective, e.g.",
        "The programme helped (as the evaluation of the first year shows.",
        "Smith, J. (2019). Structured lesson plans and reading. Oxford University Press.",
        "Retrieved from https://example.org/a-long-address on a day in May.",
        "Figure 3. Reading scores of pupils by region and by year.",
        "Source: authors' own calculation with the data of the survey.",
        "2.1 Methods of the evaluation and of the survey of teachers.",
        "NATIONAL MINISTRY OF EDUCATION AND SPORT is the publisher of it.",
        "Grade 4 12.5 33.1 42.0 51.7 62.2 71.0 80.4 and so on.",
        "Does coaching of teachers help pupils to read better?",
        "Teachers learn.",
        "To support networks of schools by joint learning, resulting in a strong system.",
    ],
)
def test_a_fragment_a_caption_or_a_reference_is_no_line(text):
    assert not is_quotable(text)


@pytest.mark.parametrize(
    "text",
    [
        "Coaching teachers for one year raised reading scores by 0.3 standard deviations.",
        "“Teachers need time,” said one of the school leaders in Lima.",
        "¿Quién decide? no: los docentes deciden con los datos de su escuela.",
        "Reading improved in 40 of 52 schools, and most in rural ones.12",
        "To help improve learning, technology should complement teachers.",
    ],
)
def test_a_whole_sentence_is_a_line(text):
    assert is_quotable(text)


@pytest.mark.parametrize(
    "text",
    [
        "It raised reading scores in every region of the country.",
        "However, reading scores fell after the project.",
        "Text messages, by contrast, gave a mixed picture of it.",
        "In spite of this result, the authors continue to make the case.",
        "With twenty items, answered on a scale, it assesses five strengths.",
        "The other two countries did not take part in the survey.",
        "Second, teachers need time to read the evidence.",
        "Below are some results for which this funding was a key contributor.",
        "The result was a statement that focused on evidence and its uptake.",
        "As we consider how to support rural schools, several questions emerge.",
        "Despite these obstacles, rural schools have high graduation rates.",
        "Thematic funding as part of all funding contributes to this progress.",
        "Sin embargo, los resultados no cambiaron en las escuelas.",
    ],
)
def test_a_sentence_that_needs_the_one_before_it_does_not_stand_alone(text):
    assert not stands_alone(text)


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Coaching improved reading in primary schools.", "effect"),
        ("Coaching did not improve reading in primary schools.", "no-effect"),
        ("There was no significant effect on reading.", "no-effect"),
        ("Coaching may help pupils to read.", "unsure"),
        ("The evidence on coaching is inconclusive.", "unsure"),
        ("Any school of the state may take part.", None),
        ("The project aims to improve reading.", None),
        ("La tutoría mejoró la lectura.", "effect"),
    ],
)
def test_what_a_sentence_claims_of_an_effect(text, stance):
    assert stance_of(text) == stance


def test_what_tells_of_its_document_is_told_from_what_tells_of_the_world():
    assert OF_ITSELF.search("This report describes the survey of teachers.")
    assert OF_ITSELF.search("Ann Author is the author of the text on coaching.")
    assert OF_ITSELF.search("The report has tried to avoid a view that is too narrow.")
    assert OF_ITSELF.search("As the network ends, we’re excited to share what we learned.")
    assert OF_ITSELF.search("Objective: Gather what is known about networks of schools.")
    assert OF_ITSELF.search("Your support ensures that every child learns.")
    assert OF_ITSELF.search("Figure 2 shows the effect sizes of the 66 trials of reading.")
    assert OF_ITSELF.search("Tabla 3 presenta los resultados de cada escuela.")
    assert not OF_ITSELF.search("Table 3 shows that coaching helps.")
    assert not OF_ITSELF.search("Teachers who read reports use evidence more often.")


def _passage(text: str, name: str = "a") -> Passage:
    return Passage(hash((text, name)) & 0xFFFF, name, 0, 1, 1, None, 0, len(text), text, "summary")


def _lines(text: str, asked: str = "coaching") -> list[Line]:
    rated = rate_sentences(None, [_passage(text)], Asked(asked, {asked: 1.0}))  # type: ignore[arg-type]
    return find_lines(rated)


def test_what_takes_a_sentence_back_is_quoted_with_it():
    text = "Coaching raised reading scores in the first year. However, they fell in the second."
    assert [line.text for line in _lines(text)] == [text]


def test_a_sentence_that_refers_to_another_is_quoted_with_it_or_not_at_all():
    text = (
        "Teachers in Peru met every month for a year. They said that coaching helped them most. "
        "It was also cheaper than coaching by telephone."
    )
    (line,) = _lines(text)
    assert line.text == text[: text.index(" It was")]
    assert _lines("A heading without an end\n\nThey said that coaching helped them most.") == []


def test_what_tells_of_its_document_is_not_quoted_with_what_it_follows():
    text = "Visits raised reading scores in most schools. This chapter has emphasised coaching."
    assert [line.text for line in _lines(text)] == [text[: text.index(" This")]]


def test_the_number_of_a_list_item_is_not_quoted():
    (line,) = _lines("3. Coaching raised reading scores in most of the schools.")
    assert line.text == "Coaching raised reading scores in most of the schools."
    assert line.text == line.passage.text[line.start : line.end]


def _candidates(*lines: tuple[str, str, float]) -> tuple[list[Candidate], np.ndarray]:
    """Return candidates of (document, text, relevance), and their vectors."""
    made = [
        Candidate(
            Line(_passage(text, name), 0, len(text), 1, 1, stance=stance_of(text)),
            relevance,
            frozenset({("document", name)}),
        )
        for name, text, relevance in lines
    ]
    return made, vectors_of_words([text for _, text, _ in lines])


SAME = "Coaching of teachers improved the reading scores of pupils in rural primary schools"


def test_of_near_repeats_the_nearest_stays():
    candidates, vectors = _candidates(
        ("a", f"{SAME} again.", 0.5), ("b", f"{SAME}.", 0.9), ("c", "Pay rose.", 0.4)
    )
    assert remove_repeats(candidates, vectors) == [1, 2]


def test_lines_that_disagree_are_no_repeats_and_stand_side_by_side():
    candidates, vectors = _candidates(
        ("a", f"{SAME}.", 0.9), ("b", f"Nobody says that {SAME} may help.", 0.5)
    )
    assert candidates[1].line.stance == "unsure"
    assert vectors[0] @ vectors[1] > 0.75
    places = remove_repeats(candidates, vectors)
    assert places == [0, 1]
    assert set_side_by_side(candidates, vectors, [0], more=[1], most=1) == [(0, 1)]
    assert set_side_by_side(candidates, vectors, [0], more=[1], most=0) == [(0,)]


def test_lines_of_one_document_are_not_set_against_each_other():
    candidates, vectors = _candidates(("a", f"{SAME}.", 0.9), ("a", f"{SAME} is unclear.", 0.8))
    assert set_side_by_side(candidates, vectors, [0, 1], most=1) == [(0,), (1,)]


def test_another_document_is_chosen_before_a_slightly_nearer_line_of_the_same():
    candidates, vectors = _candidates(
        ("a", "Coaching helped.", 0.9), ("a", "Meals were free.", 0.62), ("b", "Pay rose.", 0.6)
    )
    assert choose(candidates, vectors, ROOM, among=[0, 1, 2])[:2] == [0, 2]


def test_a_part_keeps_to_its_room():
    lines = [(f"d{n % 4}", f"Word{n} other{n} third{n}.", 0.9 - n / 100) for n in range(20)]
    candidates, vectors = _candidates(*lines)
    one_each = Room(lines=10, characters=10_000, of_one_document=1)
    assert len(choose(candidates, vectors, one_each, among=range(20))) == 4
    two_lines = Room(lines=10, characters=2 * (22 + 130) + 20, of_one_document=9)
    assert len(choose(candidates, vectors, two_lines, among=range(20))) == 2


def test_findings_do_not_repeat_key_messages():
    lines = [(f"d{n}", f"Word{n} other{n} third{n} fourth{n}.", 0.9) for n in range(12)]
    made = compose(*_candidates(*lines))
    said = [line.id for s in (*made.key_messages, *made.findings) for line in s]
    assert len(made.key_messages) == 7
    assert len(said) == len(set(said)) == 12


def test_a_line_that_is_too_far_for_a_key_message_is_a_finding():
    lines = [("near", "Coaches visit each school.", 0.5), ("far", "Pupils read more at home.", 0.4)]
    made = compose(*_candidates(*lines), key_least=0.45)
    documents = [
        [line.passage.document_id for statement in part for line in statement]
        for part in (made.key_messages, made.findings)
    ]
    assert documents == [["near"], ["far"]]
    assert len(compose(*_candidates(*lines)).key_messages) == 2


def test_a_sentence_is_encoded_once():
    class Counting(HashEncoder):
        encoded = 0

        def encode_passages(self, texts):
            self.encoded += len(texts)
            return super().encode_passages(texts)

    encoder, remembered = Counting(), RememberedVectors(most=2)
    first = remembered.encode(encoder, ["one", "two", "one"])
    assert np.array_equal(first, HashEncoder().encode_passages(["one", "two", "one"]))
    remembered.encode(encoder, ["two"])
    assert encoder.encoded == 2
    remembered.encode(encoder, ["three", "one"])
    assert encoder.encoded in (3, 4)  # it keeps two


@pytest.mark.parametrize("number", ["", " 2"])
def test_the_title_of_a_document_is_no_line_of_it(catalogue, number):
    title = f"Supporting networks of schools to use evidence{number}."
    said = "Networks of schools use evidence more often than others do."
    named = "Supporting networks of schools to use evidence"
    store_parts(catalogue, "networks", [("summary", 1, f"{title} {said}")], title=named)
    gathered = gather_from_documents(catalogue, ["networks"], Asked())
    assert [line.text for line in gathered.lines] == [said]
