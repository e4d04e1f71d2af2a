from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import pytest

import infograd as ig
from infograd.reports import read_json_lines, write_json_lines
from infograd.reports.jsonlines import json_lines, run_from_json_lines


def without_nan(run: ig.Run) -> ig.Run:
    """The run without the records whose gap is not a number, since NaN equals nothing."""
    records = tuple(record for record in run.records if not any(math.isnan(each.gap) for each in record.verdict.comparisons))
    return dataclasses.replace(run, records=records)


def test_a_run_comes_back_equal(run: ig.Run, tmp_path: Path) -> None:
    stated = without_nan(run)
    write_json_lines(stated, tmp_path / "records.jsonl")
    assert len(stated.records) == 3
    assert read_json_lines(tmp_path / "records.jsonl") == stated


def test_infinities_and_nan_come_back_to_the_byte(run: ig.Run) -> None:
    assert json_lines(run_from_json_lines(json_lines(run))) == json_lines(run)


def test_texts_that_try_to_break_lines_come_back_equal(hostile: ig.Run) -> None:
    title = dataclasses.replace(hostile, title="a\nb\u2028c\x85d\ud800")
    assert run_from_json_lines(json_lines(title)) == title


def test_every_line_is_json_with_the_schema(run: ig.Run) -> None:
    lines = json_lines(run).decode("utf-8").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["Header", *["Record"] * 4, "Figure", *["Examination"] * 7]
    assert {json.loads(line)["schema"] for line in lines} == {1}


@pytest.mark.parametrize(
    ("line", "content", "message"),
    [
        (1, b"{", "line 1 is no JSON"),
        (1, b"[]", "line 1 is no header"),
        (1, b'{"schema":99,"kind":"Header"}', "line 1 is no header of schema 1"),
        (1, b'{"schema":1,"kind":"Header","title":3,"environment":{}}', "line 1 lacks a title"),
        (1, b'{"schema":1,"kind":"Header","title":"","environment":{}}', "line 1 does not count"),
        (1, b'{"schema":1,"kind":"Header","title":"","environment":{},"records":4,"figures":1,"claims":"7"}', "line 1 does not count"),
        (1, b'{"schema":1,"kind":"Header","title":"","environment":{},"records":4,"figures":1}', "line 1 announces 4 records, 1 figures and 0 claims"),
        (1, b'{"schema":1,"kind":"Header","title":"","environment":{},"records":9,"figures":0}', "line 1 announces 9 records"),
        (3, b"{}", "line 3 cannot be read"),
        (3, b'{"schema":1,"kind":"Record"}', "line 3 cannot be read"),
        (3, b'{"schema":1,"kind":"Doubt","proved":{"rational":"1/0"}}', "line 3 cannot be read"),
        (3, b'{"schema":1,"kind":"Status","name":"MAYBE"}', "line 3 cannot be read"),
        (3, b'{"schema":1,"kind":"Infinite","why":"x"}', "line 3 holds a noun of kind 'Infinite'"),
        (4, b"\xff", "line 4 is not UTF-8"),
        (5, b"", "line 5 cannot be read"),
    ],
)
def test_a_corrupt_line_is_named(run: ig.Run, tmp_path: Path, line: int, content: bytes, message: str) -> None:
    lines = json_lines(run).split(b"\n")
    lines[line - 1] = content
    path = tmp_path / "records.jsonl"
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(ig.SpecificationError, match=message) as raised:
        read_json_lines(path)
    assert "records.jsonl" in str(raised.value)


def test_a_file_cut_short_is_seen(run: ig.Run) -> None:
    content = json_lines(run)
    with pytest.raises(ig.SpecificationError, match="line 13 has no end"):
        run_from_json_lines(content[:-10])
    with pytest.raises(ig.SpecificationError, match="4 records, 1 figures and 7 claims, and 4, 0 and 0 follow"):
        run_from_json_lines(b"".join(line + b"\n" for line in content.split(b"\n")[:5]))
    with pytest.raises(ig.SpecificationError, match="line 1"):
        run_from_json_lines(b"")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ig.SpecificationError, match=r"nothing\.jsonl"):
        read_json_lines(tmp_path / "nothing.jsonl")
