"""Learning questions that come as a file, such as those of the starter corpus."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from pathlib import Path

from corpus.catalogue.catalogue import Catalogue
from corpus.errors import QuestionExists, QuestionInvalid, VocabularyInvalid
from corpus.network.questions import TOPICS, add_question, read_questions
from corpus.people.actors import Actor
from corpus.taxonomy import Taxonomy


def take_in_agenda(catalogue: Catalogue, taxonomy: Taxonomy, path: Path, actor: Actor) -> int:
    """Add the questions of a file that are not on the agenda; return how many were added.

    One that people changed or retired stays as it is. One under a topic that the taxonomy does not
    have is left out, and so is one for which the agenda has no room.

    Raises:
        VocabularyInvalid: the file cannot be read.
    """
    try:
        rows = tomllib.loads(path.read_text("utf-8"))["question"]
        asked = [(str(row["id"]), str(row["topic"]), str(row["text"])) for row in rows]
        languages = [str(row.get("language", "en")) for row in rows]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise VocabularyInvalid(f"{path} cannot be read as questions: {error!r}") from error
    topics, added = taxonomy.vocabulary(TOPICS).terms, 0
    with catalogue.transaction():
        known = {question.id for question in read_questions(catalogue)}
        for (name, topic, text), language in zip(asked, languages, strict=True):
            if name in known or topic not in topics:
                continue
            with suppress(QuestionExists, QuestionInvalid):
                add_question(
                    catalogue, actor, taxonomy, text,
                    topic=topic, language=language, question_id=name, twice=True,
                )  # fmt: skip
                added += 1
    return added
