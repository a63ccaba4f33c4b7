"""What was learned is plain JSON that says the same after reading; words are counted as said."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from corpus.errors import TagModelUnusable
from corpus.tags.tags import tags_of
from corpus.taxonomy import load_taxonomy
from index.tagging.examples import reviewed_examples, vectors_of
from index.tagging.learning import WORDS_WEIGHT, Example, learn_vocabulary, lexicon_of
from index.tagging.model import BELIEFS_COUNT, TagModel, read_model, version_of
from index.tagging.proposing import Proposer
from index.tagging.reading import (
    KIND_COUNTS,
    TYPE_COUNTS,
    WAYS,
    Comparison,
    Reading,
    read_documents,
    term_words,
)
from index.tagging.signs import Shown
from index.tagging.tagger import suggest_tags
from index.tagging.words import make_lexicon, words_of_text
from index.vectors.builder import build_index
from index.vectors.encoder import load_encoder
from tests.support.fakes import HashEncoder

TRIAL = "randomised controlled trial in primary schools, a sample of students, number {}"
BRIEF = "the ministry of education adopted the programme: evidence changed the policy, number {}"


def _example(n, text, carried):
    encoder = HashEncoder()
    words = tuple(words_of_text(text.format(n)))
    rows = encoder.encode_passages([text])
    reading = Reading(f"d{n}", rows, rows[0], (), "#kind report", (words,))
    labels = {term: term == carried for term in ("generation", "translation", "use")}
    labels["translation"] = n % 3 == 0
    return Example(reading, {"stages": labels}, {"stages": carried})


@pytest.fixture
def learned():
    """A model of stages learned from forty documents of two plain sorts."""
    examples = [
        _example(n, *((TRIAL, "generation") if n % 2 else (BRIEF, "use"))) for n in range(40)
    ]
    stages = term_words(HashEncoder(), load_taxonomy(), "stages")
    lexicon = lexicon_of(examples, [stages])
    model = learn_vocabulary(examples, stages, lexicon)
    return examples, stages, TagModel(HashEncoder.digest, lexicon, {"stages": model}, {})


def test_a_model_reads_back_as_it_was_written(learned):
    examples, stages, model = learned
    text = model.to_json()
    again = read_model(text, hashlib.sha256(text.encode()).hexdigest())
    assert again.to_json() == text
    for one, other in ((model, again), (again, model)):
        comparison = Comparison(stages, one.lexicon)
        said = one.vocabularies["stages"].score_document(
            examples[0].reading, comparison, one.lexicon
        )
        assert said == pytest.approx(
            other.vocabularies["stages"].score_document(
                examples[0].reading, comparison, one.lexicon
            )
        )


def test_it_learned_what_sets_the_two_sorts_apart(learned):
    examples, stages, model = learned
    proposer = Proposer(HashEncoder(), [stages], model, "learned-2/test")
    for example in examples[:6]:
        proposed = proposer.propose_terms(example.reading, "stages")
        assert proposed.proposals[0].term == example.primary["stages"]
        assert proposed.model == "learned-2/test"


def test_a_changed_model_is_refused(learned):
    text = learned[2].to_json()
    with pytest.raises(TagModelUnusable, match="changed on disk"):
        read_model(text.replace("0.", "1.", 1), hashlib.sha256(text.encode()).hexdigest())


def test_a_model_of_another_release_says_what_to_do(learned):
    content = json.loads(learned[2].to_json()) | {"method": "learned-0"}
    with pytest.raises(TagModelUnusable, match="salex tag --train"):
        TagModel.from_json(json.dumps(content))


def test_another_model_has_another_version(learned):
    text = learned[2].to_json()
    assert version_of(text) == version_of(learned[2].to_json())
    assert version_of(text) != version_of(text + " ")


def test_a_model_of_another_encoder_is_left_aside(learned):
    examples, stages, model = learned
    other = HashEncoder()
    other.digest = "another"
    proposed = Proposer(other, [stages], model, "learned-2/test").propose_terms(
        examples[0].reading, "stages"
    )
    assert proposed.model == "zero-shot-4/another"


def test_too_few_decisions_teach_nothing(learned):
    examples, stages, model = learned
    assert learn_vocabulary(examples[:19], stages, model.lexicon) is None
    lonely = [e for e in examples if e.labels["stages"]["use"]]
    assert learn_vocabulary(lonely, stages, model.lexicon) is None


def test_a_recipe_gets_no_stage_and_no_topic(catalogue, store, tmp_path):
    store(
        "soup",
        "Peel the onions and fry them in butter until they are brown. Add stock and thyme.",
        "Simmer for half an hour. Toast the bread, cover it with cheese, and grill the soup.",
    )
    build_index(catalogue, tmp_path / "index", load_encoder(None))
    suggest_tags(catalogue, tmp_path / "index", load_encoder(None), load_taxonomy())
    (only,) = tags_of(catalogue, ["soup"])["soup"]
    assert (only.vocabulary, only.term, only.origin) == ("scope", "outside", "suggested")
    assert "0 of its 32 words speak of the agenda's subjects" in (only.note or "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Scaling scaled scales", {"scal"}),
        ("In 2019, 4,500 families or 12.5% of them", {"#year", "#number", "#share", "famil"}),
        ("of the and a", set()),
        ("Évaluation nationale", {"évalu", "national"}),
        ("", set()),
    ],
    ids=["endings", "numbers", "nothing of substance", "accents", "nothing"],
)
def test_words_are_stems_and_marks(text, expected):
    assert {w for w in words_of_text(text) if " " not in w} == expected


def test_a_lexicon_has_what_two_texts_share():
    lexicon = make_lexicon([["a", "b"], ["b", "c"], ["c", "b"]])
    assert lexicon.words == ("b", "c")
    rows = lexicon.rows([["b", "b", "x"], []])
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 0])


def test_a_suggestion_that_still_stands_is_no_decision(catalogue, store, tmp_path):
    from corpus.model import Tag
    from corpus.people.actors import Actor
    from corpus.tags.deciding import confirm
    from corpus.tags.tags import suggest

    store("brief", "Text.")
    store("other", "Text of another.")
    build_index(catalogue, tmp_path / "index", HashEncoder())
    with catalogue.transaction():
        for document, term in (("brief", "use"), ("brief", "translation"), ("other", "use")):
            suggest(catalogue, Tag(document, "stages", term, "suggested"))
    confirm(catalogue, Actor("ana", "curator"), "brief", "stages", "use")
    stages = term_words(HashEncoder(), load_taxonomy(), "stages")
    (example,) = reviewed_examples(
        catalogue, vectors_of(tmp_path / "index", HashEncoder()), [stages], HashEncoder()
    )
    assert example.labels == {"stages": {"use": True, "generation": False}}


def test_a_document_s_kind_tells_its_stage_and_not_its_topics(learned):
    reading = replace(learned[0][0].reading, kind="#kind blog")
    assert reading.all_words("stages").count("#kind blog") == KIND_COUNTS["stages"] > 1
    assert "#kind blog" not in reading.all_words("topics")
    assert all("#kind blog" not in passage for passage in reading.passage_words())


def test_a_document_s_type_of_evidence_tells_its_stage_and_not_its_topics(catalogue, store):
    document = store("brief", "We searched five electronic databases.", title="Reading")
    passages = catalogue.passages("brief")
    vectors = {passages[0].id: HashEncoder().encode_passages(["x"])[0]}
    (reading,) = read_documents(HashEncoder(), vectors, [(document, passages)], [])
    assert list(reading.types) == ["systematic-review"]
    word = "#type systematic-review"
    assert reading.all_words("stages").count(word) == TYPE_COUNTS["stages"] > 1
    assert word not in reading.all_words("topics")


@pytest.mark.parametrize(
    ("vocabulary", "votes"),
    [("stages", {"translation": 0.9, "generation": 0.8}), ("topics", {})],
)
def test_types_of_evidence_argue_for_the_stage_that_the_taxonomy_names(learned, vocabulary, votes):
    types = {"guidance": 0.7, "qualitative": 0.65, "evaluation": 0.8, "systematic-review": 0.9}
    reading = replace(learned[0][0].reading, types=types)
    terms = term_words(HashEncoder(), load_taxonomy(), vocabulary)
    assert terms.votes(reading) == pytest.approx(votes)


def test_what_a_document_is_counts_beside_what_was_learned_of_stages(learned):
    examples, stages, model = learned
    comparison = Comparison(stages, model.lexicon)
    reading = examples[0].reading
    decree = replace(reading, types={"policy-document": 1.0})
    before, after = (
        model.vocabularies["stages"].score_document(r, comparison, model.lexicon)
        for r in (reading, decree)
    )
    use = stages.vectors.terms.index("use")
    believed = stages.beliefs(decree) - stages.beliefs(reading)
    assert after - before == pytest.approx(BELIEFS_COUNT["stages"] * believed, abs=1e-6)
    assert after[use] > before[use]


def test_a_learned_topic_needs_a_text_that_is_close_to_one(learned):
    vectors = replace(learned[1].vectors, vocabulary="topics")
    topics = replace(learned[1], vectors=vectors)
    strict = replace(HashEncoder.profile, belief_topic=1.01)
    far = replace(topics, vectors=replace(vectors, profile=strict))
    reading, lexicon = learned[0][0].reading, learned[2].lexicon
    scored = [
        replace(learned[2].vocabularies["stages"], vocabulary="topics")
        .score_document(r, Comparison(terms, lexicon), lexicon)
        .any()
        for r, terms in ((reading, topics), (reading, far), (replace(reading, language="es"), far))
    ]
    assert scored == [True, False, True]


def test_signs_make_a_stage_surer_and_those_of_unknown_stages_do_not_count(learned):
    signs = {"use": Shown(0.5, ()), "translation": Shown(0.4, ()), "elsewhere": Shown(0.9, ())}
    reading = replace(learned[0][0].reading, types={"practice-account": 0.8}, signs=signs)
    stages = term_words(HashEncoder(), load_taxonomy(), "stages")
    topics = term_words(HashEncoder(), load_taxonomy(), "topics")
    assert stages.votes(reading) == pytest.approx({"use": 1 - 0.36 * 0.5, "translation": 0.4})
    assert topics.votes(reading) == {}


def test_a_review_that_tells_of_trials_translates_evidence_where_nothing_was_learned(learned):
    terms = term_words(HashEncoder(), load_taxonomy(), "stages")
    # Vectors of words alone differ more than those of a model.
    profile = replace(HashEncoder.profile, belief_sharpness=5.0)
    terms = replace(terms, vectors=replace(terms.vectors, profile=profile))
    trial = learned[0][1].reading
    proposer = Proposer(HashEncoder(), [terms])
    told = [
        proposer.propose_terms(reading, "stages").proposals[0].term
        for reading in (trial, replace(trial, types={"systematic-review": 0.95}))
    ]
    assert told == ["generation", "translation"]


def test_what_the_title_means_is_compared_with_the_terms(learned):
    examples, stages, model = learned
    comparison = Comparison(stages, model.lexicon)
    for place in range(len(stages.vectors.terms)):
        reading = replace(examples[0].reading, title_row=stages.vectors.rows[place])
        ways = comparison.compare_document(reading)
        assert len(ways) == WAYS
        plain = comparison.compare_document(examples[0].reading)
        (changed,) = np.flatnonzero((ways != plain).any(axis=1))
        assert ways[changed].argmax() == place
        assert ways[changed, place] == pytest.approx(1)
        assert (comparison.compare_passages(reading)[:, changed] == ways[changed]).all()


def test_weights_of_words_are_those_learned_from_the_words_themselves(learned):
    """They are learned in fewer dimensions, which must not change them."""
    rng, many = np.random.default_rng(0), [f"word{chr(97 + n)}" for n in range(26)]
    examples = []
    for n in range(40):
        said = [word for i, word in enumerate(many) if rng.random() < 1 / (1 + i / 4)]
        carried = "use" if rng.random() < (0.8 if "wordh" in said else 0.2) else "generation"
        examples.append(_example(n, " ".join(said), carried))
    stages = learned[1]
    lexicon = lexicon_of(examples, [stages])
    learned = learn_vocabulary(examples, stages, lexicon).weights[2]
    rows = lexicon.rows([e.reading.all_words("stages") for e in examples])
    plain = LogisticRegression(max_iter=1000, tol=1e-8)
    plain.fit(float(WORDS_WEIGHT) * rows, [e.labels["stages"][learned.term] for e in examples])
    (expected,) = plain.coef_
    # Platt's scaling stretches them all alike.
    stretched = (learned.words @ expected) / (expected @ expected) * expected
    assert learned.words == pytest.approx(stretched, abs=1e-2 * abs(stretched).max())
