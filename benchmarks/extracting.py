"""How much of a web page's main text is taken, and how little else: token F1 beside trafilatura's.

    python -m benchmarks.extracting FOLDER

FOLDER holds pages as ``ID.html`` or ``ID.html.gz`` and ``ground-truth.json``:
``{ID: {"articleBody": text, "url": address}}``. F1 is of words as a bag, its mean over pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

from corpus.errors import SourceRejected
from ingest.extract import extract_document
from ingest.model import Fetched, Limits

_WORD = re.compile(r"\w+")
Read = Callable[[bytes, str], str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for name, read in WAYS.items():
        scores = page_scores(folder, read)
        worst = sorted(scores.items(), key=lambda item: item[1])[:3]
        named = ", ".join(f"{page[:8]} {score:.2f}" for page, score in worst)
        print(f"{name:34} F1 {fmean(scores.values()):.4f} of {len(scores)} pages; least: {named}")


def page_scores(folder: Path, read: Read) -> dict[str, float]:
    """Return the token F1 of each page in the ground truth."""
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return {
        page: token_f1(read(_bytes(folder, page), said.get("url", "")), said["articleBody"])
        for page, said in truth.items()
    }


def token_f1(ours_text: str, expected: str) -> float:
    """Return the harmonic mean of precision and recall over words, each as often as it occurs."""
    ours, theirs = Counter(_WORD.findall(ours_text)), Counter(_WORD.findall(expected))
    common = (ours & theirs).total()
    total = ours.total() + theirs.total()
    return 2 * common / total if total else 1.0


def read_ours(data: bytes, url: str) -> str:
    """Return the text our extractor gives, empty where it refuses the page."""
    try:
        _, extracted = extract_document(Fetched(url or "page.html", data, "page.html"), Limits())
    except SourceRejected:
        return ""
    return "\n".join(block.text for page in extracted.pages for block in page.blocks)


def _trafilatura(*, comments: bool) -> Read:
    def read(data: bytes, url: str) -> str:
        import trafilatura

        return trafilatura.extract(data, url=url or None, include_comments=comments) or ""

    return read


def _bytes(folder: Path, page: str) -> bytes:
    packed = folder / f"{page}.html.gz"
    return (
        gzip.decompress(packed.read_bytes())
        if packed.is_file()
        else (folder / f"{page}.html").read_bytes()
    )


WAYS: dict[str, Read] = {
    "ours": read_ours,
    "trafilatura, without comments": _trafilatura(comments=False),
    "trafilatura, as it comes": _trafilatura(comments=True),
}


if __name__ == "__main__":
    main()
