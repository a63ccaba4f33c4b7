"""What type of evidence a document is: by what it did itself, each type with its sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from corpus.catalogue.catalogue import connect
from corpus.model import Tag
from corpus.tags.tags import decide, tags_of
from corpus.taxonomy import load_taxonomy
from index.tagging.evidence import evidence_types, load_rules
from index.tagging.tagger import suggest_tags
from index.vectors.builder import build_index
from tests.support.fakes import HashEncoder

LABELS = Path(__file__).parents[1] / "data" / "tagging" / "evidence_types.jsonl"


def types(catalogue, store, *texts, **fields):
    document = store("brief", *texts, **fields)
    return [t.term for t in evidence_types(document, catalogue.passages("brief"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Forty schools were randomly assigned to two groups.", ["randomised-trial"]),
        ("Las escuelas fueron asignadas aleatoriamente a dos grupos.", ["randomised-trial"]),
        ("As escolas foram atribuídas aleatoriamente a dois grupos.", ["randomised-trial"]),
        ("Les écoles ont été tirées au sort.", ["randomised-trial"]),
        ("Schools were not randomly assigned to the two groups.", []),
        ("We did not conduct a randomised controlled trial.", []),
        ("Las escuelas no fueron asignadas aleatoriamente.", []),
        ("As escolas não foram atribuídas aleatoriamente.", []),
        ("Les écoles n'ont pas été tirées au sort.", []),
        ("Previous studies used randomised controlled trials.", []),
        ("Pupils were randomly assigned to tutors (Banerjee and Duflo, 2007).", []),
        ("Banerjee et al. tested it in a randomised controlled trial.", []),
        ("Of the companies, 7% had conducted randomised controlled trials.", []),
        ("Rural schools serve one in five students of the country.", []),
        ("One in five teachers in the country said that they plan alone.", ["quantitative"]),
        ("Future work should use a randomised controlled trial.", []),
        ("We use difference-in-differences to compare districts.", ["quasi-experiment"]),
        ("We held semi-structured interviews with 30 teachers.", ["qualitative"]),
        ("We searched five electronic databases for reports.", ["systematic-review"]),
        ("Nous avons mené une revue systématique des études.", ["systematic-review"]),
    ],
)
def test_what_a_document_did_itself_counts(catalogue, store, text, expected):
    assert types(catalogue, store, text, title="Reading in schools") == expected


def test_trials_that_a_review_describes_do_not_make_it_one(catalogue, store):
    title = "Tutoring: a systematic review"
    text = "In half of them, pupils were randomly assigned to tutors."
    assert types(catalogue, store, text, title=title) == ["systematic-review"]


def test_references_and_later_body_say_nothing_of_the_type(catalogue, store):
    body = [f"Paragraph {n} on schools." for n in range(12)]
    late = "Forty schools were randomly assigned to two groups."
    assert types(catalogue, store, *body, late, title="Reading") == []


def test_a_type_is_suggested_with_its_rule_and_sentence_until_a_person_decides(
    catalogue, store, tmp_path
):
    said = "Forty schools were randomly assigned to two groups."
    store("brief", "On teachers in schools.", f"Reading matters. {said} So it was.", pages=2)
    build_index(catalogue, tmp_path / "index", HashEncoder())

    def tag() -> tuple[Tag, ...]:
        suggest_tags(catalogue, tmp_path / "index", HashEncoder(), load_taxonomy())
        found = tags_of(catalogue, ["brief"])["brief"]
        return tuple(t for t in found if t.vocabulary == "evidence_types")

    (made,) = tag()
    assert (made.term, made.origin, made.page, made.quote) == (
        "randomised-trial", "suggested", 2, said,
    )  # fmt: skip
    assert made.note == "It assigned people, schools or places at random."
    assert tag() == (made,)
    with catalogue.transaction():
        decide(
            catalogue, Tag("brief", "evidence_types", "qualitative", "confirmed", decided_by="a")
        )
    assert [(t.term, t.origin) for t in tag()] == [("qualitative", "confirmed")]


def test_every_rule_is_of_a_term_there_is():
    terms = load_taxonomy().vocabulary("evidence_types").terms
    assert {r.term for r in load_rules()} == set(terms)
    assert len({r.id for r in load_rules()}) == len(load_rules())


def test_types_of_the_starter_are_as_people_read_them(starter, tmp_path):
    """Labels were given from the texts: a type, others that are right too, or none."""
    labels = [json.loads(line) for line in LABELS.read_text().splitlines()]
    right = proposed = recalled = typed = 0
    copied = tmp_path / "catalogue.sqlite"
    shutil.copyfile(starter / "data" / "catalogue.sqlite", copied)
    with connect(copied) as catalogue:
        documents = {d.id: d for d in catalogue.all_documents()}
        for label in (one for one in labels if one["document"] in documents):
            document = documents[label["document"]]
            found = [t.term for t in evidence_types(document, catalogue.passages(document.id))]
            right += len({label["type"], *label["also"]} & set(found))
            proposed += len(found)
            recalled += label["type"] in found
            typed += label["type"] is not None
    assert typed == 71
    assert right / proposed >= 0.85
    assert recalled / typed >= 0.80
