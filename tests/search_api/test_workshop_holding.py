"""A workshop is shown the suggestions whose words bear out what they stand for."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from corpus.tags.factors import FactorPassage, Polarity
from corpus.taxonomy import Term
from index.tagging.activities import BY_WORDS, METHOD
from index.tagging.claims import claim_weights
from index.tagging.saying import says_factor
from search_api.workshop.holding import choose_sentences, says_activity
from search_api.workshop.standing import is_claim, is_on_its_own


def term(name: str, vocabulary: str, *words: str) -> Term:
    return Term(
        id=name,
        vocabulary=vocabulary,
        label=name,
        short=name,
        definition="",
        cues=(),
        boundaries=(),
        words=words,
    )


LIKELY: Final = claim_weights().least + 0.1
LEARNED: Final = f"{METHOD}/{claim_weights().encoder}"
TRUST: Final = term("trust", "factors", "trust")
POLICY: Final = term("policy", "factors", "polic")
SYSTEM: Final = replace(TRUST, group="system", context=("evidence",))
FEW: Final = term("few", "factors", "few studies", "access")
MONEY: Final = term("money", "factors", "funding", "budget")
FACTORS: Final = {f.id: f for f in (TRUST, POLICY, MONEY)}
TRAINING: Final = replace(
    term("training", "activities", "train", "workshop"), context=("evidence", "data")
)


def suggested(quote: str, factor: Term = TRUST, polarity: Polarity = "driver") -> FactorPassage:
    return FactorPassage("d1", factor.id, quote, 1, 1, 1, polarity, score=LIKELY, model=LEARNED)


@pytest.mark.parametrize(
    "sentence",
    [
        "Trust between schools led to joint studies of reading.",
        "However, trust between schools led to joint studies of reading.",
        "Teachers, however, lack the trust that joint studies of reading need.",
        "Second, trust between schools led to joint studies of reading.",
        "The network of schools built trust among those that study reading together.",
        "The first lesson is that schools depend on trust in each other.",
    ],
)
def test_a_whole_sentence_stands_on_its_own(sentence):
    assert is_on_its_own(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "This trust led to joint studies of reading in all of the schools.",
        "We built trust with schools, which led to joint studies of reading.",
        "The network built trust among schools that study reading together.",
        "Trust between schools helps you to study reading together.",
        "and trust between schools led to joint studies of reading",
        "Trust between sǺools led to joint ȉudies of reading in districts.",
    ],
)
def test_what_needs_the_text_around_it_does_not(sentence):
    assert not is_on_its_own(sentence)


@pytest.mark.parametrize(
    ("sentence", "polarity"),
    [
        ("Trust between schools led to joint studies of reading.", "driver"),
        ("The use of studies depends on trust between schools.", "driver"),
        ("Trust between schools is said to be the most important factor.", "driver"),
        ("Schools put the highest value on two things: trust and time.", "driver"),
        ("Schools without trust in each other kept studies to themselves.", "constraint"),
        ("Trust between schools is still weak in most districts.", "constraint"),
    ],
)
def test_help_or_hindrance_is_said_of_the_factor(sentence, polarity):
    assert says_factor(sentence, TRUST, polarity)


@pytest.mark.parametrize(
    ("sentence", "polarity"),
    [
        ("Teachers value studies of reading, and trust is a subject of one.", "driver"),
        ("Weak readers of all districts took part in a study about trust.", "constraint"),
        ("Trust is the subject of groups built around one topic.", "driver"),
        ("Trust between schools may have led to joint studies of reading.", "driver"),
        ("Schools should see that trust leads to joint studies of reading.", "driver"),
        ("Trust in schools is a subject; districts led to others.", "driver"),
        ("Trust between schools will lead to joint studies of reading.", "driver"),
        ("Trust between schools is seen as a help that led to joint studies.", "driver"),
        ("Meetings on trust between schools to support joint studies took place.", "driver"),
        ("Meetings on trust, with the support of schools, took place in June.", "driver"),
        ("RSC (Reading, Sharing and Trust) encourages joint studies of reading.", "driver"),
        ("There is limited research on the trust between schools of a district.", "constraint"),
        ("Trust between schools is supported by joint studies of reading.", "driver"),
        ("Trust between schools is not only a subject of studies of reading.", "constraint"),
    ],
)
def test_help_or_hindrance_beside_the_factor_is_not(sentence, polarity):
    assert not says_factor(sentence, TRUST, polarity)


def test_policymakers_are_no_policy():
    assert says_factor("The policy led to joint studies of reading.", POLICY, "driver")
    assert not says_factor("The policymakers led to joint studies of reading.", POLICY, "driver")


@pytest.mark.parametrize(
    "sentence",
    [
        "Evidence-based policy led to joint studies of reading.",
        "Studies of policy and practice led to joint work on reading.",
        "Studies that inform national policy led to joint work on reading.",
    ],
)
def test_what_evidence_is_used_for_is_no_factor(sentence):
    assert not says_factor(sentence, POLICY, "driver")


def test_of_a_system_a_sentence_has_to_name_evidence():
    assert says_factor("Trust led to the use of evidence in schools.", SYSTEM, "driver")
    assert says_factor("Trust led to joint work on data in schools.", SYSTEM, "driver")
    assert not says_factor("Trust led to the use of gardens in schools.", SYSTEM, "driver")


@pytest.mark.parametrize("word", ["timely", "fundamental"])
def test_a_word_that_begins_like_a_factor_is_another(word):
    time = term("time", "factors", "time", "fund")
    assert says_factor("Schools without time kept studies to themselves.", time, "constraint")
    assert not says_factor(f"Schools without {word} studies keep apart.", time, "constraint")


def test_where_knowing_is_the_factor_not_knowing_hinders():
    said = "Officials complained of too few studies about schools, which limited joint work."
    assert says_factor(said, FEW, "constraint")


def test_a_sentence_stands_under_the_factor_for_which_it_is_likeliest_to_hold():
    both = "Trust led to joint studies, and funding enabled them."
    passages = [
        suggested(both),
        replace(suggested(both, MONEY), score=LIKELY + 0.1),
    ]
    assert [p.factor for p in choose_sentences(passages, FACTORS).shown] == ["money"]


def test_the_same_words_of_two_documents_stand_there_once():
    said = "Trust between schools led to joint studies of reading."
    passages = [suggested(said), replace(suggested(said), document_id="d2")]
    assert [p.document_id for p in choose_sentences(passages, FACTORS).shown] == ["d1"]


def test_a_sentence_is_shown_from_a_bar_on_that_is_lower_if_words_say_so_of_a_network():
    bars = claim_weights()
    of_network = {"trust": replace(TRUST, group="network")}
    said = suggested("Trust between schools led to joint studies of reading.")
    unsaid = suggested("Schools with trust in each other studied reading together.")
    for sentence, factors, bar in (
        (said, of_network, bars.least_said),
        (said, FACTORS, bars.least),
        (unsaid, of_network, bars.least),
    ):
        assert choose_sentences([replace(sentence, score=bar)], factors).shown
        assert not choose_sentences([replace(sentence, score=bar - 0.01)], factors).shown
    assert bars.least_said < bars.least


@pytest.mark.parametrize(
    ("sentence", "score", "shown"),
    [
        ("Trust between schools led to joint studies of reading.", BY_WORDS, True),
        ("Trust between schools led to joint studies of reading.", 0.0, False),
        ("Schools with trust in each other studied reading together.", LIKELY, False),
    ],
    ids=["its words say so", "the tagger said no", "its words do not say so"],
)
def test_with_another_encoder_the_words_of_a_sentence_alone_decide(sentence, score, shown):
    passage = replace(suggested(sentence), score=score, model=f"{METHOD}/another")
    assert bool(choose_sentences([passage], FACTORS).shown) is shown


def test_a_score_of_an_earlier_method_says_nothing_of_what_holds():
    earlier = replace(
        suggested("Trust between schools led to joint studies."), model="mentions-3/an-encoder"
    )
    chosen = choose_sentences([earlier], FACTORS)
    assert (chosen.shown, chosen.less_sure) == ((), (earlier,))


def test_what_a_person_confirmed_is_shown_in_any_case():
    vague = suggested("This may have to do with trust.")
    confirmed = replace(vague, origin="confirmed")
    assert choose_sentences([vague], FACTORS).shown == ()
    assert choose_sentences([confirmed], FACTORS).shown == (confirmed,)


def test_suggestions_that_are_not_shown_are_kept_apart_once_for_each_factor():
    sure = suggested("Trust between schools led to joint studies of reading.")
    vague = suggested("This may have to do with trust.")
    passages = [
        sure,
        replace(sure, factor="money", score=LIKELY - 0.05),
        replace(sure, document_id="d2", score=LIKELY - 0.02),
        vague,
        replace(vague, document_id="d2", score=LIKELY - 0.02),
    ]
    chosen = choose_sentences(passages, FACTORS)
    assert chosen.shown == (sure,)
    assert [(p.factor, p.document_id, p.quote) for p in chosen.less_sure] == [
        ("money", "d1", sure.quote),
        ("trust", "d1", vague.quote),
    ]


def test_a_sentence_of_a_factor_that_the_vocabulary_lost_is_left_out():
    confirmed = replace(suggested("Hope led to joint studies of reading."), factor="hope")
    chosen = choose_sentences([confirmed, replace(confirmed, origin="confirmed")], FACTORS)
    assert (chosen.shown, chosen.less_sure) == ((), ())


@pytest.mark.parametrize(
    "sentence",
    [
        "Support teachers in the use of research with time and money.",
        "Lack of time: teachers do not know how to find studies of reading.",
        "Schools should give teachers time for the use of research.",
        "The challenges included a lack of time for the use of research.",
        "Partnerships are seen as a help to the use of research by schools.",
        "Lack of time keeps pupils from the use of data on their reading.",
    ],
    ids=["bid", "label", "advice", "challenges to what", "view", "learners"],
)
def test_what_states_nothing_of_those_who_use_evidence_is_no_claim(sentence):
    assert not is_claim(sentence)


def test_what_states_something_of_them_is_a_claim():
    assert is_claim("Lack of time keeps teachers from the use of research on reading.")
    assert is_claim("Lack of time keeps schools from the use of data on their pupils.")


@pytest.mark.parametrize(
    "passage",
    [
        "The institute trains officials in reading evidence.",
        "Reading is taught early. In 2021 the network held workshops on data for principals.",
        "Some 4,000 employees have received training in data skills.",
    ],
)
def test_an_activity_that_somebody_does_is_on_the_menu(passage):
    assert says_activity(passage, TRAINING)


@pytest.mark.parametrize(
    "passage",
    [
        "Evidence on the training of officials is mixed.",
        "The institute should offer officials training in reading evidence.",
        "The report suggests that districts offer training in reading evidence.",
        "Training in evidence was not delivered in spring.",
        "A book on training offers a thorough explanation of how data are read.",
        "The institute trains dancers.",
        "The institute trains teachers in evidence-based reading instruction.",
        "Who offers officials training in evidence?",
        "The institute will train officials in reading evidence.",
        "Your institute held a training of officials in evidence.",
        "The authors describe how the institute offers training in evidence.",
        "Officials attended these training days on evidence.",
        "The institute developed a line of workshop evidence.",
        "The institute offers training in evidence.",
        "The institute offers a course, and many years later the officials of the city read data.",
        "» Train officials in reading evidence.",
        "Officials need the training in evidence that the institute offers.",
        "The officials who collected data made course corrections.",
        "Workshops on data helped officials (Adams, 2019).",
    ],
)
def test_an_activity_that_is_named_advised_or_of_something_else_is_not(passage):
    assert not says_activity(passage, TRAINING)
