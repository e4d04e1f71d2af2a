from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import infograd as ig
from infograd import reports

PROGRAM = """
import sys
from infograd import reports
run = reports.read_json_lines(sys.argv[1])
for name in ("html", "pdf", "junit", "json_lines"):
    getattr(reports, f"write_{name}")(run, f"{sys.argv[2]}.{name}")
"""


def test_another_process_makes_the_same_bytes_from_the_stored_record(run: ig.Run, tmp_path: Path) -> None:
    reports.write_json_lines(run, tmp_path / "records.jsonl")
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "records.jsonl"), str(tmp_path / "other")], check=True, env={**os.environ, "PYTHONHASHSEED": "1"}
    )
    for name in ("html", "pdf", "junit", "json_lines"):
        getattr(reports, f"write_{name}")(run, tmp_path / f"own.{name}")
        assert (tmp_path / f"own.{name}").read_bytes() == (tmp_path / f"other.{name}").read_bytes()
