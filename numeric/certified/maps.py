"""Bounded analytic maps with every constant that the enclosures need.

On the lines Im z = +-v (v < strip) a map f with range in [centre - half_range, centre + half_range] on the real line satisfies
dist(Re f, range) <= rho(v), |Im f| <= beta(v), |f'| <= d1(v), |f''| <= d2(v), all nondecreasing in v; R1 and R2 bound |f'| and |f''| on
the real line. The derivations stand in docs/proof.md, section 2, those along the hyperbolas U = kappa sinh(r + i angle) too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import arb

from infograd.numeric.certified.balls import largest, raised


@dataclass(frozen=True, slots=True)
class LineBounds:
    """Bounds along a contour and its mirror image: of the distance of Re f from the range (rho), |Im f| (beta), |f'| (d1) and |f''| (d2)."""

    rho: arb
    beta: arb
    d1: arb
    d2: arb

    def scaled(self, outer: arb, inner: arb) -> LineBounds:
        """The bounds of outer * f(inner * x) in x."""
        size, slope = abs(outer), abs(inner)
        return LineBounds(size * self.rho, size * self.beta, size * slope * self.d1, size * raised(slope, 2) * self.d2)


@dataclass(frozen=True, slots=True)
class BoundedMap:
    """A map with its range, its strip of analyticity (None for the whole plane) and its bounds; `derivatives` gives f, f' and f'' at a real ball.

    `hyperbola(kappa, angle, pieces)` bounds along kappa sinh(r + i angle), or is None where no such bound is proven.
    """

    name: str
    centre: arb
    half_range: arb
    strip: arb | None
    line: Callable[[arb], LineBounds]
    derivatives: Callable[[arb], tuple[arb, arb, arb]]
    R1: arb
    R2: arb
    hyperbola: Callable[[arb, arb, int], LineBounds | None]

    def affine(self, outer: arb, inner: arb, shift: arb, offset: arb) -> BoundedMap:
        """x -> outer * f(inner * x + shift) + offset: ranges scale by |outer|, the strip by 1/|inner|."""

        def line(width: arb) -> LineBounds:
            return self.line(abs(inner) * width).scaled(outer, inner)

        def derivatives(x: arb) -> tuple[arb, arb, arb]:
            value, first, second = self.derivatives(inner * x + shift)
            return outer * value + offset, outer * inner * first, outer * raised(inner, 2) * second

        size, slope = abs(outer), abs(inner)
        strip = None if self.strip is None or inner == 0 else self.strip / slope
        centre, half_range = outer * self.centre + offset, size * self.half_range
        return BoundedMap(self.name, centre, half_range, strip, line, derivatives, size * slope * self.R1, size * raised(slope, 2) * self.R2, _nowhere)


def _tanh_line(v: arb) -> LineBounds:
    slope = 1 / raised(v.cos(), 2)
    return LineBounds(arb(0), v.tan(), slope, 2 * slope)


def _tanh(x: arb) -> tuple[arb, arb, arb]:
    decay = (-2 * abs(x)).exp()
    slope = 4 * decay / raised(1 + decay, 2)
    value = x.tanh()
    return value, slope, -2 * value * slope


def _tanh_hyperbola(kappa: arb, angle: arb, pieces: int) -> LineBounds | None:
    """Bounds along X + iY = kappa sinh(r + i angle), where X = cot(angle) sqrt(Y^2 - Y0^2), Y0 = kappa sin(angle) < pi/4 (section 2)."""
    start, edge = kappa * angle.sin(), arb.pi() / 4
    if not (start < edge and 0 < angle < edge):
        return None
    cotangent = angle.cot()
    away = cotangent * (raised(edge, 2) - raised(start, 2)).sqrt()
    imaginary, slope = [1 / (2 * away).sinh()], [1 / raised(away.sinh(), 2)]
    for piece in range(pieces):
        low, high = (start + (edge - start) * (piece + end) / pieces for end in (0, 1))
        across = cotangent * (raised(low, 2) - raised(start, 2)).nonnegative_part().sqrt()
        cosine = (2 * high).cos()
        imaginary.append((2 * high).sin() / ((2 * across).cosh() + cosine))
        slope.append(2 / ((2 * across).cosh() + cosine))
    rho, beta, d1 = away.coth() - 1, largest(imaginary), largest(slope)
    return LineBounds(rho, beta, d1, 2 * (1 + rho + beta) * d1)


def _sine_line(v: arb) -> LineBounds:
    return LineBounds(v.cosh() - 1, v.sinh(), v.cosh(), v.cosh())


def _sine(x: arb) -> tuple[arb, arb, arb]:
    sine, cosine = x.sin_cos()
    return sine, cosine, -sine


def _error_line(v: arb) -> LineBounds:
    steepest, growth = 2 / arb.pi().sqrt(), (v * v).exp()
    return LineBounds(v.erfi(), v.erfi(), steepest * growth, 2 * steepest * (1 / (2 * arb(1).exp()).sqrt() + v) * growth)


def _error(x: arb) -> tuple[arb, arb, arb]:
    slope = 2 / arb.pi().sqrt() * (-x * x).exp()
    return x.erf(), slope, -2 * x * slope


def _error_hyperbola(kappa: arb, angle: arb, pieces: int) -> LineBounds | None:
    """|erf(X+iY) - erf X| <= exp(-X^2) erfi Y, which falls once 2 (cot^2 - 1) Y^2 >= 1, by Dawson(Y) >= Y / (1 + 2 Y^2) (section 2)."""
    start = kappa * angle.sin()
    if not 0 < angle < arb.pi() / 4:
        return None
    square = raised(angle.cot(), 2)
    turn = start.max(1 / (2 * (square - 1)).sqrt())
    imaginary = [start.erfi()]
    for piece in range(pieces):
        low, high = (start + (turn - start) * (piece + end) / pieces for end in (0, 1))
        imaginary.append((-square * (raised(low, 2) - raised(start, 2)).nonnegative_part()).exp() * high.erfi())
    steepest, growth, tangent = 2 / arb.pi().sqrt(), (raised(start, 2)).exp(), angle.tan()
    reach = (1 + tangent) / (2 * arb(1).exp() * (1 - raised(tangent, 2))).sqrt() + start
    beta = largest(imaginary)
    return LineBounds(beta, beta, steepest * growth, 2 * steepest * reach * growth)


def softplus(x: arb) -> tuple[arb, arb, arb]:
    """log(1 + e^x), its slope and its bend at a real ball."""
    decay = (-abs(x)).exp()
    slope = 1 / (1 + (-x).exp())
    return x.max(arb(0)) + decay.log1p(), slope, decay / raised(1 + decay, 2)


def _nowhere(kappa: arb, angle: arb, pieces: int) -> LineBounds | None:
    return None


def tanh_map() -> BoundedMap:
    """tanh: analytic in |Im z| < pi/2, bounded as stated for |Im z| <= pi/4."""
    return BoundedMap("tanh", arb(0), arb(1), arb.pi() / 4, _tanh_line, _tanh, arb(1), 4 / (3 * arb(3).sqrt()), _tanh_hyperbola)


def sine_map() -> BoundedMap:
    """sin: entire; |Re sin| reaches cosh v off the axis, hence rho."""
    return BoundedMap("sin", arb(0), arb(1), None, _sine_line, _sine, arb(1), arb(1), _nowhere)


def error_map() -> BoundedMap:
    """erf: entire; |erf(u + iv) - erf u| <= exp(-u^2) erfi v."""
    steepest = 2 / arb.pi().sqrt()
    return BoundedMap("erf", arb(0), arb(1), None, _error_line, _error, steepest, 2 * steepest / (2 * arb(1).exp()).sqrt(), _error_hyperbola)


def sigmoid_map() -> BoundedMap:
    """sigmoid(x) = 1/2 + tanh(x/2)/2."""
    half = arb(1) / 2
    return tanh_map().affine(half, half, arb(0), half)


def cosine_map() -> BoundedMap:
    """cos(x) = sin(x + pi/2)."""
    return sine_map().affine(arb(1), arb(1), arb.pi() / 2, arb(0))


MAPS: dict[str, Callable[[], BoundedMap]] = {"tanh": tanh_map, "sin": sine_map, "cos": cosine_map, "erf": error_map, "sigmoid": sigmoid_map}
