"""Random networks of the theorem, and the nested radii of their enclosures."""

from __future__ import annotations

import random
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import infograd as ig
from infograd.numeric.certified.enclosures import Certificate, Enclosure
from infograd.numeric.certified.graph import theorem as graph

a, b, c, s1, s2, w = map(ig.Parameter, ("a", "b", "c", "s1", "s2", "w"))
MAPS = (ig.tanh, ig.sin, ig.erf, ig.sigmoid, ig.cos)


def asked(nodes: Iterable[Any], left: Any, right: Any, given: Any = (), **at: Any) -> ig.Question:
    """With the values of `at` that the channel's parameters take."""
    known = {each.name for each in ig.Channel(*nodes).parameters}
    return ig.Question(ig.Channel(*nodes, defaults={name: value for name, value in at.items() if name in known}), between=(left, right), given=given)


def enclosed(question: ig.Question, radius: Fraction = Fraction(1, 10**8)) -> Certificate:
    found = graph.enclose(question, radius)
    assert isinstance(found, Certificate), found
    assert found.radius <= radius
    return found


def pairs(left: Certificate, right: Certificate) -> list[tuple[Enclosure, Enclosure]]:
    return [(left.information, right.information), (left.entropy, right.entropy), *((left.gradient[name], right.gradient[name]) for name in left.gradient)]


def random_law(draw: random.Random) -> ig.Law:
    mean, variance = Fraction(draw.randint(-4, 4), 5), Fraction(draw.randint(2, 10), 5)
    mixture = ig.Mixture((w, 1 - w), (ig.Normal(mean, variance), ig.Normal(-1, "1/2")))
    return draw.choice([ig.Normal(0, variance), ig.Normal(mean, variance), mixture, ig.Points((-1, mean, 2), (w, "1/4", Fraction(3, 4) - w))])


def random_question(draw: random.Random, steepest: int = 120, quietest: int = 80) -> ig.Question:
    """A network of the theorem with maps, laws, places and sides that are drawn: broadcast, triangle, cascade, interference, or a relay before two outputs."""
    source = ig.Source("X", random_law(draw))

    def term(inside: Any, gain: Any) -> Any:
        return draw.choice(MAPS)(gain * inside + Fraction(draw.randint(-3, 3), 4))

    relay = ig.Gate("V", term(source, a), noise=ig.Normal(0, s1))
    other = ig.Source("W", ig.Points((-1, 1)))
    noise = ig.Normal(0, s2)
    kind = draw.randrange(5)
    nodes: tuple[Any, ...]
    if kind == 0:
        nodes = (source, ig.Gate("V", term(source, a) - term(source, c), noise=ig.Normal(0, s1)), ig.Gate("Y", term(source, b), noise=noise))
        sides: list[Any] = [("X", ("V", "Y")), ("V", "Y"), ("X", "V", "Y")]
    elif kind == 1:
        nodes = (source, relay, ig.Gate("Y", term(relay, b) + term(source, c), noise=noise))
        sides = [("X", "Y"), ("V", "Y"), (("X", "V"), "Y"), ("X", "V", "Y"), ("V", "Y", "X"), ("X", ("V", "Y"))]
    elif kind == 2:
        nodes = (source, relay, ig.Gate("Y", relay * term(relay, b) + term(source, c), noise=noise))
        sides = [("X", ("V", "Y"))]
    elif kind == 3:
        nodes = (source, other, ig.Gate("V", term(source, a) + term(other, b), noise=ig.Normal(0, s1)), ig.Gate("Y", term(source, b) + c * other, noise=noise))
        sides = [(("X", "W"), ("V", "Y")), ("X", ("V", "Y")), ("V", "Y"), ("W", "Y", "V"), ("V", "Y", "W")]
    else:
        nodes = (source, relay, ig.Gate("U", term(relay, b), noise=ig.Normal(0, 1)), ig.Gate("Y", term(relay, c), noise=noise))
        sides = [("U", "Y"), ("V", ("U", "Y"))]
    left, right, *given = draw.choice(sides)
    at = {name: Fraction(draw.choice((-1, 1)) * draw.randint(20, steepest), 100) for name in "abc"}
    at |= {name: Fraction(draw.randint(quietest, 200), 100) for name in ("s1", "s2")} | {"w": Fraction(draw.randint(10, 60), 100)}
    return asked(nodes, left, right, given, **at)


def test_two_hundred_random_networks_have_nested_radii() -> None:
    """Two radii of each, from different lattices, strips and precisions: the enclosures of every number overlap."""
    draw = random.Random()
    for _ in range(200):
        question = random_question(draw)
        coarse, fine = enclosed(question, Fraction(1, 100)), enclosed(question, Fraction(1, 10 ** draw.randint(3, 4)))
        assert all(wide.overlaps(narrow) for wide, narrow in pairs(coarse, fine)), question


def test_nested_radii_overlap_down_to_fine_ones() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    outputs = ig.Gate("Y1", ig.tanh(a * x), noise=ig.Normal(0, "1/2")), ig.Gate("Y2", ig.sin(b * x), noise=ig.Normal(0, s2))
    found = [enclosed(asked((x, *outputs), "X", ("Y1", "Y2"), a=1, b=2, s2="1/4"), Fraction(1, 10**digits)) for digits in (3, 6, 10, 14)]
    for wide, narrow in pairwise(found):
        assert all(left.overlaps(right) for left, right in pairs(wide, narrow))
