"""Route 1: h(B) - h(N) with the density as an integral over the source's own variable, and the gradient -int dp log p.

Gauss-Legendre panels of 32 nodes on both axes; the derivative of the density is written out, with a term for each jump that moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from flint import arb, arb_mat, ctx

from infograd.question import Question
from tests.numeric.corpus.arithmetic import Jet, jets
from tests.numeric.corpus.branch import Branch, End
from tests.numeric.corpus.laws import BREAKS, JUMPS, constant_of, densities, entropy, log_slopes
from tests.numeric.corpus.outputs import Special, double_exponential, extents, heights, pieces, plain_entropy
from tests.numeric.corpus.reading import point_of, read
from tests.numeric.corpus.rules import gauss, integrate
from tests.numeric.corpus.substitution import plain

NAME = "-int p log p and -int dp log p, p integrated over the source's variable, Gauss-Legendre panels"
TOLERANCE = 1e-37


class _Block:
    """Heights of f at nodes, and a matrix of columns weight, weight f, weight df by parameter."""

    __slots__ = ("columns", "heights")

    def __init__(self, heights: list[Any], columns: Any) -> None:
        self.heights = heights
        self.columns = columns


def _block(weights: Sequence[Any], heights: Sequence[Jet], count: int) -> _Block:
    rows = [[weight, weight * height.value, *(weight * slope for slope in height.slopes[:count])] for weight, height in zip(weights, heights, strict=True)]
    return _Block([height.value for height in heights], arb_mat(rows))


class _Density:
    """p and dp of the output, or of the noise alone where `still`."""

    def __init__(self, question: Question, *, still: bool = False) -> None:
        self.stage = read(question, jets(point_of(question)))
        self.count = len(question.at)
        zeros = [arb(0)] * (self.count + 1)
        continuous = [] if still else [(number, part.weight) for number, part in enumerate(self.stage.source) if part.kind != "Points"]
        self.branches = [Branch(question, number, plain) for number, _ in continuous]
        self.weights = [weight for _, weight in continuous]
        self.points = [(part.weight, self.stage.map(part.location)) for part in self.stage.source if part.kind == "Points"]
        if still:
            self.points = [(Jet(arb(1), zeros), Jet(arb(0), zeros))]
        self.constants = [constant_of(part.kind, part.freedom) for part in self.stage.noise]
        self.rule = gauss(32)
        self.kept: list[dict[tuple[float, float], _Block]] = [{} for _ in self.branches]

    def mixed(self, y: Any, block: _Block) -> tuple[Any, list[Any]]:
        """The density of y, and its derivatives, integrated over a block of heights of f."""
        total, slopes = arb(0), [arb(0)] * self.count
        for part, constant in zip(self.stage.noise, self.constants, strict=True):
            inverse = 1 / part.scale.value
            start = (y - part.location.value) * inverse
            places = [start - height * inverse for height in block.heights]
            values = densities(part.kind, places, part.freedom, constant)
            tilted = [value * slope for value, slope in zip(values, log_slopes(part.kind, places, part.freedom), strict=True)]
            mass = (arb_mat(1, len(values), values) * block.columns)[0, 0] * inverse
            turned = arb_mat(1, len(values), tilted) * block.columns
            stretch = start * turned[0, 0] - inverse * turned[0, 1]
            moved = [
                -(part.location.slopes[j] * turned[0, 0] + turned[0, 2 + j] + part.scale.slopes[j] * stretch) * inverse * inverse
                - part.scale.slopes[j] * inverse * mass
                for j in range(self.count)
            ]
            total, slopes = self._add(total, slopes, part.weight, mass, moved)
        return total, slopes

    def __call__(self, y: Any) -> tuple[Any, list[Any]]:
        """p and dp at the output y."""
        total, slopes = arb(0), [arb(0)] * self.count
        for weight, height in self.points:
            total, slopes = self._add(total, slopes, weight, *self.mixed(y, _block([arb(1)], [height], self.count)))
        for number, (weight, branch) in enumerate(zip(self.weights, self.branches, strict=True)):
            total, slopes = self._add(total, slopes, weight, *self._integral(y, number, branch))
        return total, slopes

    def _add(self, total: Any, slopes: list[Any], weight: Jet, value: Any, moved: Sequence[Any]) -> tuple[Any, list[Any]]:
        """The sum with weight times value added."""
        return total + weight.value * value, [old + weight.value * moved[j] + weight.slopes[j] * value for j, old in enumerate(slopes)]

    def _integral(self, y: Any, number: int, branch: Branch) -> tuple[Any, list[Any]]:
        locations = [(part.kind, part.location.value, part.scale.value) for part in self.stage.noise]
        crossings = [end for level in branch.levels(y, locations) for end in branch.crossings(level)]
        total, slopes = arb(0), [arb(0)] * self.count
        for left, right in branch.panels(y, crossings):
            value, moved = self.mixed(y, self._nodes(number, branch, left, right))
            total, slopes = total + value, [old + new for old, new in zip(slopes, moved, strict=True)]
        for end in crossings:
            slopes = [old + new for old, new in zip(slopes, self._crossed(y, branch, end), strict=True)]
        for end in branch.ends:
            if end.switch is not None:
                slopes = [old + new for old, new in zip(slopes, self._switched(y, branch, end), strict=True)]
        return total, slopes

    def _source(self, branch: Branch, t: Any) -> Any:
        kind, freedom = branch.component.kind, branch.component.freedom
        return densities(kind, [branch.change.value(t)], freedom, constant_of(kind, freedom))[0] * branch.change.slope(t)

    def _nodes(self, number: int, branch: Branch, left: End, right: End) -> _Block:
        key = (left.near, right.near)
        if left.fixed and right.fixed and key in self.kept[number]:
            return self.kept[number][key]
        middle, half = (left.exact + right.exact) / 2, (right.exact - left.exact) / 2
        places = [middle + half * node for node in self.rule.nodes]
        weights = [half * weight * self._source(branch, t) for t, weight in zip(places, self.rule.weights, strict=True)]
        found = _block(weights, [branch.jet(t) for t in places], self.count)
        if left.fixed and right.fixed:
            self.kept[number][key] = found
        return found

    def _crossed(self, y: Any, branch: Branch, end: End) -> list[Any]:
        """What the jump of the noise's density adds, where the source's variable crosses it."""
        height = branch.jet(end.exact)
        found = [arb(0)] * self.count
        for part in self.stage.noise:
            for place, jump in JUMPS.get(part.kind, {}).items():
                if (y - part.location.value - part.scale.value * place - end.level).contains(0):
                    u = arb(place)
                    scale = part.weight.value * jump * self._source(branch, end.exact) / (part.scale.value * abs(height.slopes[-1]))
                    found = [old - scale * (part.location.slopes[j] + height.slopes[j] + u * part.scale.slopes[j]) for j, old in enumerate(found)]
        return found

    def _switched(self, y: Any, branch: Branch, end: End) -> list[Any]:
        """What a jump of the map adds, where it moves."""
        small = arb(10) ** (8 - ctx.dps)
        left, right = branch.jet(end.exact - small), branch.jet(end.exact + small)
        if abs(left.value - right.value) < arb(10) ** -12:
            return [arb(0)] * self.count
        drop, _ = self.mixed(y, _block([arb(1), arb(-1)], [left, right], self.count))
        step = self._source(branch, end.exact) * drop
        return [step * speed for speed in branch.speeds(end)]


def information(question: Question, tolerance: float = TOLERANCE) -> list[Any]:
    """I in nats, and its derivatives in the order of the parameters' names; the true error may exceed the tolerance a thousandfold, since it is extrapolated."""
    law = _Density(question)
    parts = law.stage.noise
    if len(parts) > 1:
        own = _entropy(_Density(question, still=True), tolerance)
    else:
        own = [
            entropy(parts[0].kind, parts[0].freedom) + parts[0].scale.value.log(),
            *(parts[0].scale.slopes[j] / parts[0].scale.value for j in range(law.count)),
        ]
    return [mine - noise for mine, noise in zip(_entropy(law, tolerance), own, strict=True)]


def _entropy(law: _Density, tolerance: float) -> list[Any]:
    """The differential entropy of the output and its derivatives."""
    stage = law.stage
    found = heights([(branch, _followed(branch)) for branch in law.branches], [height for _, height in law.points])
    ends, soft = pieces(stage, found, lambda value: Jet(arb(value), [arb(0)] * (law.count + 1)))
    finest = min(float(part.scale.value) for part in stage.noise)
    tolerances = [tolerance] + [tolerance * max(1.0, 1 / finest)] * law.count
    rough = any(part.kind in BREAKS for part in stage.noise)
    totals = [arb(0)] * (law.count + 1)
    for left, right in pairwise(ends):
        more = _piece(law, left, right, tolerances) if rough else _axis(law, left, right, soft, finest, tolerances)
        totals = [old + new for old, new in zip(totals, more, strict=True)]
    return [old + new for old, new in zip(totals, _moving(law, ends), strict=True)] if rough else totals


def _followed(branch: Branch) -> Callable[[End, Any], Jet]:
    """f just inside an end, with the derivatives of an observer who moves with it."""

    def mapped(end: End, step: Any) -> Jet:
        height = branch.jet(end.exact + step)
        return Jet(height.value, [*(slope + height.slopes[-1] * speed for slope, speed in zip(height.slopes[:-1], branch.speeds(end), strict=True)), arb(0)])

    return mapped


def _columns(law: _Density, y: Any, slope: Any) -> list[Any]:
    p, moved = law(y)
    if not p > 0:
        return [arb(0)] * (law.count + 1)
    return [plain_entropy(p) * slope, *(-each * (p.log() + 1) * slope for each in moved)]


def _piece(law: _Density, left: Special, right: Special, tolerances: Sequence[float]) -> list[Any]:
    far = extents()[0]

    def along(tau: Any) -> list[Any]:
        return _columns(law, *double_exponential(left.exact.value, right.exact.value, tau))

    return integrate(along, [-far, -far / 2, 0.0, far / 2, far], gauss(32), tolerances)


def _axis(law: _Density, left: Special, right: Special, soft: Sequence[float], scale: float, tolerances: Sequence[float]) -> list[Any]:
    centres = sorted(
        [
            *(float(branch.rough_map(0.5 * (branch.change.low + branch.change.high))) for branch in law.branches),
            *(float(height.value) for _, height in law.points),
        ]
    )
    middle, unit = arb(centres[len(centres) // 2]), arb(scale)

    def along(tau: Any) -> list[Any]:
        return _columns(law, middle + unit * tau.sinh(), unit * tau.cosh())

    def place(y: float) -> float:
        return float(((arb(y) - middle) / unit).asinh())

    return integrate(along, sorted({place(left.near), 0.0, *map(place, soft), place(right.near)}), gauss(32), tolerances)


def _moving(law: _Density, ends: Sequence[Special]) -> list[Any]:
    """What the ends of the pieces add to the derivatives where p jumps there."""
    small = arb(10) ** (10 - ctx.dps)
    found = [arb(0)] * (law.count + 1)
    for end in ends:
        if any(slope != 0 for slope in end.exact.slopes[: law.count]):
            drop = plain_entropy(law(end.exact.value - small)[0]) - plain_entropy(law(end.exact.value + small)[0])
            found = [found[0], *(old + end.exact.slopes[j] * drop for j, old in enumerate(found[1:]))]
    return found
