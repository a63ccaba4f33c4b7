"""The schema of the learning agenda."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, count_changes, run


@catalogue_migrations()
def learning_questions(db: Database) -> None:
    """The questions that the network wants answered, each under a topic.

    ``filters`` is a JSON object of lists by parameter; ``wanted`` is the search without a good
    result that a question was made of.
    """
    run(
        db,
        """
        create table learning_question (
            id text primary key,
            topic text not null,
            text text not null,
            language text not null,
            filters text not null check (json_valid(filters)),
            state text not null check (state in ('open', 'retired')),
            added_by text not null,
            added_at text not null,
            wanted text
        ) strict
        """,
    )
    count_changes(db, "learning_question")
