"""The stored run: JSON beside the versions it was measured with, complete or absent."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from infograd.claim import Standing
from infograd.error import SpecificationError
from infograd.verify.claims.ledger import ledger, measured_claims
from infograd.verify.claims.stored import NAME, keep, stored, text_of


def test_a_stored_run_comes_back_with_its_date(tmp_path: Path) -> None:
    keep({"figure-9": {"errors": [0.25, 1e-3]}}, tmp_path / NAME)
    content = json.loads((tmp_path / NAME).read_text())
    assert content["results"] == {"figure-9": {"errors": [0.25, 1e-3]}}
    assert {"date", "python", "numpy", "torch"} <= set(content["environment"])


@pytest.mark.parametrize("result", [math.nan, object(), {1, 2}])
def test_a_result_that_is_no_json_is_refused_and_nothing_is_written(result: object, tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match="cannot be stored"):
        keep({"figure-9": result}, tmp_path / NAME)
    assert not list(tmp_path.iterdir())


def test_equal_results_give_equal_text() -> None:
    assert text_of({"a": 1}, {"date": "d"}) == text_of({"a": 1}, {"date": "d"})


def test_a_missing_result_names_the_command_that_measures_it() -> None:
    with pytest.raises(SpecificationError, match="infograd claims figure-99 --full"):
        stored("figure-99")


def test_every_measured_claim_has_a_stored_result_that_holds_and_no_other_is_stored() -> None:
    measured = measured_claims()
    assert {entry.claim.id for entry in ledger() if any(check.measured for check in entry.checks)} == set(measured)
    for id, (_, holds) in measured.items():
        outcome = holds(stored(id))
        assert outcome.holds, outcome.detail
    standings = {entry.claim.id: entry.claim.standing for entry in ledger()}
    assert all(standings[id] is not Standing.DEFINITION for id in measured)


def test_the_stored_run_holds_nothing_that_no_claim_measures() -> None:
    from importlib.resources import files

    content = json.loads(files("infograd.verify.claims").joinpath(NAME).read_text("utf-8"))
    assert set(content["results"]) == set(measured_claims())
