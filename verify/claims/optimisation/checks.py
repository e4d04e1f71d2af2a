"""Checks on projected gradient ascent and on what changes with the parameters; each loads its rooms when it runs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

from infograd.answer import Refusal
from infograd.catalogue import CATALOGUE
from infograd.channel import Channel, Gate, Source
from infograd.error import SpecificationError
from infograd.expression import Parameter
from infograd.functions import tanh
from infograd.law import Normal
from infograd.question import Question
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.networks.channels import access_questions, gaussian_access, shown
from infograd.verify.claims.outcome import agrees, every
from infograd.verify.claims.reading import Number, apart, below, gradient, information, same

Point: TypeAlias = tuple[Fraction, ...]
Symbolic: TypeAlias = Any  # a sympy expression; sympy's own annotations do not pass a type checker


def exact_slope(question: Question, parameter: str) -> Fraction:
    """The rational derivative of a rational Gaussian channel's information.

    Raises: SpecificationError where it is no exact rational.
    """
    from infograd import analytic

    reply = analytic.answer(question)
    if isinstance(reply, Refusal):
        raise SpecificationError(f"{reply.room} ({reply.method}) refused: {reply.reason}")
    ((_, value, doubt),) = reply.gradient[parameter].entries()
    if not isinstance(value, Fraction) or doubt.proved != 0:
        raise SpecificationError(f"the derivative in {parameter!r} is {value!r}; the check reads an exact rational.")
    return value


def optimum_on_the_ball() -> Outcome:
    """Form A with N1, N3 of variance 3/2, N2 and X of variance 1, alpha^2 + beta^2 <= 1: at (4/5, 3/5) the gradient is a positive multiple of theta."""
    question = CATALOGUE["multipath-a"].question.at_point(alpha=Fraction(4, 5), beta=Fraction(3, 5), s1=Fraction(3, 2), s2=1, s3=Fraction(3, 2))
    first, second = exact_slope(question, "alpha"), exact_slope(question, "beta")
    price = first / (2 * Fraction(4, 5))
    return Outcome(
        first == 2 * price * Fraction(4, 5) and second == 2 * price * Fraction(3, 5) and price > 0, f"gradient ({first}, {second}), multiplier {price}"
    )


def ascent_case(case: tuple[Fraction, Fraction]) -> bool:
    """Whether a case (L, step) has step < 2/L."""
    smoothness, step = case
    return smoothness * step < 2


def smooth_with_constant_one() -> Outcome:
    """Y = theta X + Z, unit variances: -1 <= I'' <= 1 for all theta."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd import analytic

    question = CATALOGUE["scalar"].question
    found = analytic.closed_form(question)
    if isinstance(found, Refusal):
        return Outcome(False, found.reason)
    theta, noise = (found.symbols[name] for name in ("theta", "s2"))
    bend: Symbolic = sympy.diff(found.gradient["theta"], theta).subs(noise, 1)
    signs = []
    for room in (1 - bend, 1 + bend):
        terms = [sympy.Poly(part, theta).terms() for part in sympy.fraction(sympy.together(room))]
        signs.append(all(power % 2 == 0 and coefficient >= 0 for part in terms for (power,), coefficient in part))
    return shown("numerator and denominator of 1 - I'' and 1 + I'' are sums of even powers of theta with no negative coefficient", all(signs))


def steps_ascend() -> Outcome:
    """Exact steps on [-1, 1] with L = 1: I rises by at least (1/step - L/2) times the squared move, and the last move is small."""
    from infograd.analytic.network import HalfLog, Nats

    found: list[bool] = []
    last = Fraction(1)
    for size in (Fraction(1, 2), Fraction(3, 2)):
        theta = Fraction(1, 4)
        for _ in range(6):
            moved = min(Fraction(1), theta + size * exact_slope(CATALOGUE["scalar"].question.at_point(theta=theta), "theta"))
            gain = Nats.of(HalfLog((1 + moved**2) / (1 + theta**2)))
            found.append((gain - Nats((1 / size - Fraction(1, 2)) * (moved - theta) ** 2)).sign() >= 0)
            last, theta = moved - theta, moved
    return Outcome(
        all(found) and last == 0 and theta == 1, f"{sum(found)} of {len(found)} steps rise by at least (1/step - L/2) move^2; they end at theta = {theta}"
    )


def long_steps_cycle() -> Outcome:
    """Form A in beta on [1, 3] at alpha = 1, step 150: from 1 to 3 and back for ever, and neither end is stationary."""
    low, high, size = Fraction(1), Fraction(3), Fraction(150)
    theta, path = low, [low]
    slopes = []
    for _ in range(4):
        slopes.append(exact_slope(CATALOGUE["multipath-a"].question.at_point(beta=theta), "beta"))
        theta = min(high, max(low, theta + size * slopes[-1]))
        path.append(theta)
    middle = exact_slope(CATALOGUE["multipath-a"].question.at_point(beta=2), "beta")
    holds = path == [low, high, low, high, low] and slopes[0] > 0 > slopes[1] and middle == 0
    return Outcome(holds, f"path {', '.join(map(str, path))} with slopes {slopes[0]} and {slopes[1]}; the stationary point is 2, slope {middle}")


def effective_multipath() -> Question:
    """Form A at alpha = 1 as one channel: Y = (1 + beta) X + N, N ~ N(0, 2 + beta^2)."""
    beta, x = Parameter("beta"), Source("X", Normal(0, 1))
    return Question(Channel(x, Gate("Y", (1 + beta) * x, noise=Normal(0, 2 + beta * beta)), defaults={"beta": 1}), between=("X", "Y"))


def long_steps_by_quadrature() -> Outcome:
    """The same two slopes by quadrature: both point into the interval, and a step of 150 leaves it on the other side."""
    from infograd import numeric

    low, high = (gradient(numeric.answer(effective_multipath().at_point(beta=beta)), "beta") for beta in (1, 3))
    return every(
        below("the upper end and 1 + 150 slope", Number(3.0, 0.0), Number(1.0, 0.0) + low.scaled(150)),
        below("3 + 150 slope and the lower end", Number(3.0, 0.0) + high.scaled(150), Number(1.0, 0.0)),
    )


def is_projected_by_scaling(case: tuple[Point, Point]) -> bool:
    """Whether scaling projects on sum_i w_i (x_i - c_i)^2 <= P, of a case (c, w): the normal W (x - c) is parallel to every boundary point x."""
    centre, weights = case
    return not any(centre) and len(set(weights)) == 1


def project_to_budget(point: Sequence[Fraction], budget: Fraction) -> Point:
    """The nearest point with nonnegative entries of sum at most `budget`: the entries less a common level, cut at 0."""
    cut = tuple(max(entry, Fraction(0)) for entry in point)
    if sum(cut) <= budget:
        return cut
    ordered = sorted(point, reverse=True)
    levels = [(sum(ordered[:count]) - budget) / count for count in range(1, len(ordered) + 1)]
    level = next(level for count, level in enumerate(levels, 1) if count == len(ordered) or ordered[count] <= level)
    return tuple(max(entry - level, Fraction(0)) for entry in point)


def scaling_projects_on_the_ball() -> Outcome:
    """z = k p with |p|^2 = P and k >= 1: <z - p, c - p> = (k - 1)(<p, c> - P) <= 0 for |c|^2 <= P, since P |c|^2 - <p, c>^2 is a square."""
    import sympy

    from infograd.analytic.network import is_zero

    p1, p2, c1, c2, k = sympy.symbols("p1 p2 c1 c2 k", real=True)
    square, product = p1**2 + p2**2, p1 * c1 + p2 * c2
    inner = (k * p1 - p1) * (c1 - p1) + (k * p2 - p2) * (c2 - p2)
    return shown(
        "the inner product factors, and Cauchy's inequality is a sum of squares",
        is_zero(inner - (k - 1) * (product - square)) and is_zero(square * (c1**2 + c2**2) - product**2 - (p1 * c2 - p2 * c1) ** 2),
    )


def scaling_is_not_nearest() -> Outcome:
    """x >= 0, x1 + x2 <= 1, z = (2, 1): scaling gives (2/3, 1/3) at squared distance 20/9; (1, 0) is nearer, at 2; (1/2, -1/2) scales to no point of the set."""
    z = (Fraction(2), Fraction(1))
    scaled = tuple(entry / sum(z) for entry in z)
    nearest = project_to_budget(z, Fraction(1))
    far, near = (sum((a - b) ** 2 for a, b in zip(z, point, strict=True)) for point in (scaled, nearest))
    corners = ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
    variational = all(sum((a - p) * (c - p) for a, p, c in zip(z, nearest, corner, strict=True)) <= 0 for corner in corners)
    return Outcome(
        far > near and variational and scaled != nearest,
        f"squared distances {far} by scaling to ({', '.join(map(str, scaled))}) and {near} to ({', '.join(map(str, nearest))}), the projection by its variational inequality",
    )


def scaling_leaves_the_optimum() -> Outcome:
    """Weighted rates with lam = 3/5, P = N = 1: one step from the certified optimum (4/5, 1/5) comes back by projection, not by scaling."""
    from infograd.analytic.network import water_filling

    optimum = water_filling((Fraction(3, 5), Fraction(2, 5)), (1, 1), 1, 1)
    stepped = tuple(power + optimum.price for power in optimum.powers)
    scaled = tuple(entry / sum(stepped) for entry in stepped)
    return Outcome(
        optimum.check() and project_to_budget(stepped, Fraction(1)) == optimum.powers != scaled,
        f"optimum ({', '.join(map(str, optimum.powers))}); after scaling ({', '.join(map(str, scaled))})",
    )


def scaling_leaves_by_quadrature() -> Outcome:
    """The same step with slopes by quadrature: projection keeps the first power, scaling moves it."""
    from infograd import numeric

    first, second, _ = access_questions(gaussian_access(), P1=Fraction(4, 5), P2=Fraction(1, 5))
    steps = gradient(numeric.answer(first), "P1").scaled(0.6), gradient(numeric.answer(second), "P2").scaled(0.4)
    moved = Number(0.8, 0.0) + steps[0]
    scaled = Number(moved.value / (1 + steps[0].value + steps[1].value), moved.doubt + steps[0].doubt + steps[1].doubt)
    projected = moved - (steps[0] + steps[1]).scaled(0.5)
    return every(same("P1 after projection", projected, Number(0.8, 0.0)), apart("P1 after scaling", scaled, Number(0.8, 0.0)))


def not_concave() -> Outcome:
    """Y = theta X + Z: I'' = 1 at theta = 0, where the gradient vanishes at the minimum, and I'' < 0 at theta = 2."""
    from infograd import analytic

    def second(theta: int) -> Fraction:
        reply = analytic.answer(Question(CATALOGUE["scalar"].question.channel, between=("X", "Y"), wrt="theta", at={"theta": theta}, order=2))
        if isinstance(reply, Refusal):
            raise SpecificationError(f"{reply.room} ({reply.method}) refused: {reply.reason}")
        ((_, value, _),) = reply.hessian["theta,theta"].entries()
        return Fraction(value)

    start = exact_slope(CATALOGUE["scalar"].question.at_point(theta=0), "theta")
    return Outcome(second(0) > 0 > second(2) and start == 0, f"I'' is {second(0)} at 0 and {second(2)} at 2; the gradient at 0 is {start}")


def not_concave_by_quadrature() -> Outcome:
    """I(1/4) against the chord from I(0) = 0 to I(1/2)."""
    from infograd import numeric

    middle, end = (information(numeric.answer(CATALOGUE["scalar"].question.at_point(theta=theta))) for theta in (Fraction(1, 4), Fraction(1, 2)))
    return below("I(1/4) and the chord", middle, end.scaled(0.5))


def circle_maxima(noise: int) -> tuple[float, ...]:
    """The heights of the local maxima of form B, unit variances but N3 of variance `noise`, on alpha^2 + beta^2 = 4, from real roots of the derivative.

    With beta = 4t/(1 + t^2), alpha = 2(1 - t^2)/(1 + t^2) the circle is rational in t, all but the point (-2, 0).
    """
    import sympy

    t: Symbolic = sympy.Symbol("t", real=True)
    alpha, beta = 2 * (1 - t**2) / (1 + t**2), 4 * t / (1 + t**2)
    signal: Symbolic = (alpha * beta + 1) ** 2 / (beta**2 + 1 + noise)
    slope: Symbolic = sympy.diff(signal, t)
    roots: list[Symbolic] = sympy.Poly(sympy.fraction(sympy.cancel(sympy.together(slope)))[0], t).real_roots(multiple=True)
    between = [sympy.nsimplify((left.n(30) + right.n(30)) / 2, rational=True) for left, right in pairwise(roots)]
    signs = [slope.subs(t, edge) > 0 for edge in (sympy.Rational(-1000), *between, sympy.Rational(1000))]
    tops = [root for root, (before, after) in zip(roots, pairwise(signs), strict=True) if before and not after]
    return tuple(float(sympy.log(1 + signal.subs(t, top.n(30))) / 2) for top in tops)


def two_maxima() -> Outcome:
    """Form B on alpha^2 + beta^2 = 4: local maxima of different heights, from the real roots of the derivative."""
    heights = sorted({round(height, 6) for height in circle_maxima(1)})
    return Outcome(len(heights) == 2, f"local maxima of I at heights {', '.join(f'{height:.6f}' for height in heights)}")


def noise_keeps_the_poor_maximum() -> Outcome:
    """Form B on alpha^2 + beta^2 = 4 with output noise of variance 10 and 1000, and in the limit, where 2t I is g^2 on the circle: two heights each time."""
    import sympy

    found = [sorted({round(noise * height, 6) for height in circle_maxima(noise)}) for noise in (10, 1000)]
    said = "; ".join(", ".join(f"{height:.4f}" for height in heights) for heights in found)
    angle: Symbolic = sympy.Symbol("phi", real=True)
    limit = (1 + 2 * sympy.sin(2 * angle)) ** 2
    tops = {limit.subs(angle, at) for at in (sympy.pi / 4, -sympy.pi / 4) if limit.diff(angle).subs(angle, at) == 0 > limit.diff(angle, 2).subs(angle, at)}
    return Outcome(
        [len(heights) for heights in found] == [2, 2] and tops == {1, 9},
        f"local maxima of (output noise) * I at output noise 10 and 1000: {said}; in the limit of g^2 = (1 + 2 sin 2 phi)^2: {', '.join(map(str, sorted(tops)))}",
    )


def large_noise_limit() -> Outcome:
    """Gaussian: 2t * 1/2 log(1 + g^2 P/(v + t)) tends to g^2 P, symbolically."""
    import sympy

    signal, noise, time = sympy.symbols("S v t", positive=True)
    return shown("the limit is the variance of the signal", sympy.limit(time * sympy.log(1 + signal / (noise + time)), time, sympy.oo) == signal)


def large_noise_limit_by_quadrature() -> Outcome:
    """Y_t = tanh(X) + sqrt(t) Z at t = 100: Var tanh(X) - 1/(2t) <= 2t I <= Var tanh(X), since mmse falls by at most 1 per unit of 1/t."""
    import numpy as np

    from infograd import numeric

    x = np.linspace(-12, 12, 4001)
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    variance = float(np.sum(np.tanh(x) ** 2 * density) * (x[1] - x[0]))
    source = Source("X", Normal(0, 1))
    time = 100
    found = information(numeric.answer(Question(Channel(source, Gate("Y", tanh(source), noise=Normal(0, time))), between=("X", "Y")))).scaled(2 * time)
    return every(
        agrees("2t I(X;Y_t) and Var tanh(X)", found.value, variance, found.doubt + 1 / (2 * time)),
        Outcome(found.value <= variance + found.doubt, "2t I does not exceed the variance"),
    )
