"""The certified integrals over the output: information, its derivatives, and the variances of the estimator's forms (Theorem 1).

Everything is in units of the noise (s2 = 1, y from the range's centre); each node contributes a ball that holds whatever the true p, its
derivatives and its score may be there (Lemma N), and E1 + E2 of section 7 is added to the sum.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from infograd.numeric.certified import outer
from infograd.numeric.certified.balls import hull, raised, total, widened
from infograd.numeric.certified.inner import envelope
from infograd.numeric.certified.jets import Pair
from infograd.numeric.certified.lattice import lattice_sums
from infograd.numeric.certified.nodes import Rule, Weight, rule_of
from infograd.numeric.certified.outer import OutputFacts
from infograd.numeric.certified.plan import Plan, plan_of
from infograd.numeric.certified.polynomials import Polynomial
from infograd.numeric.certified.signal import Atoms, Derivative, Signal, Smooth, pairs_of


@dataclass(frozen=True, slots=True)
class Request:
    """What to enclose: derivatives of I in `names` up to `order`, and the variances for `forms`."""

    names: tuple[str, ...]
    order: int
    forms: tuple[str, ...] = ()

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs of second derivatives."""
        return pairs_of(self.names) if self.order > 1 else ()

    @property
    def squares(self) -> tuple[Pair, ...]:
        """The pairs whose product of derivatives is averaged."""
        return tuple(dict.fromkeys((*self.pairs, *((name, name) for name in self.forms))))

    def derivatives(self) -> tuple[Derivative, ...]:
        """The derivatives of T that the nodes carry."""
        singles = dict.fromkeys((*(self.names if self.order else ()), *self.forms))
        return (*((name,) for name in singles), *self.pairs)

    def weights(self) -> list[Weight]:
        """The weighted sums that the nodes need."""
        found = [Weight()]
        if self.forms:
            found.append(Weight(power=1))
        found += [Weight((name,), power) for name in self.derivatives() for power in (0, 1)]
        found += [Weight(((left,), (right,)), power) for left, right in self.squares for power in (0, 1, 2)]
        return found


@dataclass(frozen=True, slots=True)
class Integrals:
    """Balls of I and of what was asked beside it, and how many nodes they took."""

    information: arb
    gradient: dict[str, arb]
    hessian: dict[Pair, arb]
    marginal: dict[str, arb]
    difference: dict[str, arb]
    inputs: int
    outputs: int


class Node:
    """The balls at one y."""

    def __init__(self, y: arb, sums: dict[Weight, arb], floor: arb, facts: OutputFacts) -> None:
        self.y, self.sums, self.facts = y, sums, facts
        ball = sums[Weight()]
        low, high = ball.lower().max(floor.lower()), ball.upper()
        self.density = hull(low, high) if low > 0 else ball
        self.logarithm = hull(low.log(), high.log())

    def slope(self, name: Derivative) -> arb:
        """E[J (y - T) N]."""
        return self.y * self.sums[Weight((name,))] - self.sums[Weight((name,), 1)]

    def square(self, left: str, right: str, centre: arb) -> arb:
        """E[J_p J_q (T - c)^2 N]."""
        q0, q1, q2 = (self.sums[Weight(((left,), (right,)), power)] for power in range(3))
        return q2 - 2 * centre * q1 + raised(centre, 2) * q0

    def curvature(self, left: str, right: str) -> arb:
        """d2p log p + dp_p dp_q / p; the quotient is at most the root of E[J_p^2 (y-T)^2 N] E[J_q^2 (y-T)^2 N]."""
        second = self.slope((left, right)) + self.square(left, right, self.y) - self.sums[Weight(((left,), (right,)))]
        cap = (self.square(left, left, self.y).upper() * self.square(right, right, self.y).upper()).max(arb(0)).sqrt()
        return second * self.logarithm + narrower(self.slope((left,)) * self.slope((right,)) / self.density, cap)

    def score(self) -> arb:
        """p'/p, at most (|y| + B)/s2 in absolute value."""
        ratio = (self.sums[Weight(power=1)] - self.y * self.sums[Weight()]) / self.density
        return narrower(ratio, abs(self.y) + self.facts.half_range)


def narrower(value: arb, cap: arb) -> arb:
    """Of two balls that hold the truth, `value` and [-cap, cap], the narrower one."""
    return value if value.is_finite() and value.rad() < cap.upper() else arb(0, cap.upper())


def _node_balls(rule: Rule, plan: Plan, facts: OutputFacts, weights: list[Weight]) -> list[Node]:
    count = plan.last - plan.first + 1
    rows = lattice_sums(rule.locations, [rule.vector(weight) for weight in weights], plan.step, plan.first, count, facts.variance)
    errors = [rule.error(weight).upper() for weight in weights]
    nodes = []
    for position in range(count):
        y = plan.step * (plan.first + position)
        g = envelope(y, facts.half_range, rule.rho, facts.variance)
        sums = {weight: widened(row[position], error * g) for weight, row, error in zip(weights, rows, errors, strict=True)}
        nodes.append(Node(y, sums, outer.jensen_floor(y, facts), facts))
    return nodes


class _Sum:
    """k times a sum over the outer grid, with E1 + E2 around it."""

    def __init__(self, plan: Plan, facts: OutputFacts) -> None:
        self.plan, self.facts, self.last = plan, facts, plan.step * plan.last

    def __call__(self, values: list[arb], majorant: arb, tail: Polynomial) -> arb:
        summed = 2 * total(values) - values[0] if self.plan.symmetric else total(values)
        return widened(self.plan.step * summed, outer.outer_error(majorant, tail, self.plan.strip, self.plan.step, self.last, self.facts))


def curvature_sizes(law: Smooth | Atoms, left: str, right: str) -> tuple[arb, arb, arb]:
    """E|J_pq|, E|J_p J_q| and (E J_p^2 E J_q^2)^(1/2)."""
    squares = law.mean((left,), (left,)) * law.mean((right,), (right,))
    return law.mean((left, right)), law.mean((left,), (right,)), squares.nonnegative_part().sqrt()


def integrals(signal: Signal, request: Request, nats: float) -> Integrals:
    """The enclosures of a request, within the current working precision, aimed at errors near exp(-nats).

    Raises: TooManyNodesError where a grid exceeds the cap.
    """
    law, facts = signal.law, signal.facts()
    rule = rule_of(law, request.derivatives(), nats)
    names = tuple(name[0] for name in request.derivatives() if len(name) == 1)
    plan = plan_of(law, rule, facts, law.symmetric(names), nats)
    strip = plan.strip
    nodes = _node_balls(rule, plan, facts, request.weights())
    outer_sum = _Sum(plan, facts)
    entropy = outer_sum([-node.density * node.logarithm for node in nodes], outer.entropy_majorant(facts, strip), outer.entropy_tail(facts))
    information = entropy - (2 * arb.pi() * arb(1).exp()).log() / 2
    gradient = {}
    for name in names:
        first = law.mean((name,))
        values = [-node.slope((name,)) * node.logarithm for node in nodes]
        gradient[name] = outer_sum(values, outer.gradient_majorant(facts, strip, first), outer.gradient_tail(facts, first))
    hessian = {}
    for left, right in request.pairs:
        sizes = curvature_sizes(law, left, right)
        values = [-node.curvature(left, right) for node in nodes]
        hessian[left, right] = outer_sum(values, outer.curvature_majorant(facts, strip, *sizes), outer.curvature_tail(facts, *sizes))
    marginal, difference = {}, {}
    for name in request.forms:
        second = law.mean((name,), (name,))
        scores = [node.score() for node in nodes]
        values = [node.sums[Weight(((name,), (name,)))] * raised(score, 2) for node, score in zip(nodes, scores, strict=True)]
        mean = outer_sum(values, outer.score_majorant(facts, strip, second), outer.score_tail(facts, second))
        marginal[name] = mean - raised(gradient[name], 2)
        values = [node.square(name, name, narrower(node.y + score, facts.half_range)) for node, score in zip(nodes, scores, strict=True)]
        mean = outer_sum(values, outer.difference_majorant(facts, strip, second), outer.difference_tail(facts, second))
        difference[name] = mean - raised(gradient[name], 2)
    return Integrals(information, gradient, hessian, marginal, difference, len(rule.locations), len(nodes))
