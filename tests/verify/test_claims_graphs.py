"""Section IV of the ledger: every check runs, the conditions decide what they say, and planted faults are seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import typst

import infograd as ig
from infograd import numeric
from infograd.analytic import answer, identities
from infograd.analytic.theory import boundary_cases, fisher, multipath
from infograd.analytic.theory.boundary_cases import BoundaryCase
from infograd.reports.linear import linear_text
from infograd.reports.mathematics import typst_mathematics
from infograd.reports.prose import prose
from infograd.reports.section import Mathematics
from infograd.verify.claims import cases
from infograd.verify.claims.graphs import exact as graphs_exact
from infograd.verify.claims.graphs import integrals as graphs_integrals
from infograd.verify.claims.graphs import multipath as graphs_multipath
from infograd.verify.claims.graphs import quadrature as graphs_quadrature
from infograd.verify.claims.graphs.entries import ENTRIES

LINEAR = (cases.MULTIPATH_A, cases.MULTIPATH_B, cases.generic_graph(), cases.between_inner_nodes(), cases.given_a_moving_node())


def test_every_number_and_named_statement_of_the_section_has_one_entry() -> None:
    ids = [entry.claim.id for entry in ENTRIES]
    bounds = [re.findall(r"\d+", id) for id in ids if id.startswith("eq-")]
    covered = [number for bound in bounds for number in range(int(bound[0]), int(bound[-1]) + 1)]
    assert covered == list(range(37, 56))
    assert {id for id in ids if not id.startswith("eq-")} == {"theorem-2", "remark-3", "remark-4", "remark-5", "algorithm-1"}


@pytest.mark.parametrize("question", LINEAR)
def test_the_condition_of_theorem_2_decides_the_identity_on_linear_channels(question: ig.Question) -> None:
    proofs = identities.decide(question, forms=("difference",))
    assert isinstance(proofs, tuple)
    assert all(proof.holds for proof in proofs) == cases.theorem_2_holds(question)


@pytest.mark.parametrize(
    "map",
    [lambda x: x * x, lambda x: ig.exp(x), lambda x: 1 / (1 + x * x)],
)
def test_a_map_that_may_grow_is_not_promised_a_variance(map: Callable[[Any], Any]) -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    assert not cases.finite_variance(ig.Question(ig.Channel(x, ig.Gate("Y", map(x), noise=ig.Normal(0, 1))), between=("X", "Y")))


def test_the_formulas_print() -> None:
    formulas = [latex for entry in ENTRIES for latex in (entry.claim.statement, entry.claim.corrected) if latex]
    for entry in ENTRIES:
        claim = entry.claim
        for text in (claim.title, claim.condition, claim.counterexample, *(each.summary for each in claim.evidence)):
            assert text.count("$") % 2 == 0
            pieces = prose(text)
            formulas += [piece.latex for piece in pieces if isinstance(piece, Mathematics)]
            assert not any("\\" in piece for piece in pieces if isinstance(piece, str))
    assert not any("\\" in linear_text(latex) for latex in formulas)
    source = "\n\n".join(f"$ {typst_mathematics(latex)} $" for latex in formulas)
    assert typst.compile(source.encode(), format="pdf", ignore_system_fonts=True)


def test_the_surrogate_gives_the_stated_gradient() -> None:
    reply = answer(cases.MULTIPATH_A.at_point(alpha="3/2", beta="1/2"))
    assert isinstance(reply, ig.Answer)
    assert (reply.gradient["alpha"].value, reply.gradient["beta"].value) == (Fraction(8, 25), Fraction(8, 45))
    assert "gradient is (8/25, 8/45)" in graphs_multipath.surrogate_gives_the_gradient().detail


def test_the_counterexample_of_digital_logic_has_the_slope_that_the_check_sees() -> None:
    slope = float(boundary_cases.threshold_map().slope.subs(boundary_cases.theta, 0.5))
    stated = {entry.claim.id: entry.claim.counterexample for entry in ENTRIES}
    assert all(f"{slope:.5f}" in stated[id] for id in ("theorem-2", "remark-5"))


def test_the_slope_in_exponential_noise_is_the_stated_one() -> None:
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    theta = boundary_cases.theta
    assert sympy.simplify(boundary_cases.exponential_noise().slope - sympy.exp(-theta) * sympy.log(1 + sympy.exp(theta)) / 2) == 0


def test_finite_variance_is_part_of_the_condition_of_theorem_2() -> None:
    x = ig.Source("X", ig.StudentT(2))
    heavy = ig.Question(ig.Channel(x, ig.Gate("Y", ig.Parameter("a") * x, noise=ig.Normal(0, 1))), between=("X", "Y"), at={"a": 1})
    assert not cases.theorem_2_holds(heavy)
    assert not cases.entropies_are_finite(cases.ONE_BIT)


def test_a_score_that_is_no_derivative_of_the_density_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    true = np.imag
    monkeypatch.setattr(np, "imag", lambda values: 1.001 * true(values))
    assert not graphs_quadrature.score_gap_is_a_difference().holds
    assert not graphs_quadrature.de_bruijn().holds


def test_a_refutation_that_stops_refuting_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    true = boundary_cases.exponential_noise()
    monkeypatch.setattr(boundary_cases, "exponential_noise", lambda: BoundaryCase(true.information, true.slope))
    assert not graphs_exact.exponential_noise_misses().holds


def test_a_wrong_formula_for_laplace_noise_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    true = boundary_cases.laplace_noise()
    monkeypatch.setattr(boundary_cases, "laplace_noise", lambda: BoundaryCase(true.information, 2 * true.formula))
    assert not graphs_exact.laplace_noise_obeys().holds


def test_a_biased_score_form_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    true = numeric.score_form

    def biased(question: ig.Question, form: str = "difference", *, error: float = 1e-9) -> ig.Answer | ig.Refusal:
        reply = true(question, form, error=error)
        assert isinstance(reply, ig.Answer)
        slopes = {name: ig.Quantity(1.001 * each.value, each.doubt) for name, each in reply.gradient.items() if isinstance(each.value, float)}
        return replace(reply, gradient=ig.FrozenMapping(slopes))

    monkeypatch.setattr(numeric, "score_form", biased)
    assert not graphs_quadrature.score_formula_on_nonlinear_channels().holds
    assert not graphs_quadrature.laplace_noise_obeys().holds
    assert not graphs_quadrature.entropy_gradient_is_a_mean_of_scores().holds


def test_a_wrong_noise_of_the_multipath_channel_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipath, "FORM_A", replace(multipath.FORM_A, noise=multipath.FORM_A.noise - multipath.s3))
    assert not graphs_multipath.multipath_information().holds
    assert not graphs_multipath.multipath_gradient().holds
    assert not graphs_multipath.multipath_score_terms().holds


def test_a_lost_factor_of_one_half_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    true = fisher.slope_of_log
    monkeypatch.setattr(fisher, "slope_of_log", lambda ratio: 2 * true(ratio))
    assert not graphs_integrals.de_bruijn().holds
    assert not graphs_integrals.information_falls_with_added_noise().holds
    assert not graphs_integrals.score_gap_integrates_to_the_information().holds


def test_a_reference_taken_for_zero_is_the_open_path() -> None:
    assert graphs_integrals.path_condition(("A", {"alpha": 0, "beta": 0}))
    assert not graphs_integrals.path_condition(("B", {"alpha": 0, "beta": 0}))
