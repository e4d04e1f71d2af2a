"""Scores of linear Gaussian channels as expressions in the nodes' values and the parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat
from typing import Any, TypeAlias

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.analytic.forms.symbolic import SymbolicRing, in_domain, rational, symbols_of
from infograd.analytic.forms.term_count import MOST_BOUND, terms_when_expanded
from infograd.analytic.identities.field import Field
from infograd.analytic.identities.probing import Reading, read_by_probing
from infograd.analytic.identities.scores import Rows, Scores
from infograd.analytic.identities.tangent import Tangent, TangentRing
from infograd.analytic.identities.transfer import Transfer
from infograd.analytic.refusal import NoClosedFormError
from infograd.analytic.ring import indices
from infograd.answer import Refusal
from infograd.array import Array, Shape, entries, with_shape
from infograd.channel import Channel, Gate, check_domain, node_law, node_parameters
from infograd.error import SpecificationError
from infograd.latex import name_latex
from infograd.mapping import FrozenMapping, Point

ROOM, METHOD = "analytic", "score"

_Matrix: TypeAlias = list[list[Symbolic]]


@dataclass(frozen=True, slots=True)
class ScoreForm:
    """A score by node, in nested tuples of the node's shape; `nodes` and `parameters` hold the symbols that it is written in, in their shapes.

    It holds wherever the covariances that it divides by are regular.
    """

    score: FrozenMapping[Any]
    nodes: FrozenMapping[Any]
    parameters: FrozenMapping[Any]

    def latex(self) -> FrozenMapping[Any]:
        """The score in LaTeX, in the same shapes."""
        symbols = (*self.nodes.items(), *self.parameters.items())
        names = {
            symbol: f"{{{name_latex(name)}}}_{{[{','.join(map(str, index))}]}}" if index else name_latex(name)
            for name, array in symbols
            for index, symbol in entries(array)
        }
        return FrozenMapping({name: _mapped(array, lambda entry: str(sympy.latex(entry, symbol_names=names))) for name, array in self.score.items()})


def _mapped(array: Any, function: Callable[[Any], Any]) -> Any:
    return tuple(_mapped(row, function) for row in array) if isinstance(array, tuple) else function(array)


class _Expressions(Field[Any]):
    """Constants as sympy has them; generators come from the ring."""

    def constant(self, value: Fraction) -> Symbolic:
        return rational(value)

    def generator(self, name: str) -> Symbolic:
        raise AssertionError(f"{name} is written by the ring of expressions")


class _ExpressionRing(TangentRing):
    """Parameters as symbols, or at the values given, and functions as sympy has them; nothing is differentiated."""

    def __init__(self, ring: SymbolicRing) -> None:
        super().__init__(_Expressions(), frozenset())
        self.ring = ring

    def parameter(self, name: str, index: Shape) -> Tangent[Any]:
        return Tangent(self.ring.parameter(name, index), {})

    def function(self, operation: str, arguments: tuple[Tangent[Any], ...]) -> Tangent[Any]:
        return Tangent(self.ring.operate(operation, *(argument.value for argument in arguments)), {})


def score(channel: Channel, of: str | Iterable[str], given: str | Iterable[str] = (), *, at: Mapping[str, object] | None = None) -> ScoreForm | Refusal:
    """grad_b log p(b|d) = -P (b - mu_B - M (d - mu_D)) of the nodes B given the nodes D, with M = S_BD S_DD^-1 and P the inverse of Cov(B|D).

    Parameters named in `at` stand at their values, the others as symbols.
    Raises: SpecificationError for unknown or repeated nodes, and values that do not fit or leave a domain. Source: arXiv:2601.01789, eqs. (1), (35)-(36), (67)-(68).
    """
    return _written(channel, _names(of, "of"), _names(given, "given"), at, _Law.score)


def posterior_score(
    channel: Channel, of: str | Iterable[str], about: str | Iterable[str], given: str | Iterable[str] = (), *, at: Mapping[str, object] | None = None
) -> ScoreForm | Refusal:
    """grad_b log p(a|b,c) of the nodes B about the nodes A given the nodes C: what an observation tells of A, pulled back to it.

    With E[A|B,C] = mu_A + G (b - mu_B, c - mu_C) and P the inverse of Cov(A|B,C) it is G_B^T P (a - E[A|B,C]).
    Raises: SpecificationError as `score` does. Source: arXiv:2601.01789, eqs. (19)-(20).
    """
    observed, target = _names(of, "of"), _names(about, "about")
    if not target:
        raise SpecificationError("a posterior score got no nodes that it tells about; name at least one.")
    return _written(
        channel, observed, (*target, *_names(given, "given")), at, lambda law, of, rest: law.posterior(of, rest, len(law.reading.system.rows(target)))
    )


def _names(value: str | Iterable[str], what: str) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Iterable) else (value,)
    if not all(isinstance(name, str) for name in names):
        raise SpecificationError(f"{what} is {value!r}; name nodes by their names, for example 'X' or ('X1', 'X2').")
    return names


def _values(channel: Channel, at: Mapping[str, object] | None) -> Mapping[str, Array]:
    """The given values, once every law and map that they settle is in its domain."""
    if at is not None and not isinstance(at, Mapping):
        raise SpecificationError(f"at is {at!r}; write values by parameter, for example {{'theta': 1}}.")
    values = Point(at or {})
    channel.check_values(values)
    for node in channel.nodes:
        law = node_law(node)
        if values.keys() >= {each.name for each in node_parameters(node)}:
            check_domain(node, values)
        elif isinstance(node, Gate) and law is not None and values.keys() >= {each.name for each in law.parameters}:
            check_domain(Gate(node.name, with_shape(repeat(0), node.shape), law), values)
    return values


class _Covariances(Transfer):
    """The covariances of some entries in a field of rational functions, where every quotient stays in lowest terms.

    Raises: NoClosedFormError where the determinant of them all may be too long to expand.
    """

    def __init__(self, transfer: Transfer, rows: Rows) -> None:
        super().__init__(_Expressions(), transfer.system)
        pairs = [(row, column) for row in rows for column in rows]
        expressions = {pair: sympy.sympify(transfer.covariance(*pair)) for pair in pairs}
        known: dict[Symbolic, int] = {}
        bound = math.prod(sum(terms_when_expanded(expressions[row, column], known) for column in rows) for row in rows)
        if bound > MOST_BOUND and any(entry.free_symbols for entry in expressions.values()):
            raise NoClosedFormError(f"a determinant may have {bound} terms, and at most {MOST_BOUND} are expanded; give more parameters in at")
        self.domain, elements = in_domain(list(expressions.values()), field=True)
        self.zero, self.one = self.domain.zero, self.domain.one
        self._elements = dict(zip(pairs, elements, strict=True))

    def covariance(self, row: int, column: int) -> Any:
        return self._elements[row, column]


class _Law:
    """The Gaussian law of some nodes in symbols: their scores, the means of their entries, and the entries' own symbols."""

    def __init__(self, reading: Reading, nodes: tuple[str, ...], symbols: Mapping[str, Any]) -> None:
        self.reading = reading
        self.transfer = Transfer(_Expressions(), reading.system)
        self.covariances = _Covariances(self.transfer, reading.system.rows(nodes))
        self.values = {place: symbol for name in nodes for place, (_, symbol) in zip(reading.system.places[name], entries(symbols[name]), strict=True)}

    def conditional(self, of: Rows, given: Rows) -> tuple[_Matrix, _Matrix]:
        """M and P of the law of B given D."""
        try:
            law = Scores(self.covariances, (), (), ()).conditional(of, given)
        except ZeroDivisionError:
            raise NoClosedFormError("the nodes determine one another, so they have no joint score") from None
        mean, precision = ([[self.covariances.domain.to_sympy(entry) for entry in row] for row in matrix] for matrix in (law.mean, law.precision))
        return mean, precision

    def centred(self, row: int) -> Symbolic:
        """The entry less its mean."""
        mean = sum((effect * self.reading.offsets[through].value for through, effect in self.transfer.effects(row).items()), sympy.S.Zero)
        return self.values[row] - mean

    def residual(self, of: Rows, given: Rows, mean: _Matrix) -> list[Symbolic]:
        """B - E[B|D], entry by entry."""
        known = [self.centred(row) for row in given]
        return [self.centred(row) - sum((factor * entry for factor, entry in zip(mean[i], known, strict=True)), sympy.S.Zero) for i, row in enumerate(of)]

    def score(self, of: Rows, given: Rows) -> list[Symbolic]:
        mean, precision = self.conditional(of, given)
        rest = self.residual(of, given, mean)
        return [-sum((factor * entry for factor, entry in zip(row, rest, strict=True)), sympy.S.Zero) for row in precision]

    def posterior(self, of: Rows, rest: Rows, count: int) -> list[Symbolic]:
        about, known = rest[:count], [*of, *rest[count:]]
        mean, precision = self.conditional(about, known)
        residual = self.residual(about, known, mean)
        weighted = [sum((factor * entry for factor, entry in zip(row, residual, strict=True)), sympy.S.Zero) for row in precision]
        return [sum((mean[i][j] * weighted[i] for i in range(count)), sympy.S.Zero) for j in range(len(of))]


def _written(
    channel: Channel, of: tuple[str, ...], rest: tuple[str, ...], at: Mapping[str, object] | None, form: Callable[[_Law, Rows, Rows], list[Symbolic]]
) -> ScoreForm | Refusal:
    nodes = (*of, *rest)
    if not isinstance(channel, Channel):
        raise SpecificationError(f"a score got {channel!r} as its channel; give it a Channel.")
    if not of:
        raise SpecificationError("a score got no nodes to be the score of; name at least one.")
    for name in nodes:
        channel.node(name)
        if nodes.count(name) > 1:
            raise SpecificationError(f"Node {name!r} stands more than once in a score; name each node once.")
    values = _values(channel, at)
    free = {entry: symbol for entry, symbol in symbols_of(channel).items() if entry[0] not in values}
    symbols = {name: _node_symbols(name, channel.node(name).shape) for name in nodes}
    try:
        reading = read_by_probing(_ExpressionRing(SymbolicRing(free, values)), channel, nodes)
        rows = reading.system.rows(of)
        found = iter([sympy.factor(entry) for entry in form(_Law(reading, nodes, symbols), rows, reading.system.rows(rest))])
    except NoClosedFormError as reason:
        return Refusal(ROOM, METHOD, f"no closed form: {reason}")
    parameters = {
        each.name: with_shape((free[each.name, index] for index in indices(each.shape)), each.shape) for each in channel.parameters if each.name not in values
    }
    return ScoreForm(FrozenMapping({name: with_shape(found, channel.node(name).shape) for name in of}), FrozenMapping(symbols), FrozenMapping(parameters))


def _node_symbols(name: str, shape: Shape) -> Any:
    return with_shape((sympy.Symbol(f"{name}[{index[0]}]" if index else name, real=True) for index in indices(shape)), shape)
