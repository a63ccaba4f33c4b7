"""``python -m tests.reading.run MEASURE FOLDER``: prints figures on the documents there.

The reports themselves are not in the repository: ``tests/data/reading`` has their names, pages and
what people said about them. One that is not in the folder is left out, and said to be. ``ends``,
``tags``, ``titles``, ``weights`` and ``workshop`` take several folders.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from tests.reading import (
    bands,
    quotes,
    record,
    role_weights,
    roles,
    rules,
    tags,
    text,
    title_weights,
    titles,
    translated,
    weights,
    workshop,
)

MEASURES: dict[str, Callable[..., str]] = {
    "roles": roles.report,
    "ends": role_weights.report,
    "record": record.report,
    "quotes": quotes.report,
    "translated": translated.report,
    "bands": bands.report,
    "rules": rules.report,
    "rules-anew": rules.report_anew,
    "text": text.report,
    "titles": titles.report,
    "title-weights": title_weights.report,
    "tags": tags.report,
    "weights": weights.report,
    "workshop": workshop.report,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measure", choices=MEASURES)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    asked = parser.parse_args()
    print(MEASURES[asked.measure](*(folder.resolve() for folder in asked.folders)))


if __name__ == "__main__":
    main()
