"""The command ``agenda``: the learning questions of the network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.catalogue.catalogue import Catalogue, connect
from corpus.errors import QuestionElsewhere
from corpus.network import questions
from corpus.taxonomy import load_taxonomy
from search_api.exports.destinations import check_destination, print_or_write
from search_api.exports.formats import CALLS, CallFormat, name_formats
from search_api.service.settings import load_settings
from search_api.web.options import AsJson

if TYPE_CHECKING:
    from search_api.service.service import Service

agenda = typer.Typer(
    name="agenda",
    help="List, add and retire learning questions; write a call for evidence.",
    no_args_is_help=True,
)
OfTopic = Annotated[str, typer.Option("--topic", help="A term of the topics.")]
QuestionId = Annotated[str, typer.Argument(help="A question's id, as in: salex agenda list")]


@contextmanager
def _searching() -> Iterator[tuple[Service, Catalogue]]:
    """Open the catalogue and load what searches it."""
    from search_api.service.service import start_service
    from search_api.web.rendering import make_environment

    settings = load_settings()
    taxonomy = load_taxonomy(settings.taxonomy_file)
    with connect(settings.catalogue_path) as catalogue:
        templates = make_environment(taxonomy, settings)
        yield start_service(settings, taxonomy, templates, None), catalogue


@agenda.command("list")
def agenda_list(*, topic: OfTopic = "", as_json: AsJson = False) -> None:
    """List the open questions with the evidence there is on each.

    Example:

      salex agenda list --topic educator-voice
    """
    from search_api.network.answering import Agenda
    from search_api.web.terminal import out, print_json

    with _searching() as (service, catalogue):
        answer = Agenda(service, catalogue, curating=True).whole(topic)
    if as_json:
        print_json(answer.model_dump())
        return
    for part in answer.topics:
        out.print(part.label, style="bold", markup=False)
        for question in part.questions:
            counts = f"{question.answering} with strong evidence, {question.related} related"
            out.print(f"  {question.id}: {question.text}", markup=False)
            out.print(f"    {question.strength}: {counts}", markup=False)
    if not answer.open:
        out.print('No question is open. Add one with: salex agenda add "..." --topic TERM')


@agenda.command("add")
def agenda_add(
    text: Annotated[str, typer.Argument(help="The question.")],
    *,
    topic: Annotated[str, typer.Option("--topic", help="A term of the topics.")],
    language: Annotated[str, typer.Option(help="Its language: en, es, pt, fr, ...")] = "en",
    country: Annotated[
        list[str] | None, typer.Option(help="Ask of this country; may be given more than once.")
    ] = None,
    twice: Annotated[
        bool, typer.Option("--twice", help="Ask it, although it stands under another topic.")
    ] = False,
) -> None:
    """Add a question to the agenda.

    Example:

      salex agenda add "What keeps girls in school?" --topic foundational-skills-wellbeing
    """
    from search_api.search.filters import check_language
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    settings = load_settings()
    taxonomy = load_taxonomy(settings.taxonomy_file)
    if topic not in taxonomy.vocabulary("topics").terms:
        known = ", ".join(taxonomy.vocabulary("topics").terms)
        raise typer.BadParameter(f"{topic!r} is not one of {known}", param_hint="--topic")
    try:
        with connect(settings.catalogue_path) as catalogue:
            made = questions.add_question(
                catalogue, command_line_actor(), taxonomy, text,
                topic=topic,
                language=check_language(language) or "en",
                filters={"country": country or ()},
                twice=twice,
            )  # fmt: skip
    except QuestionElsewhere as error:
        raise QuestionElsewhere(f"{error} Then add --twice.", error.question_id) from error
    out.print(f"Added as {made.id}: {made.text}", markup=False)


@agenda.command("retire")
def agenda_retire(
    question_id: QuestionId,
    *,
    undo: Annotated[bool, typer.Option("--undo", help="Open the question again.")] = False,
) -> None:
    """Retire a question: it leaves the agenda, and nothing is lost.

    Examples:

      salex agenda retire leaders-grow

      salex agenda retire leaders-grow --undo
    """
    from search_api.web.access import command_line_actor
    from search_api.web.terminal import out

    settings = load_settings()
    taxonomy = load_taxonomy(settings.taxonomy_file)
    with connect(settings.catalogue_path) as catalogue:
        after = questions.set_question_state(
            catalogue, command_line_actor(), taxonomy, question_id, "open" if undo else "retired"
        )
    out.print(f"{after.state}: {after.text}", markup=False)


@agenda.command("export")
def agenda_export(
    *,
    topic: OfTopic = "",
    gaps: Annotated[
        bool, typer.Option("--gaps", help="Only questions without strong evidence.")
    ] = False,
    format_name: Annotated[
        CallFormat, typer.Option("--format", help=f"{name_formats(CALLS)}; Word needs --out.")
    ] = "md",
    out: Annotated[
        Path | None, typer.Option(help="The file to write; by default the terminal.")
    ] = None,
) -> None:
    """Write the open questions as a call for evidence.

    Examples:

      salex agenda export --gaps

      salex agenda export --format docx --out call.docx
    """
    from search_api.network.call_for_evidence import call_export, call_of

    chosen = CALLS[format_name]
    check_destination(chosen, out, CALLS, option="--out")
    with _searching() as (service, catalogue):
        answer = call_of(service, catalogue, topic=topic, gaps=gaps)
        content = chosen.write(call_export(service, answer))
    print_or_write(content, out, f"The call (questions: {len(answer.questions):,})")
