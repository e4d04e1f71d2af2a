"""Checks on the Gaussian multiple-access channel of section VI-E; each loads its rooms when it runs."""

from __future__ import annotations

from fractions import Fraction

from infograd.answer import Refusal
from infograd.catalogue import CATALOGUE
from infograd.question import Question
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.networks.channels import access_questions, gaussian_access, scaled_access, shown
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, gradient, information, same

INSIDE = ((Fraction(3, 5), Fraction(1), Fraction(1)), (Fraction(1, 3), Fraction(1), Fraction(1)), (Fraction(1, 2), Fraction(10), Fraction(3)))
OUTSIDE = ((Fraction(0), Fraction(1), Fraction(1)), (Fraction(1, 4), Fraction(1), Fraction(1)), (Fraction(1), Fraction(1), Fraction(1)))
POWERS: dict[str, Fraction] = {"P1": Fraction(3, 2), "P2": Fraction(1, 2), "s2": Fraction(1)}


def within(case: tuple[Fraction, Fraction, Fraction]) -> bool:
    """Whether both powers of eqs. (71)-(72) are allowed: N/(P + 2N) <= lam <= (P + N)/(P + 2N), of a case (lam, P, N)."""
    weight, power, noise = case
    return noise <= weight * (power + 2 * noise) <= power + noise


def unclipped(case: tuple[Fraction, Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """The powers of eqs. (71)-(72)."""
    weight, power, noise = case
    return weight * (power + 2 * noise) - noise, (1 - weight) * (power + 2 * noise) - noise


def rates_are_half_logarithms() -> Outcome:
    """Eqs. (65)-(66) from the channel's covariance, as expressions."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd import analytic
    from infograd.analytic.network import is_zero

    first, second, _ = (analytic.closed_form(question) for question in access_questions(gaussian_access()))
    if isinstance(first, Refusal) or isinstance(second, Refusal):
        return Outcome(False, f"refused: {first}, {second}")
    p1, p2, noise = sympy.symbols("P1 P2 s2", positive=True)
    return shown("the ratios are 1 + P1/s2 and 1 + P2/s2 for all powers", is_zero(first.ratio - 1 - p1 / noise) and is_zero(second.ratio - 1 - p2 / noise))


def rates_by_quadrature() -> Outcome:
    """Eqs. (65)-(66) at P1 = 3/2, P2 = 1/2, s2 = 1."""
    from infograd import numeric
    from infograd.analytic.network import undisturbed_rates

    rates = undisturbed_rates((1, 1), 1, (POWERS["P1"], POWERS["P2"]))
    questions = access_questions(gaussian_access(), **POWERS)
    names = ("I(X1;Y|X2)", "I(X2;Y|X1)")
    return every(*(same(name, information(numeric.answer(q)), Number(float(rate), 0.0)) for name, q, rate in zip(names, questions, rates, strict=False)))


def scores_are_linear() -> Outcome:
    """Eqs. (67)-(68) from the joint covariance, as expressions."""
    from infograd.analytic import score
    from infograd.analytic.network import is_zero

    one, both = score(gaussian_access(), "Y", "X2"), score(gaussian_access(), "Y", ("X1", "X2"))
    if isinstance(one, Refusal) or isinstance(both, Refusal):
        return Outcome(False, f"refused: {one}, {both}")
    given_one = one.score["Y"] + (one.nodes["Y"] - one.nodes["X2"]) / (one.parameters["P1"] + one.parameters["s2"])
    given_both = both.score["Y"] + (both.nodes["Y"] - both.nodes["X1"] - both.nodes["X2"]) / both.parameters["s2"]
    return shown("s_{Y|X2} = -(Y - X2)/(P1 + s2) and s_{Y|X1,X2} = -(Y - X1 - X2)/s2", is_zero(given_one) and is_zero(given_both))


def scores_give_the_slope() -> Outcome:
    """Corollary 3 with the scores against 1/(2 (P1 + s2)), by quadrature."""
    from infograd import numeric

    question = Question(scaled_access(), between=("U1", "Y"), given="X2", at=POWERS, wrt="P1")
    reply = numeric.score_form(question)
    return same("E[J (s_{Y|X1,X2} - s_{Y|X2})]", gradient(reply, "P1"), Number(float(1 / (2 * (POWERS["P1"] + 1))), 0.0))


def slope_by_both_routes() -> Outcome:
    """Eq. (69): the direct derivative as an expression, and the score form in the amplitude identical to it."""
    import sympy

    from infograd import analytic
    from infograd.analytic.identities import decide
    from infograd.analytic.network import is_zero

    found = analytic.closed_form(access_questions(gaussian_access())[0])
    amplitude = CATALOGUE["mac"].question
    proofs = decide(Question(amplitude.channel, amplitude.between, amplitude.given, wrt="a1", at=amplitude.at), forms=("difference",))
    if isinstance(found, Refusal) or isinstance(proofs, Refusal):
        return Outcome(False, f"refused: {found}, {proofs}")
    p1, noise = sympy.symbols("P1 s2", positive=True)
    return every(
        shown("dI/dP1 = 1/(2 (P1 + s2)) for all powers", is_zero(found.gradient["P1"] - 1 / (2 * (p1 + noise)))),
        shown("the score form in the amplitude a1, P1 = a1^2, is the gradient for all values", bool(proofs) and all(proof.holds for proof in proofs)),
    )


def no_jacobian_at_the_corner() -> Outcome:
    """At P1 = 0 the slope is 1/(2 s2), and the Jacobian U1/(2 sqrt(P1)) does not exist; the amplitude has both."""
    import sympy

    from infograd import analytic

    found = analytic.closed_form(access_questions(gaussian_access())[0])
    refused = analytic.answer(Question(scaled_access(), between=("U1", "Y"), given="X2", wrt="P1", at={"P1": 0}))
    amplitude = CATALOGUE["mac"].question.at_point(a1=0)
    if isinstance(found, Refusal):
        return Outcome(False, found.reason)
    at_corner = found.gradient["P1"].subs({symbol: int(symbol.name == "s2") for symbol in found.gradient["P1"].free_symbols})
    in_amplitude = gradient(analytic.answer(amplitude), "a1")
    spread = sympy.limit(1 / (4 * sympy.Symbol("P1", positive=True)), sympy.Symbol("P1", positive=True), 0, "+")
    holds = at_corner == sympy.Rational(1, 2) and isinstance(refused, Refusal) and in_amplitude.value == 0 and spread == sympy.oo
    reason = refused.reason if isinstance(refused, Refusal) else "the gradient in P1 was answered"
    return Outcome(
        holds, f"at P1 = 0, s2 = 1: slope {at_corner}, E[J^2] = 1/(4 P1) tends to {spread}, derivative in the amplitude {in_amplitude.value:g}; {reason}"
    )


def stationary_within() -> Outcome:
    """At the inside cases the powers of eqs. (71)-(72) satisfy every KKT condition with multipliers 0."""
    from infograd.analytic.network import KKTCertificate, parallel_terms

    proofs = []
    for weight, power, noise in INSIDE:
        certificate = KKTCertificate.at(parallel_terms((weight, 1 - weight), (1, 1), noise), power, unclipped((weight, power, noise)))
        proofs.append(certificate.check() and not any(certificate.multipliers))
    return shown(f"stationarity, feasibility, slackness and signs in {len(proofs)} cases", all(proofs))


def sufficient() -> Outcome:
    """The conditions are sufficient: the Hessian of the weighted rates is a negative sum of squares."""
    from infograd.analytic.network import hessian_is_negative

    return shown("the Hessian is -1/2 sum of w_t (a_t.v)^2 / level_t^2 for all weights, gains and powers", hessian_is_negative(2, 2))


def not_stationary_outside() -> Outcome:
    """At lam = 0, P = N = 1 the optimum is P1 = 0, where the two sides of eq. (70) differ by a positive multiplier."""
    from infograd.analytic.network import water_filling

    optimum = water_filling((0, 1), (1, 1), 1, 1)
    first, second = optimum.multipliers
    return Outcome(
        optimum.check() and optimum.powers == (Fraction(0), Fraction(1)) and first > 0 == second,
        f"optimum at powers {', '.join(map(str, optimum.powers))} with multipliers {first} and {second}, decided",
    )


def powers_are_the_optimum_within() -> Outcome:
    """Inside the interval the powers of eqs. (71)-(72) are those of water-filling."""
    from infograd.analytic.network import water_filling

    same_powers = [water_filling((weight, 1 - weight), (1, 1), noise, power).powers == unclipped((weight, power, noise)) for weight, power, noise in INSIDE]
    return shown(f"equal in {len(same_powers)} cases", all(same_powers))


def slopes_by_quadrature() -> Outcome:
    """At lam = 3/5, P = N = 1 the weighted slopes are equal, by quadrature."""
    from infograd import numeric

    case = INSIDE[0]
    powers = dict(zip(("P1", "P2"), unclipped(case), strict=True))
    first, second, _ = access_questions(gaussian_access(), **powers, s2=case[2])
    weight = float(case[0])
    left, right = gradient(numeric.answer(first), "P1").scaled(weight), gradient(numeric.answer(second), "P2").scaled(1 - weight)
    return same("lam dR1/dP1 and (1 - lam) dR2/dP2", left, right)


def negative_power() -> Outcome:
    """At lam = 0, P = N = 1 eq. (71) gives P1 = -N."""
    from infograd.analytic.network import KKTCertificate, parallel_terms

    first, second = unclipped(OUTSIDE[0])
    almost = unclipped(OUTSIDE[1])
    stationary = KKTCertificate.at(parallel_terms((OUTSIDE[1][0], 1 - OUTSIDE[1][0]), (1, 1), 1), Fraction(1), almost)
    return Outcome(
        first == -1 and second == 2 and almost[0] < 0 and stationary.stationary() and not stationary.feasible(),
        f"lam = 0 gives P1 = {first}, P2 = {second}; lam = {OUTSIDE[1][0]} gives P1 = {almost[0]}, stationary but not feasible",
    )


def clipped_powers() -> Outcome:
    """The clipped formula at weights from 0 to 1, equal and unequal gains: every KKT condition."""
    from infograd.analytic.network import water_filling

    cases = 0
    for step in range(13):
        for gains in ((1, 1), (1, 3)):
            weight, (n1, n2) = Fraction(step, 12), (Fraction(1, gains[0]), Fraction(1, gains[1]))
            optimum = water_filling((weight, 1 - weight), gains, 1, 2)
            clipped = min(max(weight * (2 + n1 + n2) - n1, Fraction(0)), Fraction(2))
            cases += optimum.check() and optimum.powers == (clipped, 2 - clipped)
    return Outcome(cases == 26, f"{cases} of 26 weights and gains: P1 = clip(lam (P + n1 + n2) - n1, 0, P) satisfies every condition exactly")


def rates_within() -> Outcome:
    """Inside the interval the ratios of eqs. (73)-(74) are those of the undisturbed rates at the optimal powers."""
    from infograd.analytic.network import HalfLog, undisturbed_rates

    found = []
    for weight, power, noise in INSIDE:
        ratios = (weight * (power + 2 * noise) / noise, (1 - weight) * (power + 2 * noise) / noise)
        found.append(undisturbed_rates((1, 1), noise, unclipped((weight, power, noise))) == tuple(map(HalfLog, ratios)))
    return shown(f"equal in {len(found)} cases", all(found))


def negative_rate() -> Outcome:
    """Eq. (73) at lam = 1/4, P = N = 1 is 1/2 log(3/4) < 0, and at lam = 0 the logarithm of 0."""
    from infograd.analytic.network import HalfLog, Nats

    weight, power, noise = OUTSIDE[1]
    rate = HalfLog(weight * (power + 2 * noise) / noise)
    return Outcome(
        Nats.of(rate).sign() < 0 and OUTSIDE[0][0] * (power + 2 * noise) == 0, f"R1 = {float(rate):.6f} nats at lam = {weight}; at lam = 0 the argument is 0"
    )
