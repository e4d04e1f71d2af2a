"""Checks on what section V says of scores that age and of uses of the constrained problem; each loads its rooms when it runs."""

from __future__ import annotations

from fractions import Fraction

from infograd.answer import Answer
from infograd.catalogue import CATALOGUE
from infograd.channel import Channel, Gate, Source
from infograd.expression import Parameter
from infograd.functions import sqrt, tanh
from infograd.graph import d_separated
from infograd.law import Normal
from infograd.quantity import Infinite
from infograd.question import Question
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.networks.channels import shown
from infograd.verify.claims.optimisation.checks import exact_slope
from infograd.verify.claims.outcome import agrees, every
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
    """The gradient at theta = 3 by quadrature against the expectation with the scores of theta0 = 1."""
    from infograd import numeric

    return below(
        "the expectation with stale scores and dI/dtheta", Number(-0.5, 0.0), gradient(numeric.answer(CATALOGUE["scalar"].question.at_point(theta=3)), "theta")
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


def sensor_powers() -> Outcome:
    """Sensors of observation noise 1 and 2 over links of unit noise, budget 3/2: at powers (1, 1/2) the slopes are equal, and the second power's is smaller at (3/2, 0)."""
    from infograd import analytic

    balanced, one_sided = (analytic.answer(sensors(first, second)) for first, second in (("1", "1/2"), ("1.499999", "0.000001")))
    return every(
        same("slopes at powers (1, 1/2)", gradient(balanced, "p1"), gradient(balanced, "p2")),
        below("the first beside (3/2, 0) and the second slope", gradient(one_sided, "p1"), gradient(one_sided, "p2")),
    )


def sensors(first: object, second: object) -> Question:
    """X ~ N(0, 1) seen as V_k = X + N_k of variances 1 and 2, and forwarded as Y_k = sqrt(p_k) V_k + Z_k."""
    x = Source("X", Normal(0, 1))
    v1, v2 = Gate("V1", x, noise=Normal(0, 1)), Gate("V2", x, noise=Normal(0, 2))
    y1, y2 = (Gate(f"Y{index}", sqrt(Parameter(f"p{index}")) * v, noise=Normal(0, 1)) for index, v in ((1, v1), (2, v2)))
    return Question(Channel(x, v1, v2, y1, y2, defaults={"p1": first, "p2": second}), between=("X", ("Y1", "Y2")))


def saturating_sensors() -> Question:
    """The same sensors, the first of them forwarding tanh(V_1)."""
    x = Source("X", Normal(0, 1))
    v1, v2 = Gate("V1", x, noise=Normal(0, 1)), Gate("V2", x, noise=Normal(0, 2))
    y1, y2 = Gate("Y1", tanh(v1), noise=Normal(0, 1)), Gate("Y2", v2, noise=Normal(0, 1))
    return Question(Channel(x, v1, v2, y1, y2), between=("X", ("Y1", "Y2")))


def linear_with_own_links(question: Question) -> bool:
    """Whether a linear Gaussian network couples its outputs through the source alone."""
    from infograd import analytic

    return isinstance(analytic.answer(question), Answer) and d_separated(question.channel, {"Y1"}, {"Y2"}, {"X"})


def sensor_problem_is_concave() -> Outcome:
    """p/(p s + 1) has the second derivative -2s/(p s + 1)^3 < 0: the ratio 1 + sum of these is concave in the powers, and so is its logarithm."""
    import sympy

    from infograd.analytic.network import is_positive, is_zero

    power, noise = sympy.symbols("p s", positive=True)
    bend = sympy.diff(power / (power * noise + 1), power, 2)
    return shown("each sensor's share bends downwards for all powers", is_positive(-bend) and is_zero(bend + 2 * noise / (power * noise + 1) ** 3))


def representation(noise: Normal | None) -> Question:
    """I(X;T) of a layer T = w X, with or without noise."""
    x = Source("X", Normal(0, 1))
    return Question(Channel(x, Gate("T", Parameter("w") * x, noise=noise), defaults={"w": 1}), between=("X", "T"))


def is_finite(question: Question) -> bool:
    """Whether the information is a number."""
    from infograd import analytic

    reply = analytic.answer(question)
    return isinstance(reply, Answer) and reply.value is not None and not isinstance(reply.value.value, Infinite)


def noisy_layer_has_an_objective() -> Outcome:
    """With noise in the layer both informations and their gradients are finite."""
    from infograd import analytic

    found = analytic.answer(representation(Normal(0, 1)))
    return same("I(X;T) and 1/2 log 2, dI/dw = 1/2", information(found) + gradient(found, "w"), Number(0.5 * 0.6931471805599453 + 0.5, 1e-15))


def deterministic_layer_has_none() -> Outcome:
    """I(X;T) of a deterministic layer is infinite and its gradient undefined."""
    from infograd import analytic

    question = representation(None)
    reply = analytic.answer(question)
    value = reply.value.value if isinstance(reply, Answer) and reply.value is not None else reply
    return Outcome(isinstance(value, Infinite), f"I(X;T) of the deterministic layer: {value}")


def vanishing_noise_diverges() -> Outcome:
    """I(X;T) by quadrature at noise variances 1/100 and 1/400: each quarter adds log 2 but for at most 1/100."""
    from infograd import numeric

    wide, narrow = (information(numeric.answer(representation(Normal(0, variance)))) for variance in (Fraction(1, 100), Fraction(1, 400)))
    gained = narrow - wide
    return agrees("I at 1/400 less I at 1/100, and log 2", gained.value, 0.6931471805599453, gained.doubt + 0.01)
