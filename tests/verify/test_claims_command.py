"""`infograd claims`: the ledger in three formats, and an exit code that says whether it stands."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infograd.claim import Standing
from infograd.verify.claims import examining
from infograd.verify.claims.entry import Check, Entry, Outcome, entry, supports
from infograd.verify.claims.ledger import ledger
from infograd.verify.cli import main
from infograd.verify.command import claims as command
from infograd.verify.experiments import claims as work
from infograd.verify.experiments.work import Task

ROOT = Path(__file__).parents[2]
KEYS = ["id", "status", "title", "section", "statement", "condition", "evidence", "counterexample", "corrected"]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["claims", *words])


def in_this_process(tasks: Sequence[Task], jobs: int, progress: Callable[[int, int, str], None]) -> list[Any]:
    return [task.function(*task.arguments) for task in tasks]


@pytest.fixture
def has_entries(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A function that makes entries the whole ledger."""

    def use(*entries: Entry) -> None:
        monkeypatch.setattr(command, "ledger", lambda: entries)
        monkeypatch.setattr(examining, "ledger", lambda: entries)
        monkeypatch.setattr(work, "perform", in_this_process)

    return use


@pytest.fixture
def sample(has_entries: Callable[..., None], sample_entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    has_entries(*sample_entries)
    return sample_entries


def broken(standing: Standing = Standing.PROVED) -> Entry:
    return entry("eq-9", "A sum", "III Cascades", "1 + 1 = 3", standing, supports("numbers", "numeric", "both sides", lambda: Outcome(False, "2 and 3")))


def test_the_table_has_a_line_for_every_claim_and_fits_eighty_columns(sample: tuple[Entry, ...]) -> None:
    result = run()
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 80
    for each in sample:
        assert re.search(rf"^{each.claim.id} .*{each.claim.title}", result.stdout, re.MULTILINE)
    assert "5 claims: 1 proved, 1 proved under a condition, 1 refuted as stated, 1 heuristic, 1 definition." in result.stdout


def test_one_claim_is_printed_with_everything_about_it(sample: tuple[Entry, ...]) -> None:
    text = run("eq-6", "--check").stdout
    claim = sample[3].claim
    for part in (claim.title, claim.standing.value, claim.statement, "(a + b)² = a² + 2ab + b²", "a = b = 1: 4 against 2", "infograd claims eq-6 --check"):
        assert part in text
    assert text.count("holds: sides: 4 and 2 differ by") == 2
    assert text.rstrip().endswith("stands as stated")


def test_without_check_nothing_is_run(has_entries: Callable[..., None]) -> None:
    def never() -> Outcome:
        raise AssertionError

    has_entries(entry("eq-9", "t", "s", "x", Standing.PROVED, supports("numbers", "numeric", "never", never)))
    for words in ((), ("eq-9",), ("--format", "json"), ("--format", "markdown")):
        result = run(*words)
        assert result.exit_code == 0
        assert "holds:" not in result.stdout
        assert "raised" not in result.stdout


def test_json_is_a_list_of_objects_with_findings_only_where_they_were_asked(sample: tuple[Entry, ...]) -> None:
    stated = json.loads(run("--format", "json").stdout)
    assert [list(each) for each in stated] == [KEYS] * len(sample)
    assert [each["status"] for each in stated] == [each.claim.standing.value for each in sample]
    checked = json.loads(run("--format", "json", "--check").stdout)
    assert [[finding["holds"] for finding in each["findings"]] for each in checked] == [[True] * len(each.checks) for each in sample]
    assert all(each["as_stated"] and each["found"] == each["status"] for each in checked)


@pytest.mark.parametrize(("id", "count"), [("eq-4", 1), ("eq-2-6", 3), ("remark-7", 1)])
def test_an_id_or_a_range_selects(id: str, count: int, sample: tuple[Entry, ...]) -> None:
    assert len(json.loads(run(id, "--format", "json").stdout)) == count


def test_an_unknown_id_is_one_sentence_and_exit_code_2(sample: tuple[Entry, ...]) -> None:
    result = run("remarc-7")
    assert result.exit_code == 2
    assert not result.stdout
    assert result.stderr == "Error: the ledger has no claim 'remarc-7'; near it are remark-7 (infograd claims lists all).\n"


@pytest.mark.parametrize("format", ["table", "json", "markdown"])
def test_a_flip_is_exit_code_1_and_says_both_standings(format: str, has_entries: Callable[..., None]) -> None:
    has_entries(broken())
    assert run("--format", format).exit_code == 0
    result = run("--check", "--format", format)
    assert result.exit_code == 1
    assert "eq-9 stands as 'proved', but its findings say 'refuted as stated': both sides: 2 and 3\n" in result.stderr
    assert "reproduce with: infograd claims eq-9 --check" in result.stderr


def test_full_measures_again_and_keeps_what_it_found(has_entries: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from infograd.claim import Role

    has_entries(
        entry(
            "figure-9",
            "t",
            "s",
            "x",
            Standing.MEASURED,
            Check(Role.SUPPORTS, "training", "learned", "an error", lambda: Outcome(True, "stored"), measured=True),
        )
    )
    monkeypatch.setattr(examining, "measured_claims", lambda: {"figure-9": (lambda: 3, lambda found: Outcome(found == 2, f"found {found}"))})
    assert run("--check").exit_code == 0
    path = tmp_path / "measured.json"
    result = run("--full", "--store", str(path))
    assert result.exit_code == 1
    assert "found 3" in result.stderr
    assert json.loads(path.read_text())["results"] == {"figure-9": 3}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "--store keeps what --full measures; add --full."),
        (("figure-4", "--full"), "--store keeps the whole stored run, and 'figure-4' is a part of it; leave the id out."),
    ],
)
def test_storing_needs_measuring_the_whole(words: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    result = run(*words, "--store", str(tmp_path / "measured.json"))
    assert result.exit_code == 2
    assert result.stderr == f"Error: {sentence}\n"
    assert not list(tmp_path.iterdir())


def test_markdown_escapes_text_and_keeps_formulas(has_entries: Callable[..., None]) -> None:
    has_entries(
        entry("eq-9", "<b>*not bold*</b> at $a_{1} * b_{2}$", "s_1", r"a_{1} < b", Standing.REFUTED, counterexample="costs 3$ | 4", corrected=r"a_{1} \le b")
    )
    text = run("--format", "markdown").stdout
    assert r"### eq-9: \<b\>\*not bold\*\</b\> at $a_{1} * b_{2}$" in text
    assert "$$\na_{1} < b\n$$" in text
    assert r"costs 3\$ \| 4" in text
    assert r"## s\_1" in text


def test_the_committed_ledger_is_what_the_command_prints() -> None:
    assert run("--format", "markdown").stdout == (ROOT / "docs" / "claims.md").read_text()


def test_the_whole_ledger_is_listed_in_under_a_second() -> None:
    def listed() -> tuple[float, str]:
        before = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "infograd.verify.cli", "claims"], capture_output=True, text=True, check=True)
        return time.monotonic() - before, done.stdout

    fastest, text = min(listed() for _ in range(3))
    assert all(each.claim.id in text for each in ledger())
    assert fastest < 1


def test_help_loads_no_entry() -> None:
    program = "import sys; from infograd.verify.cli import main; main(['claims', '--help'], standalone_mode=False); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"rich", "infograd.verify.claims.ledger"} & set(loaded)


def test_without_the_report_extra_formulas_are_latex_and_said_to_be(has_entries: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    from infograd.verify.command import claim_text

    has_entries(entry("eq-9", "The sum $a + b$", "s", r"a + \frac{b}{2}", Standing.DEFINITION))
    monkeypatch.setattr(claim_text, "find_spec", lambda name: None)
    claim_text._can_read.cache_clear()
    try:
        result = run("eq-9")
    finally:
        claim_text._can_read.cache_clear()
    assert result.exit_code == 0
    assert "The sum $a + b$" in result.stdout
    assert r"a + \frac{b}{2}" in result.stdout
    assert result.stderr.count("pip install 'infograd[report]'") == 1


@pytest.mark.parametrize("holds", [True, False])
def test_the_main_job_says_how_the_claims_stand_and_fails_with_a_flip(holds: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import infograd as ig
    from infograd.verify import experiments, reporting
    from infograd.verify.recording import judged

    answer = ig.Answer("analytic", "by hand", ig.Access.MODEL, None, ig.FrozenMapping({"theta": ig.Quantity(0.5)}))
    record = judged("scalar", ig.CATALOGUE["scalar"].question, (answer, dataclasses.replace(answer, room="numeric")), formulas=False)
    made = supports("numbers", "numeric", "both sides", lambda: Outcome(holds, "2 and 2" if holds else "2 and 3"))
    claims = (examining.examine(entry("eq-9", "A sum", "III Cascades", "1 + 1 = 2", Standing.PROVED, made)),)
    monkeypatch.setattr(experiments, "run", lambda **options: ig.Run("invented", (record,), claims=claims))
    monkeypatch.setattr(reporting, "write", lambda run, folder: ())
    result = CliRunner().invoke(main, ["verify", "--out", str(tmp_path)])
    assert result.exit_code == (0 if holds else 1)
    assert f"1 claims, {0 if holds else 1} of them not as stated" in result.stdout
    assert ("eq-9 stands as 'proved', but its findings say 'refuted as stated'" in result.stderr) == (not holds)


def test_the_table_of_the_whole_ledger_fits_eighty_columns() -> None:
    environment = {"COLUMNS": "80", "PATH": "", "PYTHONIOENCODING": "utf-8"}
    program = "import sys; sys.stdout.isatty = lambda: True; from infograd.verify.cli import main; main(['claims'])"
    text = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment).stdout
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()
    assert max(map(len, lines[:-1])) <= 80
