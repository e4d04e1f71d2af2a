"""`infograd references`: the values in three formats, and an exit code that says whether they hold."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infograd.verify.cli import main
from infograd.verify.command import references as command
from infograd.verify.experiments import references as work
from infograd.verify.experiments.work import Task
from infograd.verify.references.storage import stored

ROOT = Path(__file__).parents[2]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["references", *words])


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def perform(tasks: Sequence[Task], jobs: int, progress: Callable[[int, int, str], None]) -> list[Any]:
        return [task.function(*task.arguments) for task in tasks]

    monkeypatch.setattr(work, "perform", perform)


def test_the_page_in_docs_is_what_the_command_writes() -> None:
    assert run("--format", "markdown").stdout == (ROOT / "docs" / "references.md").read_text()


def test_a_name_shows_its_values_with_doubt_and_routes() -> None:
    result = run("bpsk-a1")
    assert result.exit_code == 0
    assert "0.33683082034683161200480479998289280667" in result.stdout
    assert "proved" in result.stdout
    assert "alternating series (" in result.stdout
    assert "1 question, 3 numbers, 3 of them proved." in result.stdout


def test_a_family_and_everything_are_listed_with_the_corpus_as_one_line() -> None:
    assert "4 questions, 12 numbers" in run("bpsk").stdout
    assert "one-stage:" not in run("bpsk").stdout
    assert run().stdout.count("one-stage:") == 1
    assert run("one-stage").stdout.startswith("one-stage:")


def test_json_holds_every_number_as_digits_and_every_channel_as_a_specification(tmp_path: Path) -> None:
    content = json.loads(run("--format", "json").stdout)
    names = {each["name"] for each in content}
    assert {each.name for each in stored()} < names
    entry = next(each for each in content if each["name"] == "mac-bpsk-x1")
    number = entry["numbers"][0]
    assert Fraction(number["value"]) == stored()[[each.name for each in stored()].index("mac-bpsk-x1")].numbers[0].value
    assert {"quantity", "value", "doubt", "kind", "routes"} <= set(number)
    file = tmp_path / "channel.json"
    file.write_text(json.dumps(entry["specification"]))
    asked = CliRunner().invoke(main, ["oracle", str(file), "--format", "json"])
    assert abs(json.loads(asked.stdout)["value"] - float(number["value"])) < 1e-12


def test_an_unknown_name_is_one_sentence_with_those_like_it() -> None:
    result = run("bpsk-a9")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: there is no reference 'bpsk-a9'; near it are bpsk-a")
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.usefixtures("in_this_process")
def test_a_check_that_holds_says_so_in_text_and_json() -> None:
    result = run("bpsk-a1", "--check", "--jobs", "1")
    assert result.exit_code == 0
    assert "holds" in result.stdout
    (content,) = json.loads(run("bpsk-a1", "--check", "--jobs", "1", "--format", "json").stdout)
    assert content["check"]["agrees"] is True
    assert {each["status"] for each in content["check"]["comparisons"]} == {"AGREE"}


@pytest.mark.usefixtures("in_this_process")
def test_a_changed_digit_fails_the_check_and_names_the_command_that_repeats_it(monkeypatch: pytest.MonkeyPatch) -> None:
    reference = next(each for each in stored() if each.name == "bpsk-a1")
    number = dataclasses.replace(reference.numbers[1], value=reference.numbers[1].value + Fraction(1, 10**36))
    changed = dataclasses.replace(reference, numbers=(reference.numbers[0], number, *reference.numbers[2:]))
    monkeypatch.setattr(command, "stored", lambda: (changed,))
    result = run("bpsk-a1", "--check", "--jobs", "1")
    assert result.exit_code == 1
    assert "DOES NOT HOLD" in result.stdout
    assert "The stored value is not what alternating series, certified gives." in result.stderr
    assert "reproduce with: infograd references bpsk-a1 --check" in result.stderr


@pytest.mark.usefixtures("in_this_process")
def test_a_missing_route_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    reference = next(each for each in stored() if each.name == "bpsk-a1")
    number = dataclasses.replace(reference.numbers[0], findings=reference.numbers[0].findings[:2])
    monkeypatch.setattr(command, "stored", lambda: (dataclasses.replace(reference, numbers=(number, *reference.numbers[1:])),))
    result = run("bpsk-a1", "--check", "--jobs", "1")
    assert result.exit_code == 2
    assert "'quadrature' is missing on one side" in result.stderr


@pytest.mark.usefixtures("in_this_process")
def test_a_family_is_made_again_into_a_folder_with_the_values_of_the_package(tmp_path: Path) -> None:
    result = run("mac-bpsk", "--store", str(tmp_path), "--jobs", "1")
    assert result.exit_code == 0
    made = json.loads((tmp_path / "mac_bpsk.json").read_text())
    kept = json.loads((ROOT / "verify" / "references" / "mac_bpsk.json").read_text())
    for one, other in zip(made["references"], kept["references"], strict=True):
        assert one["specification"] == other["specification"]
        assert [number["quantity"] for number in one["numbers"]] == [number["quantity"] for number in other["numbers"]]
        for left, right in zip(one["numbers"], other["numbers"], strict=True):
            assert abs(Fraction(left["value"]) - Fraction(right["value"])) <= Fraction(left["doubt"]) + Fraction(right["doubt"])


def test_a_part_of_a_family_cannot_be_stored(tmp_path: Path) -> None:
    result = run("bpsk-a1", "--store", str(tmp_path))
    assert result.exit_code == 2
    assert "--store writes whole families" in result.stderr
