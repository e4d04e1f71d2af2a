"""The signal T of Y = T + Z in units of the noise: its law, its derivatives in the parameters, and their moments.

Dividing Y by the noise's deviation and moving its range's centre to 0 changes no information, so Z ~ N(0, 1) from here on. Then
T = a g(c + t xi) with xi ~ N(0, 1), one (c, t) for each component of the input's law, or T has finitely many atoms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from infograd.channel import Gate, Source
from infograd.graph import ancestors
from infograd.law import Law, Mixture, Normal, Points
from infograd.numeric.certified.balls import largest, raised, total
from infograd.numeric.certified.jets import Jet, Pair
from infograd.numeric.certified.maps import MAPS, BoundedMap, LineBounds
from infograd.numeric.certified.outer import OutputFacts
from infograd.numeric.certified.polynomials import Polynomial, applied, normal_moments, plus, scaled, times
from infograd.numeric.certified.reading import Affine, Moved, OutsideTheoremError, Reader, noisy_gate
from infograd.question import Question

Derivative = tuple[str, ...]


def pairs_of(names: Iterable[str]) -> tuple[Pair, ...]:
    """Every unordered pair of the names, once."""
    ordered = sorted(names)
    return tuple((left, right) for position, left in enumerate(ordered) for right in ordered[position:])


@dataclass(frozen=True, slots=True)
class Component:
    """A Normal component of the map's argument: weight, c and t."""

    weight: arb
    centre: Jet
    spread: Jet

    def path(self, names: Derivative) -> tuple[arb, arb]:
        """The derivative of c + t xi by the names, as its two coefficients."""
        if len(names) == 1:
            return self.centre.slope(names[0]), self.spread.slope(names[0])
        return self.centre.curvature(*names), self.spread.curvature(*names)


@dataclass(frozen=True, slots=True)
class Smooth:
    """T = a g(c + t xi); `drift` is the derivative of the gate's offset in units of the noise."""

    map: BoundedMap
    amplitude: Jet
    components: tuple[Component, ...]
    drift: dict[str, arb]

    def values(self, component: Component, x: arb, names: tuple[Derivative, ...]) -> tuple[arb, dict[Derivative, arb]]:
        """T and its derivatives at xi = x."""
        g, g1, g2 = self.map.derivatives(component.centre.value + component.spread.value * x)
        a = self.amplitude
        moves: dict[Derivative, arb] = {}
        for name in names:
            constant, slope = component.path(name)
            along = constant + slope * x
            if len(name) == 1:
                moves[name] = self.drift.get(name[0], arb(0)) + a.slope(name[0]) * g + a.value * g1 * along
                continue
            (c0, t0), (c1, t1) = component.path(name[:1]), component.path(name[1:])
            left, right = c0 + t0 * x, c1 + t1 * x
            bend = g2 * left * right + g1 * along
            moves[name] = a.curvature(*name) * g + (a.slope(name[0]) * right + a.slope(name[1]) * left) * g1 + a.value * bend
        return a.value * g, moves

    def bounds(self, component: Component, names: Derivative, size: arb, d1: arb, d2: arb) -> Polynomial:
        """A polynomial in |xi| above |derivative of T| where |g| <= size, |g'| <= d1, |g''| <= d2."""

        def path(which: Derivative) -> Polynomial:
            constant, slope = component.path(which)
            return abs(constant), abs(slope)

        a = self.amplitude
        if len(names) == 1:
            flat = abs(self.drift.get(names[0], arb(0))) + abs(a.slope(names[0])) * size
            return plus((flat,), scaled(abs(a.value) * d1, path(names)))
        left, right = path(names[:1]), path(names[1:])
        cross = plus(scaled(abs(a.slope(names[0])) * d1, right), scaled(abs(a.slope(names[1])) * d1, left))
        bend = plus(scaled(d2, times(left, right)), scaled(d1, path(names)))
        return plus((abs(a.curvature(*names)) * size,), cross, scaled(abs(a.value), bend))

    def axis(self, component: Component, names: Derivative) -> Polynomial:
        """The same on the real line."""
        return self.bounds(component, names, self.map.half_range, self.map.R1, self.map.R2)

    def edge(self, component: Component, names: Derivative, line: LineBounds) -> Polynomial:
        """The same on a contour with those bounds of g."""
        return self.bounds(component, names, self.map.half_range + line.rho + line.beta, line.d1, line.d2)

    @property
    def half_range(self) -> arb:
        """B."""
        return abs(self.amplitude.value) * self.map.half_range

    def mean(self, *names: Derivative) -> arb:
        """A bound of E|product of the derivatives of T|."""
        moments = normal_moments(arb(1))
        return total(each.weight * applied(times(*(self.axis(each, name) for name in names)), moments) for each in self.components)

    def symmetric(self, names: Iterable[str]) -> bool:
        """Whether T and its first derivatives are certainly odd in xi."""
        if len(self.components) != 1 or not self.components[0].centre.value.is_zero():
            return False
        moved = self.components[0].centre.first
        return all(self.drift.get(name, arb(0)).is_zero() and name not in moved for name in names)


@dataclass(frozen=True, slots=True)
class Atoms:
    """T with finitely many values, each a jet around the centre of its range."""

    weights: tuple[arb, ...]
    places: tuple[Jet, ...]

    @property
    def half_range(self) -> arb:
        """B."""
        return largest(abs(place.value) for place in self.places)

    def moves(self, position: int, name: Derivative) -> arb:
        """A derivative of one atom."""
        place = self.places[position]
        return place.slope(name[0]) if len(name) == 1 else place.curvature(*name)

    def mean(self, *names: Derivative) -> arb:
        """E|product of the derivatives of T|."""
        result = arb(0)
        for position, weight in enumerate(self.weights):
            product = weight
            for name in names:
                product = product * abs(self.moves(position, name))
            result += product
        return result

    def symmetric(self, names: Iterable[str]) -> bool:
        """Atoms are few: their whole grid is taken."""
        return False


@dataclass(frozen=True, slots=True)
class Signal:
    """The law of T, the noise's variance as a jet, and the output's centre: Y = centre + sqrt(s2) (T + Z)."""

    law: Smooth | Atoms
    noise: Jet
    centre: arb

    def facts(self) -> OutputFacts:
        """What the outer majorants need, in units of the noise."""
        half_range = self.law.half_range
        odd = self.law.symmetric(())
        return OutputFacts(half_range, arb(1), raised(half_range, 2), half_range if odd else 2 * half_range)


def read_signal(question: Question, around: Mapping[str, Fraction] | None = None) -> Signal:
    """The signal of a question, within the current working precision; `around` widens parameters to intervals of that radius.

    Raises: OutsideTheoremError with the hypothesis that fails.
    """
    gate = noisy_gate(question)
    reader = Reader(question, around=around or {})
    if not isinstance(gate.noise, Normal):
        raise OutsideTheoremError(f"the noise of gate {gate.name!r} is {type(gate.noise).__name__}, and the theorem needs Normal")
    noise, mean = reader.parameter(gate.noise.covariance), reader.parameter(gate.noise.mean)
    if not noise.value > 0:
        raise OutsideTheoremError(f"the noise variance of gate {gate.name!r} is not certainly positive")
    source = only_source(question, gate)
    if isinstance(source.law, Points):
        return _atoms(reader, gate, source, source.law, noise, mean)
    form = reader.form(gate.map)
    if not isinstance(form, Moved):
        raise OutsideTheoremError(f"the map of gate {gate.name!r} is unbounded or constant, and the theorem needs a bounded map of its input")
    scale = noise.root().power(-1)
    bounded, outer, inside, offset = _canonical(form)
    shift = (offset + mean) * scale
    drift = {name: slope for name, slope in shift.first.items() if name not in noise.first}
    smooth = Smooth(bounded, outer * scale, _components(reader, source.law, inside), drift)
    return Signal(smooth, noise, (offset + mean).value)


def _canonical(form: Moved) -> tuple[BoundedMap, Jet, Affine, Jet]:
    """The form with an odd map of range [-1, 1]: cos is a moved sin, sigmoid a moved tanh."""
    inside, half = form.inside, Jet(arb(1) / 2)
    if form.map == "cos":
        return MAPS["sin"](), form.outer, Affine(inside.node, inside.slope, inside.intercept + Jet(arb.pi() / 2)), form.offset
    if form.map == "sigmoid":
        return MAPS["tanh"](), half * form.outer, Affine(inside.node, half * inside.slope, half * inside.intercept), form.offset + half * form.outer
    return MAPS[form.map](), form.outer, inside, form.offset


def only_source(question: Question, gate: Gate) -> Source:
    """The one source above the gate, which an information must name.

    Raises: OutsideTheoremError where there are more, or the question names another node.
    """
    above = ancestors(question.channel, [gate.name])
    sources = [node for node in question.channel.nodes if isinstance(node, Source) and node.name in above]
    if len(sources) != 1:
        raise OutsideTheoremError(f"gate {gate.name!r} has {len(sources)} inputs, and the theorem is about one")
    named = {name for side in question.between for name in side} - {gate.name}
    if named - {sources[0].name}:
        raise OutsideTheoremError(f"the question names {min(named)!r}, which is not the input {sources[0].name!r} of gate {gate.name!r}")
    return sources[0]


def normal_parts(law: Law) -> list[Normal]:
    """The Normal law, or those of a mixture.

    Raises: OutsideTheoremError for other laws.
    """
    parts = law.components if isinstance(law, Mixture) else (law,)
    normals = [part for part in parts if isinstance(part, Normal)]
    if len(normals) != len(parts):
        raise OutsideTheoremError("the input's law is neither Normal, nor a Mixture of Normals, nor Points")
    return normals


def fixed_weights(jets: Iterable[Jet]) -> tuple[arb, ...]:
    """The weights of a mixture or of points.

    Raises: OutsideTheoremError where one moves with a parameter.
    """
    weights = tuple(jets)
    if any(weight.first for weight in weights):
        raise OutsideTheoremError("a weight of the input's law depends on a parameter of the gradient, and the theorem moves places only")
    return tuple(weight.value for weight in weights)


def _components(reader: Reader, law: Law, inside: Affine) -> tuple[Component, ...]:
    weights = fixed_weights(reader.entries(law.weights)) if isinstance(law, Mixture) else (arb(1),)
    found = []
    for weight, normal in zip(weights, normal_parts(law), strict=True):
        mean, root = reader.parameter(normal.mean), reader.parameter(normal.covariance).root()
        found.append(Component(weight, inside.slope * mean + inside.intercept, inside.slope * root))
    return tuple(found)


def _atoms(reader: Reader, gate: Gate, source: Source, law: Points, noise: Jet, mean: Jet) -> Signal:
    weights = fixed_weights(reader.entries(law.weights))
    images = []
    for value in reader.entries(law.values):
        image = Reader(reader.question, {source.name: value}, reader.around).form(gate.map)
        if not isinstance(image, Jet) or not image.value.is_finite():
            raise OutsideTheoremError(f"the map of gate {gate.name!r} has no finite value at a point of {source.name!r}")
        images.append(image + mean)
    low, high = -largest(-image.value for image in images), largest(image.value for image in images)
    middle = ((low + high) / 2).mid()
    scale = noise.root().power(-1)
    return Signal(Atoms(weights, tuple((image + Jet(-middle)) * scale for image in images)), noise, middle)
