"""Takes the texts of all passages apart once, so that a search need not (``index.words.texts``).

The rules by which it is done are those of the modules named here. A file that was made by others
is of no use, and is made again.
"""

from __future__ import annotations

import functools
import hashlib
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from corpus import sentences as cutting
from corpus.catalogue.catalogue import Catalogue
from corpus.migrations import TOKENIZER
from corpus.model import Passage
from index.search import asked, forms, paragraphs, sentences
from index.search.sentences import keep_sentences, take_apart
from index.words import matching, texts
from index.words.matching import keep_words, read_words
from index.words.texts import NAME, NO_TEXTS, KeptText, KeptTexts, read_texts, write_texts

REWRITTEN_FROM: Final = 0.05
"""The share of passages that are not in the file, or gone, from which it is written again."""
_STEP: Final = 1_000
_RULES: Final = (cutting, paragraphs, forms, sentences, asked, matching, texts)


def publish_texts(
    catalogue: Catalogue, folder: Path, progress: Callable[[int, int], None] | None = None
) -> bool:
    """Write the file if it is missing, of no use or behind; return whether it was written.

    Args:
        catalogue: has the passages.
        folder: the index folder.
        progress: called with (passages read, passages to read).

    Raises:
        OSError: it cannot be written.
    """
    kept = read_texts(folder, made_for())
    ids = [passage for passage, _ in catalogue.passage_owners()]
    if len({*kept.ids.tolist()} ^ {*ids}) <= REWRITTEN_FROM * len(ids):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    write_texts(folder, made_for(), _take_all(catalogue, kept, ids, progress))
    return True


class TextsOfIndex:
    """The file as it is now: whenever another one takes its place, that is read. Threads share it.

    Args:
        folder: the index folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._read: tuple[tuple[int, int] | None, KeptTexts] = (None, NO_TEXTS)

    def current(self) -> KeptTexts:
        """Return what the file has; nothing without a file that is of use."""
        try:
            found = self._path.stat()
        except OSError:
            return NO_TEXTS
        file, (known, kept) = (found.st_ino, found.st_mtime_ns), self._read
        if file != known:
            kept = read_texts(self._path.parent, made_for())
            self._read = file, kept
        return kept


def keep_texts(kept: KeptTexts, passages: Mapping[int, Passage]) -> None:
    """Take over what the file has of these passages, before they are read."""
    words = {}
    for identity, text in kept.of([*passages]):
        own = passages[identity].text
        keep_sentences(own, text.sentences)
        if text.words is not None:
            words[own] = text.words
    keep_words(words)


def _take_all(
    catalogue: Catalogue,
    kept: KeptTexts,
    ids: Sequence[int],
    progress: Callable[[int, int], None] | None,
) -> Iterator[list[tuple[int, KeptText]]]:
    """Yield the texts of some passages at a time, by ascending id."""
    for start in range(0, len(ids), _STEP):
        some = ids[start : start + _STEP]
        found = dict(kept.of(some))
        new = catalogue.passages_by_id([i for i in some if i not in found])
        words = read_words([passage.text for passage in new.values()])
        for passage, own in zip(new.values(), words, strict=True):
            found[passage.id] = KeptText(take_apart(passage.text), own)
        yield sorted(found.items())
        if progress:
            progress(start + len(some), len(ids))


@functools.cache
def made_for() -> str:
    """Return what a file has to be made by: the code of the rules, and what they depend on."""
    digest = hashlib.sha256()
    for module in _RULES:
        digest.update(Path(module.__file__ or "").read_bytes())
    beside = (TOKENIZER, sqlite3.sqlite_version, unicodedata.unidata_version)
    return ", ".join((digest.hexdigest(), *beside))
