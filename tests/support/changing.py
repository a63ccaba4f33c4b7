"""Any sequence of changes of a catalogue, and everything that a search can see of it."""

from __future__ import annotations

import itertools

from hypothesis import strategies as st

from corpus.catalogue.catalogue import now
from corpus.documents.works import decide_relation
from corpus.model import Tag
from corpus.tags.passage_scores import PassageScore, keep_fingerprint, keep_scores
from corpus.tags.tags import decide
from tests.conftest import store_document

NAMES = ("a", "b", "c", "é", "𝔊")
TEXTS = ("Schools measure.", "Teachers lead.", "Nothing else.", "Wellbeing of schools.")
KINDS = ("report", "blog", None)
COUNTRIES = ("KE", "NG", "BR")

stored = st.tuples(
    st.just("store"),
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(TEXTS), max_size=3),
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(("One", "Two")),
            "year": st.sampled_from((None, 2019, 2024)),
            "kind": st.sampled_from(KINDS),
            "countries": st.lists(st.sampled_from(COUNTRIES), max_size=2).map(tuple),
        }
    ),
)
on_one = st.tuples(
    st.sampled_from(("delete", "withdraw", "hide", "show", "tag", "untag", "score", "retitle")),
    st.sampled_from(NAMES),
)
related = st.tuples(st.just("relate"), st.sampled_from(list(itertools.combinations(NAMES, 2))))
steps = st.lists(st.one_of(stored, stored, on_one, related), max_size=8)


def do(catalogue, step):
    """Change the catalogue by one of ``steps``."""
    what, name, *rest = step
    if what == "store":
        texts, fields = rest
        store_document(catalogue, name, *texts, **fields)
        return
    with catalogue.transaction():
        if what == "relate":
            _relate(catalogue, name)
        elif catalogue.documents([name], pending=True):
            _change(catalogue, what, name)


def _relate(catalogue, pair):
    if len(catalogue.documents(pair)) == 2:
        decide_relation(catalogue, *pair, "same-work", by="ana")


def _change(catalogue, what, name):
    if what == "delete":
        catalogue.delete_document(name)
    elif what == "withdraw":
        catalogue.withdraw_document(name, "gone")
    elif what in ("hide", "show"):
        since = now() if what == "hide" else None
        catalogue.db.execute("update document set pending_since = ? where id = ?", [since, name])
    elif what == "tag":
        decide(catalogue, Tag(name, "topics", "scaling", "confirmed", decided_by="ana"))
    elif what == "untag":
        decide(catalogue, Tag(name, "topics", "scaling", "rejected", decided_by="ana"))
    elif what == "score":
        ids = [p.id for p in catalogue.passages(name, pending=True)]
        scores = [PassageScore(i, "stages", ("use", "synthesis")[i % 2], 0.9, "m") for i in ids]
        keep_scores(catalogue, name, scores)
        keep_fingerprint(catalogue, name, now())
    elif what == "retitle":
        catalogue.db.execute("update document set title = title || ' more' where id = ?", [name])


def holdings_told(holdings):
    """Return everything that a search can see in holdings, in plain values."""
    told = {
        name: getattr(holdings, name).tolist()
        for name in ("passage_ids", "owner", "years", "work", "form")
    }
    for name in ("values", "about"):
        of_fields = getattr(holdings, name)
        told[name] = {
            field: {value: rows.tolist() for value, rows in of.items()}
            for field, of in of_fields.items()
        }
    return told | {
        "revision": holdings.revision,
        "ids": holdings.document_ids,
        "works": dict(holdings.work_of),
    }


def told_of(taken):
    """Return the same of a snapshot."""
    rows = {"vector_row": taken.vector_row, "passage_row": taken.passage_row}
    return holdings_told(taken.holdings) | {name: of.tolist() for name, of in rows.items()}
