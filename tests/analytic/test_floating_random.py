"""The float method on random linear channels: the exact method's numbers lie within its proven bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

import infograd as ig
from infograd import analytic
from infograd.analytic.floating import answer

GAINS = st.fractions(min_value=-2, max_value=2, max_denominator=7)
VARIANCES = st.fractions(min_value=Fraction(1, 4), max_value=2, max_denominator=7)
SCALARS, MATRICES = ("g", "h"), ("M", "W")
FLOOR = Fraction(1, 10)  # nats; below it the bound is held to 1e-10 of this
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Drawn:
    """A question, and whether every node that it names has noise of its own, of a variance not below 1/4."""

    question: ig.Question
    regular: bool


def arrays(entry: st.SearchStrategy[Fraction], *shape: int) -> st.SearchStrategy[Any]:
    return st.lists(arrays(entry, *shape[1:]), min_size=shape[0], max_size=shape[0]) if shape else entry


@st.composite
def gains(draw: st.DrawFn, parent: ig.Source | ig.Gate, size: int) -> Any:
    """A linear term of one parent, of `size` entries or a scalar (0): constants, parameters and expressions in them."""
    g, h = map(ig.Parameter, SCALARS)
    factor = draw(st.sampled_from([g, h, g * h, g / 3, 1 + g**2, -h, ig.tanh(g), draw(GAINS), draw(GAINS)]))
    if not size and not parent.shape:
        return factor * parent
    if not size:
        return draw(st.sampled_from([factor * parent[1], ig.dot(draw(arrays(GAINS, 2)), parent), ig.sum(factor * parent)]))
    if not parent.shape:
        return draw(st.sampled_from([ig.Constant(draw(arrays(GAINS, 2))) * (factor * parent), ig.stack(factor * parent, parent / 2)]))
    m, w = (ig.Parameter(name, (2, 2)) for name in MATRICES)
    matrix = draw(st.sampled_from([m, w, m @ w, w.T, ig.Constant(draw(arrays(GAINS, 2, 2))), ig.stack(m[1], w[0])]))
    return draw(st.sampled_from([matrix @ parent, factor * parent, ig.stack(parent[1], factor * parent[0]), parent @ matrix]))


@st.composite
def noises(draw: st.DrawFn, size: int) -> ig.Normal:
    s = ig.Parameter("s")
    variance: Any = draw(st.sampled_from([s, 2 * s, draw(VARIANCES), 1 / s]))
    if not size:
        return ig.Normal(0, variance)
    lower = ig.Constant([[draw(GAINS), 0], [draw(GAINS), draw(GAINS)]])
    shared = ig.Parameter("h") / 4
    pair = ig.stack(ig.stack(1 + variance, shared), ig.stack(shared, 1 + variance))
    return ig.Normal((0, 0), draw(st.sampled_from([variance * ig.identity(2), lower @ lower.T + variance * ig.identity(2), pair, ig.Parameter("K", (2, 2))])))


@st.composite
def questions(draw: st.DrawFn, most: int = 12) -> Drawn:
    """2 to 12 nodes, scalars and pairs, several sources, about a fifth of the gates deterministic."""
    nodes: list[ig.Source | ig.Gate] = []
    for name in (f"V{position}" for position in range(draw(st.integers(2, most)))):
        size = draw(st.sampled_from([0, 0, 2]))
        parents = draw(st.lists(st.sampled_from(nodes), unique_by=id, max_size=3)) if nodes else []
        if not parents:
            nodes.append(ig.Source(name, draw(noises(size))))
            continue
        total = draw(gains(parents[0], size))
        for parent in parents[1:]:
            total = total + draw(gains(parent, size))
        nodes.append(ig.Gate(name, total, noise=None if draw(st.integers(0, 4)) == 0 else draw(noises(size))))
    channel = ig.Channel(*nodes)
    values: dict[str, Any] = {"s": draw(VARIANCES), "g": draw(GAINS), "h": draw(GAINS)}
    values |= {name: draw(arrays(GAINS, 2, 2)) for name in MATRICES}
    corner = draw(st.fractions(min_value=Fraction(-1, 2), max_value=Fraction(1, 2), max_denominator=7))
    values["K"] = [[draw(VARIANCES) + 1, corner], [corner, 1]]
    used = {parameter.name for parameter in channel.parameters}
    order = draw(st.permutations([node.name for node in nodes]))
    cut = draw(st.integers(1, len(order) - 1))
    end = draw(st.integers(cut + 1, len(order)))
    between, given = (order[:cut][:2], order[cut:end][:2]), order[end:][:2]
    asked = [channel.node(name) for name in (*between[0], *between[1], *given)]
    regular = all(isinstance(node, ig.Source) or node.noise is not None for node in asked)
    at = {name: value for name, value in values.items() if name in used}
    return Drawn(ig.Question(channel, between, given, at=at), regular)


def pairs(floating: ig.Answer, exact: ig.Answer) -> Iterator[tuple[Fraction, Fraction, Fraction, Fraction]]:
    """Every number of the answers: the double, the exact midpoint, and both proven bounds."""
    assert floating.value is not None
    assert exact.value is not None
    assert floating.gradient.keys() == exact.gradient.keys()
    for one, other in [(floating.value, exact.value), *((floating.gradient[name], exact.gradient[name]) for name in exact.gradient)]:
        for (index, double, doubt), (position, rational, known) in zip(one.entries(), other.entries(), strict=True):
            assert index == position
            assert isinstance(double, float)
            yield Fraction(double), rational, Fraction(doubt.proved), Fraction(known.proved)  # type: ignore[arg-type]  # one entry's doubt


def check(question: ig.Question, regular: bool) -> None:
    found = answer(question)
    event(f"{question.quantity}: {type(found).__name__}")
    if isinstance(found, ig.Refusal):
        assert not regular, found
        assert "floats cannot tell" in found.reason
        return
    exact = analytic.answer(question)
    assert isinstance(exact, ig.Answer)
    numbers = list(pairs(found, exact))
    assert all(abs(double - rational) <= proved + known for double, rational, proved, known in numbers)
    if regular:
        (_, value, proved, _), *slopes = numbers
        assert proved <= max(abs(value), FLOOR) / 10**10
        largest = max([Fraction(1), *(abs(slope) for _, slope, _, _ in slopes)])
        assert all(proved <= largest / 10**10 for _, _, proved, _ in slopes)


@few
@given(questions())
def test_the_exact_value_and_gradient_lie_within_the_proven_bound(drawn: Drawn) -> None:
    check(drawn.question, drawn.regular)


@few
@given(questions())
def test_the_exact_entropy_lies_within_the_proven_bound(drawn: Drawn) -> None:
    question = drawn.question
    check(ig.Question(question.channel, (question.between[0], ()), question.given, at=question.at, quantity="entropy"), drawn.regular)
