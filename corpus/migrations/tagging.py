"""The schema of what the tagger learned, which of it was adopted, and what that changed."""

from __future__ import annotations

from sqlite_utils import Database

from corpus.migrations.running import catalogue_migrations, count_changes, run


@catalogue_migrations()
def tag_models(db: Database) -> None:
    """Models, their adoptions, and the tag rows each adoption replaced and made."""
    run(
        db,
        """
        create table tag_model (
            version text primary key,
            body text not null,
            sha256 text not null,
            made_at text not null
        ) strict;;
        create table tag_adoption (
            id integer primary key,
            version text not null references tag_model(version),
            figures text not null,
            adopted_by text not null,
            adopted_at text not null,
            undone_by text,
            undone_at text
        ) strict;;
        create table tag_change (
            adoption integer not null references tag_adoption(id),
            side text not null check (side in ('before', 'after')),
            document_id text not null,
            vocabulary text not null,
            term text not null,
            origin text not null,
            "primary" integer not null,
            score real,
            passage_id integer,
            page integer,
            quote text,
            model text,
            decided_by text,
            decided_at text not null,
            note text,
            primary key (adoption, side, document_id, vocabulary, term)
        ) strict, without rowid
        """,
    )


@catalogue_migrations()
def passage_scores(db: Database) -> None:
    """What each passage says about each term, and what a document's tags were last made from."""
    run(
        db,
        """
        create table passage_score (
            passage_id integer not null references passage(id) on delete cascade,
            vocabulary text not null,
            term text not null,
            score real not null check (score between 0 and 1),
            model text not null,
            primary key (passage_id, vocabulary, term)
        ) strict, without rowid;;
        create index passage_score_term on passage_score(vocabulary, term, score);;
        create table tag_reading (
            document_id text primary key references document(id) on delete cascade,
            fingerprint text not null
        ) strict, without rowid;;
        create trigger suggestion_without_reason after update of passage_id on tag
        when new.origin = 'suggested' and old.passage_id is not null and new.passage_id is null
        begin
            delete from tag where document_id = new.document_id
            and vocabulary = new.vocabulary and term = new.term;
        end;;
        create trigger reason_moved after update of page on passage
        when old.page <> new.page begin
            update tag set page = new.page where passage_id = new.id;
        end
        """,
    )
    # Once a document, not once a score: it is written with them.
    count_changes(db, "tag_reading")
