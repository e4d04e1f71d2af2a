"""The files around the code: what they promise is what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import infograd

ROOT = Path(__file__).parents[2]


def text(name: str) -> str:
    """The text of a file of the project."""
    return (ROOT / name).read_text()


def citation() -> dict[str, str]:
    """The top-level scalar fields of the citation file."""
    return {key: value.strip('"') for key, value in re.findall(r"^([a-z-]+): (.+)$", text("CITATION.cff"), re.MULTILINE)}


def test_the_citation_names_this_version_and_its_licence() -> None:
    fields = citation()
    assert fields["cff-version"] == "1.2.0"
    assert fields["version"] == infograd.__version__
    assert fields["license"] == "MIT"
    assert {"title", "message", "type"} <= set(fields)


def test_the_citation_refers_to_the_paper() -> None:
    references = text("CITATION.cff").split("\nreferences:\n")[1]
    assert "Information Gradient for Directed Acyclic Graphs: A Score-based Framework for End-to-End Mutual Information Maximization" in references
    assert "family-names: Wadayama" in references
    assert "arXiv:2601.01789" in references
    assert "year: 2026" in references


def test_the_changelog_has_an_entry_for_this_version() -> None:
    assert f"## [{infograd.__version__}]" in text("CHANGELOG.md")


def test_the_constraints_pin_torch_and_name_no_index() -> None:
    lines = text("constraints.txt").splitlines()
    assert "torch==2.13.0" in lines
    assert not any("/" in line for line in lines)


def lint_targets() -> set[str]:
    """The checks that `make lint` runs."""
    found = re.search(r"^lint: (.+)$", text("Makefile"), re.MULTILINE)
    assert found is not None
    return set(found[1].split())


def test_every_hook_before_a_commit_is_a_check_of_make_lint_and_none_is_missing() -> None:
    entries = re.findall(r"^        entry: make (\w+)$", text(".pre-commit-config.yaml"), re.MULTILINE)
    assert set(entries) == lint_targets()
    assert len(entries) == len(set(entries))


def test_the_hooks_file_is_one_that_pre_commit_reads() -> None:
    subprocess.run([sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"], cwd=ROOT, check=True, capture_output=True)


def test_continuous_integration_runs_the_tests_and_every_check() -> None:
    script = text(".ci/run")
    assert "make test" in script
    assert "make lint" in script
