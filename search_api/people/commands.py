"""Commands about people: ``user``, ``key``, and ``log``, which shows who changed what."""

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
    help="Add people, change their roles, disable their accounts, make sign-in links.",
    no_args_is_help=True,
)
key = typer.Typer(
    help="Make, list and revoke API keys, with which programs act in a person's name.",
    no_args_is_help=True,
)

RoleName = Annotated[str, typer.Option("--role", help=f"One of {', '.join(ROLES)}.")]
Name = Annotated[str, typer.Argument(help="A person's name, as in: salex user list")]


def _role(name: str) -> Role:
    for role in ROLES:
        if role == name:
            return role
    raise typer.BadParameter(f"There is no role {name!r}. The roles are {', '.join(ROLES)}.")


@contextmanager
def _writing() -> Iterator[tuple[Catalogue, Actor]]:
    """Open the catalogue for one change by the person who runs the command."""
    from search_api.web.access import command_line_actor

    with connect(load_settings().catalogue_path) as catalogue, catalogue.transaction():
        yield catalogue, command_line_actor()


@user.command("add")
def user_add(name: str, *, role: RoleName = "member") -> None:
    """Add a person. Then give them a sign-in link or an API key.

    Example:

      salex user add "Ana Silva" --role curator
    """
    from search_api.web.terminal import out

    with _writing() as (catalogue, actor):
        person = add_person(catalogue, actor, name, _role(role))
    out.print(f"{person.name} is {person.role}. Make a sign-in link with:", markup=False)
    out.print(f'  salex user link "{person.name}"', markup=False)


@user.command("list")
def user_list(*, as_json: AsJson = False) -> None:
    """List all people with their roles.

    Example:

      salex user list
    """
    from search_api.web.terminal import out, print_json

    with connect(load_settings().catalogue_path) as catalogue:
        people = read_people(catalogue)
    if as_json:
        print_json(people)
        return
    for person in people:
        state = f", disabled since {person.disabled_at[:10]}" if person.disabled_at else ""
        out.print(f"{person.role:<8} {person.name}{state}", markup=False)
    if not people:
        out.print(
            'There is nobody yet. Add a person with: salex user add "Ana Silva" --role curator'
        )


@user.command("role")
def user_role(
    name: Name, role: Annotated[str, typer.Argument(help=f"One of {', '.join(ROLES)}.")]
) -> None:
    """Change a person's role, from their next request on. Their keys never allow more.

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
    undo: Annotated[bool, typer.Option("--undo", help="Enable the account again.")] = False,
) -> None:
    """Disable an account at once: its sessions end, its links and keys stop working.

    What the person follows and their e-mail address are deleted for good.

    Examples:

      salex user disable "Ana Silva"

      salex user disable "Ana Silva" --undo
    """
    from search_api.web.terminal import out

    with _writing() as (catalogue, actor):
        person = person_named(catalogue, name)
        set_disabled(catalogue, actor, person, disabled=not undo)
    said = "can sign in again, and their keys work again" if undo else "can no longer sign in"
    out.print(f"{person.name} {said}.", markup=False)


@user.command("link")
def user_link(
    name: Name,
    *,
    minutes: Annotated[
        int | None, typer.Option(min=1, max=24 * 60, help="How long it works.")
    ] = None,
) -> None:
    """Make a link that signs a person in once. Send it where only they can read it.

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
        str | None, typer.Option("--role", help="The most it allows; by default the person's role.")
    ] = None,
    label: Annotated[str, typer.Option(help="What it is for.")] = "made on the command line",
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long it works; by default for ever.")
    ] = None,
) -> None:
    """Make a key and print it once. Only its hash is kept.

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
    end = f"until {made.expires_at[:10]}" if made.expires_at else "and never expires"
    err.print(
        f"Key {made.id} of {person.name} acts as {made.role}, {end}. Keep it: it is shown only "
        "once. Programs send it as: Authorization: Bearer salex_...",
        markup=False,
    )


@key.command("list")
def key_list(
    name: Annotated[str | None, typer.Argument(help="Only this person's.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List keys with their owner, purpose, role and the day they were last used.

    Examples:

      salex key list

      salex key list "Ana Silva" --json
    """
    from search_api.web.terminal import out, print_json

    with connect(load_settings().catalogue_path) as catalogue:
        person_id = person_named(catalogue, name).id if name else None
        names = {person.id: person.name for person in read_people(catalogue)}
        keys = read_keys(catalogue, person_id=person_id)
    if as_json:
        print_json(keys)
        return
    for api_key in keys:
        end = f"expires {api_key.expires_at[:10]}" if api_key.expires_at else "never expires"
        state = f"revoked {api_key.revoked_at[:10]}" if api_key.revoked_at else end
        used = f"last used {api_key.last_used_on}" if api_key.last_used_on else "never used"
        whose = f"{api_key.id}  {api_key.role:<8} {names[api_key.person_id]}: {api_key.label}"
        out.print(f"{whose} ({state}, {used})", markup=False)
    if not keys:
        out.print("No keys.")


@key.command("revoke")
def key_revoke(key_id: Annotated[str, typer.Argument(help="As in: salex key list")]) -> None:
    """Revoke a key and end the sessions opened with it, from the next request on.

    Example:

      salex key revoke 3f2a9c0d
    """
    from search_api.web.terminal import out

    with _writing() as (catalogue, actor):
        revoke_key(catalogue, actor, key_id)
    out.print(f"The key {key_id} is revoked.", markup=False)


def log(
    *,
    subject: Annotated[
        str | None, typer.Option(help="Only entries about this, such as person:3f2a.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show who changed what, newest first. `salex audit` checks that the log was not altered.

    Example:

      salex log --subject document:ggs-measuring-wellbeing-blog
    """
    from corpus.people.log import read_log
    from search_api.web.terminal import out, print_json

    with connect(load_settings().catalogue_path) as catalogue:
        entries = read_log(catalogue, subject=subject, limit=limit)
    if as_json:
        print_json(entries)
        return
    for entry in entries:
        out.print(f"{entry.at}  {entry.actor}: {entry.action} {entry.subject}", markup=False)
        for name, value in (("before", entry.before), ("after", entry.after)):
            if value:
                out.print(f"    {name:<7}{value}", markup=False, style="dim")
    if not entries:
        out.print("Nothing has been changed yet.")
