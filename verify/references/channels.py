"""The channels of the reference values that the catalogue does not name: users, receivers and levels."""

from __future__ import annotations

from fractions import Fraction

from infograd.channel import Channel, Gate, Source
from infograd.expression import Expression, Parameter
from infograd.functions import stack, tanh
from infograd.law import Law, Normal, Points
from infograd.question import Question

S1, S2 = Parameter("s1"), Parameter("s2")
A, B, A1, A2 = map(Parameter, ("a", "b", "a1", "a2"))
TENTH, FIFTH, QUARTER, HALF = Fraction(1, 10), Fraction(1, 5), Fraction(1, 4), Fraction(1, 2)


def four_levels() -> Question:
    """Y = a X + Z with X uniform on -3, -1, 1 and 3."""
    x = Source("X", Points((-3, -1, 1, 3)))
    return Question(Channel(x, Gate("Y", A * x, noise=Normal(0, S2)), defaults={"a": HALF, "s2": QUARTER}), ("X", "Y"))


def users(law: Law, bounded: bool, defaults: dict[str, object]) -> Channel:
    """Y = f(a1 X1) + f(a2 X2) + Z, f = tanh if bounded, else the identity."""
    x1, x2 = Source("X1", law), Source("X2", law)
    terms: tuple[Expression, ...] = (tanh(A1 * x1), tanh(A2 * x2)) if bounded else (A1 * x1, A2 * x2)
    return Channel(x1, x2, Gate("Y", terms[0] + terms[1], noise=Normal(0, S2)), defaults=defaults)


def antipodal_sum(at: dict[str, object]) -> Question:
    """I(S;Y) of Y = S + Z with S uniform on -a1 - a2, -a1 + a2, a1 - a2 and a1 + a2."""
    s = Source("S", Points(stack(-A1 - A2, A2 - A1, A1 - A2, A1 + A2)))
    return Question(Channel(s, Gate("Y", 1 * s, noise=Normal(0, S2)), defaults=at), ("S", "Y"))


def antipodal_term(gain: Parameter, at: dict[str, object]) -> Question:
    """I(X;Y) of Y = gain X + Z with X uniform on -1 and 1."""
    x = Source("X", Points((-1, 1)))
    known = {gain.name: at[gain.name], "s2": at["s2"]}
    return Question(Channel(x, Gate("Y", gain * x, noise=Normal(0, S2)), defaults=known), ("X", "Y"))


def one_stage(gain: Parameter, noise: Expression, at: dict[str, object]) -> Question:
    """I(X;Y) of Y = tanh(gain X) + Z with Z of a variance that is an expression of parameters."""
    x = Source("X", Normal(0, 1))
    gate = Gate("Y", tanh(gain * x), noise=Normal(0, noise))
    channel = Channel(x, gate)
    return Question(channel, ("X", "Y"), at={parameter.name: at[parameter.name] for parameter in channel.parameters})


def receivers(second: Parameter | None, at: dict[str, object]) -> Channel:
    """X -> Y1 = tanh(a X) + N1, and Y2 = tanh(second X) + N2, or Y2 = Y1 + N2 where there is no second map."""
    x = Source("X", Normal(0, 1))
    first = Gate("Y1", tanh(A * x), noise=Normal(0, S1))
    below = Gate("Y2", 1 * first if second is None else tanh(second * x), noise=Normal(0, S2))
    return Channel(x, first, below, defaults=at)
