"""What the README shows, done: its Python runs, its commands succeed, its test passes."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import infograd as ig
from infograd.verify.specification import load

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def program(heading: str) -> str:
    """The Python below a heading."""
    part = README.split(f"## {heading}")[1]
    found = re.search(r"```python\n(.*?)```", part, re.DOTALL)
    assert found is not None
    return found[1]


def commands() -> list[str]:
    lines = (line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines())
    return [line for line in lines if line.startswith("infograd ")]


def test_the_first_program_runs_and_agrees() -> None:
    done = subprocess.run([sys.executable, "-c", blocks("python")[0]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ig.Status.AGREE.value in done.stdout


def test_the_proofs_hold_as_shown() -> None:
    done = subprocess.run([sys.executable, "-c", program("Proofs for linear Gaussian channels")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "\\log" in done.stdout


def test_learned_gradients_are_printed_with_their_doubt() -> None:
    done = subprocess.run([sys.executable, "-c", program("Learned gradients")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("stderr=") == 3


def test_the_shown_test_passes(tmp_path: Path) -> None:
    (tmp_path / "test_relay.py").write_text(program("In pytest"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", commands())
def test_every_command_succeeds(command: str) -> None:
    arguments = shlex.split(command)[1:]
    done = subprocess.run([sys.executable, "-m", "infograd.verify.cli", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_example_file_is_the_relay_that_the_program_builds() -> None:
    question = load(ROOT / "examples" / "relay.toml").question
    case = ig.CATALOGUE["relay"].question
    assert question.channel.nodes == case.channel.nodes
    assert question.at == case.at
