"""The command ``group``: the groups of the network and their people."""

from __future__ import annotations

from typing import Annotated

import typer

from corpus.catalogue.catalogue import connect
from corpus.network import groups
from corpus.people.people import person_named
from search_api.service.settings import load_settings
from search_api.web.options import AsJson

group = typer.Typer(
    name="group", help="List and make groups, and say who is in them.", no_args_is_help=True
)
Slug = Annotated[str, typer.Argument(help="A group's address, as in: salex group list")]
Name = Annotated[str, typer.Argument(help="A person's name, as in: salex user list")]


@group.command("list")
def group_list(*, as_json: AsJson = False) -> None:
    """List all groups with their people.

    Example:

      salex group list
    """
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out, print_json

    with connect(load_settings().catalogue_path) as catalogue:
        known = groups.visible_groups(catalogue, command_line_actor())
        people = {one.slug: groups.people_of(catalogue, one.slug) for one in known}
    if as_json:
        print_json(known)
        return
    for one in known:
        state = ", archived" if one.archived_at else ""
        out.print(f"{one.slug}: {one.name} ({one.visibility}{state})", markup=False)
        for place in people[one.slug]:
            out.print(f"  {place.role:<6} {place.name}", markup=False)
    if not known:
        out.print('There are no groups. Make one with: salex group add "..." --purpose "..."')


@group.command("add")
def group_add(
    name: Annotated[str, typer.Argument(help="What the group is called.")],
    *,
    purpose: Annotated[str, typer.Option(help="What it is for.")],
    public: Annotated[
        bool, typer.Option("--public", help="Everybody may read it, not its members alone.")
    ] = False,
    lead: Annotated[str, typer.Option(help="The name of the person who leads it.")] = "",
) -> None:
    """Make a group.

    Example:

      salex group add Wellbeing --purpose "What keeps pupils well" --public
    """
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    actor = command_line_actor()
    with connect(load_settings().catalogue_path) as catalogue, catalogue.transaction():
        visibility: groups.Visibility = "public" if public else "members"
        made = groups.create_group(catalogue, actor, name, purpose=purpose, visibility=visibility)
        if lead:
            groups.place_person(catalogue, actor, made.slug, lead, "lead")
    out.print(f"The group is at /groups/{made.slug}", markup=False)


@group.command("place")
def group_place(
    slug: Slug,
    name: Name,
    *,
    lead: Annotated[bool, typer.Option("--lead", help="As the group's lead.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take them out.")] = False,
) -> None:
    """Give somebody a place in a group, or take them out.

    Examples:

      salex group place wellbeing "Ana Silva" --lead

      salex group place wellbeing "Ana Silva" --remove
    """
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    actor = command_line_actor()
    with connect(load_settings().catalogue_path) as catalogue:
        if remove:
            person = person_named(catalogue, name)
            groups.remove_person(catalogue, actor, slug, person.id)
            out.print(f"{person.name} is no longer in {slug}.", markup=False)
            return
        role: groups.GroupRole = "lead" if lead else "member"
        person = groups.place_person(catalogue, actor, slug, name, role)
    out.print(f"{person.name} is {role} in {slug}.", markup=False)
