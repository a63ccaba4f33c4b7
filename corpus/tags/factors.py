"""Which sentences speak of an influencing factor, as driver or as constraint, and who says so.

A suggestion never overwrites a decision, and a rejected sentence does not come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import FactorPassageNotFound
from corpus.model import TagOrigin
from corpus.people.actors import Actor
from corpus.people.log import log_change

Polarity = Literal["driver", "constraint"]


@dataclass(frozen=True, slots=True)
class FactorPassage:
    """A sentence that speaks of a factor.

    ``quote`` is a slice of the passage's text, ``page`` to ``page_end`` where it stands.
    ``passage_id`` is ``None`` when the document no longer has such a passage. ``score`` is in 0..1.
    """

    document_id: str
    factor: str
    quote: str
    passage_id: int | None
    page: int
    page_end: int
    polarity: Polarity
    origin: TagOrigin = "suggested"
    score: float | None = None
    model: str | None = None
    decided_by: str | None = None
    decided_at: str = ""
    note: str | None = None


_COLUMNS: Final = ", ".join(f.name for f in fields(FactorPassage))
_VALUES: Final = ", ".join(f":{f.name}" for f in fields(FactorPassage))
_DECIDED: Final = ("origin", "polarity", "decided_by", "decided_at", "note")
"""What a decision changes."""


def factor_passages(
    catalogue: Catalogue, *, document_id: str | None = None, rejected: bool = False
) -> list[FactorPassage]:
    """Return the stored sentences, confirmed before suggested, the surest first.

    Left out are sentences whose passage is gone, and those of documents that are withdrawn or wait
    for a curator.

    Args:
        catalogue: where they are.
        document_id: of one document only.
        rejected: return those that were rejected too.
    """
    rows = catalogue.rows(
        f"""
        select {_COLUMNS} from factor_passage
        where (:document is null or document_id = :document)
        and (:rejected or origin <> 'rejected') and passage_id is not null
        and document_id in (
            select id from document where pending_since is null and withdrawn_at is null
        )
        order by factor, origin = 'confirmed' desc, score desc, document_id, quote
        """,
        {"document": document_id, "rejected": rejected},
    )
    return [FactorPassage(*row) for row in rows]


def decided_factor_passages(catalogue: Catalogue, document_id: str) -> list[FactorPassage]:
    """Return the sentences of a document that people decided about, those without a passage too."""
    rows = catalogue.rows(
        f"select {_COLUMNS} from factor_passage where document_id = ? and origin <> 'suggested' "
        "order by factor, quote",
        [document_id],
    )
    return [FactorPassage(*row) for row in rows]


def suggest_factor_passages(
    catalogue: Catalogue, document_id: str, sentences: Iterable[FactorPassage]
) -> None:
    """Replace a document's suggestions; call inside ``transaction()``.

    A decided sentence keeps its decision and is pointed at the passage it now stands in.
    """
    catalogue.db.execute(
        "delete from factor_passage where document_id = ? and origin = 'suggested'", [document_id]
    )
    for passage in sentences:
        catalogue.db.execute(
            f"""
            insert into factor_passage ({_COLUMNS}) values ({_VALUES})
            on conflict (document_id, factor, quote) do update set
                passage_id = excluded.passage_id, page = excluded.page,
                page_end = excluded.page_end
            """,
            asdict(replace(passage, origin="suggested", decided_at=passage.decided_at or now())),
        )


def fingerprints(catalogue: Catalogue) -> dict[str, str]:
    """Return by document id what each document was last read with."""
    return dict(catalogue.rows("select document_id, fingerprint from factor_reading"))


def keep_fingerprint(catalogue: Catalogue, document_id: str, fingerprint: str) -> None:
    """Note what a document was read with; call inside ``transaction()``."""
    catalogue.db.execute(
        """
        insert into factor_reading values (?, ?)
        on conflict (document_id) do update set fingerprint = excluded.fingerprint
        """,
        [document_id, fingerprint],
    )


def decide_factor_passage(
    catalogue: Catalogue,
    actor: Actor,
    passage_id: int,
    factor: str,
    *,
    origin: TagOrigin,
    polarity: Polarity | None = None,
    note: str | None = None,
) -> FactorPassage:
    """Confirm or reject what a passage says of a factor, or put its polarity right; return it.

    Args:
        catalogue: where it is decided.
        actor: who decides.
        passage_id: the passage.
        factor: the factor's id.
        origin: ``confirmed`` or ``rejected``.
        polarity: ``None`` leaves it as it was suggested.
        note: why, in the curator's words.

    Raises:
        FactorPassageNotFound: nothing was suggested for this passage and factor.
    """
    if origin == "suggested":
        raise ValueError("a decision is confirmed or rejected")
    with catalogue.transaction():
        sentences = _sentences_of(catalogue, passage_id, factor)
        at = now()
        decided = [
            replace(
                sentence, origin=origin, polarity=polarity or sentence.polarity,
                decided_by=actor.name, decided_at=at, note=note,
            )
            for sentence in sentences
        ]  # fmt: skip
        action = "factor.confirm" if origin == "confirmed" else "factor.reject"
        for before, after in zip(sentences, decided, strict=True):
            _write(catalogue, actor, action, before, after)
    return decided[0]


def _sentences_of(catalogue: Catalogue, passage_id: int, factor: str) -> list[FactorPassage]:
    """Return what was suggested for a passage and a factor, the best first."""
    rows = catalogue.rows(
        f"select {_COLUMNS} from factor_passage where passage_id = ? and factor = ? "
        "order by score desc, quote",
        [passage_id, factor],
    )
    if not rows:
        raise FactorPassageNotFound(
            f"Passage {passage_id} is not on the checklist under {factor!r}."
        )
    return [FactorPassage(*row) for row in rows]


def put_decision_back(
    catalogue: Catalogue,
    actor: Actor,
    document_id: str,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> bool:
    """Take a decision about a sentence back; return whether it still stood as it was decided.

    A sentence that was only suggested and whose passage is gone is removed.

    Args:
        catalogue: where it was decided.
        actor: who takes it back.
        document_id: the document of the sentence.
        before: what the log says was there before the decision.
        after: what the log says the decision made of it.
    """
    key = {"document": document_id, "factor": after["factor"], "quote": after["quote"]}
    where = "document_id = :document and factor = :factor and quote = :quote"
    with catalogue.transaction():
        rows = catalogue.rows(f"select {_COLUMNS} from factor_passage where {where}", key)
        stored = FactorPassage(*rows[0]) if rows else None
        stands = stored and all(getattr(stored, n) == after[n] for n in _DECIDED if n in after)
        if stored is None or not stands:
            return False
        earlier = {name: before[name] for name in _DECIDED if name in before}
        restored = replace(stored, **{"decided_at": now(), **earlier})
        _write(catalogue, actor, "factor.undo", stored, restored)
        if restored.origin == "suggested" and restored.passage_id is None:
            catalogue.db.execute(f"delete from factor_passage where {where}", key)
        return True


def _write(
    catalogue: Catalogue, actor: Actor, action: str, before: FactorPassage, after: FactorPassage
) -> None:
    catalogue.db.execute(
        """
        update factor_passage set origin = :origin, polarity = :polarity, note = :note,
            decided_by = :decided_by, decided_at = :decided_at
        where document_id = :document_id and factor = :factor and quote = :quote
        """,
        {
            name: value
            for name, value in asdict(after).items()
            if name not in ("passage_id", "page", "page_end", "score", "model")
        },
    )
    log_change(
        catalogue,
        actor,
        action,
        f"document:{after.document_id}",
        before=_logged(before),
        after=_logged(after),
    )


def _logged(passage: FactorPassage) -> dict[str, str | None]:
    return {
        "factor": passage.factor, "quote": passage.quote, "polarity": passage.polarity,
        "origin": passage.origin, "decided_by": passage.decided_by, "note": passage.note,
        "decided_at": passage.decided_at,
        # A passage's id exceeds 2**53: never a JSON number.
        "passage_id": None if passage.passage_id is None else str(passage.passage_id),
    }  # fmt: skip
