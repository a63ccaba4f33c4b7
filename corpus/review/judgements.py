"""Judgements: curators mark whether a document answers a query, and the marks become qrels.

There is one mark for a query and a document. Case, spacing, and the punctuation around a query do
not make another query, nor do filters. The log names a query by its digest, never by its words.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import JudgementInvalid, JudgementNotFound, PassageNotFound
from corpus.people.actors import Actor
from corpus.people.log import log_change
from corpus.review.demand import UNKNOWN_LANGUAGE, fold_case, looks_personal

Mark = Literal["answers", "does_not"]
GRADES: Final[Mapping[Mark, int]] = {"answers": 1, "does_not": 0}
"""What a mark counts in a measure."""
MAX_CHARACTERS: Final = 300
"""A longer query is a text that somebody pasted."""
_AROUND: Final = " ¿?¡!.…"
_RETRACT: Final = "judgement.retract"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A curator's mark: whether a document answers a query.

    Attributes:
        query_id: a digest of ``normalised``.
        query: as it was typed first.
        normalised: without case, extra spaces, and punctuation around it.
        language: ISO 639-1, or ``und`` if it is not known.
        document_id: the document that was marked.
        passage_id: the passage that was read, while it exists.
        mark: what the curator said.
        decided_by, decided_at: who said it, and when.
        revision: of the catalogue at that time.
    """

    query_id: str
    query: str
    normalised: str
    language: str
    document_id: str
    passage_id: int | None
    mark: Mark
    decided_by: str
    decided_at: str
    revision: int


_COLUMNS: Final = ", ".join(f.name for f in fields(Judgement))
_RESTORED: Final = ("mark", "passage_id", "decided_by", "decided_at", "revision")


def normalise_query(query: str) -> str:
    """Return a query without what does not make it another one."""
    return " ".join(fold_case(query).split()).strip(_AROUND)


def id_of_query(query: str) -> str:
    """Return the id of a query: a digest of its normalised form."""
    text = normalise_query(query).encode(errors="replace")  # arguments may have lone surrogates
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def find_problem(query: str) -> str | None:
    """Say why a query cannot be judged, or return ``None``."""
    if not any(c.isalnum() for c in normalise_query(query)):
        return "A query without words cannot be judged."
    if any(unicodedata.category(c) in ("Cc", "Cs") and not c.isspace() for c in query):
        return "A query with control characters, or bytes that are not UTF-8, cannot be judged."
    if len(query) > MAX_CHARACTERS:
        return f"A query with more than {MAX_CHARACTERS} characters cannot be judged."
    if looks_personal(query):
        return (
            "This query looks personal: it has an email address, a web address or a long number. "
            "Such queries are not stored."
        )
    return None


# Marking --------------------------------------------------------------------------------------


def judge(
    catalogue: Catalogue,
    actor: Actor,
    query: str,
    document_id: str,
    *,
    mark: Mark,
    language: str = UNKNOWN_LANGUAGE,
    passage_id: int | None = None,
) -> Judgement:
    """Mark whether a document answers a query; the same mark again changes nothing.

    Raises:
        JudgementInvalid: the query has no words, is too long, has control characters, or looks
            personal.
        DocumentNotFound
        PassageNotFound: the passage is not one of the document's.
    """
    problem = find_problem(query)
    if problem:
        raise JudgementInvalid(problem)
    with catalogue.transaction():
        catalogue.document(document_id)
        if passage_id is not None:
            _check_passage(catalogue, document_id, passage_id)
        before = find_judgement(catalogue, id_of_query(query), document_id)
        if before and before.mark == mark:
            return before
        made = Judgement(
            query_id=id_of_query(query),
            query=before.query if before else " ".join(query.split()),
            normalised=normalise_query(query),
            language=before.language if before else language,
            document_id=document_id,
            passage_id=passage_id,
            mark=mark,
            decided_by=actor.name,
            decided_at=now(),
            revision=catalogue.revision(),
        )
        _write(catalogue, made)
        _log(catalogue, actor, f"judgement.{mark}", made, before=before, after=made)
    return made


def retract_judgement(
    catalogue: Catalogue, actor: Actor, query_id: str, document_id: str
) -> Judgement:
    """Remove a mark; return the judgement that it was.

    Raises:
        JudgementNotFound
    """
    with catalogue.transaction():
        before = find_judgement(catalogue, query_id, document_id)
        if before is None:
            raise JudgementNotFound(f"Nobody marked {document_id} for this query.")
        catalogue.db.execute(
            "delete from judgement where query_id = ? and document_id = ?", [query_id, document_id]
        )
        _log(catalogue, actor, _RETRACT, before, before=before, after=None)
    return before


def restore_judgement(
    catalogue: Catalogue, actor: Actor, document_id: str, earlier: Mapping[str, Any]
) -> None:
    """Put back an earlier mark as the log tells of it, in place of the one there is now.

    Raises:
        JudgementNotFound: there is no mark to replace.
    """
    with catalogue.transaction():
        before = find_judgement(catalogue, earlier["query"], document_id)
        if before is None:
            raise JudgementNotFound(f"Nobody marked {document_id} for this query.")
        values = {name: earlier[name] for name in _RESTORED}
        read = values["passage_id"] and int(values["passage_id"])
        values["passage_id"] = read if read and catalogue.passages_by_id([read]) else None
        restored = replace(before, **values)
        _write(catalogue, restored)
        _log(catalogue, actor, _RETRACT, before, before=before, after=restored)


def _check_passage(catalogue: Catalogue, document_id: str, passage_id: int) -> None:
    passage = catalogue.passages_by_id([passage_id]).get(passage_id)
    if passage is None or passage.document_id != document_id:
        raise PassageNotFound(f"{document_id} has no passage {passage_id}.")


def _write(catalogue: Catalogue, judgement: Judgement) -> None:
    catalogue.db.execute(
        f"""
        insert into judgement ({_COLUMNS})
        values (:query_id, :query, :normalised, :language, :document_id, :passage_id, :mark,
                :decided_by, :decided_at, :revision)
        on conflict do update set
            mark = excluded.mark, passage_id = excluded.passage_id, revision = excluded.revision,
            decided_by = excluded.decided_by, decided_at = excluded.decided_at
        """,
        asdict(judgement),
    )


def _log(
    catalogue: Catalogue,
    actor: Actor,
    action: str,
    about: Judgement,
    *,
    before: Judgement | None,
    after: Judgement | None,
) -> None:
    log_change(
        catalogue,
        actor,
        action,
        f"document:{about.document_id}",
        before=_told(before) if before else None,
        after=_told(after) if after else {"query": about.query_id},
    )


def _told(judgement: Judgement) -> dict[str, Any]:
    told = {name: getattr(judgement, name) for name in _RESTORED}
    # A passage's id exceeds 2**53: never a JSON number.
    passage = None if judgement.passage_id is None else str(judgement.passage_id)
    return {"query": judgement.query_id, **told, "passage_id": passage}


# Reading --------------------------------------------------------------------------------------


def find_judgement(catalogue: Catalogue, query_id: str, document_id: str) -> Judgement | None:
    """Return the judgement about a query and a document, if there is one."""
    known = _read(catalogue, "query_id = ? and document_id = ?", [query_id, document_id])
    return known[0] if known else None


def read_judgements(catalogue: Catalogue) -> list[Judgement]:
    """Return all judgements by query; those of withdrawn documents are left out."""
    return _read(
        catalogue,
        "document_id in (select id from document "
        "where withdrawn_at is null and pending_since is null)",
    )


def group_by_query(judgements: Iterable[Judgement]) -> dict[str, list[Judgement]]:
    """Return the judgements of each query by its id, in the order they come in."""
    by_query: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        by_query.setdefault(judgement.query_id, []).append(judgement)
    return by_query


def marks_for(catalogue: Catalogue, query: str) -> dict[str, Mark]:
    """Return the marks for a query by document."""
    marked = _read(catalogue, "query_id = ?", [id_of_query(query)])
    return {judgement.document_id: judgement.mark for judgement in marked}


def _read(catalogue: Catalogue, where: str, parameters: Iterable[str] = ()) -> list[Judgement]:
    sql = f"select {_COLUMNS} from judgement where {where} order by normalised, document_id"
    return [Judgement(*row) for row in catalogue.rows(sql, list(parameters))]


def check_judgements(catalogue: Catalogue) -> tuple[int, list[str]]:
    """Return how many judgements there are, and what is wrong with any of them."""
    rows = catalogue.rows(
        """
        select j.query_id, j.query, j.normalised, j.document_id, j.passage_id, p.document_id
        from judgement as j left join passage as p on p.id = j.passage_id
        """
    )
    faults = []
    for query_id, query, normalised, document, passage, owner in rows:
        where = f"judgement of {document} for the query {query_id}"
        if passage is not None and owner != document:
            faults.append(f"{where}: its passage belongs to another document")
        if (id_of_query(query), normalise_query(query)) != (query_id, normalised):
            faults.append(f"{where}: its query is not the one it is filed under")
    return len(rows), faults
