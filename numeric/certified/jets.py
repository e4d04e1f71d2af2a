"""Balls with their first and second derivatives in a question's parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flint import arb

from infograd.numeric.certified.balls import raised

Pair = tuple[str, str]


def pair(first: str, second: str) -> Pair:
    """The two names in order: second derivatives are symmetric."""
    return (first, second) if first <= second else (second, first)


@dataclass(frozen=True, slots=True)
class Jet:
    """A value, its derivative by parameter and its second derivatives by pair; those that vanish are left out."""

    value: arb
    first: dict[str, arb] = field(default_factory=dict)
    second: dict[Pair, arb] = field(default_factory=dict)

    def slope(self, name: str) -> arb:
        """The derivative in one parameter."""
        return self.first.get(name, arb(0))

    def curvature(self, left: str, right: str) -> arb:
        """The second derivative in two parameters."""
        return self.second.get(pair(left, right), arb(0))

    def __add__(self, other: Jet) -> Jet:
        return Jet(self.value + other.value, _summed(self.first, other.first), _summed(self.second, other.second))

    def __neg__(self) -> Jet:
        return Jet(-self.value, {name: -each for name, each in self.first.items()}, {name: -each for name, each in self.second.items()})

    def __sub__(self, other: Jet) -> Jet:
        return self + -other

    def __mul__(self, other: Jet) -> Jet:
        first = _summed({name: each * other.value for name, each in self.first.items()}, {name: each * self.value for name, each in other.first.items()})
        second = _summed({name: each * other.value for name, each in self.second.items()}, {name: each * self.value for name, each in other.second.items()})
        for left, slope in self.first.items():
            for right, along in other.first.items():
                twice = 2 if left == right else 1
                second[pair(left, right)] = second.get(pair(left, right), arb(0)) + twice * slope * along
        return Jet(self.value * other.value, first, second)

    def through(self, function: Callable[[arb], tuple[arb, arb, arb]]) -> Jet:
        """f of the jet, from f, f' and f'' at its value."""
        value, slope, curve = function(self.value)
        names = sorted(self.first)
        second = {name: slope * each for name, each in self.second.items()}
        for position, left in enumerate(names):
            for right in names[position:]:
                second[(left, right)] = second.get((left, right), arb(0)) + curve * self.first[left] * self.first[right]
        return Jet(value, {name: slope * each for name, each in self.first.items()}, second)

    def power(self, exponent: int) -> Jet:
        """The jet to a whole power."""
        return self.through(lambda x: (raised(x, exponent), exponent * raised(x, exponent - 1) if exponent else arb(0), _second_power(x, exponent)))

    def root(self) -> Jet:
        """The square root of a positive jet."""
        return self.through(lambda x: (x.sqrt(), 1 / (2 * x.sqrt()), -1 / (4 * x * x.sqrt())))


def _second_power(x: arb, exponent: int) -> arb:
    return exponent * (exponent - 1) * raised(x, exponent - 2) if exponent not in (0, 1) else arb(0)


def _summed(left: dict, right: dict) -> dict:  # type: ignore[type-arg]  # one key type or the other, the same on both sides
    result = dict(left)
    for name, each in right.items():
        result[name] = result[name] + each if name in result else each
    return result
