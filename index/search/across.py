"""Answers across languages: of a passage in another language, the sentence nearest in meaning.

The words of the question are not expected in it, and a stray one, such as a name, tells little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Passage
from index.model import Extract, Hit, Snippet
from index.search.answering import STATES_NOTHING, Sentence, choose_nearest, read_sentences
from index.search.fusion import Scores
from index.search.quoting import pages_between

Compare = Callable[[Sequence[str]], Scores]
"""Returns the cosine of each sentence with the question."""


def answer_across(
    catalogue: Catalogue, hits: Sequence[Hit], question: str, language: str, compare: Compare
) -> tuple[Hit, ...]:
    """Choose the answer of each hit's first passage again, if it is in another language.

    Args:
        catalogue: has the passages.
        hits: as they were quoted by words.
        question: as it was typed.
        language: that it is in.
        compare: compares sentences with it.
    """
    elsewhere = {
        hit.snippets[0].passage_id
        for hit in hits
        if hit.snippets and hit.snippets[0].answer and hit.document.language != language
    }
    passages = catalogue.passages_by_id(elsewhere)
    sentences = {identity: _sentences_of(p) for identity, p in passages.items()}
    texts = [one.text for of in sentences.values() for one in of]
    cosines = iter(compare(texts).tolist() if texts else ())
    near = {i: [next(cosines) for _ in of] for i, of in sentences.items()}

    def again(snippet: Snippet) -> Snippet:
        passage = passages.get(snippet.passage_id)
        if passage is None:
            return snippet
        chosen = choose_nearest(passage.text, sentences[passage.id], question, near[passage.id])
        answer = (Extract(s, e, *pages_between(catalogue, passage, s, e)) for s, e in chosen)
        return replace(snippet, answer=tuple(answer))

    return tuple(
        replace(hit, snippets=(again(hit.snippets[0]), *hit.snippets[1:])) if hit.snippets else hit
        for hit in hits
    )


def _sentences_of(passage: Passage) -> list[Sentence]:
    return [one for one in read_sentences(passage.text) if one.worth != STATES_NOTHING]
