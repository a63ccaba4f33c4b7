"""How a brief was made: what was asked, read and used, and what is missing, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from corpus.model import Document
from corpus.taxonomy import Taxonomy
from index.briefing.briefing import terms_of
from index.briefing.gathering import INSTEAD
from search_api.briefs import shapes as s
from search_api.briefs.making import Made
from search_api.briefs.packing import NOTHING
from search_api.search.presenting import damage_notices
from search_api.search.wording import strength_message
from search_api.service.service import Service
from search_api.web.languages import current, gettext, label_of

_SHOWN: Final = 8
"""How many values of one field are counted in the box."""


def account_for(service: Service, made: Made, today: str, revision: int) -> s.HowMade:
    """Return how a brief was made."""
    gathered, results = made.gathered, made.gathered.results
    quoted = list(dict.fromkeys(line.passage.document_id for line in made.lines))
    documents = [gathered.documents[name] for name in quoted]
    body = {x.passage.document_id for x in made.lines if x.passage.role in INSTEAD}
    notices = [*(results.notices if results else ()), *damage_notices(service)]
    return s.HowMade(
        made_on=today,
        revision=revision,
        reached=gathered.reached,
        read=len(gathered.documents),
        passages=gathered.passages,
        sentences=gathered.sentences,
        compared=made.brief.compared,
        near=made.brief.near,
        repeats=made.brief.composition.repeats,
        dropped=made.dropped,
        used=len(made.lines),
        documents=len(quoted),
        from_body=len(body),
        digests=sum(d.digest for d in documents),
        legs=list(results.legs) if results else [],
        kinds=_count(
            label_of(service.taxonomy, service.taxonomy.label("kinds", d.kind))
            for d in documents
            if d.kind
        ),
        evidence_types=_tagged(service.taxonomy, made, quoted, "evidence_types"),
        stages=_tagged(service.taxonomy, made, quoted, "stages"),
        countries=_count(current().country(name) for d in documents for name in d.countries),
        languages=_count(current().language(d.language) for d in documents if d.language),
        years=_years(documents),
        missing=[*_missing(service.taxonomy, made, quoted), *_doubts(made), *_pins(made)],
        notices=[*filter(None, [strength_message(results) if results else None]), *notices],
    )


def _count(values: Iterable[str]) -> list[s.Counted]:
    return [s.Counted(label=v, count=n) for v, n in Counter(values).most_common(_SHOWN)]


def _tagged(
    taxonomy: Taxonomy, made: Made, quoted: Sequence[str], vocabulary: str
) -> list[s.Counted]:
    return _count(
        label_of(taxonomy, taxonomy.label(vocabulary, term))
        for name in quoted
        for term in terms_of(made.gathered.tags.get(name, ()), vocabulary)
    )


def _years(documents: Sequence[Document]) -> str | None:
    years = sorted(d.year for d in documents if d.year)
    if not years:
        return None
    return f"{years[0]}–{years[-1]}" if years[0] != years[-1] else str(years[0])


def _missing(taxonomy: Taxonomy, made: Made, quoted: Sequence[str]) -> list[str]:
    """Return what no quoted document has, and what some of them do not state."""
    if not quoted:
        return [gettext(NOTHING)]
    said = []
    for vocabulary in ("stages", "evidence_types"):
        used = {
            t for name in quoted for t in terms_of(made.gathered.tags.get(name, ()), vocabulary)
        }
        terms = taxonomy.vocabulary(vocabulary).terms
        absent = [
            label_of(taxonomy, term.label) for name, term in terms.items() if name not in used
        ]
        if absent:
            said.append(_say_absent(vocabulary, absent))
    documents = [made.gathered.documents[name] for name in quoted]
    countries = {country for d in documents for country in d.countries}
    asked = [c for c in made.query.filters["countries"] if c not in countries]
    if asked:
        said.append(
            gettext(
                "No quoted document is about: %(names)s.",
                names=", ".join(map(current().country, asked)),
            )
        )
    return said + _not_stated(documents)


def _not_stated(documents: Sequence[Document]) -> list[str]:
    said = []
    without = sum(not d.countries for d in documents)
    if without:
        said.append(
            gettext(
                "%(number)s of %(all)s quoted documents state no country.",
                number=without,
                all=len(documents),
            )
        )
    undated = sum(d.year is None for d in documents)
    if undated:
        said.append(
            gettext(
                "%(number)s of %(all)s quoted documents state no year.",
                number=undated,
                all=len(documents),
            )
        )
    return said


def _say_absent(vocabulary: str, labels: list[str]) -> str:
    names = ", ".join(labels)
    if vocabulary == "stages":
        return gettext("No quoted document is on the stage: %(names)s.", names=names)
    return gettext("No quoted document is tagged as: %(names)s.", names=names)


def _doubts(made: Made) -> list[str]:
    stances = Counter(line.stance for line in made.lines)
    if not made.lines or stances["unsure"] or stances["no-effect"]:
        return []
    return [
        gettext(
            "No line that doubts or denies an effect was recognised; that does not mean that "
            "there is none."
        )
    ]


def _pins(made: Made) -> list[str]:
    if made.listed is None:
        return []
    said = []
    if made.listed.lost:
        said.append(
            gettext(
                "Pinned quotes that are no longer in their documents: %(number)s.",
                number=made.listed.lost,
            )
        )
    if made.listed.elsewhere:
        said.append(
            gettext(
                "Entries of the list that are not in the repository: %(number)s.",
                number=made.listed.elsewhere,
            )
        )
    if made.listed.draft:
        said.append(gettext("The list is a draft, or has changes that are not published."))
    return said
