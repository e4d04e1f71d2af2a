"""Networks of sources and noisy gates, read addend by addend: which nodes each addend of a map stands on, and its bounded form in the gate's units.

A gate sum_j e_j + N(mean, s2), divided by s = sqrt(s2), is sum_j e_j/s + N(0, 1) plus a constant. An addend in nodes that are observed or given moves the
gate by a known number and is never read, so that it may be any map.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import arb

from infograd.channel import Gate, Node, Source
from infograd.expression import Apply, Expression, Opaque, Reference, references, subexpressions
from infograd.law import Law, Mixture, Normal, Points
from infograd.numeric.certified.balls import largest, total
from infograd.numeric.certified.cascade_terms import canonical, pruned
from infograd.numeric.certified.graph.sources import AtomicSource, SmoothSource
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.maps import MAPS
from infograd.numeric.certified.reading import Affine, OutsideTheoremError, Reader
from infograd.numeric.certified.signal import Component, Smooth
from infograd.question import Question

PARTIAL = {"log": "the log of", "sqrt": "the root of", "divide": "a quotient by", "power": "a negative power of"}
ONE, ZERO = Jet(arb(1)), Jet(arb(0))


@dataclass(frozen=True, slots=True)
class Addend:
    """factor * expression, and the sources and noisy gates that it stands on."""

    expression: Expression
    factor: Jet
    bases: frozenset[str]


@dataclass(frozen=True, slots=True)
class Weighted:
    """One Normal of a source's law: weight, mean and deviation."""

    weight: Jet
    mean: Jet
    root: Jet


class Network:
    """The nodes of a question in the current working precision; every noisy gate reads as a node of its own."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.nodes: dict[str, Node] = {node.name: node for node in question.channel.nodes}
        for node in self.nodes.values():
            if node.shape:
                raise OutsideTheoremError(f"{node.name!r} is a vector, and the theorem is about scalar nodes")
        self.reader = self._reader({})

    def _reader(self, inputs: dict[str, Jet]) -> Reader:
        reader = Reader(self.question, inputs)
        opened = {name: Source(name, Normal(0, 1)) for name, node in self.nodes.items() if isinstance(node, Gate) and node.noise is not None}
        reader.nodes = {**reader.nodes, **opened}
        return reader

    def gate(self, name: str) -> Gate:
        """The noisy gate of that name.

        Raises: OutsideTheoremError for other nodes.
        """
        node = self.nodes[name]
        if not isinstance(node, Gate) or node.noise is None:
            raise OutsideTheoremError(f"{name!r} adds no noise, and the theorem is about sources and noisy gates")
        return node

    def bases(self, expression: Expression) -> frozenset[str]:
        """The sources and noisy gates that an expression stands on, through gates without noise."""
        found: set[str] = set()
        for name in references(expression):
            node = self.nodes[name]
            found |= self.bases(node.map) if isinstance(node, Gate) and node.noise is None else {name}
        return frozenset(found)

    def addends(self, name: str) -> tuple[Addend, ...]:
        """The terms of a gate's map: sums, products with numbers and gates without noise are opened."""
        return tuple(Addend(expression, factor, self.bases(expression)) for expression, factor in self._opened(self.gate(name).map, ONE))

    def _opened(self, expression: Expression, factor: Jet) -> Iterator[tuple[Expression, Jet]]:
        if isinstance(expression, Reference):
            node = self.nodes[expression.name]
            if isinstance(node, Gate) and node.noise is None:
                yield from self._opened(node.map, factor)
                return
        if isinstance(expression, Apply):
            left, right = expression.arguments[0], expression.arguments[-1]
            match expression.operation:
                case "add" | "subtract" as operation:
                    yield from self._opened(left, factor)
                    yield from self._opened(right, factor if operation == "add" else -factor)
                    return
                case "negative":
                    yield from self._opened(left, -factor)
                    return
                case "multiply" if not references(left):
                    yield from self._opened(right, factor * self.reader.parameter(left))
                    return
                case "multiply" if not references(right):
                    yield from self._opened(left, factor * self.reader.parameter(right))
                    return
                case "divide" if not references(right):
                    yield from self._opened(left, factor * self.reader.parameter(right).power(-1))
                    return
        yield expression, factor

    def check_defined(self, gate: str, expression: Expression) -> None:
        """Raise OutsideTheoremError where an expression may have no value at some values of its nodes, which nothing else would notice."""
        for part in subexpressions(expression):
            match part:
                case Reference(name=name):
                    node = self.nodes[name]
                    if isinstance(node, Gate) and node.noise is None:
                        self.check_defined(gate, node.map)
                case Opaque(name=name):
                    raise OutsideTheoremError(f"gate {gate!r} uses the opaque module {name!r}, and nothing proves that it has a value everywhere")
                case Apply(operation=operation, arguments=arguments) if self._partial(operation, arguments):
                    raise OutsideTheoremError(f"gate {gate!r} takes {PARTIAL[operation]} a node, and nothing proves that it has a value everywhere")

    def _partial(self, operation: str, arguments: tuple[Expression, ...]) -> bool:
        match operation:
            case "log" | "sqrt":
                return bool(references(arguments[0]))
            case "divide":
                return bool(references(arguments[1]))
            case "power":
                return bool(references(arguments[0])) and not self.reader.parameter(arguments[1]).value >= 0
        return False

    def noise(self, name: str) -> tuple[Jet, Jet]:
        """The mean and the deviation of a gate's noise.

        Raises: OutsideTheoremError where it is not Normal.
        """
        law = self.gate(name).noise
        if not isinstance(law, Normal):
            raise OutsideTheoremError(f"gate {name!r} adds {type(law).__name__} noise, and the theorem needs Normal")
        variance = self.reader.parameter(law.covariance)
        if not variance.value > 0:
            raise OutsideTheoremError(f"the noise variance of gate {name!r} is not certainly positive")
        return self.reader.parameter(law.mean), variance.root()

    def constant(self, addend: Addend) -> Jet:
        """An addend that stands on no node."""
        return addend.factor * self.reader.parameter(addend.expression)

    def bounded(self, gate: str, addend: Addend) -> tuple[str, Affine, Jet, Jet]:
        """An addend as outer * g(inside) + offset with an odd map g: its name, inside, outer and offset.

        Raises: OutsideTheoremError where it is none.
        """
        form = self.reader.form(addend.expression)
        if isinstance(form, Affine):
            raise OutsideTheoremError(f"gate {gate!r} is unbounded in {form.node!r}, and the theorem needs bounded maps of nodes that are not observed")
        if isinstance(form, Jet):
            raise OutsideTheoremError(f"gate {gate!r} has a term in {', '.join(sorted(addend.bases))} that is constant; leave it out")
        moved = canonical(form)
        return moved.map, moved.inside, pruned(addend.factor * moved.outer), addend.factor * moved.offset

    def law(self, name: str) -> Law:
        """The law of a source."""
        node = self.nodes[name]
        if not isinstance(node, Source):
            raise OutsideTheoremError(f"{name!r} is no source")
        return node.law

    def source(self, name: str, rows: Sequence[tuple[str, Sequence[Addend], Jet]]) -> tuple[SmoothSource | AtomicSource, list[Jet]]:
        """The terms of a source in every coordinate (gate, addends, deviation), and the constants that were taken off each.

        Raises: OutsideTheoremError for other laws than Normal, mixtures of Normal, and Points, and for unbounded maps of the first two.
        """
        law = self.law(name)
        return self._atoms(name, law, rows) if isinstance(law, Points) else self._smooth(name, law, rows)

    def _smooth(self, name: str, law: Law, rows: Sequence[tuple[str, Sequence[Addend], Jet]]) -> tuple[SmoothSource, list[Jet]]:
        parts = list(self._normals(name, law, ONE))
        terms, offsets = [], []
        for gate, addends, deviation in rows:
            scale, found, offset = deviation.power(-1), [], ZERO
            for addend in addends:
                map_name, inside, outer, constant = self.bounded(gate, addend)
                components = tuple(
                    Component(part.weight.value, pruned(inside.intercept + inside.slope * part.mean), pruned(inside.slope * part.root)) for part in parts
                )
                found.append(Smooth(MAPS[map_name](), pruned(outer * scale), components, {}))
                offset += constant
            terms.append(tuple(found))
            offsets.append(offset)
        return SmoothSource(self._weights(name, [part.weight for part in parts]), tuple(terms)), offsets

    def _normals(self, name: str, law: Law, weight: Jet) -> Iterator[Weighted]:
        if isinstance(law, Normal):
            yield Weighted(weight, self.reader.parameter(law.mean), self.reader.parameter(law.covariance).root())
        elif isinstance(law, Mixture):
            for part, share in zip(law.components, self.reader.entries(law.weights), strict=True):
                yield from self._normals(name, part, weight * share)
        else:
            raise OutsideTheoremError(f"the law of {name!r} is {type(law).__name__}, and the theorem takes Normal, mixtures of Normal, and Points")

    def _weights(self, name: str, weights: Sequence[Jet]) -> tuple[Jet, ...]:
        for parameter in {each for weight in weights for each in weight.first}:
            if not total(weight.slope(parameter) for weight in weights).contains(0):
                raise OutsideTheoremError(f"the weights of {name!r} do not keep their sum 1 as {parameter!r} moves; write the last one as 1 minus the others")
        return tuple(map(pruned, weights))

    def _atoms(self, name: str, law: Points, rows: Sequence[tuple[str, Sequence[Addend], Jet]]) -> tuple[AtomicSource, list[Jet]]:
        points = self.reader.entries(law.values)
        readers = [self._reader({name: point}) for point in points]
        places, offsets = [], []
        for gate, addends, deviation in rows:
            scale = deviation.power(-1)
            images = []
            for reader in readers:
                image = ZERO
                for addend in addends:
                    form = reader.form(addend.expression)
                    if not isinstance(form, Jet) or not form.value.is_finite():
                        raise OutsideTheoremError(f"the map of gate {gate!r} has no finite value at a point of {name!r}")
                    image += addend.factor * form
                images.append(image)
            centre = Jet(((largest(image.value for image in images) - largest(-image.value for image in images)) / 2).mid())
            places.append(tuple(pruned((image - centre) * scale) for image in images))
            offsets.append(centre)
        return AtomicSource(self._weights(name, self.reader.entries(law.weights)), tuple(places)), offsets
