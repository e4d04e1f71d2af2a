"""Checks on what section V says of scores that age and of uses of the constrained problem; each loads its rooms when it runs."""

from __future__ import annotations

from fractions import Fraction

from infograd.catalogue import CATALOGUE
from infograd.channel import Channel, Gate, Source
from infograd.expression import Parameter
from infograd.law import Normal
from infograd.question import Question
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.optimisation.checks import exact_slope
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, below, gradient, information, same


def stale_scores_reverse() -> Outcome:
    """Y = theta X + Z with scores of theta0 = 1: the expectation at theta is 1 - theta/2, negative at theta = 3, where the gradient is 3/10."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.network import is_zero

    theta, old = sympy.symbols("theta theta0", positive=True)
    cross, power = theta, theta**2 + 1
    stale = -(cross - old) + cross / (old**2 + 1)
    fresh = theta / power
    truth = exact_slope(CATALOGUE["scalar"].question.at_point(theta=3), "theta")
    at_three = Fraction(str(stale.subs({theta: 3, old: 1})))
    return Outcome(
        is_zero(stale.subs(old, theta) - fresh) and at_three < 0 < truth, f"at theta = 3: {at_three} with the scores of theta0 = 1, {truth} with its own"
    )


def stale_scores_by_quadrature() -> Outcome:
    """The expectation at theta = 3 with the scores of theta0 = 1, by a rule of three nodes that is exact for its quadratic, against the gradient."""
    import numpy as np

    from infograd import numeric

    nodes, weights = np.polynomial.hermite_e.hermegauss(3)
    x, noise = np.meshgrid(nodes, nodes)
    y = 3 * x + noise
    terms = np.outer(weights, weights) * x * (-(y - x) + y / 2) / (2 * np.pi)
    stale = Number(float(terms.sum()), 64 * float(np.finfo(np.float64).eps) * float(np.abs(terms).sum()))
    truth = gradient(numeric.answer(CATALOGUE["scalar"].question.at_point(theta=3)), "theta")
    return every(
        same("E[J (s_(Y|X) - s_Y)] with stale scores and 1 - theta/2", stale, Number(-0.5, 0.0)),
        below("the expectation with stale scores and dI/dtheta", stale, truth),
    )


def decoded(gain: object, noise: Normal | None) -> Channel:
    """Y = theta X + N, and a decoder D = gain Y, with or without noise of its own."""
    x = Source("X", Normal(0, 1))
    y = Gate("Y", Parameter("theta") * x, noise=Normal(0, 1))
    return Channel(x, y, Gate("D", Parameter("c") * y, noise=noise), defaults={"theta": 1, "c": gain})


def decoders_add_nothing() -> Outcome:
    """D = c Y with c = 2 has I(X;D) = I(X;Y) and no gradient in c; with noise of its own it has less."""
    from infograd import analytic

    clean, noisy = (Question(decoded(2, noise), between=("X", "D")) for noise in (None, Normal(0, 1)))
    channel = analytic.answer(Question(decoded(2, None), between=("X", "Y")))
    return every(
        same("I(X;D) and I(X;Y)", information(analytic.answer(clean)), information(channel)),
        Outcome(exact_slope(clean, "c") == 0, "the gradient in the decoder's gain is 0, exactly"),
        below("I(X;D) of a noisy decoder and I(X;Y)", information(analytic.answer(noisy)), information(channel)),
    )


def noisy_decoder_by_quadrature() -> Outcome:
    """I(X;D) of the noisy decoder against I(X;Y)."""
    from infograd import numeric

    channel = decoded(2, Normal(0, 1))
    return below("I(X;D) and I(X;Y)", *(information(numeric.answer(Question(channel, between=("X", side)))) for side in ("D", "Y")))
