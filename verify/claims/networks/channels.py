"""Channels of several users, and the questions that are asked of them."""

from __future__ import annotations

from infograd.channel import Channel, Gate, Source
from infograd.expression import Parameter
from infograd.functions import sqrt, tanh
from infograd.law import Normal
from infograd.question import Question
from infograd.verify.claims.entry import Outcome


def shown(what: str, holds: bool) -> Outcome:
    """A decision in words."""
    return Outcome(holds, f"{what}: {'decided' if holds else 'fails'}")


def gaussian_access() -> Channel:
    """Y = X1 + X2 + N with X_i ~ N(0, P_i), N ~ N(0, s2) (eq. 64)."""
    first, second, noise = map(Parameter, ("P1", "P2", "s2"))
    x1, x2 = Source("X1", Normal(0, first)), Source("X2", Normal(0, second))
    return Channel(x1, x2, Gate("Y", x1 + x2, noise=Normal(0, noise)), defaults={"P1": 1, "P2": 1, "s2": 1})


def scaled_access() -> Channel:
    """The same with X1 = sqrt(P1) U1, U1 ~ N(0, 1)."""
    first, second, noise = map(Parameter, ("P1", "P2", "s2"))
    u1, x2 = Source("U1", Normal(0, 1)), Source("X2", Normal(0, second))
    return Channel(u1, x2, Gate("Y", sqrt(first) * u1 + x2, noise=Normal(0, noise)), defaults={"P1": 1, "P2": 1, "s2": 1})


def generated_input() -> Channel:
    """X1 = theta U, Y = X1 + X2 + N: a parameter of the input, none of the channel."""
    theta = Parameter("theta")
    u, x2 = Source("U", Normal(0, 1)), Source("X2", Normal(0, 1))
    x1 = Gate("X1", theta * u)
    return Channel(u, x2, x1, Gate("Y", x1 + x2, noise=Normal(0, 1)), defaults={"theta": 1})


def saturating_access() -> Channel:
    """Y = tanh(a1 X1 + X2) + N, N ~ N(0, 1/4)."""
    x1, x2 = Source("X1", Normal(0, 1)), Source("X2", Normal(0, 1))
    return Channel(x1, x2, Gate("Y", tanh(Parameter("a1") * x1 + x2), noise=Normal(0, "1/4")), defaults={"a1": 1})


def bypassed() -> Channel:
    """V = a X + N1, Y = V + X + N3: V moves with the parameter, and Y reaches X around it."""
    x = Source("X", Normal(0, 1))
    v = Gate("V", Parameter("a") * x, noise=Normal(0, 1))
    return Channel(x, v, Gate("Y", v + x, noise=Normal(0, 1)), defaults={"a": 1})


def degraded_broadcast() -> Channel:
    """Y1 = X + N1, Y2 = X + N2 with X ~ N(0, P) (eq. 61)."""
    power, n1, n2 = map(Parameter, ("P", "n1", "n2"))
    x = Source("X", Normal(0, power))
    return Channel(x, Gate("Y1", x, noise=Normal(0, n1)), Gate("Y2", x, noise=Normal(0, n2)), defaults={"P": 1, "n1": 1, "n2": 1})


def separate_broadcast() -> Channel:
    """Y1 = X1 + N1, Y2 = X2 + N2: an input of two parts, each of which one receiver hears."""
    x1, x2 = Source("X1", Normal(0, 2)), Source("X2", Normal(0, 1))
    return Channel(x1, x2, Gate("Y1", x1, noise=Normal(0, 1)), Gate("Y2", x2, noise=Normal(0, 3)))


def leaking_input() -> Channel:
    """X1 = theta U, Y = X1 + U + X2 + N: the root reaches the output past the input."""
    u, x2 = Source("U", Normal(0, 1)), Source("X2", Normal(0, 1))
    x1 = Gate("X1", Parameter("theta") * u)
    return Channel(u, x2, x1, Gate("Y", x1 + u + x2, noise=Normal(0, 1)), defaults={"theta": 1})


def cooperating_access() -> Channel:
    """Two senders that send one codeword: X1 = X2 = U with U ~ N(0, 1)."""
    u = Source("U", Normal(0, 1))
    x1, x2 = Gate("X1", u), Gate("X2", u)
    return Channel(u, x1, x2, Gate("Y", x1 + x2, noise=Normal(0, 1)))


def access_questions(channel: Channel, **at: object) -> tuple[Question, Question, Question]:
    """I(X1;Y|X2), I(X2;Y|X1) and I(X1,X2;Y)."""
    return (
        Question(channel, between=("X1", "Y"), given="X2", at=at),
        Question(channel, between=("X2", "Y"), given="X1", at=at),
        Question(channel, between=(("X1", "X2"), "Y"), at=at),
    )
