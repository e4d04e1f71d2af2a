"""Sums over the input with their proven error (Lemma I of docs/proof.md).

For a weight P(x) with |P(x + ia)| <= poly(|x + ia|) on the edges of the strip and |P| <= poly(|x|) on the real line,
|sum_i h phi(x_i) P(x_i) N(y; f(x_i), s2) - E[P N(y; f, s2)]| <= q A(poly) g_rho(y) + t(poly) g_0(y),
q = 2 exp(beta^2 / 2 s2) / (exp(2 pi a / h) - 1): the trapezoid's part and the tail's.
"""

from __future__ import annotations

from flint import arb

from infograd.numeric.certified.balls import HypothesisError, raised
from infograd.numeric.certified.polynomials import Polynomial, applied
from infograd.numeric.certified.trapezoid import strip_factor


def normal_peak(variance: arb) -> arb:
    """(2 pi s2)^(1/2): one over the peak of N(0, s2)."""
    return (2 * arb.pi() * variance).sqrt()


def envelope(y: arb, half_range: arb, rho: arb, variance: arb) -> arb:
    """g_rho(y) = (2 pi s2)^(-1/2) exp(-((|y| - B - rho)_+)^2 / 2 s2), y measured from the centre of the range."""
    beyond = (abs(y) - half_range - rho).max(arb(0))
    return (-(raised(beyond, 2)) / (2 * variance)).exp() / normal_peak(variance)


def inner_factor(half_width: arb, step: arb, beta: arb, variance: arb) -> arb:
    """q = 2 exp(beta^2 / 2 s2) / (exp(2 pi a / h) - 1)."""
    return (raised(beta, 2) / (2 * variance)).exp() * strip_factor(half_width, step)


def edge_moments(half_width: arb) -> tuple[arb, arb, arb]:
    """A_k(a) >= int |x + ia|^k |phi(x + ia)| dx for k = 0, 1, 2: exp(a^2/2) times 1, sqrt(2/pi) + a, 1 + a^2."""
    growth = (raised(half_width, 2) / 2).exp()
    return growth, growth * ((2 / arb.pi()).sqrt() + half_width), growth * (1 + raised(half_width, 2))


def upper_tail(reach: arb) -> arb:
    """Q(r) = P(N(0, 1) > r)."""
    return (reach / arb(2).sqrt()).erfc() / 2


def tail_moments(reach: arb) -> tuple[arb, arb, arb]:
    """t_k >= sum_{|x_i| > r} h |x_i|^k phi(x_i) for k = 0, 1, 2, where r = hN is the last node's place.

    Raises: HypothesisError where r^2 < 2, for |x|^2 phi(x) only falls from there on.
    """
    if not raised(reach, 2) >= 2:
        raise HypothesisError(f"the last node stands at {reach}; the tail bounds need it at sqrt(2) or beyond")
    density = (-(raised(reach, 2)) / 2).exp() / normal_peak(arb(1))
    return 2 * upper_tail(reach), 2 * density, 2 * (reach * density + upper_tail(reach))


def weight_error(on_edge: Polynomial, on_axis: Polynomial, factor: arb, edge: tuple[arb, ...], tail: tuple[arb, ...]) -> arb:
    """q A(poly) + t(poly): the error of one weighted sum in units of g_rho(y), since g_0 <= g_rho."""
    return factor * applied(on_edge, edge) + applied(on_axis, tail)
