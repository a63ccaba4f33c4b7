"""Commands that look after what is held: ``audit`` and ``stats``."""

from __future__ import annotations

import typer

from corpus.catalogue import connect
from corpus.originals import Originals
from search_api.commands.options import AsJson
from search_api.settings import load_settings


def audit(*, as_json: AsJson = False) -> None:
    """Check every promise: citations, tags, the keyword index, the vectors, the originals.

    Exits with 1 when a fault is found.

    Example:

      salex audit
    """
    from corpus.audit import audit_catalogue
    from index.audit import audit_index
    from search_api.terminal import print_checks, print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        checks = list(audit_catalogue(catalogue, Originals(settings.originals_folder)))
        checks += audit_index(catalogue, settings.index_folder)
    if as_json:
        print_json(checks)
    else:
        print_checks(checks)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def stats(*, as_json: AsJson = False) -> None:
    """Count what is held.

    Example:

      salex stats --json
    """
    from corpus import outcomes as ledger
    from search_api.terminal import out, print_json

    settings = load_settings()
    with connect(settings.catalogue_path) as catalogue:
        counts = catalogue.counts() | {
            f"outcome {kind}": n for kind, n in ledger.counts(catalogue).items()
        }
    if as_json:
        print_json(counts)
        return
    for name, count in counts.items():
        out.print(f"{count:>8,}  {name}")
