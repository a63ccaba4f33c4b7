"""Which terms exist: loads the taxonomy file. What a document carries is in ``corpus.tags``."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from corpus.errors import UnknownTerm, VocabularyInvalid

NEEDED: Final = ("stages", "topics", "activities", "factors", "kinds")
"""Vocabularies that every taxonomy file has to define; others are optional."""
RECORD_VOCABULARIES: Final = ("kinds",)
"""Those that are a field of a document's record. Documents are tagged with the others."""
NOT_INHERITED: Final = ("scope", "school_levels")
"""Those that mean nothing for another network: without its own, a file has no terms of them."""
AGENDA: Final = "Agenda"
"""What a network calls its open questions, where its file does not say."""
LANGUAGES: Final = ("es", "pt", "fr")
"""Languages that a text of the file may have a translation in, as `label_es` beside `label`."""
DEFAULT_FILE: Final = Path(__file__).with_name("taxonomy.toml")


@dataclass(frozen=True, slots=True)
class Term:
    """A value of a vocabulary: what it means, and the phrases that signal it in a text.

    ``words`` and ``context`` are beginnings of words; a sentence that speaks of the term has one of
    each, where there are any. ``voice`` says who speaks in the documents of a topic. ``stage`` is
    the stage that documents of a type of evidence mostly have.
    """

    id: str
    vocabulary: str
    label: str
    short: str
    definition: str
    cues: tuple[str, ...]
    boundaries: tuple[str, ...]
    group: str | None = None
    examples: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    voice: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A fixed, ordered list of terms.

    ``label`` heads a list of its terms; ``short`` stands beside one term.
    """

    id: str
    terms: Mapping[str, Term]
    label: str
    short: str

    def term(self, term_id: str) -> Term:
        """Return one term.

        Raises:
            UnknownTerm: with the terms there are.
        """
        try:
            return self.terms[term_id]
        except KeyError:
            known = ", ".join(self.terms)
            raise UnknownTerm(f"{self.id} has no term {term_id!r}. It has: {known}") from None


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The network's words: its name and its vocabularies.

    Attributes:
        agenda: what the network calls its open questions.
        subject: what its documents are about, as in "documents on education"; may be empty.
        questions: examples of questions to ask, each after its language (ISO 639-1).
        groups: the label of each group of factors, by its id.
    """

    version: int
    network: str
    short_name: str
    rules: tuple[str, ...]
    vocabularies: Mapping[str, Vocabulary]
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    agenda: str = AGENDA
    subject: str = ""
    questions: tuple[tuple[str, str], ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_own(self) -> bool:
        """Return whether these are the words that come with the program."""
        return self.network == load_taxonomy().network

    def labels_in(self, language: str) -> Mapping[str, str]:
        """Return the labels of terms and vocabularies in a language, by their English labels."""
        return self.translations.get(language, {})

    def vocabulary(self, vocabulary_id: str) -> Vocabulary:
        """Return one vocabulary.

        Raises:
            UnknownTerm
        """
        try:
            return self.vocabularies[vocabulary_id]
        except KeyError:
            raise UnknownTerm(
                f"There is no vocabulary {vocabulary_id!r}. "
                f"There are: {', '.join(self.vocabularies)}"
            ) from None

    @property
    def tagged(self) -> tuple[Vocabulary, ...]:
        """Return the vocabularies that documents are tagged with."""
        return tuple(v for v in self.vocabularies.values() if v.id not in RECORD_VOCABULARIES)

    def short_label(self, vocabulary_id: str) -> str:
        """Return a vocabulary's short label, or the id itself where an older taxonomy had it."""
        vocabulary = self.vocabularies.get(vocabulary_id)
        return vocabulary.short if vocabulary else vocabulary_id

    def label(self, vocabulary_id: str, term_id: str) -> str:
        """Return a term's label, or the id itself for a term an older taxonomy had."""
        term = self.vocabulary(vocabulary_id).terms.get(term_id)
        return term.label if term else term_id


@functools.cache
def load_taxonomy(path: Path = DEFAULT_FILE) -> Taxonomy:
    """Read the taxonomy file.

    What the file does not say of its vocabularies, such as their labels, and vocabularies that it
    need not define are as in the file that comes with the program.

    Raises:
        VocabularyInvalid: naming the file and the entry at fault.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Taxonomy(
            version=int(data["version"]),
            network=str(data["network"]["name"]),
            short_name=str(data["network"]["short_name"]),
            rules=tuple(data["tagging"]["rules"]),
            vocabularies=_vocabularies(data, _defaults(path)),
            translations=_translations(_defaults(path), data),
            agenda=str(data["network"].get("agenda", AGENDA)),
            subject=str(data["network"].get("subject", "")),
            questions=tuple(
                (str(one["language"]), str(one["text"]))
                for one in data["network"].get("questions", ())
            ),
            groups={name: str(one["label"]) for name, one in data.get("groups", {}).items()},
        )
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise VocabularyInvalid(f"{path} cannot be read: {error}") from error
    except KeyError as error:
        raise VocabularyInvalid(f"{path} lacks {error}. See the comment at its top.") from error


def _defaults(path: Path) -> Mapping[str, Any]:
    return {} if path == DEFAULT_FILE else tomllib.loads(DEFAULT_FILE.read_text(encoding="utf-8"))


def _vocabularies(data: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Vocabulary]:
    """Return the vocabularies in the order of their labels: the program's, then the file's own."""
    labels = defaults.get("vocabularies", {}) | data.get("vocabularies", {})
    contexts = defaults.get("contexts", {}) | data.get("contexts", {})
    missing = [name for name in NEEDED if name not in data]
    if missing:
        raise KeyError(missing[0])
    return {
        name: _vocabulary(
            name,
            data.get(name, {} if name in NOT_INHERITED else defaults.get(name, {})),
            labels[name],
            contexts,
        )
        for name in labels
    }


def _translations(*files: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return each text with a translation beside it, such as ``label`` with ``label_es``.

    Lists, such as ``examples``, are translated item by item. The last file has the last word.
    """
    found: dict[str, dict[str, str]] = {}
    for table in files:
        for name, value in table.items():
            if isinstance(value, Mapping):
                for language, texts in _translations(value).items():
                    found.setdefault(language, {}).update(texts)
            text, _, language = name.rpartition("_")
            if language not in LANGUAGES:
                continue
            translated = found.setdefault(language, {})
            if isinstance(table.get(text), str):
                translated[table[text]] = str(value)
            elif isinstance(table.get(text), list):
                translated.update(zip(map(str, table[text]), map(str, value), strict=False))
    return found


def _vocabulary(
    vocabulary_id: str,
    terms: Mapping[str, Mapping[str, Any]],
    labels: Mapping[str, str],
    contexts: Mapping[str, Sequence[str]],
) -> Vocabulary:
    return Vocabulary(
        vocabulary_id,
        {key: _term(vocabulary_id, key, v, contexts) for key, v in terms.items()},
        label=labels["label"],
        short=labels.get("short", labels["label"]),
    )


def _term(
    vocabulary_id: str,
    term_id: str,
    values: Mapping[str, Any],
    contexts: Mapping[str, Sequence[str]],
) -> Term:
    missing = [name for name in ("label", "definition", "cues") if name not in values]
    if missing:
        raise KeyError(f"{missing[0]} in [{vocabulary_id}.{term_id}]")
    return Term(
        id=term_id,
        vocabulary=vocabulary_id,
        label=values["label"],
        short=values.get("short", values["label"]),
        definition=values["definition"],
        cues=tuple(values["cues"]),
        boundaries=tuple(values.get("boundaries", ())),
        group=values.get("group"),
        examples=tuple(values.get("examples", ())),
        words=tuple(values.get("words", ())),
        context=tuple(contexts.get(values.get("group", vocabulary_id), ())),
        voice=values.get("voice", ""),
        stage=values.get("stage", ""),
    )
