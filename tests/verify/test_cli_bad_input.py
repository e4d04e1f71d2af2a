"""Bad input at the command line: exit code 2, one sentence that names the place, no traceback, no file left behind."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import infograd as ig
from infograd.verify.cli import main
from infograd.verify.specification import dump

RELAY = dump(ig.CATALOGUE["relay"].question, "relay")


def run(*words: str) -> Result:
    """The result of a command line; an exception is never left to the user."""
    result = CliRunner().invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def sentence(result: Result) -> str:
    """The one sentence of a refusal."""
    assert result.exit_code == 2
    assert not result.stdout
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("Error: ").strip()


BAD_FILES = {
    "a name used before it stands": ("tanh(theta*X)", "tanh(theta*Z)", "gate[0].map: 'tanh(theta*Z)' uses 'Z' at character 12"),
    "a cycle": ("tanh(theta*X)", "tanh(theta*Y)", "gate[0].map: gates 'V' and 'Y' use each other"),
    "a shape clash": ("tanh(2*V)", "stack(V, V) @ stack(V, X, V)", "gate[1].map: 'stack(V, V) @ stack(V, X, V)' has"),
    "a negative variance": ("variance = 1", "variance = -1", "source[0]: Source 'X', law Normal: the variance must be positive, and is -1."),
    "a negative variance by a parameter": ('s1 = "1/4"', 's1 = "-1/4"', "gate[0]: Gate 'V', law Normal: the variance must be positive, and is -1/4."),
    "a parameter without a value": ('s1 = "1/4", ', "", "gate[0].noise.normal.variance: 's1' uses 's1'"),
    "an unknown name in at": ("[question]", "[question]\nat = { zeta = 1 }", "question.at.zeta: 'zeta' is no parameter of the channel; its parameters:"),
    "an unknown key": ("[question]", "[question]\nbetwen = 1", "question.betwen: is no key here; the keys are between, given, wrt, at, quantity, order."),
    "a string that tries to run code": ("tanh(2*V)", "__import__('os').system('touch x')", "gate[1].map: "),
    "an attribute": ("tanh(2*V)", "V.__class__", "gate[1].map: 'V.__class__' has '.' at character 2"),
    "a lambda": ("tanh(2*V)", "(lambda: V)()", "gate[1].map: "),
    "a comprehension": ("tanh(2*V)", "sum([V for V in X])", "gate[1].map: "),
    "a huge power": ("tanh(2*V)", "((9**40)**40)**40", "gate[1].map: "),
    "deep nesting": ("tanh(2*V)", "(" * 20_000 + "V" + ")" * 20_000, "gate[1].map: "),
    "a huge number": ("tanh(2*V)", "1e999999999*V", "gate[1].map: "),
    "no TOML": ("[question]", "[question", "the text is no TOML: "),
}


@pytest.mark.parametrize("command", ["oracle", "check"])
@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_file_is_refused_with_one_sentence(what: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    old, new, complaint = BAD_FILES[what]
    assert old in RELAY
    Path("bad.toml").write_text(RELAY.replace(old, new, 1))
    started = time.process_time()
    assert sentence(run(command, "bad.toml")).startswith(f"bad.toml: {complaint}")
    assert time.process_time() - started < 2
    assert [path.name for path in tmp_path.iterdir()] == ["bad.toml"]


def test_each_of_several_complaints_is_a_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(RELAY.replace("map", "mop"))
    result = run("check", str(file), "--out", str(tmp_path / "report"))
    assert result.exit_code == 2
    assert [line.partition(" ")[0] for line in result.stderr.splitlines()] == ["Error:"] * 4
    assert [path.name for path in tmp_path.iterdir()] == ["bad.toml"]


def test_what_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence(run("check", "none.toml")) == "none.toml: there is no such file; name a .toml or .json file."
    Path("folder.toml").mkdir()
    assert sentence(run("check", "folder.toml")) == "folder.toml: is no regular file; name a .toml or .json file."
    assert sentence(run("check", "/dev/zero")) == "/dev/zero: is no regular file; name a .toml or .json file."
    Path("latin.toml").write_bytes("name = 'é'".encode("latin-1"))
    assert sentence(run("check", "latin.toml")) == "latin.toml: is not UTF-8 text (byte 9); save it as UTF-8."
    Path("large.toml").write_bytes(b"x" * 10_000_000)
    assert sentence(run("check", "large.toml")).startswith("large.toml: is larger than 64 kB")
    Path("relay.txt").write_text(RELAY)
    assert sentence(run("check", "relay.txt")) == "relay.txt: has no known ending; name the file .toml or .json."


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret.toml"
    file.write_text(RELAY)

    def refuse(self: Path, *arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert sentence(run("check", str(file))) == f"{file}: cannot be read (Permission denied); check its permissions."


def test_an_unknown_name_lists_the_known_ones() -> None:
    found = sentence(run("oracle", "rely"))
    assert found == f"'rely' is neither a catalogue name nor a .toml or .json file; the names are {', '.join(ig.CATALOGUE)}."


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--at", "zeta=1"), "--at: 'zeta' is no parameter of the channel; its parameters: 's1', 's2', 'theta'."),
        (("--at", "theta"), "--at: 'theta' is no assignment; write, for example, --at theta=1,s2=1/10."),
        (("--at", "theta=1,,"), "--at: '' is no assignment"),
        (("--at", "theta=1", "--at", "theta=2"), "--at: 'theta' is given twice; give it once."),
        (("--at", "theta=__import__('os')"), "--at: the value of 'theta': \"__import__('os')\" has '_' at character 1"),
        (("--at", "theta=s1"), "--at: the value of 'theta': 's1' uses 's1'"),
        (("--at", "theta=nan"), "--at: the value of 'theta': 'nan' uses 'nan'"),
        (("--at", "theta=9**9**9"), "--at: the value of 'theta': "),
        (("--at", "theta=[1,2]"), "--at: Parameter 'theta' has shape () and got a value of shape (2,)."),
        (("--at", "s1=-1"), "Gate 'V', law Normal: the variance must be positive, and is -1."),
        (("--at", "s1=0"), "Gate 'V', law Normal: the variance must be positive, and is 0."),
        (("--wrt", "zeta"), "wrt names 'zeta', which is no parameter of the channel"),
        (("--between", "X"), "--between: 'X' has 1 sides; write two groups of nodes, for example --between X:Y."),
        (("--between", "X:Q"), "--between: 'Q' is no node of the channel; its nodes: 'X', 'V', 'Y'."),
        (("--between", "X:X"), "Node 'X' stands more than once"),
        (("--between", "X:"), "between has an empty group"),
        (("--given", "Q"), "--given: 'Q' is no node of the channel"),
    ],
)
def test_an_option_that_does_not_fit_the_channel_is_named(words: tuple[str, ...], complaint: str) -> None:
    assert sentence(run("oracle", "relay", *words)).startswith(complaint)


@pytest.mark.parametrize(
    "words",
    [
        ("oracle",),
        ("oracle", "relay", "--unit", "decibels"),
        ("oracle", "relay", "--format", "xml"),
        ("oracle", "relay", "--error", "0"),
        ("oracle", "relay", "--error", "nan"),
        ("oracle", "relay", "--error", "small"),
        ("verify", "--profile", "slow"),
        ("verify", "--jobs", "0"),
        ("verify", "extra"),
        ("publish",),
        ("--unknown",),
    ],
)
def test_wrong_usage_exits_2_without_a_traceback(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert not result.stdout
    assert "Error: " in result.stderr
    assert "Traceback" not in result.stderr
