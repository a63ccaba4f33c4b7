"""Groups of the network: their purpose, their people, and who may do what in them.

A group that is for its members alone does not exist for others. Its lead and every curator change
it. Each function that writes checks that, and logs what it did.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal

from corpus.catalogue.catalogue import Catalogue, now
from corpus.errors import GroupExists, GroupInvalid, GroupNotFound, NotPermitted
from corpus.errors.said import say
from corpus.lists.rules import MAX_SLUG, slug_of
from corpus.people.actors import Actor
from corpus.people.log import log_change
from corpus.people.people import Person, person_named

Visibility = Literal["public", "members"]
GroupRole = Literal["member", "lead"]
Standing = Literal["outside", "member", "lead"]
STANDINGS: Final[tuple[Standing, ...]] = ("outside", "member", "lead")
"""From least to most; a curator may do what a lead may, in every group."""
MAX_NAME: Final = 120
MAX_PURPOSE: Final = 1_000
MAX_NOTES: Final = 20_000
"""Characters."""
MOST_PEOPLE: Final = 200


@dataclass(frozen=True, slots=True)
class Group:
    """A group.

    Attributes:
        slug: its address.
        name, purpose: what it is called, and what it is for.
        visibility: who may read it: everybody, or its members and curators.
        notes: what its members should know, in paragraphs.
        archived_at: when it was archived; from then on only its people and curators see it.
    """

    slug: str
    name: str
    purpose: str
    visibility: Visibility
    notes: str
    created_by: str
    created_at: str
    archived_at: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in a group."""

    person_id: str
    name: str
    role: GroupRole
    added_at: str


_COLUMNS: Final = ", ".join(f.name for f in fields(Group))
_VALUES: Final = ", ".join(f":{f.name}" for f in fields(Group))


# Reading --------------------------------------------------------------------------------------


def standing_of(catalogue: Catalogue, actor: Actor, slug: str) -> Standing:
    """Return what somebody is in a group.

    A person who may not do what members do, or whose key does not allow it, is outside.
    """
    if actor.may("curator"):
        return "lead"
    if not actor.may("member") or actor.person_id is None:
        return "outside"
    rows = catalogue.rows(
        "select role from group_person where slug = ? and person_id = ?", [slug, actor.person_id]
    )
    standing: Standing = rows[0][0] if rows else "outside"
    return standing


def find_group(catalogue: Catalogue, actor: Actor, slug: str) -> Group:
    """Return a group that somebody may see.

    Raises:
        GroupNotFound
    """
    rows = catalogue.rows(f"select {_COLUMNS} from network_group where slug = ?", [slug])
    group = Group(*rows[0]) if rows else None
    if group is None or not _sees(group, standing_of(catalogue, actor, slug)):
        raise GroupNotFound(
            say("There is no group %(slug)s. Those you can see are at /groups", slug=repr(slug))
        )
    return group


def visible_groups(catalogue: Catalogue, actor: Actor) -> list[Group]:
    """Return the groups that somebody may see, by name, archived ones last."""
    groups = [
        Group(*row)
        for row in catalogue.rows(
            f"select {_COLUMNS} from network_group order by archived_at is not null, name, slug"
        )
    ]
    return [g for g in groups if _sees(g, standing_of(catalogue, actor, g.slug))]


def groups_of_person(catalogue: Catalogue, actor: Actor) -> list[Group]:
    """Return the groups in which somebody has a place and that are not archived."""
    rows = catalogue.rows(
        """
        select slug from group_person where person_id = ? order by slug
        """,
        [actor.person_id],
    )
    mine = {slug for (slug,) in rows} if actor.may("member") else set()
    return [g for g in visible_groups(catalogue, actor) if g.slug in mine and not g.archived_at]


def people_of(catalogue: Catalogue, slug: str) -> list[Place]:
    """Return the people of a group, leads first."""
    rows = catalogue.rows(
        """
        select person.id, person.name, place.role, place.added_at
        from group_person as place join person on person.id = place.person_id
        where place.slug = ? order by place.role = 'lead' desc, person.name
        """,
        [slug],
    )
    return [Place(*row) for row in rows]


def _sees(group: Group, standing: Standing) -> bool:
    is_open = group.visibility == "public" and group.archived_at is None
    return is_open or standing != "outside"


def check_standing(
    catalogue: Catalogue, actor: Actor, slug: str, needed: Standing, *, archived: bool = False
) -> Group:
    """Return a group if somebody may do in it what needs a standing.

    Raises:
        GroupNotFound: they may not see it.
        NotPermitted: they may only see it.
        GroupInvalid: it is archived, and nothing changes in it.
    """
    group = find_group(catalogue, actor, slug)
    standing = standing_of(catalogue, actor, slug)
    if STANDINGS.index(standing) < STANDINGS.index(needed):
        if needed == "lead":
            raise NotPermitted(say("This is for the lead of this group, and for curators."))
        raise NotPermitted(say("This is for members of this group, and for curators."))
    if group.archived_at and not archived:
        raise GroupInvalid(
            say("The group %(name)s is archived. A curator can restore it.", name=group.name)
        )
    return group


# Writing --------------------------------------------------------------------------------------


def create_group(
    catalogue: Catalogue,
    actor: Actor,
    name: str,
    *,
    purpose: str,
    visibility: Visibility = "members",
    slug: str | None = None,
) -> Group:
    """Make a group; it has no people yet.

    Raises:
        NotPermitted: only curators make groups.
        GroupInvalid, GroupExists
    """
    if not actor.may("curator"):
        raise NotPermitted(say("Curators make groups. Ask one."))
    address = slug or slug_of(name)
    if not address or len(address) > MAX_SLUG or slug_of(address) != address or address == "new":
        raise GroupInvalid(
            say(
                "%(address)s cannot be the address of a group. Use letters and digits.",
                address=repr(address),
            )
        )
    group = Group(
        address, " ".join(name.split()), purpose.strip(), visibility, "", actor.name, now()
    )
    _check(group)
    with catalogue.transaction():
        try:
            catalogue.db.execute(
                f"insert into network_group ({_COLUMNS}) values ({_VALUES})", asdict(group)
            )
        except sqlite3.IntegrityError as error:
            raise GroupExists(
                say("There is already a group at %(address)s.", address=repr(address))
            ) from error
        log_change(catalogue, actor, "group.create", f"group:{address}", after=_told(group))
    return group


def change_group(catalogue: Catalogue, actor: Actor, slug: str, **changes: Any) -> Group:
    """Change the name, purpose, visibility or notes of a group.

    Raises:
        GroupNotFound, NotPermitted, GroupInvalid
    """
    with catalogue.transaction():
        before = check_standing(catalogue, actor, slug, "lead")
        given = {name: text.strip() for name, text in changes.items()}
        given["name"] = " ".join(given.get("name", before.name).split())
        return _write(catalogue, actor, "group.change", before, replace(before, **given))


def set_archived(catalogue: Catalogue, actor: Actor, slug: str, *, archived: bool) -> Group:
    """Put a group away, or restore it; nothing in it is lost.

    Raises:
        GroupNotFound, NotPermitted: this is for curators.
    """
    with catalogue.transaction():
        before = find_group(catalogue, actor, slug)
        if not actor.may("curator"):
            raise NotPermitted(say("Curators archive and restore groups. Ask one."))
        after = before
        if archived != bool(before.archived_at):
            after = replace(before, archived_at=now() if archived else None)
        action = "group.archive" if archived else "group.restore"
        return _write(catalogue, actor, action, before, after)


def place_person(
    catalogue: Catalogue, actor: Actor, slug: str, name: str, role: GroupRole
) -> Person:
    """Give somebody a place in a group, or another role there.

    Raises:
        GroupNotFound, NotPermitted
        PersonNotFound: nobody has the name.
        GroupInvalid: they cannot be members, or the group is full.
    """
    with catalogue.transaction():
        check_standing(catalogue, actor, slug, "lead")
        person = person_named(catalogue, name)
        if person.role == "reader" or person.disabled_at:
            raise GroupInvalid(
                say(
                    "%(name)s cannot do what members do in this repository. An administrator can "
                    "change that.",
                    name=person.name,
                )
            )
        places = {place.person_id: place for place in people_of(catalogue, slug)}
        before = places.get(person.id)
        if before and before.role == role:
            return person
        if before is None and len(places) >= MOST_PEOPLE:
            raise GroupInvalid(say("A group can have at most %(n)s people.", n=MOST_PEOPLE))
        catalogue.db.execute(
            """
            insert into group_person values (?, ?, ?, ?, ?)
            on conflict do update set role = excluded.role
            """,
            [slug, person.id, role, actor.name, now()],
        )
        told = {"person": person.name}
        was = {**told, "role": before.role} if before else None
        after = {**told, "role": role}
        log_change(catalogue, actor, "group.join", f"group:{slug}", before=was, after=after)
    return person


def remove_person(catalogue: Catalogue, actor: Actor, slug: str, person_id: str) -> None:
    """Take somebody out of a group; everybody may go by themselves.

    Raises:
        GroupNotFound: or the person has no place in it.
        NotPermitted
    """
    with catalogue.transaction():
        needed: Standing = "member" if person_id == actor.person_id else "lead"
        check_standing(catalogue, actor, slug, needed)
        places = {place.person_id: place for place in people_of(catalogue, slug)}
        if person_id not in places:
            raise GroupNotFound(say("This person is not in the group."))
        place = places[person_id]
        catalogue.db.execute(
            "delete from group_person where slug = ? and person_id = ?", [slug, person_id]
        )
        before = {"person": place.name, "role": place.role}
        log_change(catalogue, actor, "group.leave", f"group:{slug}", before=before)


def _write(catalogue: Catalogue, actor: Actor, action: str, before: Group, after: Group) -> Group:
    if after == before:
        return before
    _check(after)
    catalogue.db.execute(
        """
        update network_group set name = :name, purpose = :purpose, visibility = :visibility,
               notes = :notes, archived_at = :archived_at
        where slug = :slug
        """,
        asdict(after),
    )
    was, became = _told(before), _told(after)
    changed = [name for name in became if was[name] != became[name]]
    was, became = ({name: told[name] for name in changed} for told in (was, became))
    log_change(catalogue, actor, action, f"group:{after.slug}", before=was, after=became)
    return after


def _told(group: Group) -> Mapping[str, Any]:
    names = ("name", "purpose", "visibility", "notes", "archived_at")
    return {name: getattr(group, name) for name in names}


def _check(group: Group) -> None:
    if not any(c.isalnum() for c in group.name) or not group.purpose:
        raise GroupInvalid(say("A group needs a name and a purpose."))
    for name, most in (("name", MAX_NAME), ("purpose", MAX_PURPOSE), ("notes", MAX_NOTES)):
        if len(getattr(group, name)) > most:
            raise GroupInvalid(
                say(
                    "Too long: %(field)s. A group can have at most %(most)s characters there.",
                    field=say(name),
                    most=most,
                )
            )
    if group.visibility not in ("public", "members"):
        raise GroupInvalid(say("A group must be public, or for its members."))
