"""Records the sixty requests again: ``python -m tests.support.recording`` rewrites the data file.

Do so only if an address or an answer is meant to change, or a request is added. Read the diff of
the data file line by line before you commit it: other programs will meet every change in it. If a
test fails after code was only moved, mend the code instead.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from tests.support.recorded_catalogue import recorded_server
from tests.support.recorded_requests import ASKS, answers
from tests.support.recorded_shapes import shape, steady

DATA_FILE = Path(__file__).parents[1] / "data" / "recorded_requests.json"


def recording(client: TestClient) -> dict[str, Any]:
    """Make all requests; return each with its answer, by the request's name."""
    answer_of = answers(client)
    return {
        ask.name: {
            "request": steady(f"{ask.method} {answer_of[ask.name].request.url.raw_path.decode()}"),
            "by": ask.by,
            "answer": shape(answer_of[ask.name]),
        }
        for ask in ASKS
    }


def main() -> None:
    """Rewrite the data file."""
    with tempfile.TemporaryDirectory() as folder, recorded_server(Path(folder)) as client:
        text = json.dumps(recording(client), indent=1, ensure_ascii=False)
    DATA_FILE.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
