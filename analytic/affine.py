"""Maps as affine forms: every node is a linear combination of the channel's independent Gaussian primitives.

A node's own primitives are the entries of its noise (a source's: the entries of its centred value). Means do not move
any information and are not kept, except of nodes that are no random variables at all and may stand in as coefficients.
The entries of a covariance parameter are free: a covariance K enters as (K + K^T)/2, so each of a mirrored pair of entries
has half of the pair's slope.
Source: arXiv:2601.01789, eq. (38), for linear maps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Generic, TypeAlias, TypeVar

from infograd.analytic.refusal import NoClosedFormError
from infograd.analytic.ring import Element, Ring, indices
from infograd.array import entries
from infograd.channel import Gate, Node, Source, node_law
from infograd.expression import Apply, Constant, Expression, Opaque, Parameter, Reference
from infograd.graph import ancestors
from infograd.law import Normal
from infograd.question import Question

Primitive: TypeAlias = tuple[str, int]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Form(Generic[Element]):
    """One entry of a node: coefficients of primitives, or a fixed number when there are none."""

    coefficients: Mapping[Primitive, Element] = field(default_factory=dict)
    fixed: Element | None = None


@dataclass(frozen=True, slots=True)
class LinearChannel(Generic[Element]):
    """The entries of the nodes that a question names, group by group, and the covariance matrix of every node's own primitives."""

    given: tuple[Form[Element], ...]
    left: tuple[Form[Element], ...]
    right: tuple[Form[Element], ...]
    covariances: Mapping[str, tuple[tuple[Element, ...], ...]]


@dataclass(frozen=True, slots=True)
class Equation(Generic[Element]):
    """A node's entries as linear combinations of earlier nodes' entries, and the covariance of its own noise (empty without noise)."""

    node: str
    rows: tuple[Form[Element], ...]
    covariance: tuple[tuple[Element, ...], ...]


class _Interpreter(Generic[Element]):
    def __init__(self, ring: Ring[Element]) -> None:
        self.ring = ring
        self.forms: dict[str, tuple[Form[Element], ...]] = {}
        self.covariances: dict[str, tuple[tuple[Element, ...], ...]] = {}

    def enter(self, node: Node) -> None:
        """Add a node whose parents stand already."""
        own = self._own_primitives(node)
        if isinstance(node, Source):
            self.forms[node.name] = own
        else:
            value = self.value(node.map)
            self.forms[node.name] = tuple(map(self._add, value, own)) if own else value

    def equation(self, node: Node) -> Equation[Element]:
        """The node's structural equation; later maps see the node itself, unless it is no random variable."""
        own = self._own_primitives(node)
        rows = self.value(node.map) if isinstance(node, Gate) else tuple(Form({}) for _ in own)
        itself = tuple(Form({(node.name, position): self.ring.constant(Fraction(1))}) for position in range(len(rows)))
        known = not own and all(form.fixed is not None for form in rows)
        self.forms[node.name] = rows if known else itself
        return Equation(node.name, rows, self.covariances.get(node.name, ()))

    def _own_primitives(self, node: Node) -> tuple[Form[Element], ...]:
        law = node_law(node)
        if law is None:
            return ()
        if not isinstance(law, Normal):
            raise NoClosedFormError(f"has the law {type(law).__name__}, which is not Gaussian")
        size = law.shape[0] if law.shape else 1
        flat = [form.fixed for form in self.value(law.covariance) if form.fixed is not None]
        self.covariances[node.name] = tuple(tuple(self._symmetric(flat, size, row, column) for column in range(size)) for row in range(size))
        return tuple(Form({(node.name, position): self.ring.constant(Fraction(1))}) for position in range(size))

    def _symmetric(self, flat: list[Element], size: int, row: int, column: int) -> Element:
        entry, mirrored = flat[row * size + column], flat[column * size + row]
        if row == column or entry == mirrored:
            return entry
        return self.ring.operate("multiply", self.ring.constant(Fraction(1, 2)), self.ring.operate("add", entry, mirrored))

    def value(self, expression: Expression) -> tuple[Form[Element], ...]:
        """The entries of an expression, in row-major order."""
        seen: dict[int, tuple[Form[Element], ...]] = {}

        def visit(part: Expression) -> tuple[Form[Element], ...]:
            if id(part) not in seen:
                seen[id(part)] = self._apply(part, [visit(argument) for argument in part.arguments]) if isinstance(part, Apply) else self._leaf(part)
            return seen[id(part)]

        return visit(expression)

    def _leaf(self, part: Constant | Parameter | Reference | Opaque) -> tuple[Form[Element], ...]:
        if isinstance(part, Constant):
            return tuple(Form(fixed=self.ring.constant(entry)) for _, entry in entries(part.value))
        if isinstance(part, Parameter):
            return tuple(Form(fixed=self.ring.parameter(part.name, index)) for index in indices(part.shape))
        if isinstance(part, Reference):
            return self.forms[part.name]
        raise NoClosedFormError(f"runs the opaque module {part.name!r}")

    def _apply(self, part: Apply, values: list[tuple[Form[Element], ...]]) -> tuple[Form[Element], ...]:
        shapes = [argument.shape for argument in part.arguments]
        match part.operation:
            case "stack":
                return tuple(form for value in values for form in value)
            case "index":
                position = _whole(part.arguments[1])
                size = len(values[0]) // shapes[0][0]
                return values[0][position * size : (position + 1) * size]
            case "transpose":
                rows, columns = shapes[0]
                return tuple(values[0][row * columns + column] for column in range(columns) for row in range(rows))
            case "sum":
                return (reduce(self._add, values[0]),)
            case "dot" | "matmul":
                return self._product(values[0], values[1], shapes[0][-1])
            case "power":
                return tuple(self._power(form, _whole(part.arguments[1])) for form in values[0])
            case _:
                size = max(map(len, values))
                rows_of_arguments = zip(*(value * (size // len(value)) for value in values), strict=True)
                return tuple(self._entrywise(part.operation, list(row)) for row in rows_of_arguments)

    def _entrywise(self, operation: str, forms: list[Form[Element]]) -> Form[Element]:
        match operation:
            case "add":
                return self._add(*forms)
            case "subtract":
                return self._add(forms[0], self._entrywise("negative", forms[1:]))
            case "multiply":
                return self._multiply(*forms)
            case "negative" if forms[0].fixed is None:
                return _mapped(forms[0], lambda coefficient: self.ring.operate("negative", coefficient))
            case "divide" if forms[0].fixed is None and forms[1].fixed is not None:
                divisor = forms[1].fixed
                return _mapped(forms[0], lambda coefficient: self.ring.operate("divide", coefficient, divisor))
        fixed = [form.fixed for form in forms if form.fixed is not None]
        if len(fixed) < len(forms):
            raise NoClosedFormError("divides by a random node" if operation == "divide" else f"applies {operation} to a random node")
        return Form(fixed=self.ring.operate(operation, *fixed))

    def _add(self, left: Form[Element], right: Form[Element]) -> Form[Element]:
        if left.fixed is not None and right.fixed is not None:
            return Form(fixed=self.ring.operate("add", left.fixed, right.fixed))
        coefficients = dict(left.coefficients)
        for primitive, coefficient in right.coefficients.items():
            coefficients[primitive] = self.ring.operate("add", coefficients[primitive], coefficient) if primitive in coefficients else coefficient
        return Form(coefficients)

    def _multiply(self, left: Form[Element], right: Form[Element]) -> Form[Element]:
        if left.fixed is None:
            left, right = right, left
        factor = left.fixed
        if factor is None:
            raise NoClosedFormError("multiplies random nodes")
        if right.fixed is not None:
            return Form(fixed=self.ring.operate("multiply", factor, right.fixed))
        return _mapped(right, lambda coefficient: self.ring.operate("multiply", factor, coefficient))

    def _power(self, form: Form[Element], exponent: int) -> Form[Element]:
        if exponent == 0:
            return Form(fixed=self.ring.constant(Fraction(1)))
        if exponent == 1:
            return form
        if form.fixed is None:
            raise NoClosedFormError(f"raises a random node to the power {exponent}")
        return Form(fixed=self.ring.power(form.fixed, exponent))

    def _product(self, left: tuple[Form[Element], ...], right: tuple[Form[Element], ...], inner: int) -> tuple[Form[Element], ...]:
        columns = len(right) // inner
        return tuple(
            reduce(self._add, (self._multiply(left[row * inner + each], right[each * columns + column]) for each in range(inner)))
            for row in range(len(left) // inner)
            for column in range(columns)
        )


def _whole(expression: Expression) -> int:
    if not isinstance(expression, Constant) or isinstance(expression.value, tuple):
        raise NoClosedFormError("has an exponent or an index that is no number")
    return int(expression.value)


def _mapped(form: Form[Element], function: Callable[[Element], Element]) -> Form[Element]:
    return Form({primitive: function(coefficient) for primitive, coefficient in form.coefficients.items()})


def linear_channel(ring: Ring[Element], question: Question) -> LinearChannel[Element]:
    """The question's nodes and their ancestors as affine forms.

    Raises: NoClosedFormError for a map that is not linear in random nodes, an opaque module, or a law other than Normal.
    """
    interpreter = _Interpreter(ring)
    _entered(question, interpreter.enter)

    def rows(names: tuple[str, ...]) -> tuple[Form[Element], ...]:
        return tuple(form for name in names for form in interpreter.forms[name])

    left, right = question.between
    return LinearChannel(rows(question.given), rows(left), rows(right), interpreter.covariances)


def structural_equations(ring: Ring[Element], question: Question) -> tuple[Equation[Element], ...]:
    """The equations V_i = sum_j A_ij V_j + N_i of the question's nodes and their ancestors, in topological order.

    Raises: NoClosedFormError as `linear_channel` does.
    """
    return tuple(_entered(question, _Interpreter(ring).equation))


def _entered(question: Question, enter: Callable[[Node], Result]) -> list[Result]:
    """What `enter` makes of every node that the question depends on; a refusal names the node."""
    relevant = ancestors(question.channel, question.nodes)
    made = []
    for node in question.channel.nodes:
        if node.name in relevant:
            try:
                made.append(enter(node))
            except NoClosedFormError as reason:
                raise type(reason)(f"{type(node).__name__.lower()} {node.name!r} {reason}") from None
    return made
