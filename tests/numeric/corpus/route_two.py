"""Route 2: the same entropies over other variables by another rule at a higher precision, and gradients by a complex step.

The density is integrated over t with v = sinh t ((exp t - 1)/(e - 1) on the unit interval) by Gauss-Legendre panels of 40 nodes, the
output over pieces with exponential or error-function ends by Clenshaw-Curtis panels of 64; for a discrete source the information
is the mean divergence sum w KL(p(y|x) || p(y)) instead, and h(N) is integrated too. Nothing is differentiated by hand: a parameter
moves by i 2^-1000, the ends of every piece with it, and the imaginary part is the derivative.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from flint import acb, acb_mat, arb

from infograd.question import Question
from tests.numeric.corpus.arithmetic import STEP, shifted
from tests.numeric.corpus.branch import Branch, End
from tests.numeric.corpus.laws import BREAKS, constant_of, densities, real
from tests.numeric.corpus.outputs import Special, error_function, extents, heights, pieces
from tests.numeric.corpus.reading import Stage, point_of, read
from tests.numeric.corpus.rules import clenshaw, gauss, integrate
from tests.numeric.corpus.substitution import bent

NAME = "p over a bent variable, error-function ends, Clenshaw-Curtis panels; gradient by a complex step (a mean divergence for a discrete source)"
TOLERANCE = 1e-33


class _Density:
    """The complex density of the output where one parameter is moved."""

    def __init__(self, question: Question, moved: str | None, branches: Sequence[Branch]) -> None:
        self.arithmetic = shifted(point_of(question), moved)
        self.stage: Stage = read(question, self.arithmetic)
        self.branches = branches
        self.sources = [part for part in self.stage.source if part.kind != "Points"]
        self.atoms = [(part.weight, self.stage.map(part.location)) for part in self.stage.source if part.kind == "Points"]
        self.constants = [constant_of(part.kind, part.freedom) for part in self.stage.noise]
        self.inverses = [1 / part.scale for part in self.stage.noise]
        self.shares = [part.weight * inverse for part, inverse in zip(self.stage.noise, self.inverses, strict=True)]
        self.rule = gauss(40)
        self.kept: list[dict[tuple[float, float], tuple[Any, list[list[Any]]]]] = [{} for _ in branches]

    def scaled(self, places: Sequence[Any]) -> list[list[Any]]:
        """The places in units of each part of the noise."""
        return [[place * inverse for place in places] for inverse in self.inverses]

    def kernels(self, y: Any, scaled: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """The density of each part of the noise at y less each place, times its weight and scale, which `shares` holds."""
        found = []
        for part, constant, inverse, places in zip(self.stage.noise, self.constants, self.inverses, scaled, strict=True):
            start = (y - part.location) * inverse
            found.append(densities(part.kind, [start - place for place in places], part.freedom, constant))
        return found

    def noise(self, y: Any, places: Sequence[Any]) -> list[Any]:
        """The density of the noise at y less each place."""
        total = [acb(0)] * len(places)
        for share, values in zip(self.shares, self.kernels(y, self.scaled(places)), strict=True):
            total = [old + share * value for old, value in zip(total, values, strict=True)]
        return total

    def mapped(self, number: int, t: Any) -> Any:
        """f at t, real or complex."""
        source = self.sources[number]
        return self.stage.map(source.location + source.scale * self.branches[number].change.value(t))

    def __call__(self, y: Any) -> Any:
        total = acb(0)
        for (weight, _), value in zip(self.atoms, self.noise(y, [height for _, height in self.atoms]), strict=True):
            total = total + weight * value
        for number, source in enumerate(self.sources):
            total = total + source.weight * self._integral(y, number)
        return total

    def _integral(self, y: Any, number: int) -> Any:
        branch = self.branches[number]
        locations = [(part.kind, part.location, part.scale) for part in self.stage.noise]
        crossings = [End(end.near, end.exact, None, level) for level in branch.levels(y, locations) for end in branch.crossings(real(level))]
        total = acb(0)
        for left, right in branch.panels(real(y), crossings):
            weights, places = self._nodes(number, left, right)
            for share, values in zip(self.shares, self.kernels(y, places), strict=True):
                total = total + share * (acb_mat(1, len(values), values) * weights)[0, 0]
        return total

    def end(self, number: int, end: End) -> Any:
        """Where the end is in this arithmetic: one step of Newton's method from the real one, whose remainder is of the step squared."""
        branch, place = self.branches[number], acb(end.exact)
        if end.level is not None:
            return place - (self.mapped(number, place) - end.level) / branch.jet(end.exact).slopes[-1]
        if end.switch is not None:
            self.arithmetic.switches.clear()
            self.mapped(number, place)
            return place - self.arithmetic.switches[end.switch] / branch.switched(end.exact)[1][end.switch].slopes[-1]
        return place

    def _nodes(self, number: int, left: End, right: End) -> tuple[Any, list[list[Any]]]:
        key = (left.near, right.near)
        if left.fixed and right.fixed and key in self.kept[number]:
            return self.kept[number][key]
        change, source = self.branches[number].change, self.sources[number]
        low, high = self.end(number, left), self.end(number, right)
        middle, half = (low + high) / 2, (high - low) / 2
        places = [middle + half * node for node in self.rule.nodes]
        laws = densities(source.kind, [change.value(t) for t in places], source.freedom, constant_of(source.kind, source.freedom))
        weights = [half * weight * law * change.slope(t) for t, law, weight in zip(places, laws, self.rule.weights, strict=True)]
        found = acb_mat(len(weights), 1, weights), self.scaled([self.mapped(number, t) for t in places])
        if left.fixed and right.fixed:
            self.kept[number][key] = found
        return found


def information(question: Question) -> list[Any]:
    """I in nats, and its derivatives in the order of the parameters' names."""
    stage = read(question, shifted(point_of(question), None))
    branches = [Branch(question, number, bent) for number, part in enumerate(stage.source) if part.kind != "Points"]
    names: list[str | None] = [*sorted(question.at)]
    columns = [_once(question, name, branches) for name in names or [None]]
    step = arb(2) ** STEP
    return [columns[0].real, *(column.imag * step for column in columns[: len(question.at)])]


def _once(question: Question, moved: str | None, branches: Sequence[Branch]) -> Any:
    law = _Density(question, moved, branches)
    finest = min(float(real(part.scale)) for part in law.stage.noise)
    tolerances = [TOLERANCE, TOLERANCE * max(1.0, 1 / finest)]
    if not branches:
        return _divergence(law, tolerances)
    edges = [(branch, _mapping(law, number)) for number, branch in enumerate(branches)]
    found = heights(edges, [height for _, height in law.atoms])

    def entropy(y: Any) -> Any:
        return _entropy(law(y))

    total = _total(entropy, law.stage, found, tolerances)
    return total - _total(lambda y: _entropy(law.noise(y, [acb(0)])[0]), law.stage, [Special(0.0, acb(0))], tolerances)


def _mapping(law: _Density, number: int) -> Any:
    return lambda end, step: law.mapped(number, law.end(number, end) + step)


def _entropy(p: Any) -> Any:
    return -p * p.log() if p.real > 0 else acb(0)


def _divergence(law: _Density, tolerances: Sequence[float]) -> Any:
    """sum w int k(y - a) log(k(y - a)/p(y)) dy."""

    def integrand(y: Any) -> Any:
        likelihoods = law.noise(y, [height for _, height in law.atoms])
        weighted = [weight * value for (weight, _), value in zip(law.atoms, likelihoods, strict=True)]
        p = sum(weighted, acb(0))
        total = acb(0)
        for share, value in zip(weighted, likelihoods, strict=True):
            if value.real > 0:
                total = total + share * (value / p).log()
        return total

    return _total(integrand, law.stage, heights([], [height for _, height in law.atoms]), tolerances)


def _total(integrand: Any, stage: Stage, found: Sequence[Special], tolerances: Sequence[float]) -> Any:
    ends, soft = pieces(stage, found, acb)
    if any(part.kind in BREAKS for part in stage.noise):
        far = extents()[1]
        total = acb(0)
        for left, right in pairwise(ends):
            total = total + _integrated(integrand, _rough(left, right), [-far, 0.0, far], tolerances)
        return total
    places = [special.near for special in _ordered([*soft, 0.5 * (soft[0] + soft[-1])])]
    total = _integrated(integrand, lambda y: (acb(y), acb(1)), places, tolerances) if len(places) > 1 else acb(0)
    unit = min(float(real(part.scale)) for part in stage.noise)
    for start, stop in ((places[0], ends[0].near), (places[-1], ends[-1].near)):
        sign = 1 if stop > start else -1
        last = float((arb(abs(stop - start)) / unit).log1p())
        total = total + _integrated(integrand, _tail(start, sign, unit), [0.0, last / 2, last], tolerances)
    return total


def _ordered(places: Sequence[float]) -> list[Special]:
    found: list[Special] = []
    for place in sorted(places):
        if not found or place - found[-1].near > 1e-9 * max(1.0, abs(place)):
            found.append(Special(place, acb(place)))
    return found


def _rough(left: Special, right: Special) -> Any:
    return lambda tau: error_function(left.exact, right.exact, tau)


def _tail(start: float, sign: int, unit: float) -> Any:
    return lambda tau: (acb(start + 0 * tau + sign * unit * (tau.exp() - 1)), acb(unit * tau.exp()))


def _integrated(integrand: Any, change: Any, cuts: Sequence[float], tolerances: Sequence[float]) -> Any:
    step = arb(2) ** STEP

    def along(tau: Any) -> list[Any]:
        y, slope = change(tau)
        value = integrand(y) * slope
        return [value.real, value.imag * step]

    value, slope = integrate(along, cuts, clenshaw(64), tolerances)
    return acb(value, slope / step)
