"""Named channels with the question that each is asked by default; no values, only questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from infograd.channel import Channel, Gate, Source
from infograd.expression import Parameter
from infograd.functions import identity, tanh
from infograd.law import Normal, Points
from infograd.question import Question


@dataclass(frozen=True, slots=True)
class Case:
    """A catalogue entry: its name, one line on what it is, and its question at the defaults."""

    name: str
    summary: str
    question: Question


def scalar() -> Question:
    """Y = theta X + Z."""
    theta, s2 = Parameter("theta"), Parameter("s2")
    x = Source("X", Normal(0, 1))
    y = Gate("Y", theta * x, noise=Normal(0, s2))
    return Question(Channel(x, y, defaults={"theta": 1, "s2": 1}), between=("X", "Y"))


def cascade() -> Question:
    """V = a X + N1, Y = b V + N2 (eqs. 31-32)."""
    a, b, power, s1, s2 = map(Parameter, ("a", "b", "P", "s1", "s2"))
    x = Source("X", Normal(0, power))
    v = Gate("V", a * x, noise=Normal(0, s1))
    y = Gate("Y", b * v, noise=Normal(0, s2))
    return Question(Channel(x, v, y, defaults={"a": 1, "b": 1, "P": 1, "s1": 1, "s2": 1}), between=("X", "Y"))


def _multipath(beta_on_first: bool) -> Question:
    alpha, beta, power, s1, s2, s3 = map(Parameter, ("alpha", "beta", "P", "s1", "s2", "s3"))
    x = Source("X", Normal(0, power))
    v1 = Gate("V1", alpha * x, noise=Normal(0, s1))
    v2 = Gate("V2", x, noise=Normal(0, s2))
    y = Gate("Y", beta * v1 + v2 if beta_on_first else v1 + beta * v2, noise=Normal(0, s3))
    defaults = {"alpha": 1, "beta": 1, "P": 1, "s1": 1, "s2": 1, "s3": 1}
    return Question(Channel(x, v1, v2, y, defaults=defaults), between=("X", "Y"))


def multipath_a() -> Question:
    """V1 = alpha X + N1, V2 = X + N2, Y = V1 + beta V2 + N3 (eqs. 42-44, form A)."""
    return _multipath(beta_on_first=False)


def multipath_b() -> Question:
    """V1 = alpha X + N1, V2 = X + N2, Y = beta V1 + V2 + N3 (eqs. 42-44, form B)."""
    return _multipath(beta_on_first=True)


def tanh_channel() -> Question:
    """Y = tanh(theta X) + Z (eq. 84)."""
    theta, s2 = Parameter("theta"), Parameter("s2")
    x = Source("X", Normal(0, 1))
    y = Gate("Y", tanh(theta * x), noise=Normal(0, s2))
    return Question(Channel(x, y, defaults={"theta": 1, "s2": Fraction(1, 10)}), between=("X", "Y"))


def relay() -> Question:
    """V = tanh(theta X) + N1, Y = tanh(2 V) + N2."""
    theta, s1, s2 = map(Parameter, ("theta", "s1", "s2"))
    x = Source("X", Normal(0, 1))
    v = Gate("V", tanh(theta * x), noise=Normal(0, s1))
    y = Gate("Y", tanh(2 * v), noise=Normal(0, s2))
    return Question(Channel(x, v, y, defaults={"theta": 1, "s1": Fraction(1, 4), "s2": Fraction(1, 10)}), between=("X", "Y"))


def _mac_channel() -> Channel:
    a1, a2, s2 = map(Parameter, ("a1", "a2", "s2"))
    x1, x2 = Source("X1", Normal(0, 1)), Source("X2", Normal(0, 1))
    y = Gate("Y", a1 * x1 + a2 * x2, noise=Normal(0, s2))
    return Channel(x1, x2, y, defaults={"a1": 1, "a2": 1, "s2": 1})


def mac() -> Question:
    """Y = a1 X1 + a2 X2 + N, the first user's information given the second's input (eq. 65)."""
    return Question(_mac_channel(), between=("X1", "Y"), given="X2")


def mac_sum() -> Question:
    """Y = a1 X1 + a2 X2 + N, the information of both users together."""
    return Question(_mac_channel(), between=(("X1", "X2"), "Y"))


def bpsk() -> Question:
    """Y = a X + Z with X uniform on -1 and 1."""
    a, s2 = Parameter("a"), Parameter("s2")
    x = Source("X", Points((-1, 1)))
    y = Gate("Y", a * x, noise=Normal(0, s2))
    return Question(Channel(x, y, defaults={"a": 1, "s2": 1}), between=("X", "Y"))


def vector() -> Question:
    """X in R^2, V = W X + N in R^3, Y = M V + N' in R^2."""
    w, m, s1, s2 = Parameter("W", (3, 2)), Parameter("M", (2, 3)), Parameter("s1"), Parameter("s2")
    x = Source("X", Normal((0, 0), identity(2)))
    v = Gate("V", w @ x, noise=Normal((0, 0, 0), s1 * identity(3)))
    y = Gate("Y", m @ v, noise=Normal((0, 0), s2 * identity(2)))
    half = Fraction(1, 2)
    defaults = {"W": ((1, 0), (half, 1), (0, -1)), "M": ((1, half, 0), (0, 1, -half)), "s1": 1, "s2": half}
    return Question(Channel(x, v, y, defaults=defaults), between=("X", "Y"))


_BUILDERS: dict[str, Callable[[], Question]] = {
    "scalar": scalar,
    "cascade": cascade,
    "multipath-a": multipath_a,
    "multipath-b": multipath_b,
    "tanh": tanh_channel,
    "relay": relay,
    "mac": mac,
    "mac-sum": mac_sum,
    "bpsk": bpsk,
    "vector": vector,
}

CATALOGUE: dict[str, Case] = {name: Case(name, (builder.__doc__ or "").strip(), builder()) for name, builder in _BUILDERS.items()}
