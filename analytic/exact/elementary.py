"""Taylor coefficients of the language's scalar functions, exact where they are rational and proven balls elsewhere.

A scalar is an exact rational (`fmpq`) or a ball that contains the number (`arb`, at the precision of flint's context).
At a kink (abs, relu, clip) derivatives are 0 by convention.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt
from typing import TypeAlias

from flint import arb, fmpq

from infograd.analytic.refusal import NoClosedFormError, UndecidedError

Scalar: TypeAlias = fmpq | arb
ZERO, ONE, HALF = fmpq(0), fmpq(1), fmpq(1, 2)


def is_zero(x: Scalar) -> bool | None:
    """Whether `x` is zero; None for a ball that contains zero and more."""
    if isinstance(x, fmpq):
        return x == ZERO
    return True if x.is_zero() else None if x.contains(0) else False


def sign(x: Scalar) -> int:
    """The sign of `x` as -1, 0 or 1.

    Raises: UndecidedError for a ball on both sides of zero.
    """
    zero = is_zero(x)
    if zero is None:
        raise UndecidedError("needs the sign of a number that the balls do not separate from zero")
    return 0 if zero else 1 if x > 0 else -1


def _exp(x: Scalar, order: int) -> list[Scalar]:
    value = ONE if x == ZERO else arb(x).exp()
    return [value, value, value / 2]


def _log(x: Scalar, order: int) -> list[Scalar]:
    if sign(x) <= 0:
        raise NoClosedFormError("needs the logarithm of a number that is not positive")
    return [_logarithm(x), 1 / x, -1 / (2 * x * x)]


def _logarithm(x: Scalar) -> Scalar:
    if isinstance(x, fmpq) and HALF < x < 2:
        return ZERO if x == ONE else arb(x - 1).log1p()
    return arb(x).log()


def _root(x: Scalar) -> Scalar:
    if isinstance(x, fmpq):
        top, bottom = isqrt(int(x.p)), isqrt(int(x.q))
        if top * top == x.p and bottom * bottom == x.q:
            return fmpq(top, bottom)
    return arb(x).sqrt()


def _sqrt(x: Scalar, order: int) -> list[Scalar]:
    if sign(x) < 0:
        raise NoClosedFormError("needs the square root of a negative number")
    value = _root(x)
    if order == 0:
        return [value]
    if is_zero(x):
        raise NoClosedFormError("needs a derivative of the square root at 0")
    return [value, 1 / (2 * value), -1 / (8 * value * x)]


def _tanh(x: Scalar, order: int) -> list[Scalar]:
    value = ZERO if x == ZERO else arb(x).tanh()
    slope = 1 - value * value
    return [value, slope, -value * slope]


def _sin(x: Scalar, order: int) -> list[Scalar]:
    sine, cosine = (ZERO, ONE) if x == ZERO else arb(x).sin_cos()
    return [sine, cosine, -sine / 2]


def _cos(x: Scalar, order: int) -> list[Scalar]:
    sine, cosine = (ZERO, ONE) if x == ZERO else arb(x).sin_cos()
    return [cosine, -sine, -cosine / 2]


def _erf(x: Scalar, order: int) -> list[Scalar]:
    slope = 2 / arb.pi().sqrt() * arb(-x * x).exp()
    return [ZERO if x == ZERO else arb(x).erf(), slope, ZERO if x == ZERO else -x * slope]


def _sigmoid(x: Scalar, order: int) -> list[Scalar]:
    value = HALF if x == ZERO else 1 / (1 + arb(-x).exp())
    slope = value * (1 - value)
    return [value, slope, slope * (1 - 2 * value) / 2]


def _softplus(x: Scalar, order: int) -> list[Scalar]:
    value, slope, _ = _sigmoid(x, order)
    return [arb(x).exp().log1p(), value, slope / 2]


def _abs(x: Scalar, order: int) -> list[Scalar]:
    side = sign(x)
    return [x * side, fmpq(side), ZERO]


def _relu(x: Scalar, order: int) -> list[Scalar]:
    side = sign(x)
    return [x, ONE, ZERO] if side > 0 else [ZERO, ZERO, ZERO]


def _sign(x: Scalar, order: int) -> list[Scalar]:
    side = sign(x)
    if side == 0 and order:
        raise NoClosedFormError("needs a derivative of sign at 0, where it jumps")
    return [fmpq(side), ZERO, ZERO]


_FUNCTIONS: dict[str, Callable[[Scalar, int], list[Scalar]]] = {
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
    "tanh": _tanh,
    "sin": _sin,
    "cos": _cos,
    "erf": _erf,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "abs": _abs,
    "relu": _relu,
    "sign": _sign,
}


def taylor(operation: str, x: Scalar, order: int) -> list[Scalar]:
    """f(x), f'(x), f''(x)/2 up to `order`.

    Raises: NoClosedFormError where f or a derivative does not exist, UndecidedError where a ball does not tell.
    """
    return _FUNCTIONS[operation](x, order)[: order + 1]


def taylor_clip(x: Scalar, low: Scalar, high: Scalar, order: int) -> list[Scalar]:
    """min(max(x, low), high) and its derivatives, 0 at the bounds and outside."""
    if sign(x - low) <= 0:
        return [low, ZERO, ZERO][: order + 1]
    if sign(high - x) <= 0:
        return [high, ZERO, ZERO][: order + 1]
    return [x, ONE, ZERO][: order + 1]


def taylor_power(x: Scalar, exponent: int, order: int) -> list[Scalar]:
    """The coefficients of (x + u)^n in u, for a whole number n of either sign.

    Raises: NoClosedFormError for a negative power of zero.
    """
    zero = is_zero(x)
    if exponent < 0 and zero:
        raise NoClosedFormError("needs a division by zero")
    if exponent < 0 and zero is None:
        raise UndecidedError("needs a division by a number that the balls do not separate from zero")
    factors = [ONE, fmpq(exponent), fmpq(exponent * (exponent - 1), 2)][: order + 1]
    return [ZERO if factor == ZERO else factor * x ** (exponent - degree) for degree, factor in enumerate(factors)]
