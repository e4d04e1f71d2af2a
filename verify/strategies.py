"""Random questions for property tests: linear Gaussian channels, and scalar nonlinear ones.

Every draw is a valid question whose asked nodes are connected and whose last node carries noise, so its information is
finite. Numbers are exact and simple, all gains and variances of gates are parameters, and draws shrink towards two nodes
and ones. Importing this module needs hypothesis, `pip install 'infograd[test]'`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import TypeVar

from hypothesis import strategies as st

from infograd.array import Shape, exact_array, filled, shape_of, with_shape
from infograd.channel import Channel, Gate, Node, Source
from infograd.error import SpecificationError
from infograd.expression import Apply, Expression, Parameter
from infograd.functions import erf, sigmoid, sin, softplus, tanh
from infograd.graph import ancestors
from infograd.law import Law, Mixture, Normal, Points
from infograd.question import Question

MOST_SOURCES = 3
MOST_DERIVATIVES = 6


def _simplest_first(values: set[Fraction]) -> list[Fraction]:
    return sorted(values, key=lambda value: (value.denominator, abs(value), value < 0))


def _quarters(least: int, most: int) -> set[Fraction]:
    return {Fraction(number, 4) for number in range(least, most + 1) if number}


GAINS = st.sampled_from(_simplest_first(_quarters(-8, 8)))
VARIANCES = st.sampled_from(_simplest_first(_quarters(1, 16)))
SLOPES = st.sampled_from(_simplest_first(_quarters(1, 12)))
NOISE_VARIANCES = st.sampled_from(_simplest_first(_quarters(1, 8) | {Fraction(1, 10), Fraction(1, 5)}))
CORRELATIONS = st.sampled_from([Fraction(0), Fraction(1, 2)])
LEVELS = st.sampled_from([Fraction(-1), Fraction(1), Fraction(0), Fraction(2), Fraction(-2), Fraction(1, 2), Fraction(-3, 2)])
Item = TypeVar("Item")
SATURATIONS: tuple[Callable[[Expression], Apply], ...] = (tanh, erf, sigmoid, sin, softplus)
_ONE_IN_SEVEN = st.sampled_from([False] * 6 + [True])
_THREE_IN_FOUR = st.sampled_from([False, True, True, True])


@dataclass(frozen=True, slots=True)
class _Network:
    """A linear channel while it is drawn: its nodes, and a value for every parameter."""

    nodes: list[Node] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)

    def parameter(self, letter: str, value: object) -> Parameter:
        """A new parameter of that value, named by its letter and the next number."""
        name = f"{letter}{1 + sum(each[0] == letter for each in self.values)}"
        self.values[name] = value
        return Parameter(name, shape_of(exact_array(value)))

    def normal(self, draw: st.DrawFn, shape: Shape, letter: str) -> Normal:
        """A centred Gaussian of that shape, its entries of one variance and all independent or all correlated by one half."""
        parameter = self.parameter(letter, draw(VARIANCES))
        if not shape:
            return Normal(0, parameter)
        correlation = draw(CORRELATIONS)
        matrix = tuple(tuple(Fraction(1) if row == column else correlation for column in range(shape[0])) for row in range(shape[0]))
        return Normal(filled(shape, 0), parameter * matrix)


def _picked(draw: st.DrawFn, items: list[Item], least: int, most: int) -> list[Item]:
    """Some of the items. What is drawn does not depend on how many there are, so that a failing example can lose one of them."""
    numbers = draw(st.lists(st.integers(0, 7), min_size=least, max_size=most))
    return list(dict.fromkeys(items[number % len(items)] for number in numbers)) if items else []


@st.composite
def _sources(draw: st.DrawFn, network: _Network, shapes: st.SearchStrategy[Shape]) -> Source:
    return Source(f"X{1 + len(network.nodes)}", network.normal(draw, draw(shapes), "p"))


@st.composite
def _gates(draw: st.DrawFn, network: _Network, name: str, shapes: st.SearchStrategy[Shape], max_parents: int) -> Gate:
    """A gate that takes some of the nodes so far."""
    shape = draw(shapes)
    terms = []
    for parent in _picked(draw, network.nodes[::-1], 1, max_parents):
        full = shape + parent.shape
        values = draw(st.lists(GAINS, min_size=prod(full), max_size=prod(full)))
        gain = network.parameter("g", with_shape(iter(values), full))
        terms.append(gain * parent if not parent.shape else gain @ parent)
    noisy = name == "Y" or not draw(_ONE_IN_SEVEN)
    return Gate(name, sum(terms[1:], start=terms[0]), noise=network.normal(draw, shape, "v") if noisy else None)


@st.composite
def _one_more(draw: st.DrawFn, nodes: st.SearchStrategy[Node]) -> Node | None:
    """One more node, or None. The choice is drawn with its node, so that a failing example can lose both at once."""
    return draw(nodes) if draw(_THREE_IN_FOUR) else None


@st.composite
def linear_questions(draw: st.DrawFn, min_nodes: int = 2, max_nodes: int = 8, max_parents: int = 3, vectors: bool = False) -> Question:
    """I(A;Y) or I(A;Y|C) of a linear Gaussian channel: one or two sources, the last node, and perhaps one more source given.

    One to three sources `X1`, ... of variances `p1`, ...; gates `V1`, ..., `Y` that add up to `max_parents` earlier nodes with gains
    `g1`, ... in [-2, 2] and noise variances `v1`, ... in [1/4, 4]; about one inner gate in seven is deterministic. Nodes are
    scalars, or with `vectors` also vectors of two or three entries, independent or correlated by one half; `wrt` names at most six parameters.

    Raises: SpecificationError for fewer than two nodes.
    """
    if min_nodes < 2:
        raise SpecificationError(f"linear_questions got min_nodes={min_nodes}; a question needs a source and a gate, so write 2 or more.")
    shapes: st.SearchStrategy[Shape] = st.sampled_from([(), (2,), (3,)]) if vectors else st.just(())
    network = _Network()
    nodes = network.nodes

    def extend(least: int, most: int, another: Callable[[], st.SearchStrategy[Node]]) -> None:
        while len(nodes) < most:
            node = draw(another() if len(nodes) < least else _one_more(another()))
            if node is None:
                break
            nodes.append(node)

    extend(1, min(MOST_SOURCES, max_nodes - 1), lambda: _sources(network, shapes))
    sources = len(nodes)
    extend(min_nodes - 1, max_nodes - 1, lambda: _gates(network, f"V{1 + len(nodes) - sources}", shapes, max_parents))
    nodes.append(draw(_gates(network, "Y", shapes, max_parents)))
    channel = Channel(*nodes, defaults=network.values)
    names = channel.names[:sources]
    heard = [name for name in names if name in ancestors(channel, ["Y"])]
    asked = _picked(draw, heard, 1, 2)
    given = _picked(draw, [name for name in names if name not in asked], 0, 1)
    return Question(channel, (sorted(asked), "Y"), given, _some(draw, channel))


def _some(draw: st.DrawFn, channel: Channel) -> list[str]:
    names = sorted(parameter.name for parameter in channel.parameters)
    return draw(st.lists(st.sampled_from(names), min_size=1, max_size=MOST_DERIVATIVES, unique=True))


@st.composite
def _input_laws(draw: st.DrawFn) -> Law:
    kind = draw(st.sampled_from(["Normal", "Points", "Mixture"]))
    if kind == "Normal":
        return Normal(0, draw(VARIANCES))
    if kind == "Points":
        return Points(draw(st.lists(LEVELS, min_size=2, max_size=4, unique=True)))
    low, high = draw(st.lists(LEVELS, min_size=2, max_size=2, unique=True))
    share = draw(st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(3, 4)]))
    return Mixture((share, 1 - share), (Normal(low, draw(NOISE_VARIANCES)), Normal(high, draw(NOISE_VARIANCES))))


@st.composite
def scalar_nonlinear_questions(draw: st.DrawFn) -> Question:
    """I(X;Y) of one hop Y = f(theta X) + Z, or of two, V = f(a X) + N1 and Y = h(b V) + N2.

    The maps are tanh, erf, sigmoid, sin or softplus with gains in [1/4, 3]; X is Gaussian, on two to four points, or a mixture of
    two Gaussians; the noises are Gaussian with variances `s1`, ... in [1/10, 2]; `wrt` is some of the parameters.
    """
    nodes: list[Node] = [Source("X", draw(_input_laws()))]
    values: dict[str, object] = {}
    hops = draw(st.sampled_from([("theta",), ("a", "b")]))
    for number, gain in enumerate(hops, start=1):
        f = draw(st.sampled_from(SATURATIONS))
        values[gain], values[f"s{number}"] = draw(SLOPES), draw(NOISE_VARIANCES)
        nodes.append(Gate("Y" if number == len(hops) else "V", f(Parameter(gain) * nodes[-1]), noise=Normal(0, Parameter(f"s{number}"))))
    channel = Channel(*nodes, defaults=values)
    return Question(channel, ("X", "Y"), wrt=_some(draw, channel))
