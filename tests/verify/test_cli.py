"""The command line as a user meets it: light to start, results on standard output, exit codes that mean one thing each."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import infograd as ig
from infograd.verify import asking, experiments, reporting
from infograd.verify.cli import main
from infograd.verify.command import files
from infograd.verify.recording import judged
from infograd.verify.specification import dump

SCALAR = ig.CATALOGUE["scalar"].question
HALF = ig.Quantity(0.5, ig.Doubt(estimated=1e-12))


def run(*words: str) -> Result:
    """The result of a command line, run in this process."""
    return CliRunner().invoke(main, words)


def reply(room: str, slope: float = 0.5, doubt: float = 1e-12) -> ig.Answer:
    """What a room might say about `scalar`."""
    quantity = ig.Quantity(slope, ig.Doubt(estimated=doubt))
    return ig.Answer(room, "invented", ig.Access.MODEL, ig.Quantity(0.3), ig.FrozenMapping({"theta": quantity, "s2": HALF}))


Replies = Callable[..., None]


@pytest.fixture
def rooms_say(monkeypatch: pytest.MonkeyPatch) -> Replies:
    """A function that puts replies in the mouths of the rooms."""

    def say(*replies: ig.Reply) -> None:
        monkeypatch.setattr(asking, "ask", lambda question: replies)

    return say


HEAVY = {"numpy", "scipy", "sympy", "torch", "matplotlib", "pydantic", "rich", "jinja2", "flint", "opt_einsum"}


def test_the_command_line_starts_without_any_heavy_package() -> None:
    program = "import sys, infograd.verify.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & {name.partition(".")[0] for name in loaded}


@pytest.mark.parametrize("words", [(), ("oracle",), ("check",), ("verify",), ("catalogue",)])
def test_help_takes_under_three_tenths_of_a_second_of_work(words: tuple[str, ...]) -> None:
    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    times = []
    for _ in range(3):
        before = spent()
        subprocess.run([sys.executable, "-m", "infograd.verify.cli", *words, "--help"], capture_output=True, check=True)
        times.append(spent() - before)
    assert min(times) < 0.3


def test_the_version_is_that_of_the_package() -> None:
    assert run("--version").stdout.split()[-1] == ig.__version__


def test_the_catalogue_lists_every_name_with_its_defaults() -> None:
    table = run("catalogue")
    assert table.exit_code == 0
    assert all(name in table.stdout for name in ig.CATALOGUE)
    listed = {each["name"]: each for each in json.loads(run("catalogue", "--format", "json").stdout)}
    assert list(listed) == list(ig.CATALOGUE)
    assert listed["relay"]["parameters"] == {"s1": "1/4", "s2": "1/10", "theta": "1"}
    assert listed["mac"]["given"] == ["X2"]


def test_check_exits_0_where_the_rooms_agree(rooms_say: Replies) -> None:
    rooms_say(reply("analytic"), reply("numeric"))
    result = run("check", "scalar")
    assert result.exit_code == 0
    assert ig.Status.AGREE.value in result.stdout
    assert not result.stderr


def test_check_exits_1_where_they_disagree_and_says_how_to_repeat_it(rooms_say: Replies) -> None:
    rooms_say(reply("analytic"), reply("numeric", slope=1.0), reply("learned"))
    result = run("check", "scalar")
    assert result.exit_code == 1
    assert "numeric disagrees" in result.stdout
    assert "reproduce with: infograd check scalar" in result.stderr


def test_check_exits_3_where_the_doubt_is_too_wide_to_tell(rooms_say: Replies) -> None:
    rooms_say(reply("analytic"), reply("numeric", doubt=10.0))
    assert run("check", "scalar").exit_code == 3


def test_check_exits_3_where_fewer_than_two_rooms_answer(rooms_say: Replies) -> None:
    rooms_say(reply("analytic"), ig.Refusal("numeric", "invented", "no torch here."))
    result = run("check", "scalar")
    assert result.exit_code == 3
    assert "numeric (invented) does not answer: no torch here." in result.stdout
    assert "reproduce with: infograd check scalar" in result.stderr


def test_check_prints_the_record_as_json(rooms_say: Replies, tmp_path: Path) -> None:
    infinite = ig.Answer("numeric", "invented", ig.Access.MODEL, ig.Quantity(ig.Infinite("Y repeats X")))
    rooms_say(reply("analytic"), infinite)
    file = tmp_path / "one.toml"
    file.write_text(dump(SCALAR, "one"))
    result = run("check", str(file), "--format", "json")
    content = json.loads(result.stdout)
    assert content["name"] == "one"
    assert content["status"] == "DISAGREE"
    assert content["replies"][1]["value"] == "infinite"
    assert content["replies"][1]["reason"] == "Y repeats X"
    assert content["comparisons"][0]["right"]["value"] == "infinite"
    assert content["command"] == f"infograd check {file}"


def test_check_writes_the_four_files_only_where_it_is_told(rooms_say: Replies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rooms_say(reply("analytic"), reply("numeric"))
    assert run("check", "scalar").exit_code == 0
    assert not list(tmp_path.iterdir())
    assert run("check", "scalar", "--out", "made/report").exit_code == 0
    assert {path.name for path in (tmp_path / "made" / "report").iterdir()} == {"report.html", "report.pdf", "records.jsonl", "junit.xml"}


def _invented_run(*verdicts: tuple[ig.Reply, ...]) -> ig.Run:
    return ig.Run(
        "invented", tuple(judged(f"case {number}", SCALAR, replies, command=f"infograd check case-{number}") for number, replies in enumerate(verdicts))
    )


AGREEING = (reply("analytic"), reply("numeric"))
DISAGREEING = (reply("analytic"), reply("numeric", slope=1.0))
POWERLESS = (reply("analytic"), reply("numeric", doubt=10.0))


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((AGREEING, AGREEING), 0),
        ((AGREEING, DISAGREEING), 1),
        ((POWERLESS, DISAGREEING), 1),
        ((AGREEING, POWERLESS), 3),
        ((AGREEING, (reply("analytic"),)), 3),
        ((), 3),
    ],
)
def test_verify_exits_by_its_worst_verdict(verdicts: tuple[tuple[ig.Reply, ...], ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _invented_run(*verdicts)
    written: list[tuple[ig.Run, Path]] = []

    def pretend(*, profile: str, jobs: int | None, progress: Callable[[int, int, str], None]) -> ig.Run:
        progress(1, 2, f"{profile} on {jobs}")
        return made

    def write(run: ig.Run, folder: Path) -> tuple[Path, ...]:
        written.append((run, folder))
        return (folder / "report.html",)

    monkeypatch.setattr(experiments, "run", pretend)
    monkeypatch.setattr(reporting, "write", write)
    result = run("verify", "--profile", "full", "--jobs", "2", "--out", str(tmp_path))
    assert result.exit_code == code
    assert written == [(made, tmp_path)]
    assert str(tmp_path / "report.html") in result.stdout
    assert "[1/2] full on 2" in result.stderr
    assert "[1/2]" not in result.stdout
    assert ("reproduce with: infograd check case-" in result.stderr) == (code != 0 and bool(verdicts))


@pytest.mark.parametrize(
    ("words", "package", "extra"), [(("verify",), "torch", "torch"), (("verify",), "typst", "report"), (("check", "scalar"), "jinja2", "report")]
)
def test_a_missing_extra_is_named_before_any_work(words: tuple[str, ...], package: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "find_spec", lambda name: None if name == package else object())
    monkeypatch.setattr(experiments, "run", lambda **options: pytest.fail("the work was begun"))
    result = run(*words, "--out", str(tmp_path / "report"))
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert result.stderr.endswith(f"needs {package}, which is not installed; run: pip install 'infograd[{extra}]'\n")
    assert not list(tmp_path.iterdir())


def test_a_report_folder_that_is_a_file_is_refused_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report").write_text("kept")
    monkeypatch.setattr(experiments, "run", lambda **options: pytest.fail("the work was begun"))
    result = run("verify", "--out", str(tmp_path / "report"))
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: --out: the folder ")
    assert (tmp_path / "report").read_text() == "kept"


def test_an_interruption_is_no_disagreement(rooms_say: Replies, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(question: ig.Question) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(asking, "ask", interrupt)
    assert run("check", "scalar").exit_code == 130


def test_no_color_keeps_colour_out_of_a_forced_terminal() -> None:
    command = [sys.executable, "-m", "infograd.verify.cli", "catalogue"]
    plain = subprocess.run(command, capture_output=True, text=True, check=True, env={"NO_COLOR": "1", "FORCE_COLOR": "1", "PATH": ""}).stdout
    assert "\x1b[3" not in plain


def test_progress_is_a_bar_on_a_terminal_and_never_on_standard_output(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from infograd.verify.command.terminal import progress_bar

    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_bar("starting") as progress:
        progress(1, 2, "the [first] piece")
    captured = capsys.readouterr()
    assert "the [first] piece" in captured.err
    assert "1/2" in captured.err
    assert not captured.out
