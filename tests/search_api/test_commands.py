"""The command line as a person meets it: in a process of its own, with the real model."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import rispy
from typer.main import get_command
from typer.testing import CliRunner

from corpus.catalogue.catalogue import connect
from index.filters import FILTERS
from index.local import kept_holdings
from index.local.holdings import read_holdings
from search_api.cli import COMMANDS, SECTIONS, main, make_app
from search_api.search.params import BrowseParams
from search_api.upkeep import keeping
from tests.support.changing import holdings_told
from tests.support.commands import salex, salex_afresh

APP = make_app()
GROUPS = [group.name for group in APP.registered_groups]


@pytest.fixture(scope="module")
def demo(starter, tmp_path_factory):
    """A folder in which the starter corpus was taken in and indexed."""
    assert "80 added" in (starter / "said").read_text()
    return shutil.copytree(starter, tmp_path_factory.mktemp("demo"), dirs_exist_ok=True)


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - set(GROUPS)))
def test_every_command_explains_itself_with_an_example(tmp_path, command):
    done = salex(tmp_path, command, "--help")
    assert done.returncode == 0
    assert f"salex {command}" in done.stdout


def test_help_lists_every_command_once_below_what_it_is_for():
    said = CliRunner().invoke(APP, ["--help"]).stdout
    heading = None
    listed = {}
    for line in said.splitlines():
        heading = line.rstrip(":") if line.rstrip(":") in SECTIONS else heading
        if heading and (command := re.match(r"  ([a-z-]+)  ", line)):
            listed.setdefault(heading, []).append(command[1])
    assert listed == {section: list(commands) for section, commands in SECTIONS.items()}
    assert "..." not in said.partition("Options:")[2], "no sentence is cut off"


def paths_of(commands, *before):
    """Yield the words that lead to every command and group of commands."""
    yield before
    for name, command in getattr(commands, "commands", {}).items():
        yield from paths_of(command, *before, name)


@pytest.mark.parametrize("path", list(paths_of(get_command(APP))), ids=" ".join)
def test_every_command_takes_a_short_h(path):
    short, long = (CliRunner().invoke(APP, [*path, option]) for option in ("-h", "--help"))
    assert (short.exit_code, short.stdout) == (0, long.stdout)
    assert "Usage: " in short.stdout


def test_only_the_command_that_was_asked_for_is_imported():
    code = (
        "import sys; sys.argv = ['salex', 'stats', '--help']; import search_api.cli as c\n"
        "try: c.main()\nexcept SystemExit: pass\n"
        "print(*(m for m in sys.modules if m.endswith('commands')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "salex stats" in done.stdout
    assert done.stdout.splitlines()[-1] == ""
    nearest = CliRunner().invoke(APP, ["serch"])
    assert nearest.exit_code == 2
    assert "search" in nearest.output


def test_the_version_is_the_packages():
    said = CliRunner().invoke(APP, ["--version"])
    assert (said.exit_code, said.stdout) == (0, f"salex {version('salex-evidence')}\n")


def test_a_shell_can_complete_commands():
    asked = {"_SALEX_COMPLETE": "complete_bash", "COMP_WORDS": "salex out", "COMP_CWORD": "1"}
    code = (
        "import sys; sys.argv = ['salex']; from search_api.cli import make_app\n"
        "make_app()(prog_name='salex')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["outcomes"]


def test_the_demo_question_is_answered_with_wellbeing_measurement(demo):
    done = salex_afresh(demo, "search", "what works on wellbeing measurement", "--json")
    hits = json.loads(done.stdout)["hits"]
    assert "ggs-measuring-wellbeing-blog" in [h["document"]["id"] for h in hits[:5]]
    assert sum("well" in h["document"]["title"].lower() for h in hits) >= 4
    assert isinstance(hits[0]["snippets"][0]["passage_id"], str)


def test_an_answer_shows_title_stages_topics_quote_and_link(demo):
    text = salex(demo, "search", "what works on wellbeing measurement").stdout
    for part in ("1. Measuring Wellbeing", "Stages: ", "Topics: ", "“", "https://", " · score 0."):
        assert part in text
    assert "score" not in salex(demo, "search", "").stdout, "what is listed has no score"


def test_a_question_nothing_answers_is_told_so(demo):
    said = salex(demo, "search", "mRNA vaccine efficacy").stdout
    assert said.startswith(
        "Nothing on “mRNA vaccine efficacy”. No document has the words “mrna” or"
    )


def test_a_second_start_changes_nothing(demo):
    done = salex(demo, "init", "--starter")
    assert "80 unchanged" in done.stdout
    assert "0 newly encoded" in done.stdout


def test_the_audit_of_the_starter_corpus_finds_no_fault(demo):
    done = salex(demo, "audit", "--json")
    assert done.returncode == 0
    assert all(not check["faults"] for check in json.loads(done.stdout))


def test_a_fault_makes_the_audit_fail(tmp_path):
    salex(tmp_path, "init")
    (tmp_path / "note.txt").write_text("Teachers who talk to each other share what works. " * 5)
    assert salex(tmp_path, "add", "note.txt").returncode == 0
    for original in (tmp_path / "data" / "originals").glob("*/*"):
        original.unlink()
    assert salex(tmp_path, "audit").returncode == 1


def test_all_results_of_a_search_are_written_as_a_file(demo):
    written = salex(demo, "search", "wellbeing", "--format", "ris", "--limit", "1", "--to", "w.ris")
    assert written.returncode == 0, written.stderr
    assert len(rispy.loads((demo / "w.ris").read_text("utf-8"))) > 1
    assert salex(demo, "search", "wellbeing", "--format", "docx").returncode == 2
    assert salex(demo, "search", "wellbeing", "--to", "w.ris").returncode == 2


def test_similar_documents_of_an_instrument_are_about_wellbeing(demo):
    hits = json.loads(salex(demo, "similar", "epoch-measure", "--json").stdout)
    assert len(hits) == 5
    assert "epoch-measure" not in [h["document"]["id"] for h in hits]


def test_stats_count_what_is_held(demo):
    counts = json.loads(salex(demo, "stats", "--json").stdout)
    latest = [n for name, n in counts.items() if name.startswith("outcome ")]
    assert counts["document"] == sum(latest) >= 80
    assert counts["passage"] > counts["document"]
    shown = salex(demo, "stats").stdout
    assert f"{counts['document']}  documents\n" in shown
    lines = re.findall(r"^ +(\d+)  outcomes: \w+$", shown, re.MULTILINE)
    assert len(lines) == len(latest)
    assert f"{sum(map(int, lines))}  inputs, by their latest outcome\n" in shown
    assert f"{counts['outcome']}  outcomes ever recorded\n" in shown


def test_a_document_taken_in_is_found_after_indexing(demo, tmp_path):
    note = tmp_path / "beekeeping.md"
    note.write_text(
        "# School beekeeping clubs\n\n" + "Pupils keep bees and record honey yields. " * 6
    )
    assert salex(demo, "add", str(note), "--index").returncode == 0
    found = salex(demo, "search", "honey from school bees", "--json", "--limit", "1")
    assert json.loads(found.stdout)["hits"][0]["document"]["title"] == "School beekeeping clubs"


def test_a_missing_catalogue_is_said_in_one_line(tmp_path):
    done = salex(tmp_path, "stats")
    assert done.returncode == 3
    assert "salex init" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interruption_says_how_to_go_on(monkeypatch, capsys):
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(keeping, "load_settings", interrupted)
    monkeypatch.setattr(sys, "argv", ["salex", "stats"])
    with pytest.raises(SystemExit, match="130"):
        main()
    assert "Run the same command again to continue" in capsys.readouterr().err


def test_a_wrong_filter_names_the_right_ones(demo):
    done = salex(demo, "search", "wellbeing", "--stage", "dreaming")
    assert done.returncode == 2
    assert "There is no stage 'dreaming'." in " ".join(done.stderr.split())
    assert "generation, translation, use" in " ".join(done.stderr.split())


def test_a_year_no_document_can_be_of_is_a_wrong_command_line(demo):
    assert salex(demo, "search", "wellbeing", "--year-from", "20222").returncode == 2


def test_the_search_command_takes_every_filter_of_the_api(demo):
    told = salex(demo, "search", "--help").stdout
    parameters = set(BrowseParams.model_fields) - {"limit", "cursor"}
    options = {name: f"--{name.replace('_', '-')}" for name in parameters}
    assert len(parameters) == len(FILTERS) + 3
    assert [name for name, option in options.items() if f" {option} " not in told] == []


@pytest.mark.parametrize(
    ("option", "value", "shown"),
    [
        ("--country", "Peru", lambda document: "Peru" in document["countries"]),
        ("--publisher", "UNICEF", lambda document: "UNICEF" in document["publishers"]),
        ("--kind", "blog", lambda document: document["kind"] == "blog"),
    ],
)
def test_the_search_command_is_narrowed_by_an_option(demo, option, value, shown):
    asked = ("search", "schools", "--json", "--limit", "50", option, value)
    hits = json.loads(salex(demo, *asked).stdout)["hits"]
    assert hits
    assert all(shown(hit["document"]) for hit in hits)


def test_documents_without_a_year_pass_a_filter_by_year_when_asked_for(demo):
    asked = ("search", "schools", "--json", "--limit", "50", "--year-from", "2100")
    assert json.loads(salex(demo, *asked).stdout)["hits"] == []
    hits = json.loads(salex(demo, *asked, "--include-undated").stdout)["hits"]
    assert hits
    assert {hit["document"]["year"] for hit in hits} == {None}


def test_an_answer_can_be_held_to_passages_that_speak_of_a_stage(demo):
    asked = ("search", "wellbeing", "--limit", "50", "--json", "--passage-stage", "use")
    held = json.loads(salex(demo, *asked).stdout)
    both = json.loads(salex(demo, *asked, "--passage-topic", "educator-voice").stdout)
    assert held["query"]["filters"]["passage_stages"] == ["use"]
    assert both["query"]["filters"]["passage_topics"] == ["educator-voice"]
    assert 0 < both["total"] < held["total"] < 80


def test_inputs_that_are_all_rejected_exit_with_one(tmp_path):
    salex(tmp_path, "init")
    (tmp_path / "empty.pdf").write_bytes(b"")
    done = salex(tmp_path, "add", "empty.pdf")
    assert done.returncode == 1
    assert "rejected" in done.stdout
    listed = json.loads(salex(tmp_path, "outcomes", "--kind", "rejected", "--json").stdout)
    assert listed[0]["code"] == "empty"


def test_the_judged_queries_reach_their_floors(starter, tmp_path):
    # The vectors of passages that were encoded once; everything else is made again.
    (tmp_path / "starter").mkdir()
    shutil.copy(starter / "data" / "index" / "vectors.sqlite", tmp_path / "starter")
    done = salex(tmp_path, "evaluate", "--json", "--cache", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["report"]["queries"] == 26
    assert told["report"]["means"]["ndcg_at_10"] >= 0.80
    assert set(told["languages"]) == {"en", "es", "fr", "pt"}


def test_what_was_rejected_can_be_tried_again(tmp_path):
    salex(tmp_path, "init")
    note = tmp_path / "note.txt"
    note.write_bytes(b"")
    salex(tmp_path, "add", "note.txt")
    note.write_text("Teachers who talk to each other share what works. " * 5)
    done = salex(tmp_path, "outcomes", "--code", "empty", "--retry", "--json")
    assert [o["kind"] for o in json.loads(done.stdout)] == ["added"]


def test_a_backup_is_restored_elsewhere_and_indexed_to_start_quickly(demo, tmp_path, monkeypatch):
    assert salex(demo, "backup", str(tmp_path / "copy")).returncode == 0
    assert salex(tmp_path, "restore", str(tmp_path / "copy")).returncode == 0
    assert "0 newly encoded" in salex(tmp_path, "index").stdout
    assert salex(tmp_path, "audit").returncode == 0
    with connect(tmp_path / "data" / "catalogue.sqlite") as catalogue:
        expected = holdings_told(read_holdings(catalogue))
        monkeypatch.setattr(kept_holdings, "read_holdings", None)
        found = kept_holdings.load_holdings(catalogue, tmp_path / "data" / "index")
        assert holdings_told(found) == expected


def test_a_work_is_proposed_decided_and_undone(demo):
    pair = ("salex-eln-report", "salex-eln-slides")
    proposed = json.loads(salex(demo, "works", "--proposed", "--json").stdout)
    assert pair in {(r["first"], r["second"]) for r in proposed}
    assert salex(demo, "relate", *pair, "same-work", "--by", "ana").returncode == 0
    question = (
        "search",
        "unpacking how education learning networks support evidence use",
        "--json",
    )
    hit = json.loads(salex(demo, *question).stdout)["hits"][0]
    assert (hit["document"]["id"], [d["id"] for d in hit["also"]]) == (pair[0], [pair[1]])
    assert salex(demo, "relate", *pair, "--undo", "--by", "ana").returncode == 0
    assert json.loads(salex(demo, *question).stdout)["hits"][0]["also"] == []
