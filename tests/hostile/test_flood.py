"""What the flood says of what it saw."""

from __future__ import annotations

from tests.hostile.flood import Answer, Seen


def test_the_flood_tells_which_promises_were_broken() -> None:
    seen = Seen()
    for status, head in ((200, b""), (503, b"\r\nretry-after: 2\r\n")):
        seen.count(Answer(status, head, 0.1))
    seen.health, seen.health_statuses[200], seen.write_statuses[200] = [0.01], 1, 1
    assert seen.broken() == []
    seen.count(Answer(503, b"", 0.1))
    seen.count(Answer(500, b"", 0.1))
    seen.count(Answer(200, b"", 3.1))
    seen.health, seen.write_statuses[503] = [0.3], 1
    seen.looks = [(30, 500, 60), (60, 500, 60), (90, 531, 71)]
    assert len(seen.broken()) == 7


def test_growth_is_told_from_three_looks_on() -> None:
    seen = Seen()
    for number, look in enumerate([(30, 500, 60), (60, 510, 60), (90, 512, 61)]):
        assert "CANNOT TELL" in "".join(seen.report())
        assert f"{number} times, and 3 are needed" in "".join(seen.report())
        seen.looks.append(look)
    assert "  flat: +2 MB, +1 open files" in list(seen.report())
    seen.looks[-1] = (90, 600, 60)
    assert "  NOT FLAT: +90 MB, +0 open files" in list(seen.report())
    assert "memory does not grow" in seen.broken()
