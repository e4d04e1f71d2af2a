"""The receiver of one bit, B = sign(f(A) + N): I = H(P) - E H(c(A)) with c(x) = P(f(x) + N > 0), by two routes.

Route 1 takes c from special functions and differentiates by hand; route 2 integrates the noise's density for c, over a bent
variable with error-function ends, and takes a complex step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from flint import acb, arb, ctx

from infograd.question import Question
from tests.numeric.corpus.arithmetic import STEP, Jet, ball, jets, shifted
from tests.numeric.corpus.branch import Branch, End
from tests.numeric.corpus.laws import BREAKS, constant_of, densities, reach, real
from tests.numeric.corpus.outputs import double_exponential, error_function, extents
from tests.numeric.corpus.reading import Component, point_of, read
from tests.numeric.corpus.rules import clenshaw, gauss, integrate
from tests.numeric.corpus.substitution import bent, plain

FIRST = "H(P) - E H(c) with c from special functions, Gauss-Legendre panels between double-exponential ends; gradient written out"
SECOND = "H(P) - E H(c) with c integrated from the density, Clenshaw-Curtis panels between error-function ends; gradient by a complex step"
TOLERANCE = 1e-34


def _half(value: Any) -> Any:
    return -value * value.log() if (value.real if isinstance(value, acb) else value) > 0 else 0 * value


def _survival(kind: str, u: Any, part: Component) -> Any:
    """P(U > u) of the standard law at a real ball."""
    match kind:
        case "Normal":
            return (u / arb(2).sqrt()).erfc() / 2
        case "Logistic":
            return 1 / (1 + u.exp())
        case "Laplace":
            return (-u).exp() / 2 if u.mid() > 0 else 1 - u.exp() / 2
        case "Exponential":
            return (-u).exp() if u.mid() > 0 else arb(1)
        case "Uniform":
            return arb(1) if u.mid() <= 0 else arb(0) if u.mid() >= 1 else 1 - u
    n = ball(part.freedom)
    if u * u < n:
        return arb(1) / 2 - u * constant_of(kind, part.freedom) * (-u * u / n).hypgeom_2f1(arb(1) / 2, (n + 1) / 2, arb(3) / 2)
    tail = (n / (n + u * u)).beta_lower(n / 2, arb(1) / 2, regularized=True) / 2
    return tail if u.mid() > 0 else 1 - tail


def _integrated(kind: str, u: Any, part: Component) -> Any:
    """P(U > u) at a complex ball: elementary, or the density integrated by 40 Gauss-Legendre nodes a step from the middle of the law."""
    freedom = part.freedom
    low, high = reach(kind, freedom)
    if not low < real(u) < high:
        return 0 * u + (1 if real(u) <= low else 0)
    match kind:
        case "Logistic":
            return 1 / (1 + u.exp())
        case "Laplace":
            return (-u).exp() / 2 if real(u) > 0 else 1 - u.exp() / 2
        case "Exponential":
            return (-u).exp()
        case "Uniform":
            return 1 - u
    bent_tail = kind == "StudentT"
    end = (u / ball(freedom).sqrt()).asinh() if bent_tail else u
    count = max(1, math.ceil(abs(float(real(end))) / (1.5 if bent_tail else 3.0)))
    rule, total, root = gauss(40), acb(0), ball(freedom).sqrt() if bent_tail else arb(1)
    for number in range(count):
        middle, half = end * (2 * number + 1) / (2 * count), end / (2 * count)
        steps = [middle + half * node for node in rule.nodes]
        places = [root * step.sinh() for step in steps] if bent_tail else steps
        values = densities(kind, places, freedom, constant_of(kind, freedom))
        slopes = [root * step.cosh() for step in steps] if bent_tail else [acb(1)] * len(steps)
        total = total + half * sum((weight * value * slope for weight, value, slope in zip(rule.weights, values, slopes, strict=True)), acb(0))
    return acb(1) / 2 - total


def _levels(noise: Sequence[Component], take: Callable[[Any], Any]) -> list[Any]:
    """The heights of f at which c is not smooth, or jumps."""
    found = []
    for part in noise:
        places = (0,) if part.kind == "Points" else BREAKS.get(part.kind, ())
        found += [-take(part.location) - take(part.scale) * place for place in places]
    return found


def first(question: Question, tolerance: float = 1e-4 * TOLERANCE) -> list[Any]:
    """I in nats and its derivatives, by route 1."""
    stage = read(question, jets(point_of(question)))
    count = len(question.at)

    def chance(height: Jet) -> Jet:
        total = Jet(arb(0), [arb(0)] * (count + 1))
        for part in stage.noise:
            if part.kind == "Points":
                value = Jet(arb(1 if (height.value + part.location.value).mid() > 0 else 0), [arb(0)] * (count + 1))
            else:
                u = (Jet(arb(0), [arb(0)] * (count + 1)) - part.location - height) / part.scale
                density = densities(part.kind, [u.value], part.freedom, constant_of(part.kind, part.freedom))[0]
                value = u.chain(_survival(part.kind, u.value, part), -density)
            total = total + part.weight * value
        return total

    def rows(weight: Jet, c: Jet) -> list[Any]:
        """Weight times c and H(c), each with its derivatives by the parameters."""
        rest = 1 - c.value
        spread = _half(c.value) + _half(rest)
        odds = (rest / c.value).log() if c.value > 0 and rest > 0 else arb(0)
        return [
            weight.value * c.value,
            *(weight.value * c.slopes[j] + weight.slopes[j] * c.value for j in range(count)),
            weight.value * spread,
            *(weight.value * odds * c.slopes[j] + weight.slopes[j] * spread for j in range(count)),
        ]

    total = [arb(0)] * (2 * count + 2)
    for number, part in enumerate(stage.source):
        if part.kind == "Points":
            more = rows(part.weight, chance(stage.map(part.location)))
        else:
            more = _first_branch(Branch(question, number, plain), part, chance, rows, _levels(stage.noise, lambda jet: jet.value), count, tolerance)
        total = [old + new for old, new in zip(total, more, strict=True)]
    share, rest = total[0], 1 - total[0]
    odds = (rest / share).log()
    return [_half(share) + _half(rest) - total[count + 1], *(odds * total[1 + j] - total[count + 2 + j] for j in range(count))]


def _first_branch(branch: Branch, part: Component, chance: Any, rows: Any, levels: Sequence[Any], count: int, tolerance: float) -> list[Any]:
    ends = sorted([*branch.ends, *(end for level in levels for end in branch.crossings(level))], key=lambda end: end.near)
    far = extents()[0]
    constant = constant_of(part.kind, part.freedom)
    total = [arb(0)] * (2 * count + 2)

    def weighted(t: Any, slope: Any) -> Jet:
        density = densities(part.kind, [branch.change.value(t)], part.freedom, constant)[0] * branch.change.slope(t) * slope
        return Jet(part.weight.value * density, [each * density for each in part.weight.slopes])

    for left, right in pairwise(ends):

        def along(tau: Any, left: End = left, right: End = right) -> list[Any]:
            t, slope = double_exponential(left.exact, right.exact, tau)
            return list(rows(weighted(t, slope), chance(branch.jet(t))))

        more = integrate(along, [-far, -far / 2, 0.0, far / 2, far], gauss(32), [tolerance] * (2 * count + 2))
        total = [old + new for old, new in zip(total, more, strict=True)]
    small = arb(10) ** (8 - ctx.dps)
    for end in ends[1:-1]:
        before, after = (rows(weighted(end.exact, arb(1)), chance(branch.jet(end.exact + side * small))) for side in (-1, 1))
        speeds = _speeds(branch, end, count)
        for j in range(count):
            total[1 + j] = total[1 + j] + speeds[j] * (before[0] - after[0])
            total[count + 2 + j] = total[count + 2 + j] + speeds[j] * (before[count + 1] - after[count + 1])
    return total


def _speeds(branch: Branch, end: End, count: int) -> list[Any]:
    """How fast the end moves with each parameter."""
    if end.level is not None:
        height = branch.jet(end.exact)
        moved = [part.location.slopes for part in branch.exact_stage.noise if part.kind == "Points" and (part.location.value + end.level).contains(0)]
        return [-(height.slopes[j] + (moved[0][j] if moved else arb(0))) / height.slopes[-1] for j in range(count)]
    return branch.speeds(end)


def second(question: Question) -> list[Any]:
    """I in nats and its derivatives, by route 2."""
    stage = read(question, shifted(point_of(question), None))
    branches = {number: Branch(question, number, bent) for number, part in enumerate(stage.source) if part.kind != "Points"}
    names: list[str | None] = [*sorted(question.at)]
    columns = [_second_once(question, name, branches) for name in names or [None]]
    step = arb(2) ** STEP
    return [columns[0].real, *(column.imag * step for column in columns[: len(question.at)])]


def _second_once(question: Question, moved: str | None, branches: dict[int, Branch]) -> Any:
    arithmetic = shifted(point_of(question), moved)
    stage = read(question, arithmetic)

    def chance(height: Any) -> Any:
        total = acb(0)
        for part in stage.noise:
            if part.kind == "Points":
                total = total + part.weight * (1 if real(height + part.location) > 0 else 0)
            else:
                total = total + part.weight * _integrated(part.kind, -(height + part.location) / part.scale, part)
        return total

    share, spread, step = acb(0), acb(0), arb(2) ** STEP
    for number, part in enumerate(stage.source):
        if part.kind == "Points":
            c = chance(stage.map(part.location))
            share, spread = share + part.weight * c, spread + part.weight * (_half(c) + _half(1 - c))
            continue
        branch = branches[number]

        def mapped(t: Any, part: Component = part, branch: Branch = branch) -> Any:
            return stage.map(part.location + part.scale * branch.change.value(t))

        levels = [(level, end) for level in _levels(stage.noise, lambda value: value) for end in branch.crossings(real(level))]
        places = sorted(
            [
                *((end.near, _moved(arithmetic, branch, end, None, mapped)) for end in branch.ends),
                *((end.near, _moved(arithmetic, branch, end, level, mapped)) for level, end in levels),
            ],
            key=lambda pair: pair[0],
        )
        far = extents()[1]
        for (_, left), (_, right) in pairwise(places):

            def along(tau: Any, left: Any = left, right: Any = right, mapped: Any = mapped, part: Component = part, branch: Branch = branch) -> list[Any]:
                t, slope = error_function(left, right, tau)
                c = chance(mapped(t))
                density = part.weight * densities(part.kind, [branch.change.value(t)], part.freedom, constant_of(part.kind, part.freedom))[0]
                scale = density * branch.change.slope(t) * slope
                one, other = scale * c, scale * (_half(c) + _half(1 - c))
                return [one.real, one.imag * step, other.real, other.imag * step]

            more = integrate(along, [-far, -far / 2, 0.0, far / 2, far], clenshaw(64), [TOLERANCE] * 4)
            share, spread = share + acb(more[0], more[1] / step), spread + acb(more[2], more[3] / step)
    return _half(share) + _half(1 - share) - spread


def _moved(arithmetic: Any, branch: Branch, end: End, level: Any, mapped: Any) -> Any:
    """Where the end is in complex arithmetic."""
    place = acb(end.exact)
    if level is not None:
        return place - (mapped(place) - level) / branch.jet(end.exact).slopes[-1]
    if end.switch is not None:
        arithmetic.switches.clear()
        mapped(place)
        return place - arithmetic.switches[end.switch] / branch.switched(end.exact)[1][end.switch].slopes[-1]
    return place
