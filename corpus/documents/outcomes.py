"""The ledger of outcomes: every input has one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace

from corpus.catalogue.catalogue import Catalogue, now
from corpus.catalogue.failpoints import failpoint
from corpus.model import Outcome, OutcomeKind

_COLUMNS = "source, kind, reason, code, document_id, sha256, at"


def record_outcome(catalogue: Catalogue, outcome: Outcome) -> Outcome:
    """Append one outcome and return it with its time; call inside ``transaction()``."""
    stamped = replace(outcome, at=outcome.at or now())
    catalogue.db.execute(
        f"""
        insert into outcome ({_COLUMNS})
        values (:source, :kind, :reason, :code, :document_id, :sha256, :at)
        """,
        asdict(stamped),
    )
    failpoint("outcome row")
    return stamped


def latest_outcomes(
    catalogue: Catalogue,
    kinds: Iterable[OutcomeKind] = (),
    *,
    documents: Iterable[str] | None = None,
) -> list[Outcome]:
    """Return the newest outcome of each source, by source.

    Args:
        catalogue: the record.
        kinds: only outcomes of these kinds.
        documents: only outcomes that name one of these documents by its id.
    """
    wanted = set(kinds)
    rows = catalogue.rows(
        f"""
        select {_COLUMNS} from outcome
        where id in (select max(id) from outcome group by source)
        and (:ids is null or document_id in (select value from json_each(:ids)))
        order by source
        """,
        {"ids": None if documents is None else json.dumps(sorted(documents))},
    )
    outcomes = [Outcome(row[0], row[1], row[2], *row[3:]) for row in rows]
    return [o for o in outcomes if not wanted or o.kind in wanted]


def newest_outcome(catalogue: Catalogue) -> int:
    """Return the number of the newest entry of the ledger; 0 if there is none."""
    return int(catalogue.rows("select coalesce(max(id), 0) from outcome")[0][0])


def latest_outcome_of(catalogue: Catalogue, source: str) -> Outcome | None:
    """Return the newest outcome of one source."""
    rows = catalogue.rows(
        f"select {_COLUMNS} from outcome where source = ? order by id desc limit 1", [source]
    )
    return Outcome(*rows[0]) if rows else None


def count_outcomes(catalogue: Catalogue) -> dict[str, int]:
    """Count the sources by the kind of their latest outcome; pending documents are left out."""
    rows = catalogue.rows(
        """
        select kind, count(*) from outcome
        where id in (select max(id) from outcome group by source)
        and source not in (select source from document where pending_since is not null)
        group by kind order by kind
        """
    )
    return dict(rows)


def documents_of_files(catalogue: Catalogue) -> dict[str, str]:
    """Return the id of a document made from each stored file, by the file's SHA-256."""
    return dict(
        catalogue.rows(
            """
            select sha256, document_id from outcome where document_id in (select id from document)
            union all select sha256, id from document
            """
        )
    )
