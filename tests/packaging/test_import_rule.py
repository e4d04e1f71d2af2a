"""The import rule bites: each forbidden import, planted in a copy, is found through the links and named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-dir"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages and their configuration in an empty folder, links kept."""
    for folder in {Path(folder).parts[0] for folder in FOLDERS.values()}:
        shutil.copytree(ROOT / folder, tmp_path / folder, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """The import linter's verdict on that folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False)


def test_the_packages_keep_the_rule(copy: Path) -> None:
    outcome = lint(copy)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(
    ("file", "planted"),
    [
        ("analytic/planted.py", "infograd.numeric"),
        ("numeric/planted.py", "infograd.learned"),
        ("learned/planted.py", "infograd.analytic"),
        ("reports/planted.py", "infograd.numeric"),
        ("numeric/planted.py", "infograd.verify"),
        ("learned/planted.py", "infograd.catalogue"),
        ("infograd/law.py", "infograd.numeric"),
        ("infograd/expression.py", "infograd.channel"),
    ],
)
def test_a_forbidden_import_is_found_and_named(copy: Path, file: str, planted: str) -> None:
    with (copy / file).open("a") as text:
        text.write(f"\nimport {planted}\n")
    outcome = lint(copy)
    module = ".".join(["infograd", *Path(file).with_suffix("").parts]).replace("infograd.infograd", "infograd")
    assert outcome.returncode == 1, outcome.stdout
    assert f"{module} -> {planted}" in outcome.stdout


def test_a_module_of_the_language_that_no_layer_names_is_found(copy: Path) -> None:
    (copy / "infograd" / "unplaced.py").touch()
    outcome = lint(copy)
    assert outcome.returncode == 1, outcome.stdout
    assert "unplaced" in outcome.stdout + outcome.stderr
