"""Gates as sums of bounded terms, one for each input, read from their expression trees; each term in the units of its gate's noise.

A gate sum_i a_i g_i(c_i + t_i V_i) + offset + N(mean, s2) becomes sum_i (a_i / s) g_i(c_i + t_i V_i) + N(0, 1) plus a constant, s = sqrt(s2):
no information changes, and every parameter of the maps and of the noise moves jets only.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from infograd.channel import Gate, Source
from infograd.expression import Apply, Expression, references
from infograd.law import Law, Mixture, Normal, Points
from infograd.numeric.certified.balls import largest
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.maps import MAPS
from infograd.numeric.certified.reading import Affine, Moved, OutsideTheoremError, Reader
from infograd.numeric.certified.signal import Atoms, Component, Smooth

HALF = Jet(arb(1) / 2)


@dataclass(frozen=True, slots=True)
class NoisyGate:
    """The gate's terms by input in units of its noise, the deviation s of that noise, and the constant that was taken off Y."""

    terms: dict[str, Moved]
    deviation: Jet
    offset: Jet


def noisy_gate_terms(gate: Gate, reader: Reader) -> NoisyGate:
    """The gate in units of its noise.

    Raises: OutsideTheoremError with the hypothesis that fails.
    """
    if not isinstance(gate.noise, Normal):
        kind = "no noise" if gate.noise is None else f"{type(gate.noise).__name__} noise"
        raise OutsideTheoremError(f"gate {gate.name!r} adds {kind}, and the theorem needs Normal")
    variance = reader.parameter(gate.noise.covariance)
    if not variance.value > 0:
        raise OutsideTheoremError(f"the noise variance of gate {gate.name!r} is not certainly positive")
    deviation = variance.root()
    scale, terms, offset = deviation.power(-1), {}, reader.parameter(gate.noise.mean)
    for expression, factor in _addends(gate.map, Jet(arb(1)), reader):
        form = reader.form(expression)
        if isinstance(form, Affine):
            raise OutsideTheoremError(f"gate {gate.name!r} is unbounded in {form.node!r}, and the theorem needs bounded maps")
        if isinstance(form, Jet):
            offset += factor * form
            continue
        moved = canonical(form)
        if moved.inside.node in terms:
            raise OutsideTheoremError(f"gate {gate.name!r} has two terms in {moved.inside.node!r}, and the theorem takes one bounded map of each input")
        offset += factor * moved.offset
        terms[moved.inside.node] = Moved(moved.map, moved.inside, factor * moved.outer * scale, Jet(arb(0)))
    return NoisyGate(terms, deviation, offset)


def _addends(expression: Expression, factor: Jet, reader: Reader) -> list[tuple[Expression, Jet]]:
    """The terms of a sum with their factors: sums, and products with numbers, are opened."""
    if not isinstance(expression, Apply):
        return [(expression, factor)]
    left, right = expression.arguments[0], expression.arguments[-1]
    match expression.operation:
        case "add":
            return _addends(left, factor, reader) + _addends(right, factor, reader)
        case "subtract":
            return _addends(left, factor, reader) + _addends(right, -factor, reader)
        case "negative":
            return _addends(left, -factor, reader)
        case "multiply" if not references(left):
            return _addends(right, factor * reader.parameter(left), reader)
        case "multiply" if not references(right):
            return _addends(left, factor * reader.parameter(right), reader)
        case "divide" if not references(right):
            return _addends(left, factor * reader.parameter(right).power(-1), reader)
    return [(expression, factor)]


def canonical(form: Moved) -> Moved:
    """The form with an odd map: cos is a moved sin, sigmoid a moved tanh."""
    inside = form.inside
    if form.map == "cos":
        return Moved("sin", Affine(inside.node, inside.slope, inside.intercept + Jet(arb.pi() / 2)), form.outer, form.offset)
    if form.map == "sigmoid":
        return Moved("tanh", Affine(inside.node, HALF * inside.slope, HALF * inside.intercept), HALF * form.outer, form.offset + HALF * form.outer)
    return form


def input_term(term: Moved, source: Source, reader: Reader) -> tuple[Smooth | Atoms, arb]:
    """The term as a random variable around the centre of its range, and that centre.

    Raises: OutsideTheoremError where the source's law is not Normal, a mixture of Normals, or Points.
    """
    if isinstance(source.law, Points):
        return _atoms(term, source, source.law, reader)
    return Smooth(MAPS[term.map](), pruned(term.outer), tuple(_components(term.inside, source, source.law, arb(1), reader)), {}), arb(0)


def pruned(jet: Jet) -> Jet:
    """The jet's value and slopes without those that are 0."""
    return Jet(jet.value, {name: slope for name, slope in jet.first.items() if slope != 0})


def movers(law: Smooth | Atoms, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the names that move the term."""
    if isinstance(law, Atoms):
        jets = list(law.places)
    else:
        jets = [law.amplitude, *(jet for component in law.components for jet in (component.centre, component.spread))]
    return tuple(name for name in names if any(name in jet.first for jet in jets))


def _components(inside: Affine, source: Source, law: Law, weight: arb, reader: Reader) -> list[Component]:
    if isinstance(law, Normal):
        mean, variance = reader.parameter(law.mean), reader.parameter(law.covariance)
        return [Component(weight, pruned(inside.intercept + inside.slope * mean), pruned(inside.slope * variance.root()))]
    if isinstance(law, Mixture):
        weights = _fixed_weights(reader.entries(law.weights), source)
        return [each for part, share in zip(law.components, weights, strict=True) for each in _components(inside, source, part, weight * share, reader)]
    raise OutsideTheoremError(f"the law of {source.name!r} is {type(law).__name__}, and the theorem takes Normal, mixtures of Normal, and Points")


def _atoms(term: Moved, source: Source, law: Points, reader: Reader) -> tuple[Atoms, arb]:
    function = MAPS[term.map]().derivatives
    places = [term.outer * (term.inside.intercept + term.inside.slope * point).through(function) for point in reader.entries(law.values)]
    values = [place.value for place in places]
    centre = (largest(values) - largest(-value for value in values)) / 2
    weights = _fixed_weights(reader.entries(law.weights), source)
    return Atoms(tuple(weights), tuple(pruned(place - Jet(centre)) for place in places)), centre


def _fixed_weights(weights: list[Jet], source: Source) -> list[arb]:
    moved = sorted({name for weight in weights for name in weight.first})
    if moved:
        raise OutsideTheoremError(f"the weights of {source.name!r} move with {moved[0]!r}, and the theorem differentiates maps and noises")
    return [weight.value for weight in weights]
