"""The signal T of Y = T + Z where T grows with its input, in units of the noise, with its growth, its derivatives and its bounds off the axis.

For a component of the input's law, T = sum_j b_j xi^j + sum_i a_i g_i(c_i + t_i xi), xi ~ N(0, 1); b_0 is taken off, for a constant of T moves Y alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from flint import arb

from infograd.law import Law, Mixture, Normal
from infograd.numeric.certified.balls import HypothesisError, raised, total
from infograd.numeric.certified.growing.maps import GrowingMap, canonical, growing_map
from infograd.numeric.certified.growing.reading import Sum, read_sum
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.polynomials import Polynomial, at, plus, scaled
from infograd.numeric.certified.reading import OutsideTheoremError, Reader, noisy_gate
from infograd.numeric.certified.signal import fixed_weights, normal_parts, only_source
from infograd.question import Question

GROWTH = 2
LIMIT = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """a g(c + t xi)."""

    map: GrowingMap
    amplitude: Jet
    centre: Jet
    spread: Jet

    def reach(self) -> Polynomial:
        """|g| <= level + slope (|c| + |t| |xi|)."""
        return plus((self.map.level,), scaled(self.map.slope, (abs(self.centre.value), abs(self.spread.value))))

    def line(self, width: arb) -> tuple[arb, arb, arb]:
        """(rho, beta, d1) of g on |Im xi| <= width.

        Raises: HypothesisError where that leaves the map's strip.
        """
        height = abs(self.spread.value) * width
        if self.map.strip is not None and not height < self.map.strip:
            raise HypothesisError(f"the strip of the input reaches {height} in the argument of a map that is bounded below {self.map.strip}")
        bounds = self.map.line(height)
        return bounds.rho, bounds.beta, bounds.d1


@dataclass(frozen=True, slots=True)
class Edge:
    """On |Im xi| <= width and |y| <= reach: |Im T| <= beta, or 2 |Im T| <= |y - Re T| (Lemma I' of docs/proof.md)."""

    width: arb
    beta: arb


@dataclass(frozen=True, slots=True)
class GrowingComponent:
    """T for one Normal component of the input, with its weight; the coefficients are those of 1, xi, xi^2, ..."""

    weight: arb
    coefficients: tuple[Jet, ...]
    pieces: tuple[Piece, ...]

    @property
    def degree(self) -> int:
        """The degree of the polynomial, without the coefficients that are exactly 0."""
        return max((power for power, each in enumerate(self.coefficients) if not each.value.is_zero()), default=0)

    def values(self, x: arb, names: tuple[str, ...]) -> tuple[arb, list[arb]]:
        """T and its derivatives at xi = x."""
        powers = [raised(x, power) for power in range(len(self.coefficients))]
        place = total(each.value * power for each, power in zip(self.coefficients, powers, strict=True))
        moves = [total(each.slope(name) * power for each, power in zip(self.coefficients, powers, strict=True)) for name in names]
        for piece in self.pieces:
            value, slope, _ = piece.map.derivatives(piece.centre.value + piece.spread.value * x)
            place += piece.amplitude.value * value
            for position, name in enumerate(names):
                inside = piece.centre.slope(name) + piece.spread.slope(name) * x
                moves[position] += piece.amplitude.slope(name) * value + piece.amplitude.value * slope * inside
        return place, moves

    def growth(self, sign: int = 0) -> Polynomial:
        """A polynomial in |xi| above |T|, or above T (sign 1) or -T (sign -1)."""

        def counts(value: arb, one_sided: bool) -> bool:
            return not (sign and one_sided and sign * value <= 0)

        terms = [abs(each.value) if counts(each.value, power % 2 == 0) else arb(0) for power, each in enumerate(self.coefficients)]
        reaches = [scaled(abs(piece.amplitude.value), piece.reach()) for piece in self.pieces if counts(piece.amplitude.value, piece.map.positive)]
        return plus(tuple(terms), *reaches)

    def slope_bound(self, name: str, width: arb | None = None) -> Polynomial:
        """A polynomial in |xi| above the derivative of T: on the real line, or on |Im xi| <= width."""
        result: Polynomial = tuple(abs(each.slope(name)) for each in self.coefficients)
        for piece in self.pieces:
            rho, beta, steepest = (arb(0), arb(0), piece.map.R1) if width is None else piece.line(width)
            path = abs(piece.centre.slope(name)), abs(piece.spread.slope(name))
            size = plus(piece.reach(), (rho + beta,))
            result = plus(result, scaled(abs(piece.amplitude.slope(name)), size), scaled(abs(piece.amplitude.value) * steepest, path))
        return result

    def _off_axis(self, width: arb, odd: int) -> Polynomial:
        """The imaginary (odd = 1) or the changed real (odd = 0) part of the polynomial on Im xi = +-width, as a polynomial in |Re xi|."""
        result = [arb(0)] * len(self.coefficients)
        for power, each in enumerate(self.coefficients):
            for taken in range(2 - odd, power + 1, 2):
                result[power - taken] += abs(each.value) * comb(power, taken) * raised(width, taken)
        return tuple(result)

    def edge(self, width: arb, reach: arb) -> Edge:
        """The bound beta on the strip of that width for |y| <= reach.

        Raises: HypothesisError where the leading coefficient may be 0, or no place is found beyond which the real part leads.
        """
        sizes = [abs(piece.amplitude.value) for piece in self.pieces]
        lines = [piece.line(width) for piece in self.pieces]
        imaginary = self._off_axis(width, 1)
        beside = total(size * line[1] for size, line in zip(sizes, lines, strict=True))
        degree = self.degree
        if degree < GROWTH:
            return Edge(width, at(imaginary, arb(0)) + beside)
        lower = [abs(each.value) if power < degree else arb(0) for power, each in enumerate(self.coefficients)]
        pieces = [scaled(size, plus(piece.reach(), (line[0],))) for size, piece, line in zip(sizes, self.pieces, lines, strict=True)]
        against = plus((reach + 2 * beside,), tuple(lower), self._off_axis(width, 0), scaled(arb(2), imaginary), *pieces)
        start = _leading_place(abs(self.coefficients[degree].value), degree, against)
        return Edge(width, at(imaginary, start) + beside)


def _leading_place(leading: arb, degree: int, against: Polynomial) -> arb:
    """An r with leading * x^degree >= against(x) for all x >= r: true beyond r if true at r, as the quotient against(x)/x^degree falls."""
    if any(not each.is_zero() for each in against[degree:]):
        raise HypothesisError("the polynomial's leading term does not lead")
    low, high = 0.0, 1.0
    while not leading * raised(arb(high), degree) >= at(against, arb(high)):
        low, high = high, 2 * high
        if high > 2.0**LIMIT:
            raise HypothesisError("the polynomial's leading coefficient may be 0")
    for _ in range(6):
        middle = (low + high) / 2
        low, high = (low, middle) if leading * raised(arb(middle), degree) >= at(against, arb(middle)) else (middle, high)
    return arb(high)


@dataclass(frozen=True, slots=True)
class GrowingSignal:
    """The components of T, and the noise's variance as a jet."""

    components: tuple[GrowingComponent, ...]
    noise: Jet


def read_growing(question: Question) -> GrowingSignal:
    """The signal of a question, within the current working precision.

    Raises: OutsideTheoremError with the hypothesis that fails.
    """
    gate, reader = noisy_gate(question), Reader(question)
    if not isinstance(gate.noise, Normal):
        raise OutsideTheoremError(f"the noise of gate {gate.name!r} is {type(gate.noise).__name__}, and Normal is taken")
    noise = reader.parameter(gate.noise.covariance)
    if not noise.value > 0:
        raise OutsideTheoremError(f"the noise variance of gate {gate.name!r} is not certainly positive")
    found = read_sum(gate.map, reader).scaled(noise.root().power(-1))
    return GrowingSignal(_components(reader, only_source(question, gate).law, found), noise)


def _components(reader: Reader, law: Law, found: Sum) -> tuple[GrowingComponent, ...]:
    weights = fixed_weights(reader.entries(law.weights)) if isinstance(law, Mixture) else (arb(1),)
    components: list[GrowingComponent] = []
    constant: Jet | None = None
    for weight, normal in zip(weights, normal_parts(law), strict=True):
        mean, root = reader.parameter(normal.mean), reader.parameter(normal.covariance).root()
        power, polynomial = Sum((Jet(arb(1)),)), Sum((Jet(arb(0)),))
        for position, coefficient in enumerate(found.coefficients):
            power = power.times(Sum((mean, root))) if position else power
            polynomial = polynomial.plus(power.scaled(coefficient))
        start = polynomial.coefficients[0]
        first = Jet(arb(0)) if constant is None else start - constant
        constant = start if constant is None else constant
        terms = [canonical(term) for term in found.terms]
        pieces = tuple(Piece(growing_map(term.map), term.outer, term.intercept + term.slope * mean, term.slope * root) for term in terms)
        components.append(GrowingComponent(weight, (first, *polynomial.coefficients[1:]), pieces))
    return tuple(components)
