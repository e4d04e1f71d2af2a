"""The ledger derived again: one test for each claim (`pytest -m claims`; with --full what is measured is measured again)."""

from __future__ import annotations

import pytest

from infograd.verify.claims.entry import Entry
from infograd.verify.claims.examining import examine, measure, to_measure
from infograd.verify.claims.ledger import ledger


@pytest.mark.claims
@pytest.mark.parametrize("entry", ledger(), ids=lambda entry: entry.claim.id)
def test_the_claim_stands_as_stated(entry: Entry, pytestconfig: pytest.Config) -> None:
    results = {id: measure(id) for id in to_measure((entry,))} if pytestconfig.getoption("--full") else {}
    examination = examine(entry, results)
    assert examination.as_stated, examination.flip
    for finding in examination.findings:
        assert finding.holds, f"{finding.evidence.summary}: {finding.detail}"
        assert finding.detail
