"""The channels of the benchmark: each as a question and as a law written by hand, with one parameter swept over a grid.

The exact gradient is the package's analytic or numeric answer. Nats.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import torch
from torch import Tensor

import infograd as ig
from infograd import analytic, numeric

from .laws import Chain, Hop, Law, Multipath

Number: TypeAlias = Fraction | int | str

TRUTH_ERROR = 1e-9


@dataclass(frozen=True, slots=True)
class Channel:
    """A scalar channel X -> Y at one value of its one swept parameter, and the question I(X;Y) that it stands for."""

    name: str
    parameter: str
    value: Fraction
    asked: ig.Question
    law: Law

    def sample(self, theta: Tensor, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """X and Y, each of shape `(count,)`; Y is differentiable in theta with X and the noises held."""
        return self.law.sample(theta, count, generator)

    def drawn(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """The parameter as a leaf of torch's graph, then X and Y; the first that is drawn from a generator, so that every estimator gets one seed's samples."""
        theta = torch.tensor(float(self.value), dtype=torch.float64, requires_grad=True)
        return theta, *self.sample(theta, count, generator)

    def at(self, value: Number) -> Channel:
        """The same channel at another value of its parameter."""
        return dataclasses.replace(self, value=Fraction(value))

    @property
    def question(self) -> ig.Question:
        """I(X;Y) and its derivative in the parameter, at the value."""
        return ig.Question(self.asked.channel, self.asked.between, wrt=self.parameter, at={self.parameter: self.value})

    @property
    def truth(self) -> float:
        """dI(X;Y)/dtheta in nats, to `TRUTH_ERROR`.

        Raises: SpecificationError where neither room has a number.
        """
        reply = analytic.answer(self.question)
        if isinstance(reply, ig.Refusal):
            reply = numeric.answer(self.question, error=TRUTH_ERROR)
        found = reply.reason if isinstance(reply, ig.Refusal) else reply.gradient[self.parameter].value
        if not isinstance(found, int | float | Fraction):
            raise ig.SpecificationError(f"{self.name} at {self.parameter} = {self.value} has no exact gradient ({found}); take another value.")
        return float(found)


def _sine_cascade() -> ig.Question:
    """V = sin(theta X) + N1, W = tanh(2 V) + N2, Y = erf(3/2 W) + N3."""
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", ig.sin(ig.Parameter("theta") * x), noise=ig.Normal(0, "1/20"))
    w = ig.Gate("W", ig.tanh(2 * v), noise=ig.Normal(0, "1/20"))
    y = ig.Gate("Y", ig.erf(Fraction(3, 2) * w), noise=ig.Normal(0, "1/10"))
    return ig.Question(ig.Channel(x, v, w, y, defaults={"theta": 1}), between=("X", "Y"))


def _tanh_of_source(theta: Tensor, x: Tensor) -> Tensor:
    return torch.tanh(theta * x)


def _tanh_of_double(_: Tensor, v: Tensor) -> Tensor:
    return torch.tanh(2 * v)


MULTIPATH = ig.CATALOGUE["multipath-b"].question
ALPHA = Channel("multipath-b", "alpha", Fraction(1), MULTIPATH, Multipath("alpha"))
BETA = Channel("multipath-b", "beta", Fraction(1), MULTIPATH, Multipath("beta"))
TANH = Channel("tanh", "theta", Fraction(1), ig.CATALOGUE["tanh"].question, Chain((Hop(_tanh_of_source, 1 / 10),)))
RELAY = Channel("relay", "theta", Fraction(1), ig.CATALOGUE["relay"].question, Chain((Hop(_tanh_of_source, 1 / 4), Hop(_tanh_of_double, 1 / 10))))
SINE_CASCADE = Channel(
    "sine-cascade",
    "theta",
    Fraction(1),
    _sine_cascade(),
    Chain((Hop(lambda theta, x: torch.sin(theta * x), 1 / 20), Hop(_tanh_of_double, 1 / 20), Hop(lambda _, w: torch.erf(1.5 * w), 1 / 10))),
)


def _swept(channel: Channel, end: int) -> tuple[Channel, ...]:
    """41 equally spaced values between -end and end."""
    return tuple(channel.at(Fraction(end * place, 20)) for place in range(-20, 21))


GRIDS: dict[str, tuple[Channel, ...]] = {
    "multipath-b": _swept(ALPHA, 2) + _swept(BETA, 2),
    "tanh": _swept(TANH, 4),
    "relay": _swept(RELAY, 4),
    "sine-cascade": _swept(SINE_CASCADE, 2),
}
