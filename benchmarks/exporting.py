"""How long an export of 1,000 documents takes in each format, and how much memory it adds.

    python -m benchmarks.exporting [--documents 1000]

Each format is written in a process of its own. What is timed is the work of a request: the search
without words, the references, and the bytes of the file. The memory is the peak of the process
(``VmHWM``, Linux) less what it had before the export.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from pathlib import Path

from benchmarks.searching import RandomRows
from benchmarks.texts import passages
from corpus.catalogue.catalogue import Catalogue, connect, now
from corpus.model import Document, Page, Passage, Tag, passage_id
from corpus.tags.tags import decide
from corpus.taxonomy import load_taxonomy
from index.model import Query
from index.vectors.builder import build_index
from index.vectors.encoder import load_encoder
from search_api.exports.formats import DOCUMENTS
from search_api.exports.taking import Collector
from search_api.search.exporting import references_of_results
from search_api.service.service import start_service
from search_api.service.settings import Settings
from search_api.web.rendering import make_environment

MOST_S, MOST_MB = 5.0, 200.0
"""What an export of 1,000 documents may take."""
_PER_DOCUMENT = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000)
    options = parser.parse_args()
    slow = []
    print(f"{'format':10} {'seconds':>8} {'MB added':>9} {'MB file':>8}  ({options.documents:,})")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_folder=Path(folder))
        _fill(settings, options.documents)
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as processes:
            for name in DOCUMENTS:
                asked = (settings, name, options.documents)
                seconds, added, size = processes.apply(_export, asked)
                print(f"{name:10} {seconds:8.2f} {added:9.1f} {size:8.2f}", flush=True)
                slow += [name] if seconds > MOST_S or added > MOST_MB else []
    if slow:
        raise SystemExit(f"Over {MOST_S} s or {MOST_MB} MB: {', '.join(slow)}")


def _export(settings: Settings, name: str, documents: int) -> tuple[float, float, float]:
    """Return the seconds of an export, the megabytes that it adds, and those of the file."""
    taxonomy = load_taxonomy()
    templates, encoder = make_environment(taxonomy, settings), RandomRows(load_encoder())
    with connect(settings.catalogue_path) as catalogue:
        service = start_service(settings, taxonomy, templates, encoder)
        _write(service, catalogue, name, 1)  # what is loaded once is not the export's
        Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
        before, started = _peak_mb(), time.perf_counter()
        content = _write(service, catalogue, name, documents)
        return time.perf_counter() - started, _peak_mb() - before, len(content) / 1e6


def _write(service: object, catalogue: Catalogue, name: str, limit: int) -> bytes:
    query = Query("", limit=limit, passages_per_hit=1)
    results = service.searcher.search(catalogue, query)  # type: ignore[attr-defined]
    references = references_of_results(Collector.of(service), results)  # type: ignore[arg-type]
    assert len(references.items) == limit
    return DOCUMENTS[name].write(references)


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(x.split()[1]) for x in lines if x.startswith("VmHWM")) / 1024


def _fill(settings: Settings, documents: int) -> None:
    texts = iter(passages(documents * _PER_DOCUMENT, 80))
    with connect(settings.catalogue_path, create=True) as catalogue:
        with catalogue.transaction():
            for number in range(documents):
                _store(catalogue, number, [next(texts) for _ in range(_PER_DOCUMENT)])
        build_index(catalogue, settings.index_folder, RandomRows(load_encoder()))


def _store(catalogue: Catalogue, number: int, parts: list[str]) -> None:
    name, text, stored, at = f"document-{number}", "\n\n".join(parts), [], 0
    for position, part in enumerate(parts):
        identity = passage_id(name, f"{position} {part}", 0)
        end = at + len(part)
        stored.append(Passage(identity, name, position, 1, 1, None, at, end, part))
        at = end + 2
    document = Document(
        name,
        f"Report number {number} on what works in schools",
        f"https://example.org/reports/{number}.pdf",
        "application/pdf",
        f"{number:064x}",
        len(text),
        authors=("Silva, Ana", "Otieno, Ben", "Müller, Carla"),
        publishers=("Institute for Examples",),
        countries=("Kenya", "Brazil"),
        kind=("report", "blog", "toolkit", "journal-article")[number % 4],
        language="en",
        year=2000 + number % 25,
        url=f"https://example.org/reports/{number}.pdf",
        doi=f"10.1234/example.{number}",
        summary=parts[0],
        page_count=1,
        page_unit="page",
        added_at=now(),
        updated_at=now(),
    )
    catalogue.store_document(document, text, pages=[Page(1, 0, len(text))], passages=stored)
    decide(catalogue, Tag(name, "stages", "use", "confirmed", primary=True, decided_by="a person"))


if __name__ == "__main__":
    main()
