"""What the tagger learned and which of it is in use. Adopting and undoing are one step each.

A model's JSON is made and read by ``index.tagging.model``; here it is text with a checksum.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import TagModelUnusable
from corpus.model import Tag
from corpus.people.actors import Actor
from corpus.people.log import log_change

_COLUMNS: Final = ", ".join(f'"{f.name}"' for f in fields(Tag))
KEPT: Final = 3
"""Adoptions whose tag rows are kept, so that the last three can be undone."""

Row = tuple[Any, ...]
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A learned tagger as the catalogue holds it."""

    version: str
    body: str
    sha256: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """A model that was put in use. ``figures`` is JSON: how it compared with the one before."""

    id: int
    version: str
    figures: str
    adopted_by: str
    adopted_at: str
    undone_by: str | None
    undone_at: str | None


def keep_model(catalogue: Catalogue, version: str, body: str) -> None:
    """Keep a model that may be adopted; call inside ``transaction()``. The same one again stays."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    catalogue.db.execute(
        """
        insert into tag_model values (?, ?, ?, ?)
        on conflict (version) do update set made_at = excluded.made_at
        """,
        [version, body, digest, now()],
    )


def newest_model(catalogue: Catalogue) -> KeptModel | None:
    """Return the model that was learned last, adopted or not."""
    rows = catalogue.rows(
        "select version, body, sha256, made_at from tag_model order by made_at desc, rowid desc"
    )
    return KeptModel(*rows[0]) if rows else None


def adopted_model(catalogue: Catalogue) -> KeptModel | None:
    """Return the model in use; ``None`` while tags are proposed from the vocabularies alone."""
    rows = catalogue.rows(
        """
        select version, body, sha256, made_at from tag_model where version = (
            select version from tag_adoption where undone_at is null order by id desc limit 1
        )
        """
    )
    return KeptModel(*rows[0]) if rows else None


def adoptions(catalogue: Catalogue) -> list[Adoption]:
    """Return every adoption, the newest first."""
    return [Adoption(*row) for row in catalogue.rows("select * from tag_adoption order by id desc")]


def adopt(
    catalogue: Catalogue,
    actor: Actor,
    version: str,
    retag: Callable[[], None],
    figures: Mapping[str, Any],
) -> Adoption:
    """Put a kept model in use, in one transaction.

    Args:
        catalogue: where the model is kept.
        actor: who adopts it.
        version: the model.
        retag: writes the new suggestions; called inside the transaction.
        figures: how the model compared with the one before.
    """
    with catalogue.transaction():
        before = adopted_model(catalogue)
        cursor = catalogue.db.execute(
            "insert into tag_adoption values (null, ?, ?, ?, ?, null, null)",
            [version, json.dumps(figures, sort_keys=True), actor.name, now()],
        )
        number = int(cursor.lastrowid or 0)
        rows_before = set(_tag_rows(catalogue))
        retag()
        rows_after = set(_tag_rows(catalogue))
        _keep_rows(catalogue, number, "before", rows_before - rows_after)
        _keep_rows(catalogue, number, "after", rows_after - rows_before)
        catalogue.db.execute("delete from tag_change where adoption <= ?", [number - KEPT])
        log_change(
            catalogue, actor, "tagger.adopt", f"tag-model:{version}",
            before={"version": before.version if before else None},
            after={"version": version, "rows": len(rows_after - rows_before), **figures},
        )  # fmt: skip
    return adoptions(catalogue)[0]


def undo_adoption(catalogue: Catalogue, actor: Actor) -> Adoption:
    """Take the last adoption back, in one transaction, and put every tag row back as it was.

    What people decided since stays as they decided it, a primary term too.

    Raises:
        TagModelUnusable: no model is in use, or it was adopted too long ago.
    """
    with catalogue.transaction():
        every = adoptions(catalogue)
        standing = [a for a in every if a.undone_at is None]
        if not standing:
            raise TagModelUnusable("No learned tagger is in use: there is nothing to undo.")
        number = standing[0].id
        if number <= every[0].id - KEPT:
            raise TagModelUnusable(
                "That tagger was adopted too long ago for its undoing to be exact."
            )
        _put_rows_back(catalogue, number)
        catalogue.db.execute(
            "update tag_adoption set undone_by = ?, undone_at = ? where id = ?",
            [actor.name, now(), number],
        )
        earlier = adopted_model(catalogue)
        log_change(
            catalogue, actor, "tagger.undo", f"tag-model:{standing[0].version}",
            before={"version": standing[0].version},
            after={"version": earlier.version if earlier else None},
        )  # fmt: skip
    return next(a for a in adoptions(catalogue) if a.id == number)


def _tag_rows(catalogue: Catalogue) -> list[Row]:
    return catalogue.rows(f"select {_COLUMNS} from tag")


def _keep_rows(catalogue: Catalogue, adoption: int, side: str, rows: set[Row]) -> None:
    places = ", ".join("?" for _ in range(len(fields(Tag)) + 2))
    catalogue.db.conn.executemany(
        f"insert into tag_change values ({places})", [(adoption, side, *row) for row in rows]
    )


def _put_rows_back(catalogue: Catalogue, adoption: int) -> None:
    def kept(side: str) -> dict[_Key, Row]:
        sql = f"select {_COLUMNS} from tag_change where adoption = ? and side = ?"
        return {_key(row): row for row in catalogue.rows(sql, [adoption, side])}

    before, after = kept("before"), kept("after")
    now_held = {_key(row): row for row in _tag_rows(catalogue)}
    untouched = {k for k in {*before, *after} if now_held.get(k) == after.get(k)}
    catalogue.db.conn.executemany(
        "delete from tag where document_id = ? and vocabulary = ? and term = ?", untouched
    )
    taken = {k[:2] for k, row in now_held.items() if row[4] and k not in untouched}
    again = [
        (*row[:4], 0, *row[5:]) if k[:2] in taken else row
        for k, row in before.items()
        if k in untouched
    ]
    # Not those of a document or a passage that is gone.
    places = ", ".join("?" for _ in fields(Tag))
    catalogue.db.conn.executemany(
        f"""
        insert into tag ({_COLUMNS}) select * from (select {places})
        where exists (select 1 from document where id = ?)
        and (? is null or exists (select 1 from passage where id = ?))
        """,
        [(*row, row[0], row[6], row[6]) for row in again],
    )


def _key(row: Row) -> _Key:
    return row[0], row[1], row[2]
