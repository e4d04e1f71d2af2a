"""Questions: which information or entropy of a channel, its gradient in which parameters, and where.

Convention: real vectors, nats, I with the factor 1/2 of real Gaussians, gradient dI/dtheta with theta's shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from infograd.array import exact
from infograd.channel import Channel, check_domain
from infograd.error import SpecificationError
from infograd.mapping import Point

Names: TypeAlias = tuple[str, ...]
QUANTITIES = ("information", "entropy")
SYMBOLS = {"information": "I", "entropy": "h"}


def _names(value: str | Iterable[str], what: str) -> Names:
    names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Iterable) else (value,)
    if not all(isinstance(name, str) for name in names):
        raise SpecificationError(f"{what} is {value!r}; name nodes or parameters by their names, for example 'X' or ('X1', 'X2').")
    return names


@dataclass(frozen=True, slots=True, init=False)
class Question:
    """I(A;B|C) of a channel at a point, with its derivatives up to `order` in the parameters `wrt` (all of them, if none are named).

    With quantity "entropy" it is h(A|C), the differential entropy in nats, and B is empty: between=("Y", ()).
    Raises: SpecificationError for unknown or overlapping nodes, parameters without a value and values outside their domain.
    """

    channel: Channel
    between: tuple[Names, Names]
    given: Names
    wrt: Names
    at: Point
    quantity: str
    order: int

    def __init__(
        self,
        channel: Channel,
        between: tuple[str | Iterable[str], str | Iterable[str]],
        given: str | Iterable[str] = (),
        wrt: str | Iterable[str] | None = None,
        at: Mapping[str, object] | None = None,
        quantity: str = "information",
        order: int = 1,
    ) -> None:
        if not isinstance(channel, Channel):
            raise SpecificationError(f"Question got {channel!r} as its channel; give it a Channel.")
        if not isinstance(between, list | tuple) or len(between) != 2:
            raise SpecificationError(f"between is {between!r}; name two nodes or two groups of nodes, for example ('X', 'Y').")
        if at is not None and not isinstance(at, Mapping):
            raise SpecificationError(f"at is {at!r}; write values by parameter, for example {{'theta': 1}}.")
        overrides = Point(at or {})
        channel.check_values(overrides)
        every = tuple(parameter.name for parameter in channel.parameters)
        for name, value in (
            ("channel", channel),
            ("between", (_names(between[0], "a side of between"), _names(between[1], "a side of between"))),
            ("given", _names(given, "given")),
            ("wrt", every if wrt is None else tuple(sorted(_names(wrt, "wrt")))),
            ("at", Point({**channel.defaults, **overrides})),
            ("quantity", quantity),
            ("order", order),
        ):
            object.__setattr__(self, name, value)
        self._check_nodes()
        self._check_parameters(every)

    def _check_nodes(self) -> None:
        self._check_sides()
        named = [*self.between[0], *self.between[1], *self.given]
        for name in named:
            self.channel.node(name)
        for name in named:
            if named.count(name) > 1:
                raise SpecificationError(f"Node {name!r} stands more than once in between and given; name each node once.")

    def _check_sides(self) -> None:
        if self.quantity not in QUANTITIES:
            raise SpecificationError(f"quantity is {self.quantity!r}; it must be one of {', '.join(map(repr, QUANTITIES))}.")
        first, second = self.between
        if self.quantity == "entropy" and (second or not first):
            meant = first or second or ("Y",)
            raise SpecificationError(f"an entropy is of one group of nodes, and between is {self.between!r}; write between=({meant!r}, ()).")
        if self.quantity == "information" and not (first and second):
            beside = f" beside {', '.join(map(repr, first or second))}" if first or second else ""
            raise SpecificationError(f"between has an empty group{beside}; name at least one node on each side, or ask quantity='entropy' for h of one group.")

    def _check_parameters(self, every: Names) -> None:
        for name in self.wrt:
            if name not in every:
                raise SpecificationError(f"wrt names {name!r}, which is no parameter of the channel; its parameters: {', '.join(map(repr, every)) or 'none'}.")
        if len(set(self.wrt)) < len(self.wrt):
            raise SpecificationError("wrt names a parameter twice; name each once.")
        if isinstance(self.order, bool) or self.order not in (0, 1, 2):
            raise SpecificationError(f"order is {self.order!r}; it must be 0 (the value), 1 (with the gradient) or 2 (with second derivatives).")
        missing = [name for name in every if name not in self.at]
        if missing:
            raise SpecificationError(f"Parameter {missing[0]!r} has no value; write at={{{missing[0]!r}: ...}} or give the channel a default.")
        for node in self.channel.nodes:
            check_domain(node, self.at)

    @property
    def nodes(self) -> Names:
        """All nodes that the question names: both sides, then the given ones."""
        return (*self.between[0], *self.between[1], *self.given)

    @property
    def symbol(self) -> str:
        """I for an information, h for an entropy."""
        return SYMBOLS[self.quantity]

    def at_point(self, **values: object) -> Question:
        """The same question with some parameters moved."""
        return Question(self.channel, self.between, self.given, self.wrt, {**self.at, **values}, self.quantity, self.order)


@dataclass(frozen=True, slots=True)
class Objective:
    """A weighted sum of questions, for example I(Z;T) - beta I(X;Z)."""

    terms: tuple[tuple[Fraction, Question], ...]

    def __post_init__(self) -> None:
        terms = tuple((exact(weight, "a weight of an objective"), question) for weight, question in self.terms)
        if not terms:
            raise SpecificationError("An objective got no terms; give it at least one pair (weight, question).")
        object.__setattr__(self, "terms", terms)
