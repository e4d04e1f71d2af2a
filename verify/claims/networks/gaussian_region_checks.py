"""Checks on the region of the Gaussian multiple-access channel: what the pair of undisturbed rates claims, and what is true instead."""

from __future__ import annotations

from fractions import Fraction

from infograd.catalogue import CATALOGUE
from infograd.question import Question
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.networks.channels import access_questions, gaussian_access, shown
from infograd.verify.claims.networks.gaussian_access_checks import POWERS
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import below, gradient, information, same


def pair_leaves_the_region() -> Outcome:
    """For all powers the pair's sum exceeds I(X1,X2;Y), and the pair costs more than the budget; at P = 2, N = 1, lam = 1/2 the separating inequality."""
    from infograd.analytic.network import Position, SumPowerMultipleAccess, budget_excess, is_positive, sum_excess, undisturbed_rates

    certificate = SumPowerMultipleAccess((1, 1), 1, 2).contains(undisturbed_rates((1, 1), 1, (1, 1)))
    return every(
        shown("(1 + P1/N)(1 + P2/N) > 1 + (P1 + P2)/N for all positive powers, by the signs of coefficients", is_positive(sum_excess(2))),
        shown("the least power of the pair exceeds P1 + P2 by P1 P2 / n, for all gains", is_positive(budget_excess())),
        Outcome(
            certificate.position is Position.OUTSIDE and certificate.check(),
            f"P = 2, N = 1, lam = 1/2: w = ({', '.join(map(str, certificate.weights))}) has w.R = {float(certificate.value):.6f}"
            f" and at most {float(certificate.support):.6f} in the region",
        ),
    )


def pair_exceeds_the_joint_information() -> Outcome:
    """I(X1;Y|X2) + I(X2;Y|X1) against I(X1,X2;Y) at P1 = P2 = N = 1."""
    from infograd import numeric

    first, second, both = (information(numeric.answer(question)) for question in access_questions(gaussian_access()))
    return below("I(X1,X2;Y) and the pair's sum", both, first + second)


def pair_exceeds_cooperation() -> Outcome:
    """Above P = 4N the pair's sum at lam = 1/2 exceeds what two antennas with one codeword reach: the sign of a factored polynomial."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.network import cooperation_excess, cooperation_threshold, is_positive

    power, noise, more = sympy.symbols("P N x", positive=True)
    threshold = cooperation_threshold()
    return shown(f"(1 + P/2N)^2 > 1 + 2P/N for all P > {threshold} N", threshold == 4 and is_positive(cooperation_excess().subs(power, 4 * noise + more)))


def pair_exceeds_cooperation_by_quadrature() -> Outcome:
    """P = 5, N = 1: the pair's sum at P1 = P2 = 5/2 against one codeword of received power (2 sqrt(5/2))^2 = 10."""
    from infograd import numeric

    first, second, _ = access_questions(gaussian_access(), P1=Fraction(5, 2), P2=Fraction(5, 2))
    together = information(numeric.answer(CATALOGUE["scalar"].question.at_point(theta=1, s2=Fraction(1, 10))))
    return below("full cooperation and the pair's sum", together, information(numeric.answer(first)) + information(numeric.answer(second)))


def triangle() -> Outcome:
    """Equal gains: the corners of all splits lie on R1 + R2 = 1/2 log(1 + P/N), exactly on the boundary; anything more is outside."""
    from infograd.analytic.network import HalfLog, Position, SumPowerMultipleAccess

    region = SumPowerMultipleAccess((1, 1), 1, 2)
    found = []
    for step in range(9):
        corner = region.split((Fraction(step, 4), 2 - Fraction(step, 4))).corner((1, 0))
        more = (corner[0], HalfLog(corner[1].ratio * Fraction(1001, 1000)))
        on, beyond = region.contains(corner), region.contains(more)
        found.append(on.position is Position.BOUNDARY and on.check() and beyond.position is Position.OUTSIDE and beyond.check())
        found.append(corner[0].ratio * corner[1].ratio == region.sum_capacity.ratio == 3)
    return shown("9 corners on the line, 9 points beyond it outside, each with its certificate", all(found))


def corner_by_quadrature() -> Outcome:
    """The corner (I(X1;Y|X2), I(X2;Y)) adds up to I(X1,X2;Y)."""
    from infograd import numeric

    first, _, both = access_questions(gaussian_access(), **POWERS)
    disturbed = Question(gaussian_access(), between=("X2", "Y"), at=POWERS)
    return same(
        "I(X1;Y|X2) + I(X2;Y) and I(X1,X2;Y)", information(numeric.answer(first)) + information(numeric.answer(disturbed)), information(numeric.answer(both))
    )


def hull_leaves_the_region() -> Outcome:
    """The points of the sweep at P = 2, N = 1: all inner ones outside the region, and the hull without the origin."""
    from infograd.analytic.network import Nats, Position, SumPowerMultipleAccess, undisturbed_rates, water_filling

    region = SumPowerMultipleAccess((1, 1), 1, 2)
    points = [undisturbed_rates((1, 1), 1, water_filling((Fraction(step, 8), 1 - Fraction(step, 8)), (1, 1), 1, 2).powers) for step in range(9)]
    inner = [point for point in points if min(rate.ratio for rate in point) > 1]
    outside = [region.contains(point) for point in inner]
    ones = (Fraction(1), Fraction(1))
    away = [Nats.weighted(ones, point).sign() > 0 for point in points]
    return Outcome(
        bool(inner) and all(each.position is Position.OUTSIDE and each.check() for each in outside) and all(away),
        f"{len(inner)} of {len(points)} points are outside, each with a separating inequality; all have R1 + R2 > 0, so their hull misses the origin",
    )


def polymatroid_sweep() -> Outcome:
    """With the objective w2 I(X1,X2;Y) + (w1 - w2) I(X1;Y|X2) every weight gives the region's maximum, with all KKT conditions."""
    from infograd.analytic.network import Nats, Position, SumPowerMultipleAccess

    region = SumPowerMultipleAccess((1, 4), 1, 3)
    found = []
    for step in range(13):
        weights = (Fraction(step, 12), 1 - Fraction(step, 12))
        optimum, point = region.optimum(weights), region.maximiser(weights)
        found.append(optimum.check() and (optimum.value - Nats.weighted(weights, point)).sign() == 0 and (optimum.value - region.support(weights)).sign() == 0)
        found.append(region.contains(point).position is Position.BOUNDARY)
        found.append(region.contains((point[0], 0)).position is not Position.OUTSIDE and region.contains((0, 0)).position is not Position.OUTSIDE)
    return shown("13 weights, unequal gains: KKT, equal to the support function, on the boundary, and everything below inside", all(found))


def polymatroid_by_quadrature() -> Outcome:
    """Gains 1 and 4, P = 3, N = 1, w = (2, 1): the optimal powers have equal slopes per unit of transmit power, by quadrature."""
    from infograd import numeric
    from infograd.analytic.network import SumPowerMultipleAccess

    powers = SumPowerMultipleAccess((1, 4), 1, 3).optimum((2, 1)).powers
    first, _, both = (numeric.answer(question, error=1e-9) for question in access_questions(gaussian_access(), P1=powers[0], P2=4 * powers[1]))
    return same(f"slopes at P1 = {powers[0]}, P2 = {powers[1]}", gradient(both, "P1") + gradient(first, "P1"), gradient(both, "P2").scaled(4))
