"""Answers across languages: of passages in another language, the sentence nearest in meaning.

The words of the question are not expected in it, and a stray one, such as a name, tells little. So
they do not tell either which of a document's passages answers: the one with that sentence does.
Where the words were put into English, they tell more of an English document than the meaning does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Passage
from index.model import Extract, Hit, Snippet
from index.search.answering import (
    NOT_QUOTED,
    choose_nearest,
)
from index.search.fusion import Scores
from index.search.language import ENGLISH
from index.search.plan import Plan
from index.search.quoting import pages_between
from index.search.sentences import STATES_NOTHING, Sentence, read_sentences

Compare = Callable[[Sequence[str]], Scores]
"""Returns the cosine of each sentence with the question."""
COMPARED: Final = 4
"""The passages of each of the first hits whose sentences are compared, however few are shown."""
CLOSELY: Final = 3
"""So many first hits; of each other one its first passage. A sentence that is compared for the
first time takes 2.6 ms, and the first hits are what most readers look at."""
FARTHEST: Final = -1.0
"""The cosine of a passage without a sentence."""


def answer_across(
    catalogue: Catalogue, hits: Sequence[Hit], plan: Plan, compare: Compare
) -> tuple[Hit, ...]:
    """Choose the answers of each hit in another language again; the passage with the best is first.

    The other passages stay in order. Of tables, captions and references nothing is quoted. Where
    the question was put into English, the answers of English documents that have its words stay.

    Args:
        catalogue: has the passages.
        hits: as they were quoted by words.
        plan: the question.
        compare: compares sentences with it.
    """
    compared = [
        snippet.passage_id
        for place, hit in enumerate(hits)
        if not _is_told_by_words(hit, plan)
        for snippet in hit.snippets[: COMPARED if place < CLOSELY else 1]
    ]
    passages = catalogue.passages_by_id(compared)
    sentences = {identity: _sentences_of(p) for identity, p in passages.items()}
    texts = [one.text for of in sentences.values() for one in of]
    cosines = iter(compare(texts).tolist() if texts else ())
    near = {i: [next(cosines) for _ in of] for i, of in sentences.items()}

    def again(snippet: Snippet) -> Snippet:
        passage, cosines = passages.get(snippet.passage_id), near.get(snippet.passage_id)
        if passage is None or not cosines:
            return snippet
        chosen = choose_nearest(passage.text, sentences[passage.id], plan.text, cosines)
        answer = (Extract(s, e, *pages_between(catalogue, passage, s, e)) for s, e in chosen)
        return replace(snippet, answer=tuple(answer))

    def nearest_first(hit: Hit) -> Hit:
        if _is_told_by_words(hit, plan):
            return hit
        best = max(
            hit.snippets, key=lambda s: max(near.get(s.passage_id) or [FARTHEST]), default=None
        )
        others = (snippet for snippet in hit.snippets if snippet is not best)
        return replace(hit, snippets=tuple(map(again, [best, *others] if best else ())))

    return tuple(nearest_first(hit) for hit in hits)


def _is_told_by_words(hit: Hit, plan: Plan) -> bool:
    """Return whether the words say what of a hit answers: they are in its language."""
    language = _language_of(hit, plan.read_as)
    answered = any(snippet.answer_score > 0 for snippet in hit.snippets[:1])
    return language == plan.read_as or (bool(plan.gloss) and language == ENGLISH and answered)


def _language_of(hit: Hit, asked: str) -> str | None:
    """Return a document's language; where none is known, it is not the one that is asked in.

    To a question in English it is: most documents are.
    """
    return hit.document.language or (ENGLISH if asked == ENGLISH else None)


def _sentences_of(passage: Passage) -> list[Sentence]:
    """Return the sentences of a passage that may be quoted."""
    if passage.role in NOT_QUOTED:
        return []
    return [one for one in read_sentences(passage.text) if one.worth != STATES_NOTHING]
