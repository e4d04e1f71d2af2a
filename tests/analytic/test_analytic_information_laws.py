"""Laws of mutual information on random linear Gaussian channels of 2 to 8 nodes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import infograd as ig
from infograd.analytic import answer

GAINS = st.fractions(min_value=-2, max_value=2, max_denominator=4)
VARIANCES = st.fractions(min_value=Fraction(1, 4), max_value=2, max_denominator=4)
ROUNDING = np.finfo(float).eps
some = settings(max_examples=40)


@dataclass(frozen=True)
class Drawn:
    """A linear channel, and the same as structural equations V = B V + N: coefficients (factor, parameter) by (child, parent)."""

    channel: ig.Channel
    gains: dict[tuple[int, int], tuple[Fraction, str | None]]
    variances: list[tuple[Fraction, str | None]]

    def mixing(self, point: dict[str, complex]) -> Any:
        """I - B."""
        matrix = np.eye(len(self.variances), dtype=complex)
        for (child, parent), (factor, name) in self.gains.items():
            matrix[child, parent] -= float(factor) * (point[name] if name else 1)
        return matrix

    def covariance(self, point: dict[str, complex]) -> Any:
        """(I - B)^-1 D (I - B)^-T."""
        own = np.diag([float(factor) * (point[name] if name else 1) for factor, name in self.variances])
        inverse = np.linalg.inv(self.mixing(point))
        return inverse @ own @ inverse.T


def times(factor: Fraction, name: str | None) -> Any:
    return factor * ig.Parameter(name) if name else factor


@st.composite
def linear_channels(draw: st.DrawFn, least: int = 2) -> Drawn:
    """Every gate has noise; gains and variances are rationals, or rationals times one of five parameters."""
    size = draw(st.integers(least, 8))
    gain_names = st.sampled_from([None, "g0", "g1", "g2"])
    variance_names = st.sampled_from([None, "s0", "s1"])
    gains: dict[tuple[int, int], tuple[Fraction, str | None]] = {}
    variances: list[tuple[Fraction, str | None]] = []
    nodes: list[ig.Source | ig.Gate] = []
    for child in range(size):
        variances.append((draw(VARIANCES), draw(variance_names)))
        noise = ig.Normal(0, times(*variances[child]))
        parents = draw(st.lists(st.sampled_from(range(child)), unique=True, max_size=3)) if child else []
        for parent in parents:
            gains[child, parent] = (draw(GAINS), draw(gain_names))
        terms = [times(*gains[child, parent]) * nodes[parent] for parent in parents]
        total = terms[0] if terms else None
        for term in terms[1:]:
            total = total + term
        nodes.append(ig.Source(f"V{child}", noise) if total is None else ig.Gate(f"V{child}", total, noise=noise))
    channel = ig.Channel(*nodes)
    values = {parameter.name: draw(GAINS if parameter.name[0] == "g" else VARIANCES) for parameter in channel.parameters}
    return Drawn(ig.Channel(*nodes, defaults=values), gains, variances)


def groups(names: tuple[str, ...], needed: int, optional: int = 0) -> st.SearchStrategy[list[tuple[str, ...]]]:
    """Disjoint groups of nodes, the first `needed` of them not empty; some nodes may be in none."""
    count = needed + optional
    places = st.lists(st.integers(0, count), min_size=len(names) - needed, max_size=len(names) - needed)

    def arranged(order: list[str], rest: list[int]) -> list[tuple[str, ...]]:
        return [tuple(name for name, place in zip(order, [*range(needed), *rest], strict=True) if place == group) for group in range(count)]

    return st.builds(arranged, st.permutations(names), places)


def extended(channel: ig.Channel, *nodes: ig.Source | ig.Gate, **values: object) -> ig.Channel:
    return ig.Channel(*channel.nodes, *nodes, defaults={**channel.defaults, **values})


def asked(channel: ig.Channel, left: tuple[str, ...], right: tuple[str, ...], given: tuple[str, ...] = ()) -> ig.Answer:
    reply = answer(ig.Question(channel, between=(left, right), given=given))
    assert isinstance(reply, ig.Answer), reply
    return reply


def number(reply: ig.Answer) -> tuple[Fraction, Fraction]:
    assert reply.value is not None
    assert isinstance(reply.value.value, Fraction)
    assert isinstance(reply.value.doubt.proved, float)
    return reply.value.value, Fraction(reply.value.doubt.proved)


def slopes(reply: ig.Answer) -> dict[str, Any]:
    return {name: quantity.value for name, quantity in reply.gradient.items()}


def half_log_determinant(covariance: Any, rows: list[int]) -> complex:
    return complex(np.log(np.linalg.det(covariance[np.ix_(rows, rows)])) / 2) if rows else 0j


@some
@given(linear_channels(), st.data())
def test_value_and_gradient_are_those_of_the_structural_equations(drawn: Drawn, data: st.DataObject) -> None:
    left, right, conditions = data.draw(groups(drawn.channel.names, 2, 1))
    a, b, c = ([drawn.channel.names.index(name) for name in group] for group in (left, right, conditions))

    def information(covariance: Any) -> complex:
        joint, known = half_log_determinant(covariance, a + b + c), half_log_determinant(covariance, c)
        return half_log_determinant(covariance, a + c) + half_log_determinant(covariance, b + c) - joint - known

    point = {name: complex(float(value)) for name, value in drawn.channel.defaults.items()}
    reply = asked(drawn.channel, left, right, conditions)
    covariance = drawn.covariance(point)
    mixing = drawn.mixing(point).real
    # dI = tr(S^-1 dS)/2 at most, and S = (I - B)^-1 D (I - B)^-T carries the rounding of an inverse on each side.
    rounding = 4 * len(mixing) ** 2 * ROUNDING * float(np.linalg.cond(covariance.real)) * float(np.linalg.cond(mixing)) ** 2
    assert abs(float(number(reply)[0]) - information(covariance).real) <= rounding
    for name, slope in slopes(reply).items():
        step = 1e-30
        moved = drawn.covariance({**point, name: point[name] + 1j * step})
        speed = float(np.linalg.norm(np.linalg.inv(covariance.real)) * np.linalg.norm(moved.imag / step))
        assert abs(float(slope) - information(moved).imag / step) <= rounding * (1 + speed)


@some
@given(linear_channels(), st.data())
def test_information_is_symmetric(drawn: Drawn, data: st.DataObject) -> None:
    left, right, conditions = data.draw(groups(drawn.channel.names, 2, 1))
    one, other = asked(drawn.channel, left, right, conditions), asked(drawn.channel, right, left, conditions)
    (first, radius), (second, other_radius) = number(one), number(other)
    assert abs(first - second) <= radius + other_radius
    assert slopes(one) == slopes(other)


@some
@given(linear_channels(least=3), st.data())
def test_information_obeys_the_chain_rule(drawn: Drawn, data: st.DataObject) -> None:
    first, second, right, conditions = data.draw(groups(drawn.channel.names, 3, 1))
    whole = asked(drawn.channel, first + second, right, conditions)
    parts = [asked(drawn.channel, first, right, conditions), asked(drawn.channel, second, right, conditions + first)]
    assert abs(number(whole)[0] - sum(number(part)[0] for part in parts)) <= number(whole)[1] + sum(number(part)[1] for part in parts)
    assert slopes(whole) == {name: sum(slopes(part)[name] for part in parts) for name in slopes(whole)}


@some
@given(linear_channels(), st.data())
def test_information_is_not_negative(drawn: Drawn, data: st.DataObject) -> None:
    left, right, conditions = data.draw(groups(drawn.channel.names, 2, 1))
    found, radius = number(asked(drawn.channel, left, right, conditions))
    assert found >= -radius


@some
@given(linear_channels(), st.data(), GAINS, VARIANCES)
def test_processing_does_not_add_information(drawn: Drawn, data: st.DataObject, gain: Fraction, variance: Fraction) -> None:
    left, right = data.draw(groups(drawn.channel.names, 2))
    seen = drawn.channel.node(right[0])
    channel = extended(drawn.channel, ig.Gate("Z", gain * seen, noise=ig.Normal(0, variance)))
    before, radius = number(asked(channel, left, right))
    after, other_radius = number(asked(channel, left, ("Z",)))
    assert after <= before + radius + other_radius


@some
@given(linear_channels(), st.data(), GAINS.filter(bool), GAINS)
def test_gradient_vanishes_for_a_bijection_on_the_receiver_side(drawn: Drawn, data: st.DataObject, stretch: Fraction, shear: Fraction) -> None:
    left, right = data.draw(groups(drawn.channel.names, 2))
    seen = [drawn.channel.node(name) for name in right]
    moved = [ig.Parameter("stretch") * seen[0], *(node + ig.Parameter("shear") * seen[0] for node in seen[1:])]
    values = {"stretch": stretch, **({"shear": shear} if len(seen) > 1 else {})}
    channel = extended(drawn.channel, ig.Gate("Z", ig.stack(*moved)), **values)
    plain, turned = asked(drawn.channel, left, right), asked(channel, left, ("Z",))
    assert abs(number(plain)[0] - number(turned)[0]) <= number(plain)[1] + number(turned)[1]
    assert {name: slopes(turned)[name] for name in slopes(plain)} == slopes(plain)
    assert {slopes(turned)[name] for name in values} == {0}


@some
@given(linear_channels(), st.data(), GAINS)
def test_a_deterministic_node_is_what_its_map_says(drawn: Drawn, data: st.DataObject, gain: Fraction) -> None:
    left, right = data.draw(groups(drawn.channel.names, 2))
    theta, (a, b) = ig.Parameter("theta"), (drawn.channel.node(group[0]) for group in (left, right))
    middle = ig.Gate("M", theta * a + 2 * b)
    through = extended(drawn.channel, middle, ig.Gate("Z", theta * middle - a, noise=ig.Normal(0, 1)), theta=gain)
    direct = extended(drawn.channel, ig.Gate("Z", theta * (theta * a + 2 * b) - a, noise=ig.Normal(0, 1)), theta=gain)
    assert asked(through, left, ("Z",)) == asked(direct, left, ("Z",))


@some
@given(linear_channels(), st.data())
def test_a_parameter_that_reaches_no_asked_node_has_slope_zero(drawn: Drawn, data: st.DataObject) -> None:
    left, right = data.draw(groups(drawn.channel.names, 2))
    tail = ig.Gate("T", ig.Parameter("tail") * drawn.channel.node(right[0]), noise=ig.Normal(0, 1))
    assert slopes(asked(extended(drawn.channel, tail, tail=1), left, right))["tail"] == 0
