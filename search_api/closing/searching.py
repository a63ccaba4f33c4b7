"""What the search of a frozen site reads: documents, passages, their words and their meaning.

Browsers read no data from a disk, so each file is a script that assigns to one variable.
"""

from __future__ import annotations

import base64
import json
import tomllib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np

from corpus.catalogue.catalogue import Catalogue
from corpus.model import Document, Passage
from corpus.sentences import split_sentences
from index.filters import DOCUMENT_FILTERS
from index.local.holdings import Holdings, read_holdings
from index.model import KEYWORDS, MULTILINGUAL, VECTORS
from index.search import language
from index.search.language import ENGLISH
from index.search.recipe import RECIPE, weights_for
from index.search.spelling import ordinary_words
from index.search.strength import AMONG, strong_from
from index.vectors.distilling import WordTable, distill, split_words
from index.vectors.encoder import Encoder
from index.vectors.profile import MINILM, PROFILES
from index.vectors.store import VectorStore
from index.words.counting import WEIGHTS, count_words, read_passages, read_total
from index.words.postings import K1, LEAST_IDF, B
from index.words.stopwords import STOP_WORDS
from search_api.answers.citations import cite_document, page_label
from search_api.answers.presenting import Presenter
from search_api.closing.addresses import Places, link_to
from search_api.service.service import Service
from search_api.web.languages import current, gettext, label_of

SCRIPTS: Final = ("words.js", "meaning.js", "searching.js", "asking.js")
"""The scripts of the search, in the order in which they are loaded."""
DATA: Final = ("settings.js", "documents.js", "passages.js", "terms.js", "vectors.js")
"""What they read."""
FOLDER: Final = "search"
STATIC: Final = Path(__file__).with_name("static")
_PAGE: Final = "search.html"
_FREQUENT: Final = 35_000
"""Words of the second encoder's vocabulary: with 20,000, questions in French lose .06 nDCG@10."""

Progress = Callable[[int, int], None]


@runtime_checkable
class HasWords(Protocol):
    """An encoder that knows which words are frequent."""

    def list_words(self) -> list[str]:
        """Return words in lower case, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What the data are made from.

    Attributes:
        service: of the public copy.
        catalogue: of the public copy.
        places: where pages are in the site.
        encoders: the embedding model and the second one.
        progress: told how many texts are encoded.
    """

    service: Service
    catalogue: Catalogue
    places: Places
    encoders: tuple[Encoder | None, Encoder | None]
    progress: Progress | None = None


def write_search(searched: Searched, site: Path) -> list[str]:
    """Write the scripts and the data of the search; return the files in the order of loading."""
    folder = site / FOLDER
    folder.mkdir(exist_ok=True)
    holdings = read_holdings(searched.catalogue)
    by_id = searched.catalogue.passages_by_id(int(i) for i in holdings.passage_ids)
    passages = [by_id[int(i)] for i in holdings.passage_ids]
    data = (
        ("settings", _settings(searched, len(passages))),
        ("documents", _documents(searched, holdings)),
        ("passages", _passages(searched, holdings, passages)),
        ("terms", _terms(searched, holdings)),
        ("vectors", _vectors(searched, holdings, passages)),
    )
    for name, value in data:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        script = f"(window.salexFrozen = window.salexFrozen || {{}}).{name} = {text};\n"
        (folder / f"{name}.js").write_text(script, "utf-8")
    for name in SCRIPTS:
        (folder / name).write_bytes((STATIC / name).read_bytes())
    return [f"{FOLDER}/{name}" for name in (*DATA, *SCRIPTS)]


def _settings(searched: Searched, passages: int) -> dict[str, Any]:
    """Return the figures of the ranking, and what tells the language of a question."""
    first, second = searched.encoders
    profiles = [encoder.profile if encoder else MINILM for encoder in (first, second)]
    cues = tomllib.loads(Path(language.__file__).with_name("languages.toml").read_text("utf-8"))
    english = weights_for(ENGLISH, profiles[0], multilingual=second is not None, coverage=1.0)
    return {
        "k1": K1, "b": B, "leastIdf": LEAST_IDF, "among": AMONG,
        "english": {
            "first": english[VECTORS],
            "second": english.get(MULTILINGUAL, 0.0),
            "words": english[KEYWORDS],
        },
        "other": {"first": RECIPE.first, "second": RECIPE.alone, "words": RECIPE.words},
        "bands": [
            {"weak": p.weak, "strong": strong_from(p, passages), "words": p.words_count}
            for p in profiles
        ],
        "stopWords": " ".join(sorted(STOP_WORDS)),
        "languages": cues,
    }  # fmt: skip


def _documents(searched: Searched, holdings: Holdings) -> list[dict[str, Any]]:
    stored = searched.catalogue.documents(holdings.document_ids)
    presenter = Presenter(searched.service)
    values: dict[int, dict[str, list[str]]] = defaultdict(dict)
    for known in DOCUMENT_FILTERS:
        for value, rows in holdings.values.get(known.field, {}).items():
            for row in rows:
                values[int(row)].setdefault(known.parameter, []).append(value)
    told = []
    for row, name in enumerate(holdings.document_ids):
        document = stored[name]
        summary = presenter.summary(document, ())
        told.append(
            {
                "id": name,
                "title": document.title,
                "language": document.language or "",
                "byline": _byline(searched.service, document),
                "citation": cite_document(document),
                "original": summary.links.original or "",
                "page": _link(searched.places, f"/documents/{name}"),
                "year": document.year or 0,
                "values": values.get(row, {}),
                "shown": not document.withdrawn_at,
            }
        )
    return told


def _byline(service: Service, document: Document) -> list[str]:
    """Return what stands under a title, as on the other pages."""
    taxonomy = service.taxonomy
    kinds = taxonomy.vocabulary("kinds").terms
    kind = kinds.get(document.kind or "")
    who = "; ".join(document.publishers) or "; ".join(document.authors)
    return [
        label_of(taxonomy, kind.label) if kind else gettext("Kind not stated"),
        who or gettext("Publisher not stated"),
        str(document.year) if document.year else gettext("No date"),
        current().language(document.language or "") or gettext("Language not stated"),
        *((gettext("Digest"),) if document.digest else ()),
    ]  # fmt: skip


def _link(places: Places, address: str) -> str:
    place = places.find(address)
    return link_to(place, page=_PAGE) if place else ""


def _passages(
    searched: Searched, holdings: Holdings, passages: Sequence[Passage]
) -> list[list[Any]]:
    """Return for each passage its document's number, link, page, heading, text, and if evidence."""
    stored = searched.catalogue.documents(holdings.document_ids)
    return [
        [
            int(holdings.owner[row]),
            _link(searched.places, f"/documents/{p.document_id}?passage={p.id}#p-{p.id}"),
            page_label(stored[p.document_id], p.page, p.page_end) or "",
            p.heading or "",
            p.text,
            int(holdings.evidence[row]),
        ]
        for row, p in enumerate(passages)
    ]


def _terms(searched: Searched, holdings: Holdings) -> dict[str, Any]:
    """Return which passages have which words: pairs of a passage's number and a count."""
    worded = read_passages(searched.catalogue, document_ids=holdings.document_ids)
    row_of = {int(identity): row for row, identity in enumerate(holdings.passage_ids)}
    lengths = [0] * len(row_of)
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for identity, words in count_words(worded).items():
        row = row_of[identity]
        for word, counts in words.items():
            lengths[row] += sum(counts)
            often = sum(weight * count for weight, count in zip(WEIGHTS, counts, strict=True))
            postings[word].append((row, often))
    words_in_order = sorted(postings)
    total = read_total(searched.catalogue)
    return {
        "passages": total.passages,
        "average": total.average,
        "lengths": lengths,
        "words": " ".join(words_in_order),
        "postings": [
            " ".join(f"{row},{often:g}" for row, often in sorted(postings[word]))
            for word in words_in_order
        ],
    }


def _vectors(
    searched: Searched, holdings: Holdings, passages: Sequence[Passage]
) -> list[dict[str, Any] | None]:
    """Return the words and passages of each encoder as vectors; ``None`` for one that is not."""
    first, second = searched.encoders
    sentences = _sentences(searched.catalogue, passages)
    own = {word for sentence in sentences for word in split_words(sentence)}
    frequent: list[str] = second.list_words()[:_FREQUENT] if isinstance(second, HasWords) else []
    known = ordinary_words() if first and first.name in PROFILES else frozenset()
    english = [word for word in frequent if word in known] if frequent else sorted(known)
    tables = []
    listed = ([*sorted(own), *english], [*frequent, *sorted(own)])
    for encoder, words in zip(searched.encoders, listed, strict=True):
        table = _distilled(searched, holdings, encoder, words, sentences)
        tables.append(_written(table) if table else None)
    return tables


def _sentences(catalogue: Catalogue, passages: Sequence[Passage]) -> list[str]:
    """Return the titles, headings and sentences of what is searched, each once."""
    titles = [row[0] for row in catalogue.rows("select title from document order by id")]
    headings = [p.heading for p in passages if p.heading]
    bodies = (p.text[start:end] for p in passages for start, end in split_sentences(p.text))
    return list(dict.fromkeys([*titles, *headings, *bodies]))


def _distilled(
    searched: Searched,
    holdings: Holdings,
    encoder: Encoder | None,
    words: Sequence[str],
    sentences: Sequence[str],
) -> WordTable | None:
    if encoder is None or not len(holdings.passage_ids):
        return None
    folder = searched.service.settings.index_folder
    with VectorStore(folder / "vectors.sqlite") as store:
        ids, vectors = store.read(encoder.digest)
    if not np.array_equal(ids, holdings.passage_ids):
        return None
    return distill(
        encoder, words, sentences, vectors, stop_words=STOP_WORDS, progress=searched.progress
    )


def _written(table: WordTable) -> dict[str, Any]:
    """Return a table as JSON: two levels a byte, and bytes in base 64."""
    levels = table.levels
    pairs = levels[:, ::2] << 4
    pairs[:, : levels.shape[1] // 2] |= levels[:, 1::2]
    return {
        "dimensions": levels.shape[1],
        "words": " ".join(table.words),
        "levels": _in_base_64(pairs),
        "scales": _in_base_64(table.scales.astype("<f4")),
        "passages": _in_base_64(table.passages),
    }


def _in_base_64(array: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
