"""Commands about people: ``user``, ``key``, and ``log``, which tells who changed what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from urllib.parse import urlencode

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.people.actors import ROLES, Actor, Role
from corpus.people.credentials import add_key, add_link, in_future, read_keys, revoke_key
from corpus.people.people import add_person, person_named, read_people, set_disabled, set_role
from search_api.service.settings import load_settings
from search_api.web.options import AsJson

user = typer.Typer(
    help="Add people, change what they may do, shut them out, make links to sign in.",
    no_args_is_help=True,
)
key = typer.Typer(
    help="Make, list and revoke API keys: what programs show to act in somebody's name.",
    no_args_is_help=True,
)

RoleName = Annotated[str, typer.Option("--role", help=f"One of {', '.join(ROLES)}.")]
Name = Annotated[str, typer.Argument(help="A person's name, as in: salex user list")]


def _role(name: str) -> Role:
    for role in ROLES:
        if role == name:
            return role
    raise typer.BadParameter(f"There is no role {name!r}; there are {', '.join(ROLES)}.")


@contextmanager
def _writing() -> Iterator[tuple[Catalogue, Actor]]:
    """Open the catalogue for one change, made by whoever runs the command."""
    from search_api.web.access import command_line_actor

    with connect(load_settings().catalogue_path) as catalogue, catalogue.transaction():
        yield catalogue, command_line_actor()


@user.command("add")
def user_add(name: str, *, role: RoleName = "member") -> None:
    """Add somebody. Then let them in by a link, or make them a key.

    Example:

      salex user add "Ana Silva" --role curator
    """
    from search_api.web.terminal import out

    with _writing() as (catalogue, actor):
        person = add_person(catalogue, actor, name, _role(role))
    out.print(f"{person.name} is {person.role}. Let them in with:", markup=False)
    out.print(f'  salex user link "{person.name}"', markup=False)


@user.command("list")
def user_list(*, as_json: AsJson = False) -> None:
    """List everybody with their role.

    Example:

      salex user list
    """
    from search_api.web.terminal import out, print_json

    with connect(load_settings().catalogue_path) as catalogue:
        found = read_people(catalogue)
    if as_json:
        print_json(found)
        return
    for person in found:
        state = f", disabled since {person.disabled_at[:10]}" if person.disabled_at else ""
        out.print(f"{person.role:<8} {person.name}{state}", markup=False)
    if not found:
        out.print('Nobody yet. Add somebody with: salex user add "Ana Silva" --role curator')


@user.command("role")
def user_role(
    name: Name, role: Annotated[str, typer.Argument(help=f"One of {', '.join(ROLES)}.")]
) -> None:
    """Change what somebody may do, from their next request on; keys never allow more.

    Example:

      salex user role "Ana Silva" curator
    """
    from search_api.web.terminal import out

    with _writing() as (catalogue, actor):
        person = person_named(catalogue, name)
        set_role(catalogue, actor, person, _role(role))
    out.print(f"{person.name} was {person.role} and is {role} now.", markup=False)


@user.command("disable")
def user_disable(
    name: Name,
    *,
    undo: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False,
) -> None:
    """Shut somebody out at once: their sessions end, their links and keys stop working.

    Examples:

      salex user disable "Ana Silva"

      salex user disable "Ana Silva" --undo
    """
    from search_api.web.terminal import out

    with _writing() as (catalogue, actor):
        person = person_named(catalogue, name)
        set_disabled(catalogue, actor, person, disabled=not undo)
    said = "is let in again, and their keys work again" if undo else "is shut out"
    out.print(f"{person.name} {said}.", markup=False)


@user.command("link")
def user_link(
    name: Name,
    *,
    minutes: Annotated[
        int | None, typer.Option(min=1, max=24 * 60, help="How long it works.")
    ] = None,
) -> None:
    """Make a link that signs somebody in once. Hand it over where only they see it.

    Example:

      salex user link "Ana Silva" --minutes 60
    """
    from search_api.web.terminal import err

    settings = load_settings()
    minutes = minutes or settings.sign_in_minutes
    with _writing() as (catalogue, actor):
        secret = add_link(catalogue, actor, person_named(catalogue, name), minutes=minutes)
    address = f"{settings.server_address}/sign-in?{urlencode({'link': secret})}"
    print(address)  # noqa: T201  whole, and alone on standard output
    err.print(f"It works once, within {minutes} minutes.")


@key.command("add")
def key_add(
    name: Name,
    *,
    role: Annotated[
        str | None, typer.Option("--role", help="The most it allows; else its person's role.")
    ] = None,
    label: Annotated[str, typer.Option(help="What it is for.")] = "made on the command line",
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long it works; else without end.")
    ] = None,
) -> None:
    """Make a key and print it, this once: only its hash is kept.

    Example:

      salex key add "Ana Silva" --role reader --label dashboard --days 365
    """
    from search_api.web.terminal import err

    with _writing() as (catalogue, actor):
        person = person_named(catalogue, name)
        made, secret = add_key(
            catalogue,
            actor,
            person,
            label=label,
            role=_role(role) if role else person.role,
            expires_at=in_future(days=days) if days else None,
        )
    print(secret)  # noqa: T201  alone on standard output, so that it can be piped
    end = f"until {made.expires_at[:10]}" if made.expires_at else "without end"
    err.print(
        f"Key {made.id} of {person.name} acts as {made.role}, {end}. Keep it: it is shown this "
        "once. Programs send it as: Authorization: Bearer salex_...",
        markup=False,
    )


@key.command("list")
def key_list(
    name: Annotated[str | None, typer.Argument(help="Only this person's.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List keys: whose, what for, what they allow, and the day they were last used.

    Examples:

      salex key list

      salex key list "Ana Silva" --json
    """
    from search_api.web.terminal import out, print_json

    with connect(load_settings().catalogue_path) as catalogue:
        person_id = person_named(catalogue, name).id if name else None
        names = {person.id: person.name for person in read_people(catalogue)}
        found = read_keys(catalogue, person_id=person_id)
    if as_json:
        print_json(found)
        return
    for held in found:
        end = f"ends {held.expires_at[:10]}" if held.expires_at else "no end"
        state = f"revoked {held.revoked_at[:10]}" if held.revoked_at else end
        used = f"last used {held.last_used_on}" if held.last_used_on else "never used"
        whose = f"{held.id}  {held.role:<8} {names[held.person_id]}: {held.label}"
        out.print(f"{whose} ({state}, {used})", markup=False)
    if not found:
        out.print("No keys.")


@key.command("revoke")
def key_revoke(key_id: Annotated[str, typer.Argument(help="As in: salex key list")]) -> None:
    """End a key, and the sessions opened with it, from the next request on.

    Example:

      salex key revoke 3f2a9c0d
    """
    from search_api.web.terminal import out

    with _writing() as (catalogue, actor):
        revoke_key(catalogue, actor, key_id)
    out.print(f"The key {key_id} opens nothing any more.", markup=False)


def log(
    *,
    subject: Annotated[
        str | None, typer.Option(help="Only entries about this, such as person:3f2a.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Tell who changed what, the newest first. `salex audit` checks that nothing was altered.

    Example:

      salex log --subject document:ggs-measuring-wellbeing-blog
    """
    from corpus.people.log import read_log
    from search_api.web.terminal import out, print_json

    with connect(load_settings().catalogue_path) as catalogue:
        found = read_log(catalogue, subject=subject, limit=limit)
    if as_json:
        print_json(found)
        return
    for entry in found:
        out.print(f"{entry.at}  {entry.actor}: {entry.action} {entry.subject}", markup=False)
        for name, value in (("before", entry.before), ("after", entry.after)):
            if value:
                out.print(f"    {name:<7}{value}", markup=False, style="dim")
    if not found:
        out.print("Nothing was changed yet.")
