"""The command ``wanted``: searches without a good result."""

from __future__ import annotations

from typing import Annotated

import typer

from corpus.catalogue.catalogue import connect
from search_api.service.settings import load_settings
from search_api.web.options import AsJson


def wanted(
    *,
    dismiss: Annotated[
        str | None, typer.Option(help="Remove this search from the list until it is made again.")
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Delete counts older than `demand_days` now.")
    ] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Delete all counts.")] = False,
    as_json: AsJson = False,
) -> None:
    """List searches without a good result, most frequent first.

    Examples:

      salex wanted

      salex wanted --dismiss "school meals"
    """
    from corpus.review import demand
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out, print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        if dismiss is not None:
            demand.dismiss(catalogue, command_line_actor(), demand.normalised(dismiss) or dismiss)
        if forget or clear:
            with catalogue.transaction():
                demand.forget(catalogue, keep_days=0 if clear else settings.demand_days)
        searches = demand.wanted(catalogue, keep_days=settings.demand_days)
    if as_json:
        print_json(searches)
        return
    for search in searches:
        known = [code for code in search.languages if code != demand.UNKNOWN_LANGUAGE]
        languages = ", ".join(known) or "language not known"
        out.print(
            f"{search.searches:>6,}  {search.query}  ({languages}; last {search.last_day})",
            markup=False,
        )
    if not searches:
        out.print("There are no searches without a good result.")
