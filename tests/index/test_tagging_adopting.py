"""Thirty corrections make a better tagger or none is adopted, and undoing is exact to the byte."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

import numpy as np
import pytest

from corpus.catalogue.catalogue import connect
from corpus.errors import TagModelUnusable
from corpus.people.actors import Actor
from corpus.people.log import broken_links, read_log
from corpus.tags.deciding import add, confirm, reject
from corpus.tags.decision_file import STARTER_FOLDER, read_decisions
from corpus.tags.models import adopt, adopted_model, adoptions, keep_model, undo_adoption
from corpus.tags.passage_scores import passages_by_term, scores_of
from corpus.tags.tags import tags_of
from corpus.taxonomy import load_taxonomy
from index.tagging import adopting
from index.tagging.adopting import compare_taggers, learn_tagger
from index.tagging.examples import reviewed_examples, vectors_of
from index.tagging.proposing import Proposer
from index.tagging.reading import term_words
from index.tagging.ruling import Rules
from index.tagging.tagger import plan_retagging, suggest_tags, write_retagging
from index.tagging.zeroshot import VOCABULARIES
from index.vectors.encoder import load_encoder
from tests.support.starter import undecided_in

ANA = Actor("ana", "curator")


class Desk:
    """The starter corpus indexed, nothing decided; ``truth`` is what its curators would say."""

    def __init__(self, folder, starter):
        self.folder = undecided_in(starter, folder)
        self.catalogue = connect(folder / "catalogue.sqlite")
        self.encoder, self.taxonomy = load_encoder(None), load_taxonomy()
        self.truth = read_decisions(STARTER_FOLDER / "decisions.toml", self.taxonomy).documents
        # An order that has nothing to do with what the documents are about.
        self.order = sorted(self.truth, key=lambda d: hashlib.sha256(d.encode()).hexdigest())
        self.words = [term_words(self.encoder, self.taxonomy, v) for v in VOCABULARIES]
        self.suggest()

    def suggest(self):
        suggest_tags(self.catalogue, self.folder / "index", self.encoder, self.taxonomy)

    def correct(self, documents):
        """Confirm what is right of what is suggested, reject what is wrong, add what is missing."""
        held = tags_of(self.catalogue, documents)
        for document in documents:
            for vocabulary in VOCABULARIES:
                carried = self.truth[document][vocabulary]
                suggested = [t.term for t in held[document] if t.vocabulary == vocabulary]
                for term in suggested:
                    act = confirm if term in carried else reject
                    act(self.catalogue, ANA, document, vocabulary, term)
                for term in carried:
                    if term not in suggested:
                        add(self.catalogue, ANA, document, vocabulary, term, term == carried[0])

    def macro_f1(self, documents):
        """Return the mean F1 of what stands as suggested for documents nobody decided about."""
        held = tags_of(self.catalogue, documents)
        found = []
        for words in self.words:
            for term in words.vectors.terms:
                name = words.vectors.vocabulary
                said = {d for d in documents if term in {t.term for t in held[d]}}
                true = {d for d in documents if term in self.truth[d][name]}
                found.append(2 * len(said & true) / max(1, len(said) + len(true)))
        return float(np.mean(found))

    def learn(self):
        """Learn and compare; return the candidate and how it compared."""
        vectors = vectors_of(self.folder / "index", self.encoder)
        examples = reviewed_examples(self.catalogue, vectors, self.words, self.encoder)
        candidate = learn_tagger(examples, self.words, self.encoder)
        with self.catalogue.transaction():
            keep_model(self.catalogue, candidate.version, candidate.body)
        return candidate, compare_taggers(examples, self.words, candidate.model, None)

    def adopt(self, candidate, comparison):
        proposer = Proposer(
            self.encoder, self.words, candidate.model, candidate.version, Rules(self.taxonomy)
        )
        changes = plan_retagging(self.catalogue, self.folder / "index", self.encoder, proposer)

        def write():
            for found in changes:
                write_retagging(self.catalogue, found)

        adopt(self.catalogue, ANA, candidate.version, write, asdict(comparison))

    def rows(self):
        order = "order by document_id, vocabulary, term"
        return self.catalogue.rows(f"select * from tag {order}")


@pytest.fixture(scope="module")
def story(starter, tmp_path_factory):
    """Thirty documents corrected, learned from and adopted, and undone; what was seen on the way.

    Twenty documents are never decided about: they are held out of everything.
    """
    desk = Desk(tmp_path_factory.mktemp("desk"), starter)
    desk.held_out = desk.order[60:]
    desk.correct(desk.order[:30])
    desk.suggest()
    desk.before, desk.f1_before = desk.rows(), desk.macro_f1(desk.held_out)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adopting, "COMPARED", 1)
        desk.candidate, desk.comparison = desk.learn()
    desk.adopt(desk.candidate, desk.comparison)
    desk.after, desk.f1_after = desk.rows(), desk.macro_f1(desk.held_out)
    desk.decided = reviewed_examples(
        desk.catalogue,
        vectors_of(desk.folder / "index", desk.encoder),
        desk.words,
        desk.encoder,
    )
    return desk


def test_thirty_corrections_raise_macro_f1_on_held_out_documents(story):
    assert story.comparison.better
    assert story.comparison.candidate > story.comparison.in_use + 0.05
    assert story.f1_after > story.f1_before + 0.05


def test_only_reviewed_documents_were_learned_from(story):
    assert set(story.candidate.model.learned_from) == set(story.order[:30])


def test_decisions_are_untouched_by_adoption(story):
    decided = [
        [row for row in rows if row[3] != "suggested"] for rows in (story.before, story.after)
    ]
    assert decided[0] == decided[1]
    assert decided[0]


def test_each_suggestion_names_its_score_its_model_and_its_passage(story):
    held = tags_of(story.catalogue, story.held_out)
    learned = [t for d in story.held_out for t in held[d] if t.vocabulary in VOCABULARIES]
    suggested = [t for t in learned if t.origin == "suggested"]
    passages = story.catalogue.passages_by_id(t.passage_id for t in suggested)
    assert suggested
    for tag in suggested:
        assert tag.model == story.candidate.version
        assert 0 < tag.score <= 1
        passage = passages[tag.passage_id]
        assert (passage.document_id, passage.page) == (tag.document_id, tag.page)


def test_the_passage_named_is_the_one_that_scores_highest(story):
    document = story.held_out[0]
    scores = scores_of(story.catalogue, document)
    held = tags_of(story.catalogue, [document])[document]
    for tag in (t for t in held if t.vocabulary in VOCABULARIES):
        of_term = {
            p: s.score for p, found in scores.items() for s in found
            if (s.vocabulary, s.term) == (tag.vocabulary, tag.term)
        }  # fmt: skip
        assert of_term[tag.passage_id] == max(of_term.values())


def test_passages_can_be_found_by_what_they_are_about(story):
    found = passages_by_term(story.catalogue, "stages")
    assert set(found) == set(story.taxonomy.vocabulary("stages").terms)
    for passage in found["use"][:20]:
        document = story.catalogue.passages_by_id([passage])[passage].document_id
        scores = scores_of(story.catalogue, document)[passage]
        assert next(s.term for s in scores if s.vocabulary == "stages") == "use"


@pytest.mark.prove
def test_learning_again_from_the_same_decisions_is_not_better(story):
    model = story.candidate.model
    assert not compare_taggers(story.decided, story.words, model, model).better


def test_learning_twice_gives_the_same_model_to_the_byte(story):
    assert learn_tagger(story.decided, story.words, story.encoder).body == story.candidate.body


def test_tagging_again_changes_nothing(story):
    report = suggest_tags(story.catalogue, story.folder / "index", story.encoder, story.taxonomy)
    assert (report.documents, report.changed) == (80, 0)
    assert story.rows() == story.after


def test_undoing_puts_every_tag_row_back_byte_for_byte_and_doing_it_again_the_other_way(story):
    assert story.before != story.after
    undo_adoption(story.catalogue, ANA)
    assert story.rows() == story.before
    assert adopted_model(story.catalogue) is None
    story.suggest()
    assert story.rows() == story.before
    with pytest.raises(TagModelUnusable, match="nothing to undo"):
        undo_adoption(story.catalogue, ANA)
    story.adopt(story.candidate, story.comparison)
    moment = slice(11, 12)  # when it was suggested: now, not then
    without = [
        [(*r[: moment.start], *r[moment.stop :]) for r in x] for x in (story.rows(), story.after)
    ]
    assert without[0] == without[1]


def test_adoption_and_undoing_are_in_the_log(story):
    actions = [e.action for e in read_log(story.catalogue) if e.action.startswith("tagger.")]
    assert {"tagger.adopt"} <= set(actions)
    assert adoptions(story.catalogue)[0].figures.startswith('{"vocabularies"')
    assert not list(broken_links(story.catalogue))


def test_what_people_decide_after_an_adoption_stays_when_it_is_undone(story):
    document = story.held_out[1]
    held = tags_of(story.catalogue, [document])[document]
    tag = next(t for t in held if t.vocabulary in VOCABULARIES)
    assert tag.model == story.candidate.version
    confirm(story.catalogue, ANA, document, tag.vocabulary, tag.term)
    undo_adoption(story.catalogue, ANA)
    held = {(t.vocabulary, t.term): t for t in tags_of(story.catalogue, [document])[document]}
    assert held[tag.vocabulary, tag.term].decided_by == "ana"
    assert {t.model for t in held.values() if t.origin == "suggested"} != {tag.model}


def test_a_failed_adoption_leaves_everything_as_it_was(story):
    before, count = story.rows(), len(adoptions(story.catalogue))

    def fail():
        story.catalogue.db.execute("delete from tag")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        adopt(story.catalogue, ANA, story.candidate.version, fail, {})
    assert (story.rows(), len(adoptions(story.catalogue))) == (before, count)
