"""The ledger as a document: it covers the paper, every id is found, and every standing has the evidence it needs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

import pytest
import typst

from infograd.claim import LEAST_ROOMS, Claim, Role, Standing
from infograd.error import SpecificationError
from infograd.reports.formula import mathml
from infograd.reports.linear import linear_text
from infograd.reports.mathematics import typst_mathematics
from infograd.reports.prose import prose
from infograd.reports.section import Mathematics
from infograd.verify.claims.entry import Entry
from infograd.verify.claims.ledger import ledger
from infograd.verify.claims.selection import numbers, select

EQUATIONS = range(1, 90)
NAMED = ("theorem-1", "theorem-2", "corollary-3", *(f"remark-{n}" for n in range(1, 9)), "algorithm-1", "algorithm-2", "figure-4", "figure-5", "figure-6")
SECTIONS = (
    "II Preliminaries",
    "III Cascades",
    "IV Directed acyclic graphs",
    "V Optimisation",
    "VI Network information theory",
    "VII Experiments",
    "VIII Digital twin",
    "IX Outlook",
)


def texts(claim: Claim) -> list[str]:
    """The texts of a claim that may hold formulas between dollar signs."""
    return [claim.title, claim.condition, claim.counterexample, *(each.summary for each in claim.evidence)]


def test_every_numbered_equation_is_covered_by_exactly_one_entry() -> None:
    covered = Counter(number for entry in ledger() for kind, found in (numbers(entry.claim.id),) if kind == "eq" for number in found)
    assert covered == Counter(EQUATIONS)


def test_every_named_statement_has_an_entry_and_ids_are_unique() -> None:
    ids = [entry.claim.id for entry in ledger()]
    assert set(NAMED) <= set(ids)
    assert len(set(ids)) == len(ids)


def test_sections_and_equations_come_in_the_papers_order() -> None:
    order = [SECTIONS.index(entry.claim.section) for entry in ledger()]
    assert order == sorted(order)
    assert set(order) == set(range(len(SECTIONS)))
    equations = [numbers(entry.claim.id)[1].start for entry in ledger() if entry.claim.id.startswith("eq-")]
    assert equations == sorted(equations)


def entries_standing(*standings: Standing) -> list[Entry]:
    return [entry for entry in ledger() if entry.claim.standing in standings]


@pytest.mark.parametrize("entry", entries_standing(Standing.REFUTED), ids=lambda entry: entry.claim.id)
def test_a_refutation_has_two_rooms_a_counterexample_and_what_holds_instead(entry: Entry) -> None:
    assert len({check.room for check in entry.checks if check.role is Role.REFUTES}) >= LEAST_ROOMS
    assert any(check.role is Role.CORRECTS for check in entry.checks)
    assert entry.claim.counterexample
    assert entry.claim.corrected


@pytest.mark.parametrize("entry", entries_standing(Standing.PROVED, Standing.CONDITIONAL), ids=lambda entry: entry.claim.id)
def test_a_proof_has_a_check_that_supports_it(entry: Entry) -> None:
    roles = Counter(check.role for check in entry.checks)
    assert roles[Role.SUPPORTS]
    assert (entry.claim.standing is Standing.CONDITIONAL) == bool(entry.claim.condition)
    if entry.claim.standing is Standing.PROVED:
        assert not roles[Role.REFUTES]


@pytest.mark.parametrize("entry", [entry for entry in ledger() if entry.condition is not None], ids=lambda entry: entry.claim.id)
def test_a_condition_is_true_inside_and_false_outside(entry: Entry) -> None:
    assert entry.condition is not None
    assert entry.condition.inside
    assert all(entry.condition.holds(case) is True for case in entry.condition.inside)
    assert all(entry.condition.holds(case) is False for case in entry.condition.outside)
    assert entry.condition.words == entry.claim.condition


def test_every_check_names_its_room_and_no_two_of_an_entry_say_the_same() -> None:
    for entry in ledger():
        assert all(check.room and check.kind and check.summary for check in entry.checks), entry.claim.id
        assert len(set(entry.claim.evidence)) == len(entry.claim.evidence), entry.claim.id
        assert all(each.command == f"infograd claims {entry.claim.id} --check" for each in entry.claim.evidence if each.room)


@pytest.mark.parametrize("entry", ledger(), ids=lambda entry: entry.claim.id)
def test_every_formula_prints_as_mathml_and_as_a_line(entry: Entry) -> None:
    claim = entry.claim
    assert "$" not in claim.statement + claim.corrected
    formulas = [each for each in (claim.statement, claim.corrected) if each]
    for text in texts(claim):
        assert text.count("$") % 2 == 0, text
        pieces = prose(text)
        formulas += [piece.latex for piece in pieces if isinstance(piece, Mathematics)]
        plain = "".join(piece for piece in pieces if isinstance(piece, str))
        assert not re.search(r"\\[a-zA-Z]", plain), f"a formula outside dollar signs: {plain}"
    for latex in formulas:
        assert mathml(latex)
        assert linear_text(latex)
        assert "\\" not in linear_text(latex), latex


def test_every_formula_compiles_in_typst() -> None:
    claims = [entry.claim for entry in ledger()]
    formulas = [latex for claim in claims for latex in (claim.statement, claim.corrected) if latex]
    formulas += [piece.latex for claim in claims for text in texts(claim) for piece in prose(text) if isinstance(piece, Mathematics)]
    source = "\n\n".join(f"$ {typst_mathematics(latex)} $" for latex in dict.fromkeys(formulas))
    assert typst.compile(source.encode(), format="pdf", ignore_system_fonts=True)


def test_listing_the_ledger_loads_no_room() -> None:
    program = "import sys; from infograd.verify.claims.ledger import ledger; ledger(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"sympy", "torch", "scipy", "flint", "infograd.analytic", "infograd.numeric", "infograd.learned"} & set(loaded)


def ids(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.claim.id for entry in entries]


def test_an_id_is_found_exactly_inside_a_range_or_by_a_range(sample_entries: tuple[Entry, ...]) -> None:
    assert ids(select(sample_entries, "eq-2")) == ["eq-2"]
    assert ids(select(sample_entries, "eq-3-5")) == ["eq-3-5"]
    assert ids(select(sample_entries, "eq-4")) == ["eq-3-5"]
    assert ids(select(sample_entries, "eq-2-3")) == ["eq-2", "eq-3-5"]
    assert ids(select(sample_entries, "eq-5-20")) == ["eq-3-5", "eq-6"]
    assert ids(select(sample_entries, "remark-1-8")) == ["remark-7"]


@pytest.mark.parametrize("id", ["eq-12", "eq-7-9", "eq-6-5", "theorem-1", "remark", "", "eq", "eq-1-2-3", "\n"])
def test_an_id_that_is_in_no_ledger_is_refused(id: str, sample_entries: tuple[Entry, ...]) -> None:
    with pytest.raises(SpecificationError, match=r"the ledger has no claim .*; near it are .*") as raised:
        select(sample_entries, id)
    assert repr(id) in str(raised.value)


def test_the_refusal_names_what_is_near(sample_entries: tuple[Entry, ...]) -> None:
    with pytest.raises(SpecificationError, match="near it are remark-7"):
        select(sample_entries, "Remark-8")


def test_every_id_and_every_equation_of_the_ledger_is_found() -> None:
    for entry in ledger():
        assert select(ledger(), entry.claim.id) == (entry,)
    for number in EQUATIONS:
        (found,) = select(ledger(), f"eq-{number}")
        assert number in numbers(found.claim.id)[1]


@pytest.mark.parametrize(
    ("id", "kind", "covered"),
    [
        ("eq-36", "eq", range(36, 37)),
        ("eq-11-13", "eq", range(11, 14)),
        ("theorem-1", "theorem", range(1, 2)),
        ("twin-experiment", "twin-experiment", range(0)),
    ],
)
def test_an_id_covers_its_numbers(id: str, kind: str, covered: range) -> None:
    assert numbers(id) == (kind, covered)
