"""Print results on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.markup import escape
from rich.text import Text

from corpus.model import Tag
from corpus.taxonomy import Taxonomy
from index.model import MULTILINGUAL, Hit, Results, Snippet
from index.search.language import ENGLISH, LANGUAGES
from search_api.answers.citations import original_url, page_label
from search_api.search.wording import strength_message, totals_message
from search_api.web.terminal import out

QUOTE_CHARACTERS: Final = 400


def print_results(results: Results, taxonomy: Taxonomy) -> None:
    """Print hits, after any notices."""
    for notice in results.notices:
        out.print(f"[yellow]{escape(notice)}[/yellow]")
    if results.corrected:
        said = (
            f"Showing results for “{results.corrected}”. To search for “{results.query.text}” "
            "instead, add --no-spelling."
        )
        out.print(f"[yellow]{escape(said)}[/yellow]")
    if MULTILINGUAL in results.legs and results.language != ENGLISH:
        name = LANGUAGES.get(results.language or "")
        said = (
            f"Taken as a question in {name}. If it is in another language, add --query-language."
            if name
            else "The language of the question is not clear. To name it, add --query-language."
        )
        out.print(said, style="dim")
    message = strength_message(results)
    if message:
        out.print(f"[yellow]{escape(message)}[/yellow]")
    for hit in results.hits:
        print_hit(hit, taxonomy)
    totals = totals_message(results)
    if totals:
        out.print(f"\n{totals}", style="dim")
    nearest = "The nearest " if message else ""
    out.print(f"{nearest}{len(results.hits)} of {results.total} documents shown.", style="dim")


def print_hit(hit: Hit, taxonomy: Taxonomy) -> None:
    """Print one hit."""
    document = hit.document
    facts = [document.kind, document.publishers[0] if document.publishers else None]
    facts += [str(document.year) if document.year else "n.d.", document.language]
    out.print(f"\n[bold]{hit.rank}. {escape(document.title)}[/bold]")
    out.print("   " + escape(" · ".join(f for f in facts if f)), style="dim")
    for vocabulary in ("stages", "topics"):
        labels = _tag_labels(hit.tags, vocabulary, taxonomy)
        if labels:
            out.print(f"   {vocabulary.capitalize()}: {escape(labels)}", style="cyan")
    if hit.snippets:
        out.print(_quote(hit.snippets[0]))
        quoted = hit.snippets[0].answer[0] if hit.snippets[0].answer else hit.snippets[0]
        page = page_label(document, quoted.page, quoted.page_end)
        place = ", ".join(p for p in (page, hit.snippets[0].heading) if p)
        if place:
            out.print(f"   {escape(place)}", style="dim")
    link = original_url(document) or document.source
    about = " (the original; the quote is from a digest of it)" if document.digest else ""
    out.print(f"   {escape(link)}{about}", style="dim")
    score = f" · score {hit.score:.3f}" if hit.score else ""  # what is listed has none
    out.print(f"   id {document.id}{score}", style="dim")


def _tag_labels(tags: Sequence[Tag], vocabulary: str, taxonomy: Taxonomy) -> str:
    return "; ".join(
        taxonomy.label(vocabulary, t.term) + (" (suggested)" if t.origin == "suggested" else "")
        for t in tags
        if t.vocabulary == vocabulary and t.origin != "rejected"
    )


def _quote(snippet: Snippet) -> Text:
    text = Text(snippet.text)
    for start, end in snippet.highlights:
        text.stylize("bold green", start, end)
    if snippet.answer:
        parts = [text[part.start : part.end] for part in snippet.answer]
        # A sentence runs on over a gap in its page, such as a figure.
        paragraphs = [
            Text(" ").join(line for line in part.split("\n") if line.plain.strip())
            for part in parts
        ]
    else:
        text.truncate(QUOTE_CHARACTERS, overflow="ellipsis")
        paragraphs = [part for part in text.split("\n") if part.plain.strip()]
    return Text("   “") + Text("\n    ").join(paragraphs) + Text("”")
