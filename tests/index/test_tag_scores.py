"""The figures of ``python -m tests.reading.run tags``, on labels and proposals made up here."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from tests.reading import tags
from tests.reading.tag_scores import (
    VOCABULARIES,
    Label,
    Pair,
    Proposed,
    count_term,
    fault_lines,
    figure_lines,
    first_right,
    labels,
    macro_f1,
    resampled,
    wilson,
    without_topic,
)


def pair(
    wanted: str = "",
    given: str = "",
    *,
    either: str = "",
    scope: str = "in",
    stages: tuple[str, str] = ("", ""),
    file: str = "a.txt",
) -> Pair:
    """Return a label and a proposal; terms are written with spaces between them."""
    label = Label(
        "reports", file, "0" * 64, "dev", scope, tuple(stages[0].split()), tuple(wanted.split()),
        tuple(either.split()),
    )  # fmt: skip
    return label, Proposed(tuple(stages[1].split()), tuple(given.split()))


VOICE, SCALING, DECISIONS = "educator-voice", "scaling-innovations", "evidence-decisions"


def test_right_wrong_and_missed_are_counted_for_each_term() -> None:
    pairs = [pair(VOICE, VOICE), pair(VOICE, SCALING), pair(SCALING, VOICE), pair("", "")]

    counts = count_term(pairs, "topics", VOICE)

    assert (counts.right, counts.wrong, counts.missed) == (1, 1, 1)
    assert counts.f1 == pytest.approx(0.5)


def test_a_term_left_open_counts_neither_for_nor_against() -> None:
    pairs = [pair(VOICE, VOICE), pair("", VOICE, either=VOICE), pair("", "", either=VOICE)]

    counts = count_term(pairs, "topics", VOICE)

    assert (counts.right, counts.wrong, counts.missed) == (1, 0, 0)


def test_macro_f1_is_the_mean_of_the_terms_that_occur() -> None:
    pairs = [pair(VOICE, VOICE), pair(SCALING, DECISIONS)]  # F1 of 1, 0 and 0; the fourth is absent

    assert macro_f1(pairs, "topics") == pytest.approx(1 / 3)


def test_the_surest_term_is_compared_with_the_labels_first() -> None:
    pairs = [
        pair(f"{VOICE} {SCALING}", f"{VOICE} {DECISIONS}"),
        pair(f"{VOICE} {SCALING}", f"{SCALING} {VOICE}"),
        pair(VOICE, ""),
        pair(VOICE, SCALING, either=SCALING),  # left open: not counted
        pair("", VOICE),  # nothing to be right about
    ]

    assert first_right(pairs, "topics") == (1, 3)


def test_documents_without_a_topic_are_counted() -> None:
    assert without_topic([pair("", ""), pair("", VOICE), pair("", SCALING)]) == (1, 3)


def test_wilsons_interval_is_that_of_a_table() -> None:
    low, high = wilson(9, 10, z=1.96)  # Newcombe (1998) and R's prop.test give .5958 to .9821

    assert (round(low, 4), round(high, 4)) == (0.5958, 0.9821)
    assert wilson(0, 0) == (0.0, 1.0)


def test_an_interval_holds_the_figure_and_is_the_same_each_time() -> None:
    pairs = [pair(VOICE, VOICE), pair(VOICE, ""), pair(SCALING, SCALING), pair("", SCALING)] * 5

    low, high = resampled(pairs, lambda drawn: macro_f1(drawn, "topics"))

    assert low < macro_f1(pairs, "topics") < high
    assert (low, high) == resampled(pairs, lambda drawn: macro_f1(drawn, "topics"))


def test_stages_of_documents_out_of_scope_are_not_measured() -> None:
    pairs = [
        pair(VOICE, VOICE, stages=("use", "use")),
        pair("", "", scope="out", stages=("", "generation")),
    ]

    lines = list(figure_lines(pairs))

    assert lines[0] == "  documents: 1 in scope, 0 near, 1 out of scope"
    assert "macro-F1" in lines[1]
    assert lines[1].split()[6] == "1.000"
    assert not list(fault_lines(pairs))


def test_a_fault_names_the_document_what_was_proposed_and_what_is_right() -> None:
    pairs = [pair(VOICE, SCALING, file="a/folder/b.md"), pair("", "", file="c.md")]

    assert list(fault_lines(pairs)) == [f"reports/folder/b.md: topics {SCALING}; not {VOICE}"]


def test_a_document_is_read_from_a_folder_or_a_clone_only_if_it_has_not_changed(
    tmp_path: Path,
) -> None:
    digest = hashlib.sha256(b"what was labelled").hexdigest()
    plain = Label("reports", "a.txt", digest, "dev", "out", (), (), ())
    hosted = Label("some/where", "docs/a.txt", digest, "dev", "out", (), (), ())
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/a.txt").write_bytes(b"what was labelled")
    clone = tmp_path / "some+where"
    (clone / "docs").mkdir(parents=True)
    (clone / "docs/a.txt").write_bytes(b"what was labelled")
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "docs"], [*who, "commit", "-qm", "First"]):
        subprocess.run(["git", "-C", str(clone), *command], check=True)

    assert tags.read_source(plain, [tmp_path / "none", tmp_path]) == b"what was labelled"
    assert tags.read_source(hosted, [tmp_path]) == b"what was labelled"
    (tmp_path / "reports/a.txt").write_bytes(b"something else")
    assert tags.read_source(plain, [tmp_path]) is None


def test_without_the_documents_the_report_says_what_is_missing(tmp_path: Path) -> None:
    said = tags.report(tmp_path).splitlines()

    assert f"not in the folders, or changed: {_of('reports')} of reports" in said
    assert all(line.startswith("not in the folders") for line in said)


def _of(source: str) -> int:
    return sum(label.source == source for label in labels())


def test_labels_name_terms_that_exist_and_each_document_once() -> None:
    terms = {term for names in VOCABULARIES.values() for term in names}
    known = labels()

    for label in known:
        named = [*label.stages, *label.topics, *label.either]
        assert set(named) <= terms, label.file
        assert len(named) == len(set(named)), label.file
        assert bool(label.topics) == (label.scope == "in"), label.file
        assert label.half in ("dev", "test")
    assert len({label.sha256 for label in known}) == len(known)


def test_labels_hold_no_text_of_the_documents() -> None:
    path = Path(tags.ROOT / "tests/data/reading/tags.jsonl")

    for line in path.read_text("utf-8").splitlines():
        assert set(json.loads(line)) == {
            "file", "source", "sha256", "half", "scope", "stages", "topics", "either",
        }  # fmt: skip
