"""The call for evidence: the open questions to send to others, and how they are laid out."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from corpus.catalogue.catalogue import Catalogue
from corpus.network.questions import Question, find_question
from index.model import Hit
from search_api.answers.citations import cite_document, cited_page
from search_api.exports.formats import Drawn
from search_api.exports.paper import Block, Heading, Paper, Paragraph, Quotation, Run, plain
from search_api.exports.taking import made_today
from search_api.network import shapes as s
from search_api.network.answering import BEST, Agenda
from search_api.network.params import query_of_question
from search_api.service.service import Service
from search_api.web.languages import counted

CONTRIBUTE: Final = "/contribute"
_SEARCHED: Final = 10
"""Among this many hits are the two best documents, whose passages are quoted."""


def call_of(
    service: Service, catalogue: Catalogue, *, topic: str = "", gaps: bool = False
) -> s.CallAnswer:
    """Return the call with the open questions of one topic or of all.

    Args:
        service: what searches.
        catalogue: what is searched.
        topic: a term; empty for all.
        gaps: only questions without strong evidence.

    Raises:
        UnknownTerm: there is no such topic.
    """
    agenda = Agenda(service, catalogue, curating=False).whole(topic)
    network, made = service.taxonomy.network, made_today(service.taxonomy)
    called = [
        _called(service, catalogue, question, part.label)
        for part in agenda.topics
        for question in part.questions
        if not (gaps and question.strength == "strong")
    ]
    return s.CallAnswer(
        title=f"Call for evidence of the {network}",
        purpose=f"The {network} asks the questions below. Beside each stands what its evidence "
        "repository has, and what it lacks. Reports, evaluations, briefs, lessons and tools that "
        "help to answer one are welcome, in any language, from any place, published or not.",
        questions=called,
        contribute="Send a file or a web address, and name the question it helps to answer. A "
        "curator reads it and tells you the decision. Members sign in first; others ask a member"
        f"{f' or write to {service.settings.contact}' if service.settings.contact else ''}.",
        address=service.absolute(CONTRIBUTE),
        made_on=made.at.date().isoformat(),
        revision=agenda.revision,
    )


def _called(
    service: Service, catalogue: Catalogue, asked: s.AnsweredQuestion, topic: str
) -> s.CalledQuestion:
    question = find_question(catalogue, asked.id)
    return s.CalledQuestion(
        text=asked.text,
        topic=topic,
        strength=asked.strength,
        there=_there(asked),
        documents=_documents(service, catalogue, question, asked),
        missing=_missing(asked),
        link=asked.links.page,
    )


def _there(asked: s.AnsweredQuestion) -> str:
    if not asked.answering and not asked.related:
        return "There is nothing yet."
    related = counted(
        asked.related, "%(n)s document is related", "%(n)s documents are related"
    )  # fmt: skip
    if not asked.answering:
        return f"No document answers it; {related}."
    strong = counted(
        asked.answering,
        "%(n)s document has strong evidence",
        "%(n)s documents have strong evidence",
    )
    return f"{strong}; {related}." if asked.related else f"{strong}."


def _missing(asked: s.AnsweredQuestion) -> list[str]:
    missing, said = asked.missing, []
    if not asked.answering:
        return ["Anything that answers it."]
    if missing.stages:
        said.append(f"Nothing yet on these stages of evidence: {', '.join(missing.stages)}.")
    if missing.countries:
        more = missing.countries_total - len(missing.countries)
        rest = f" and {more} more" if more else ""
        said.append(f"Nothing yet from: {', '.join(missing.countries)}{rest}.")
    return said


def _documents(
    service: Service, catalogue: Catalogue, question: Question, asked: s.AnsweredQuestion
) -> list[s.CalledDocument]:
    """Return the two best documents, each with the passage that is nearest to the question."""
    query = replace(
        query_of_question(service.taxonomy, question), limit=_SEARCHED, passages_per_hit=1
    )
    found = service.searcher.search(catalogue, query).hits if asked.best else ()
    hits = {hit.document.id: hit for hit in found}
    return [_document(document, hits.get(document.id)) for document in asked.best[:BEST]]


def _document(document: s.AnsweringDocument, hit: Hit | None) -> s.CalledDocument:
    best = hit.snippets[0] if hit and hit.snippets else None
    if hit is None or best is None:
        return s.CalledDocument(
            citation=document.citation, quote=None, page_label=None, link=document.link
        )
    said = [best.text[part.start : part.end] for part in best.answer] or [best.text]
    return s.CalledDocument(
        citation=cite_document(hit.document, best.page, best.page_end),
        quote=" ".join(said[0].split()),
        page_label=cited_page(hit.document, best.page, best.page_end),
        link=f"{document.link}?passage={best.passage_id}#p-{best.passage_id}",
    )


def call_export(service: Service, answer: s.CallAnswer) -> Drawn[Paper]:
    """Return what the formats write a call from."""
    return Drawn(answer, lambda: lay_out_call(service, answer))


def lay_out_call(service: Service, answer: s.CallAnswer) -> Paper:
    """Return a call laid out: its purpose, the questions by topic, and how to contribute."""
    blocks: list[Block] = [plain(answer.purpose)]
    topic = ""
    for question in answer.questions:
        if question.topic != topic:
            topic = question.topic
            blocks.append(Heading(topic))
        blocks += _question(question)
    if not answer.questions:
        blocks.append(plain("No question is open."))
    blocks += [Heading("How to contribute"), plain(answer.contribute)]
    blocks.append(Paragraph((Run("Contribute: "), Run(answer.address, answer.address))))
    return Paper(answer.title, tuple(blocks), made_today(service.taxonomy))


def _question(question: s.CalledQuestion) -> list[Block]:
    blocks: list[Block] = [Heading(question.text, level=3, link=question.link)]
    blocks.append(Paragraph((Run("What is there: ", bold=True), Run(question.there))))
    for document in question.documents:
        if document.quote:
            blocks.append(Quotation(document.quote, document.citation, document.link))
        else:
            blocks.append(Paragraph((Run(document.citation, document.link),), bullet=True))
    if question.missing:
        said = " ".join(question.missing)
        blocks.append(Paragraph((Run("What is missing: ", bold=True), Run(said))))
    return blocks
