"""People's decisions about tags, written with their log entries: confirm, reject, add, take back.

What people send goes through ``decide_tag``, which checks the term against the taxonomy. A
decision about a vocabulary that has no tags raises ``UnknownTerm`` everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import PassageNotFound, TagNotFound, UnknownTerm
from corpus.errors.said import say
from corpus.model import Tag
from corpus.people.actors import Actor
from corpus.people.log import Entry, log_change, read_log
from corpus.tags.tags import put_back, remove, tags_of
from corpus.taxonomy import RECORD_VOCABULARIES, Taxonomy

ACTIONS: Final = ("tag.confirm", "tag.reject", "tag.add")
"""What the log calls the decisions that ``retract`` can take back."""
_RETRACT: Final = "tag.retract"
_DEPTH: Final = 1000


@dataclass(frozen=True, slots=True)
class TagOpinion:
    """What a person says about a term of a document.

    Attributes:
        origin: whether the document carries the term.
        primary: whether it is the first of its vocabulary.
        passage_id: the passage that shows it.
        note: why, in the curator's words.
    """

    origin: Literal["confirmed", "rejected"]
    primary: bool = False
    passage_id: int | None = None
    note: str | None = None


def decide_tag(
    catalogue: Catalogue,
    actor: Actor,
    taxonomy: Taxonomy,
    document_id: str,
    *,
    vocabulary: str,
    term: str,
    opinion: TagOpinion,
) -> Tag:
    """Confirm, add or reject a tag; pages, API, command line and review queue decide by this.

    A suggestion that is confirmed keeps its passage, score and model; a term nobody suggested is
    added. A term that the taxonomy no longer has can only be rejected, where it is suggested.

    Raises:
        DocumentNotFound
        UnknownTerm: the taxonomy has no such term.
        PassageNotFound: the passage is not one of the document's.
    """
    about = (catalogue, actor, document_id, vocabulary, term)
    with catalogue.transaction():
        suggested = term in _tags_by_term(catalogue, document_id, vocabulary)
        if opinion.origin == "confirmed" or not suggested:
            taxonomy.vocabulary(vocabulary).term(term)
        if opinion.origin == "rejected":
            return reject(*about, opinion.note)
        if suggested and not opinion.primary and opinion.passage_id is None:
            return confirm(*about, opinion.note)
        return add(
            *about, primary=opinion.primary, passage_id=opinion.passage_id, note=opinion.note
        )


def confirm(
    catalogue: Catalogue,
    actor: Actor,
    document_id: str,
    vocabulary: str,
    term: str,
    note: str | None = None,
) -> Tag:
    """Confirm a tag that is suggested, or change a decision about it; return it as it is now.

    Its passage, score and model stay, so that it keeps saying what argued for it. It becomes the
    primary term when no other term that stands is.

    Raises:
        DocumentNotFound
        TagNotFound: the document has no such tag; ``add`` makes one.
    """
    with catalogue.transaction():
        tags = _tags_by_term(catalogue, document_id, vocabulary)
        if term not in tags:
            raise TagNotFound(
                say(
                    "%(document_id)s has no tag %(term)s of %(vocabulary)s to confirm. Add it "
                    "instead.",
                    document_id=document_id,
                    term=repr(term),
                    vocabulary=vocabulary,
                )
            )
        others = [t for t in tags.values() if t.primary and t.term != term]
        primary = not others or (tags[term].primary and not _confirmed(others))
        wanted = _decided(tags[term], actor, "confirmed", note=note, primary=primary)
        return _write(catalogue, actor, "tag.confirm", tags, wanted)


def reject(
    catalogue: Catalogue,
    actor: Actor,
    document_id: str,
    vocabulary: str,
    term: str,
    note: str | None = None,
) -> Tag:
    """Say that a document does not carry a term, suggested or not; it does not come back.

    Raises:
        DocumentNotFound
    """
    with catalogue.transaction():
        tags = _tags_by_term(catalogue, document_id, vocabulary)
        tag = tags.get(term) or Tag(document_id, vocabulary, term, "rejected")
        wanted = _decided(tag, actor, "rejected", note=note, primary=False)
        return _write(catalogue, actor, "tag.reject", tags, wanted)


def add(
    catalogue: Catalogue,
    actor: Actor,
    document_id: str,
    vocabulary: str,
    term: str,
    primary: bool = False,  # noqa: FBT001, FBT002  read as confirm's and reject's arguments are
    passage_id: int | None = None,
    note: str | None = None,
) -> Tag:
    """Say that a document carries a term, and which passage shows it; return the tag.

    A document has one primary term a vocabulary: ``primary`` takes that place from another.

    Raises:
        DocumentNotFound
        PassageNotFound: the passage is not one of the document's.
    """
    with catalogue.transaction():
        tags = _tags_by_term(catalogue, document_id, vocabulary)
        tag = tags.get(term) or Tag(document_id, vocabulary, term, "confirmed")
        if passage_id is not None:
            tag = _reasoned(catalogue, tag, passage_id)
        wanted = _decided(
            tag, actor, "confirmed", note=note,
            primary=primary or tag.primary or not _confirmed(tags.values()),
        )  # fmt: skip
        return _write(catalogue, actor, "tag.add", tags, wanted)


def retract(
    catalogue: Catalogue, actor: Actor, document_id: str, vocabulary: str, term: str
) -> Tag | None:
    """Take the decision about a tag back; return the tag as it was before it, if there was one.

    What the decision changed is put back from the log, with the primary term it displaced. A
    decision older than the log becomes the suggestion it was made of, or goes.

    Raises:
        DocumentNotFound
        TagNotFound: nobody decided about this term.
    """
    with catalogue.transaction():
        tags = _tags_by_term(catalogue, document_id, vocabulary)
        tag = tags.get(term)
        if tag is None or tag.origin == "suggested":
            raise TagNotFound(
                say(
                    "Nobody decided whether %(document_id)s carries %(term)s.",
                    document_id=document_id,
                    term=repr(term),
                )
            )
        entry = _decision_behind(catalogue, tag)
        restored = _before(entry, tags, term) if entry else _undecided(tag)
        restored[term] = _beside({**tags, **restored}, _with_reason(catalogue, restored[term]))
        before = {t: tags[t] for t in restored if t in tags}
        for name, earlier in restored.items():
            if earlier is None:
                remove(catalogue, document_id, vocabulary, name)
            else:
                put_back(catalogue, earlier)
        after = {name: t for name, t in restored.items() if t is not None}
        _log(catalogue, actor, _RETRACT, tag, before=before, after=after)
        return restored[term]


def _tags_by_term(catalogue: Catalogue, document_id: str, vocabulary: str) -> dict[str, Tag]:
    catalogue.document(document_id)
    tags = tags_of(catalogue, [document_id])[document_id]
    return {t.term: t for t in tags if t.vocabulary == vocabulary}


def _confirmed(tags: Iterable[Tag]) -> bool:
    return any(t.origin == "confirmed" for t in tags)


def _decided(tag: Tag, actor: Actor, origin: Any, *, note: str | None, primary: bool) -> Tag:
    return replace(
        tag, origin=origin, primary=primary, note=note, decided_by=actor.name, decided_at=now()
    )


def _reasoned(catalogue: Catalogue, tag: Tag, passage_id: int) -> Tag:
    passage = catalogue.passages_by_id([passage_id]).get(passage_id)
    if passage is None or passage.document_id != tag.document_id:
        raise PassageNotFound(
            say(
                "%(document_id)s has no passage %(passage_id)s.",
                document_id=tag.document_id,
                passage_id=str(passage_id),
            )
        )
    return replace(tag, passage_id=passage.id, page=passage.page, quote=passage.text)


def _write(
    catalogue: Catalogue, actor: Actor, action: str, tags: Mapping[str, Tag], wanted: Tag
) -> Tag:
    """Write a decision, take the primary place from another if it wants it, and log both."""
    if wanted.vocabulary in RECORD_VOCABULARIES:
        raise UnknownTerm(
            say(
                "%(vocabulary)s has no tags: correct the field of the record instead.",
                vocabulary=wanted.vocabulary,
            )
        )
    changed = {wanted.term: wanted}
    if wanted.primary:
        changed |= {
            t.term: replace(t, primary=False)
            for t in tags.values()
            if t.primary and t.term != wanted.term
        }
    for tag in changed.values():
        put_back(catalogue, tag)
    before = {name: tags[name] for name in changed if name in tags}
    _log(catalogue, actor, action, wanted, before=before, after=changed)
    return wanted


def _log(
    catalogue: Catalogue,
    actor: Actor,
    action: str,
    tag: Tag,
    *,
    before: Mapping[str, Tag],
    after: Mapping[str, Tag],
) -> None:
    def told(tags: Mapping[str, Tag]) -> dict[str, Any]:
        rows = {name: _row(t) for name, t in tags.items()}
        return {"vocabulary": tag.vocabulary, "term": tag.term, "tags": rows}

    log_change(
        catalogue, actor, action, f"document:{tag.document_id}",
        before=told(before) if before else None, after=told(after),
    )  # fmt: skip


def _row(tag: Tag) -> dict[str, Any]:
    # A passage's id exceeds 2**53: never a JSON number.
    return asdict(tag) | {"passage_id": None if tag.passage_id is None else str(tag.passage_id)}


def _decision_behind(catalogue: Catalogue, tag: Tag) -> Entry | None:
    """Return the log entry that made a tag what it is, if the log goes back so far."""
    subject = f"document:{tag.document_id}"
    for entry in read_log(catalogue, subject=subject, limit=_DEPTH):
        told = json.loads(entry.after) if entry.after and entry.action in ACTIONS else {}
        if (told.get("vocabulary"), told.get("term")) == (tag.vocabulary, tag.term):
            row = told["tags"][tag.term]
            made = (row["origin"], row["decided_by"], row["decided_at"])
            if made == (tag.origin, tag.decided_by, tag.decided_at):
                return entry
    return None


def _before(entry: Entry, tags: Mapping[str, Tag], term: str) -> dict[str, Tag | None]:
    """Return what a decision changed as it was; other terms only if nothing happened to them."""
    before = json.loads(entry.before)["tags"] if entry.before else {}
    after = json.loads(entry.after)["tags"] if entry.after else {}
    others = {
        name: _tag(row)
        for name, row in before.items()
        if name != term and name in tags and _row(tags[name]) == after[name]
    }
    return {term: _tag(before[term]) if term in before else None, **others}


def _beside(tags: Mapping[str, Tag | None], tag: Tag | None) -> Tag | None:
    """Leave the primary place to the term that was given it since."""
    if tag is None:
        return None
    taken = any(t.primary for t in tags.values() if t is not None and t.term != tag.term)
    return replace(tag, primary=tag.primary and not taken)


def _tag(row: Mapping[str, Any]) -> Tag:
    values = {f.name: row[f.name] for f in fields(Tag)}
    number = values["passage_id"]
    return Tag(**values | {"passage_id": None if number is None else int(number)})


def _with_reason(catalogue: Catalogue, tag: Tag | None) -> Tag | None:
    """Leave out a suggestion whose passage is gone: the tagger makes a new one."""
    lost = tag and tag.passage_id is not None and not catalogue.passages_by_id([tag.passage_id])
    return None if tag and tag.origin == "suggested" and lost else tag


def _undecided(tag: Tag) -> dict[str, Tag | None]:
    if tag.model is None:
        return {tag.term: None}
    suggestion = replace(tag, origin="suggested", decided_by="tagger", note=None, decided_at=now())
    return {tag.term: suggestion}
