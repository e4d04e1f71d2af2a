"""Checks on the channels of several users; each loads its rooms when it runs."""

from __future__ import annotations

from fractions import Fraction

from infograd.answer import Refusal
from infograd.catalogue import CATALOGUE
from infograd.channel import node_parameters
from infograd.graph import d_separated
from infograd.question import Question
from infograd.verify.claims.cases import given_a_moving_node, theorem_2_holds
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.networks.channels import (
    access_questions,
    bypassed,
    cooperating_access,
    degraded_broadcast,
    gaussian_access,
    generated_input,
    saturating_access,
    shown,
)
from infograd.verify.claims.networks.gaussian_access_checks import POWERS
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, apart, below, gradient, identities, information, same


def drawn_channels() -> Outcome:
    """The arrows of figure 3: two independent inputs that the output couples; two outputs that only the input couples."""
    access, broadcast = gaussian_access(), degraded_broadcast()
    found = (
        d_separated(access, {"X1"}, {"X2"}) and not d_separated(access, {"X1"}, {"X2"}, {"Y"}),
        d_separated(broadcast, {"Y1"}, {"Y2"}, {"X"}) and not d_separated(broadcast, {"Y1"}, {"Y2"}),
    )
    return shown("the separations of both graphs", all(found))


def independent_inputs(question: Question) -> bool:
    """Whether nothing but the output couples X1 and X2, in a linear Gaussian channel."""
    from infograd import analytic

    return d_separated(question.channel, {"X1"}, {"X2"}) and not isinstance(analytic.answer(question), Refusal)


def sum_capacity() -> Outcome:
    """I(X1,X2;Y) at independent Gaussian inputs is the pentagon's maximum of R1 + R2."""
    from infograd import analytic
    from infograd.analytic.network import MultipleAccess, Nats

    region = MultipleAccess((1, 1), 1, (POWERS["P1"], POWERS["P2"]))
    both = access_questions(gaussian_access(), **POWERS)[2]
    return every(
        shown("the support in direction (1, 1) is the sum capacity", (region.support((1, 1)) - Nats.of(region.sum_capacity)).sign() == 0),
        same("I(X1,X2;Y) and the sum capacity", information(analytic.answer(both)), Number(float(region.sum_capacity), 0.0)),
    )


def sum_capacity_by_quadrature() -> Outcome:
    """The same by quadrature."""
    from infograd import numeric
    from infograd.analytic.network import MultipleAccess

    region = MultipleAccess((1, 1), 1, (POWERS["P1"], POWERS["P2"]))
    both = access_questions(gaussian_access(), **POWERS)[2]
    return same("I(X1,X2;Y) and the sum capacity", information(numeric.answer(both)), Number(float(region.sum_capacity), 0.0))


def dependent_inputs_exceed() -> Outcome:
    """One codeword from both senders, P1 = P2 = N = 1: I = 1/2 log 5 against the sum capacity 1/2 log 3."""
    from infograd import analytic
    from infograd.analytic.network import MultipleAccess

    together = analytic.answer(Question(cooperating_access(), between=("U", "Y")))
    return below("the sum capacity and one codeword", Number(float(MultipleAccess((1, 1), 1, (1, 1)).sum_capacity), 0.0), information(together))


def dependent_inputs_exceed_by_quadrature() -> Outcome:
    """The same two informations by quadrature."""
    from infograd import numeric

    together = numeric.answer(Question(cooperating_access(), between=("U", "Y")))
    return below("I(X1,X2;Y) and one codeword", information(numeric.answer(access_questions(gaussian_access())[2])), information(together))


def convex_rates(cross: Fraction) -> bool:
    """R_k = 1/2 log(1 + P_k/(1 + c P_j)), P_k <= 2: whether the rates below an achieved pair are a convex set, which is c <= (sqrt(5) - 1)/4."""
    return 4 * cross**2 + 2 * cross <= 1


def boundary_of_interfering_users() -> Outcome:
    """One user at full power, the other at p <= 2: dR1/dR2 falls along the arc iff 3 - 4c - 8c^2 - (2c^2 + 4c^3) p - c^2 p^2 >= 0, least at p = 2.

    There it is (3 + 2c)(1 - 2c - 4c^2), and where both are at full power the slope -2c/(1 + 2c) falls to its inverse: a convex set iff 4c^2 + 2c <= 1.
    """
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.network import is_positive, is_zero

    c, p = sympy.symbols("c p", positive=True)
    first, second = sympy.log(1 + 2 / (1 + c * p)) / 2, sympy.log(1 + p / (1 + 2 * c)) / 2
    slope = sympy.diff(first, p) / sympy.diff(second, p)
    bend = -sympy.diff(slope, p) * (3 + c * p) ** 2 * (1 + c * p) ** 2 / (2 * c)
    stated = 3 - 4 * c - 8 * c**2 - (2 * c**2 + 4 * c**3) * p - c**2 * p**2
    return every(
        shown("the bend of the arc", is_zero(bend - stated)),
        shown(
            "it falls with p, to (3 + 2c)(1 - 2c - 4c^2) at p = 2",
            is_positive(-sympy.diff(stated, p)) and is_zero(stated.subs(p, 2) - (3 + 2 * c) * (1 - 2 * c - 4 * c**2)),
        ),
        shown("the slope at both powers 2 is -2c/(1 + 2c), above -1", is_zero(slope.subs(p, 2) + 2 * c / (1 + 2 * c))),
    )


def weights_reach_the_boundary() -> Outcome:
    """Parallel Gaussian rates under a budget: each weight's optimum satisfies all KKT conditions, and the weight of every split exists."""
    from infograd.analytic.network import water_filling

    found = []
    for step in range(1, 12):
        first = Fraction(step, 4)
        weight = (first + 1) / (3 + 2)
        optimum = water_filling((weight, 1 - weight), (1, 1), 1, 3)
        found.append(optimum.check() and optimum.powers == (first, 3 - first))
    return shown("11 splits of the budget, each the certified optimum of its own weight", all(found))


def weights_miss_a_boundary_point() -> Outcome:
    """R_k = 1/2 log(1 + P_k/(1 + P_j)), P_k <= 2: both powers at 2 cannot be improved, and no weight chooses them."""
    from infograd.analytic.network import HalfLog, Nats

    alone, both = HalfLog(3), HalfLog(Fraction(5, 3))
    at_half = (Nats.of(alone) * Fraction(1, 2) - Nats.of(both)).sign()
    return Outcome(
        at_half > 0,
        f"max(lam, 1 - lam) * {float(alone):.6f} is at least {float(alone) / 2:.6f}, more than the {float(both):.6f} of both at full power, for every weight",
    )


def weights_miss_by_quadrature() -> Outcome:
    """The same two rates by quadrature."""
    from infograd import numeric

    alone = information(numeric.answer(access_questions(gaussian_access(), P1=2, P2=2)[0]))
    both = information(numeric.answer(Question(gaussian_access(), between=("X1", "Y"), at={"P1": 2, "P2": 2})))
    return below("the rate of each at full power and half the rate of one user alone", both, alone.scaled(0.5))


def conditional_gradient_is_decided() -> Outcome:
    """The score form on the Gaussian MAC in all parameters, as rational functions."""
    from infograd.analytic.identities import decide

    proofs = decide(CATALOGUE["mac"].question, forms=("difference",))
    if isinstance(proofs, Refusal):
        return Outcome(False, proofs.reason)
    return shown(f"{len(proofs)} identities", bool(proofs) and all(proof.holds and proof.check() for proof in proofs))


def conditional_gradient_by_quadrature() -> Outcome:
    """Y = tanh(a1 X1 + X2) + N: the expectation with scores against the derivative of the information."""
    from infograd import numeric

    question = Question(saturating_access(), between=("X1", "Y"), given="X2")
    return same("dI(X1;Y|X2)/da1", gradient(numeric.score_form(question), "a1"), gradient(numeric.answer(question), "a1"))


def fixed_inputs_lose_the_gradient() -> Outcome:
    """X1 = theta U: at fixed inputs the output has no Jacobian in theta, which gives 0."""
    from infograd import analytic

    channel = generated_input()
    held = "theta" in [parameter.name for parameter in node_parameters(channel.node("Y"))]
    truth = gradient(analytic.answer(Question(channel, between=("X1", "Y"), given="X2")), "theta")
    return every(
        shown("the output's own gate does not use theta", not held), apart("dI(X1;Y|X2)/dtheta and the reading at fixed inputs", truth, Number(0.0, 0.0))
    )


def fixed_inputs_lose_by_quadrature() -> Outcome:
    """The same gradient by quadrature, from the root U."""
    from infograd import numeric

    question = Question(generated_input(), between=("U", "Y"), given="X2")
    return apart("dI(U;Y|X2)/dtheta and the reading at fixed inputs", gradient(numeric.answer(question), "theta"), Number(0.0, 0.0))


def moving_condition_fails() -> Outcome:
    """V = a X + N1, Y = V + X + N3: the score form of dI(V;Y)/da is not the gradient, the joint form is; all decided."""
    from infograd import analytic
    from infograd.analytic.identities import decide

    question = Question(bypassed(), between=("V", "Y"))
    proofs = decide(question, forms=("difference", "joint"))
    if isinstance(proofs, Refusal):
        return Outcome(False, proofs.reason)
    holds = {proof.form: proof.holds for proof in proofs}
    truth = gradient(analytic.answer(question), "a")
    return Outcome(
        holds == {"difference": False, "joint": True},
        f"difference {holds.get('difference')}, joint {holds.get('joint')}; the gradient at a = 1 is {truth.value:g}",
    )


def symmetric_form_is_decided() -> Outcome:
    """Between V and Y where Y is reached around V, and given a node that moves: the form with joint scores is the gradient in every parameter."""
    return every(identities(Question(bypassed(), between=("V", "Y")), "joint"), identities(given_a_moving_node(), "joint"))


def moving_condition_by_quadrature() -> Outcome:
    """The two sides by quadrature at a = 1."""
    from infograd import numeric

    question = Question(bypassed(), between=("V", "Y"))
    return apart("dI(V;Y)/da and the expectation with scores", gradient(numeric.answer(question), "a"), gradient(numeric.score_form(question), "a"))


def generated_inputs_have_gradients() -> Outcome:
    """I(X1;Y|X2) and I(U;Y|X2) have one value and one gradient, and the score form is decided."""
    from infograd import analytic
    from infograd.analytic.identities import decide

    channel = generated_input()
    by_input, by_root = (Question(channel, between=(side, "Y"), given="X2") for side in ("X1", "U"))
    proofs = decide(by_root, forms=("difference",))
    if isinstance(proofs, Refusal):
        return Outcome(False, proofs.reason)
    left, right = analytic.answer(by_input), analytic.answer(by_root)
    return every(
        same("I(X1;Y|X2) and I(U;Y|X2)", information(left), information(right)),
        same("their gradients", gradient(left, "theta"), gradient(right, "theta")),
        shown("the score form from the root", bool(proofs) and all(proof.holds for proof in proofs)),
    )


def generated_inputs_by_quadrature() -> Outcome:
    """The expectation with scores from the root U against the derivative of the information."""
    from infograd import numeric

    question = Question(generated_input(), between=("U", "Y"), given="X2")
    return same("dI(U;Y|X2)/dtheta", gradient(numeric.score_form(question), "theta"), gradient(numeric.answer(question), "theta"))


def separated_from_roots(question: Question) -> bool:
    """Whether the output depends on the root U only through the inputs, and Theorem 2's condition holds."""
    return d_separated(question.channel, {"U"}, {"Y"}, {"X1", "X2"}) and theorem_2_holds(question)


def total_received_power() -> Outcome:
    """The channel of eq. (64): I(X1,X2;Y) = 1/2 log(1 + (P1 + P2)/s2), from the covariance."""
    import sympy

    from infograd import analytic
    from infograd.analytic.network import is_zero

    found = analytic.closed_form(access_questions(gaussian_access())[2])
    if isinstance(found, Refusal):
        return Outcome(False, found.reason)
    first, second, noise = sympy.symbols("P1 P2 s2", positive=True)
    return shown("the ratio is 1 + (P1 + P2)/s2 for all powers", is_zero(found.ratio - 1 - (first + second) / noise))
