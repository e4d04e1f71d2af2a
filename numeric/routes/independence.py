"""Whether the graph says that an information is 0 at a point: products with a zero cut edges, and what is d-separated is independent."""

from __future__ import annotations

from infograd.array import entries, filled
from infograd.channel import Channel, Gate, Node
from infograd.evaluation import evaluate
from infograd.expression import Apply, Constant, Expression, Parameter, references
from infograd.graph import d_separated
from infograd.mapping import Point
from infograd.question import Question

PRODUCTS = ("multiply", "matmul", "dot")


def _is_zero(expression: Expression) -> bool:
    return isinstance(expression, Constant) and all(value == 0 for _, value in entries(expression.value))


def _cut(expression: Expression, at: Point) -> Expression:
    """The expression at parameter values, with products that have a zero factor replaced by 0."""
    if isinstance(expression, Parameter):
        return Constant(at[expression.name])
    if not isinstance(expression, Apply):
        return expression
    arguments = tuple(_cut(argument, at) for argument in expression.arguments)
    vanishing = arguments if expression.operation in PRODUCTS else arguments[:1] if expression.operation == "divide" else ()
    if any(map(_is_zero, vanishing)):
        return Constant(filled(expression.shape, 0))
    rebuilt = Apply(expression.operation, arguments)
    return rebuilt if references(rebuilt) else Constant(evaluate(rebuilt, at))


def known_independent(question: Question) -> bool:
    """Whether I(A;B|C) = 0 follows from the graph that is left at the question's point; False decides nothing."""
    nodes: list[Node] = [Gate(node.name, _cut(node.map, question.at), node.noise) if isinstance(node, Gate) else node for node in question.channel.nodes]
    left, right = question.between
    return d_separated(Channel(*nodes), left, right, question.given)
