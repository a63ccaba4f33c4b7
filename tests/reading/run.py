"""``python -m tests.reading.run MEASURE FOLDER``: prints figures on the reports there.

The reports themselves are not in the repository: ``tests/data/reading`` has their names, pages and
what people said about them. A report that is not in the folder is left out, and said to be.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from tests.reading import quotes, record, roles, text

MEASURES: dict[str, Callable[[Path], str]] = {
    "roles": roles.report,
    "record": record.report,
    "quotes": quotes.report,
    "text": text.report,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measure", choices=MEASURES)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    print(MEASURES[asked.measure](asked.folder.resolve()))


if __name__ == "__main__":
    main()
