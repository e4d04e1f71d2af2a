"""Parameters of vector channels, and what answers about them are held to."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

import infograd as ig
from infograd import numeric
from infograd.array import entries
from infograd.numeric.interpreter import Floats

EPS = float(np.finfo(np.float64).eps)

a, b, s, t, p = map(ig.Parameter, ("a", "b", "s", "t", "p"))

w, v = ig.Parameter("w", (2,)), ig.Parameter("v", (2,))

W, L = ig.Parameter("W", (2, 2)), ig.Parameter("L", (2, 2))

UNIT = ig.Normal((0, 0), ig.identity(2))


def answered(question: ig.Question, error: float = 1e-12, method: str = "cubature", operations: float = 5e9) -> ig.Answer:
    reply = numeric.answer(question, error=error, method=method, operations=operations)
    assert isinstance(reply, ig.Answer), reply
    return reply


def flat(quantity: ig.Quantity | None) -> tuple[Floats, Floats]:
    """The entries and what the doubt says of each."""
    assert quantity is not None
    rows = [(value, doubt.estimated, doubt.proved) for _, value, doubt in quantity.entries()]
    values, estimated, proved = np.array(rows, dtype=np.float64).T
    return values, estimated + proved


def check(quantity: ig.Quantity | None, expected: ArrayLike, reference: ArrayLike = 0.0, error: float = 1e-12) -> None:
    """The stated error covers the distance to the truth, up to the truth's own rounding and doubt, and is as small as asked."""
    values, stated = flat(quantity)
    truth = np.ravel(np.asarray(expected, dtype=np.float64))
    assert np.all(np.abs(values - truth) <= stated + np.ravel(reference) + 4 * EPS * np.maximum(1.0, np.abs(truth)))
    assert np.all(stated <= error * np.maximum(1.0, np.abs(values)))


def check_against(reply: ig.Answer, other: ig.Reply, error: float = 1e-12) -> None:
    """Two answers agree within what both state, in every entry."""
    assert isinstance(other, ig.Answer)
    assert set(reply.gradient) == set(other.gradient)
    for mine, theirs in [(reply.value, other.value), *((reply.gradient[name], other.gradient[name]) for name in reply.gradient)]:
        check(mine, *flat(theirs), error)


def shifted(question: ig.Question, name: str, index: tuple[int, ...], step: float) -> float:
    values = np.array(question.at[name], dtype=np.float64)
    values[index] += step
    moved = ig.Question(question.channel, question.between, question.given, (), {**question.at, name: values.tolist()}, order=0)
    value = answered(moved).value
    assert value is not None
    assert isinstance(value.value, float)
    return value.value


def check_differences(question: ig.Question, step: float = 2.0**-9) -> ig.Answer:
    """Every entry of the gradient is the limit of central differences, extrapolated once; what the extrapolation changed bounds what it left."""
    reply = answered(question)
    for name in question.wrt:
        values, stated = flat(reply.gradient[name])
        for position, (index, _) in enumerate(entries(question.at[name])):
            wide, narrow = ((shifted(question, name, index, h) - shifted(question, name, index, -h)) / (2 * h) for h in (2 * step, step))
            limit = narrow + (narrow - wide) / 3
            assert abs(values[position] - limit) <= stated[position] + abs(narrow - wide) / 64 + 4e-14 / step, (name, index)
    return reply
