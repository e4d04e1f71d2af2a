"""Exact rationals and balls: what crosses the border of ball arithmetic.

A ball of `flint.arb` is a midpoint and a radius; every operation returns a ball that contains the true result. The
working precision of python-flint belongs to the whole process, so it is only ever set by `precision`, one thread at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction

from flint import arb, ctx, fmpq

_LOCK = threading.RLock()


class HypothesisError(ValueError):
    """A bound was asked outside its hypothesis; the message says which, without a full stop."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Ball arithmetic at that many bits within the block, for one thread at a time; the precision before it is restored."""
    with _LOCK, ctx.workprec(bits):
        yield


def ball(value: Fraction | int) -> arb:
    """The ball around a rational: exact where the working precision holds it."""
    return arb(fmpq(value.numerator, value.denominator))


def exact_binary(value: float) -> Fraction:
    """A float as the dyadic rational that it is."""
    return Fraction(value)


def _dyadic(value: arb) -> Fraction:
    mantissa, exponent = value.man_exp()
    power = int(exponent)
    return Fraction(int(mantissa) << power) if power >= 0 else Fraction(int(mantissa), 1 << -power)


def midpoint(value: arb) -> Fraction:
    """The exact midpoint of a finite ball."""
    return _dyadic(value.mid())


def radius(value: arb) -> Fraction:
    """The exact radius of a finite ball."""
    return _dyadic(value.rad())


def widened(value: arb, error: arb) -> arb:
    """The ball of everything within `error` (a nonnegative ball) of `value`."""
    return value + arb(0, error.upper())


def hull(low: arb, high: arb) -> arb:
    """A ball around everything from the lower end of `low` to the upper end of `high`."""
    return low.lower().union(high.upper())


def largest(values: Iterable[arb]) -> arb:
    """A ball that contains the maximum of the values."""
    found = iter(values)
    result = next(found)
    for value in found:
        result = result.max(value)
    return result


def total(values: Iterable[arb]) -> arb:
    """The sum of the values."""
    return sum(values, arb(0))


def raised(value: arb, exponent: int) -> arb:
    """A whole power, by products: flint's own operator has no value for a ball around 0."""
    result = arb(1)
    for _ in range(abs(exponent)):
        result *= value
    return result if exponent >= 0 else 1 / result
