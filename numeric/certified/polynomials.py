"""Polynomials in an absolute value with nonnegative coefficients: how the majorants are written and averaged."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from infograd.numeric.certified.balls import raised

Polynomial = tuple[arb, ...]


def plus(*terms: Polynomial) -> Polynomial:
    """The sum of polynomials."""
    degree = max(len(term) for term in terms)
    return tuple(sum((term[power] for term in terms if power < len(term)), arb(0)) for power in range(degree))


def times(*factors: Polynomial) -> Polynomial:
    """The product of polynomials."""
    result: Polynomial = (arb(1),)
    for factor in factors:
        product = [arb(0)] * (len(result) + len(factor) - 1)
        for left, first in enumerate(result):
            for right, second in enumerate(factor):
                product[left + right] += first * second
        result = tuple(product)
    return result


def scaled(factor: arb, polynomial: Polynomial) -> Polynomial:
    """The polynomial times a number."""
    return tuple(factor * coefficient for coefficient in polynomial)


def applied(polynomial: Polynomial, moments: Sequence[arb]) -> arb:
    """The polynomial with `moments[k]` in place of the k-th power: its mean, or its value."""
    return sum((coefficient * moment for coefficient, moment in zip(polynomial, moments[: len(polynomial)], strict=True)), arb(0))


def at(polynomial: Polynomial, value: arb) -> arb:
    """The value of the polynomial at a nonnegative number."""
    return applied(polynomial, [raised(value, power) for power in range(len(polynomial))])


def normal_moments(variance: arb) -> tuple[arb, ...]:
    """E|z|^k, k = 0..6, of z ~ N(0, variance)."""
    root = variance.sqrt()
    first = (2 / arb.pi()).sqrt() * root
    return arb(1), first, variance, 2 * first * variance, 3 * raised(variance, 2), 8 * first * raised(variance, 2), 15 * raised(variance, 3)
