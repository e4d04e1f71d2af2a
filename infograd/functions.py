"""The functions a user writes maps with; each returns an expression and computes nothing."""

from __future__ import annotations

from infograd.array import identity as _identity
from infograd.expression import Apply, Constant, apply


def tanh(x: object) -> Apply:
    """The hyperbolic tangent, entry by entry."""
    return apply("tanh", x)


def sin(x: object) -> Apply:
    """The sine, entry by entry."""
    return apply("sin", x)


def cos(x: object) -> Apply:
    """The cosine, entry by entry."""
    return apply("cos", x)


def exp(x: object) -> Apply:
    """The exponential, entry by entry."""
    return apply("exp", x)


def log(x: object) -> Apply:
    """The natural logarithm, entry by entry, for positive arguments."""
    return apply("log", x)


def sqrt(x: object) -> Apply:
    """The square root, entry by entry, for non-negative arguments."""
    return apply("sqrt", x)


def erf(x: object) -> Apply:
    """The error function 2/sqrt(pi) int_0^x exp(-t^2) dt, entry by entry."""
    return apply("erf", x)


def sigmoid(x: object) -> Apply:
    """The logistic function 1/(1 + exp(-x)), entry by entry."""
    return apply("sigmoid", x)


def softplus(x: object) -> Apply:
    """log(1 + exp(x)), entry by entry."""
    return apply("softplus", x)


def abs(x: object) -> Apply:
    """The absolute value, entry by entry; its derivative at 0 is taken as 0."""
    return apply("abs", x)


def relu(x: object) -> Apply:
    """max(x, 0), entry by entry; its derivative at 0 is taken as 0."""
    return apply("relu", x)


def clip(x: object, low: object, high: object) -> Apply:
    """min(max(x, low), high) with constant bounds, entry by entry; its derivative at the bounds is taken as 0."""
    return apply("clip", x, low, high)


def sign(x: object) -> Apply:
    """-1, 0 or 1, entry by entry; it jumps at 0."""
    return apply("sign", x)


def dot(x: object, y: object) -> Apply:
    """The inner product of two vectors of the same length."""
    return apply("dot", x, y)


def sum(x: object) -> Apply:
    """The sum of all entries."""
    return apply("sum", x)


def stack(*rows: object) -> Apply:
    """Scalars as a vector, or vectors as the rows of a matrix."""
    return apply("stack", *rows)


def transpose(x: object) -> Apply:
    """The transpose of a matrix."""
    return apply("transpose", x)


def identity(size: int) -> Constant:
    """The identity matrix of that size."""
    return Constant(_identity(size))
