"""The command ``judge``: marking whether a document answers a query, and listing the marks."""

from __future__ import annotations

from typing import Annotated

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from search_api.service.settings import load_settings
from search_api.web.options import AsJson


def judge(
    query: Annotated[str | None, typer.Argument(help="The query, in quotation marks.")] = None,
    document_id: Annotated[str | None, typer.Argument(help="The document's id.")] = None,
    *,
    answers: Annotated[
        bool | None, typer.Option("--answers/--does-not", help="Whether it answers the query.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Remove the mark.")] = False,
    as_json: AsJson = False,
) -> None:
    """Mark whether a document answers a query; without arguments, list the marks.

    `salex evaluate --marks` measures search against them.

    Examples:

      salex judge "measuring wellbeing" who5-systematic-review --answers

      salex judge "measuring wellbeing" who5-systematic-review --undo

      salex judge
    """
    if query is None and answers is None and not undo:
        _list(as_json=as_json)
        return
    if query is None or document_id is None or (answers is None) != undo:
        raise typer.BadParameter(
            "Give a query, a document's id, and one of --answers, --does-not and --undo."
        )
    with connect(load_settings().catalogue_path) as catalogue:
        _mark(catalogue, query, document_id, answers=answers)


def _mark(catalogue: Catalogue, query: str, document_id: str, *, answers: bool | None) -> None:
    from corpus.review import judgements
    from index.search.language import language_of_question
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    if answers is None:
        query_id = judgements.id_of_query(query)
        judgements.retract_judgement(catalogue, command_line_actor(), query_id, document_id)
        out.print("The mark was removed.")
        return
    judgements.judge(
        catalogue,
        command_line_actor(),
        query,
        document_id,
        mark="answers" if answers else "does_not",
        language=language_of_question(query),
    )
    out.print("Recorded. Measure search against the marks with: salex evaluate --marks")


def _list(*, as_json: bool) -> None:
    from corpus.review.judgements import read_judgements
    from search_api.judging.presenting import judgement_shape
    from search_api.web.terminal import out, print_json

    with connect(load_settings().catalogue_path) as catalogue:
        marked = read_judgements(catalogue)
    if as_json:
        print_json([judgement_shape(judgement).model_dump() for judgement in marked])
        return
    for judgement in marked:
        said = "answers" if judgement.mark == "answers" else "does not answer"
        out.print(
            f"{judgement.document_id} {said}: {judgement.query}  "
            f"({judgement.decided_by}, {judgement.decided_at[:10]})",
            markup=False,
        )
    if not marked:
        out.print('No hit is marked. Mark one with: salex judge "QUERY" DOCUMENT --answers')
