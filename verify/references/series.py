r"""Equiprobable -a and a in Gaussian noise of variance s2: I as an alternating series, proved to any number of digits.

With g = a^2/s2, phi and Q the standard normal density and upper tail, and A_n = e^(2n(n+1)g) Q((2n+1) sqrt(g)),

    I     = log 2 - 2 sqrt(g) phi(sqrt(g)) + (2g - 1) Q(sqrt(g)) - sum_(n>=1) (-1)^(n+1) A_n/(n(n+1)),
    dI/dg = 2 Q(sqrt(g)) - phi(sqrt(g))/(2 sqrt(g))              - sum_(n>=1) (-1)^(n+1) A_n'/(n(n+1)).

I = log 2 - E log(1 + e^(-2L)) with L ~ N(g, g); expand the logarithm where L > 0 and, after taking out -2L, where L < 0. A_n is
e^(-g/2)/sqrt(pi) int_0^inf exp(-t^2 - (2n+1) sqrt(2g) t) dt, so A_n/(n(n+1)) and, as (2n+1)/(n(n+1)) = 1/n + 1/(n+1), also -A_n'/(n(n+1)) are
completely monotone in n: moments of a positive measure on [0, 1]. For those Algorithm 1 of Cohen, Rodriguez Villegas and Zagier
(Experimental Mathematics 9 (2000) 3) with m terms errs by at most the sum over d_m, d_m = ((3 + sqrt 8)^m + (3 - sqrt 8)^m)/2, and the sum is at
most its first term.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import arb, ctx, fmpq

from infograd.answer import Access, Answer
from infograd.mapping import FrozenMapping
from infograd.quantity import Doubt, Quantity
from infograd.question import Question

METHOD = "alternating series"
BITS, TERMS = 320, 80


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def alternating_sum(term: Callable[[int], arb]) -> arb:
    """sum_(k>=0) (-1)^k term(k), where the terms are moments of a positive measure on [0, 1]."""
    before, last = 1, 3
    for _ in range(TERMS - 1):
        before, last = last, 6 * last - before
    weight, share, total = Fraction(-1), Fraction(-last), arb(0)
    for k in range(TERMS):
        share = weight - share
        total += _ball(share) * term(k)
        weight *= Fraction((k + TERMS) * (k - TERMS), (k + 1) * (2 * k + 1)) * 2
    return total / last + arb(0, (term(0) / last).upper())


def _information(g: arb) -> tuple[arb, arb]:
    """I and dI/dg in nats."""
    root = g.sqrt()
    density = (-g / 2).exp() / (2 * arb.pi()).sqrt()
    tail = (root / arb(2).sqrt()).erfc() / 2

    def moment(n: int) -> arb:
        return (2 * n * (n + 1) * g).exp() * ((2 * n + 1) * root / arb(2).sqrt()).erfc() / 2

    def slope(n: int) -> arb:
        return (2 * n + 1) * density / (2 * root) - 2 * n * (n + 1) * moment(n)

    value = arb(2).log() - 2 * root * density + (2 * g - 1) * tail - alternating_sum(lambda k: moment(k + 1) / ((k + 1) * (k + 2)))
    return value, 2 * tail - density / (2 * root) + alternating_sum(lambda k: slope(k + 1) / ((k + 1) * (k + 2)))


def _exact(ball: arb) -> Fraction:
    mantissa, exponent = ball.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _quantity(ball: arb) -> Quantity:
    return Quantity(_exact(ball.mid()), Doubt(proved=_exact(ball.rad())))


def answer(question: Question) -> Answer:
    """I(X;Y) of Y = a X + Z with X uniform on -1 and 1, and its derivatives in a and s2."""
    amplitude, noise = Fraction(question.at["a"]), Fraction(question.at["s2"])
    with ctx.workprec(BITS):
        value, slope = _information(_ball(amplitude**2 / noise))
        gradient = {"a": slope * _ball(2 * amplitude / noise), "s2": -slope * _ball(amplitude**2 / noise**2)}
        quantities = {name: _quantity(each) for name, each in gradient.items()}
        return Answer("verify", METHOD, Access.MODEL, _quantity(value), FrozenMapping(quantities))
