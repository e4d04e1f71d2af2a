"""The pytest plugin in a repository of its own: silent until asked, a report by one option."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import infograd as ig
from infograd import reports

TEST = """
import infograd as ig
from infograd import verify

def reply(room, slope):
    return ig.Answer(room, "by hand", ig.Access.MODEL, None, ig.FrozenMapping({"theta": ig.Quantity(slope)}))

def test_agreement(infograd_judge):
    assert infograd_judge(ig.CATALOGUE["scalar"].question, (reply("analytic", 0.5), reply("numeric", 0.5))).as_expected

def test_disagreement_is_recorded(infograd_judge):
    assert not infograd_judge(ig.CATALOGUE["scalar"].question, (reply("analytic", 0.5), reply("numeric", 0.6))).as_expected
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(folder)], cwd=folder, capture_output=True, text=True, check=False
    )


def test_one_option_turns_a_run_into_the_four_files(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(TEST)
    done = run(tmp_path, "--infograd-report", "out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["junit.xml", "records.jsonl", "report.html", "report.pdf"]
    found = {record.name.split("::")[-1]: record.verdict.status for record in reports.read_json_lines(tmp_path / "out" / "records.jsonl").records}
    assert found == {"test_agreement #1": ig.Status.AGREE, "test_disagreement_is_recorded #1": ig.Status.DISAGREE}


def test_the_workers_of_xdist_send_their_records_to_one_report(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(TEST)
    done = run(tmp_path, "-n", "2", "--infograd-report", "out")
    assert done.returncode == 0, done.stdout + done.stderr
    found = {record.name.split("::")[-1]: record.verdict.status for record in reports.read_json_lines(tmp_path / "out" / "records.jsonl").records}
    assert found == {"test_agreement #1": ig.Status.AGREE, "test_disagreement_is_recorded #1": ig.Status.DISAGREE}


def test_without_the_option_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(TEST)
    assert run(tmp_path).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == ["test_mine.py"]


def test_a_repository_that_never_asks_loads_no_heavy_package(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(
        "import sys\n\ndef test_light():\n    assert not {'numpy', 'scipy', 'sympy', 'torch', 'pydantic'} & set(sys.modules)\n"
    )
    done = run(tmp_path, "-p", "no:hypothesispytest")
    assert done.returncode == 0, done.stdout


def test_a_report_folder_that_is_a_file_is_refused_before_the_tests_run(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(TEST)
    (tmp_path / "out").write_text("")
    done = run(tmp_path, "--infograd-report", "out")
    assert done.returncode == 4
    assert "--infograd-report: the folder 'out' cannot be made" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
