"""Where a term contributes nothing: where the outputs' motion is a function of what is given.

With J_U = J(W), E[J(W)^T s_{U|W}] = E[J(W)^T E[s_{U|W} | W]] = 0, and the score of that term is not needed. Decided on the expressions: a
node's motion is the derivative of its map along the parameter, whose inputs are read off rule by rule; where a rule is missing,
everything below counts as an input. Source: arXiv:2601.01789, Remark 2.
"""

from __future__ import annotations

from infograd.channel import Channel, Gate, node_law
from infograd.expression import Apply, Expression, Parameter, Reference, children, references
from infograd.graph import moved_by, primitive
from infograd.learned.gradient.decomposition import Term

_LINEAR = frozenset({"add", "subtract", "negative", "sum", "stack", "index", "transpose"})
_BILINEAR = frozenset({"multiply", "matmul", "dot"})
_Inputs = frozenset[str]


def silent(channel: Channel, term: Term, parameter: str) -> bool:
    """Whether the term's outputs move with the parameter as a function of what the term is given, or not at all."""
    motion = _Motion(channel, parameter)
    return all(motion.of_node(name) <= frozenset(term.given) for name in term.outputs)


class _Motion:
    """The nodes, and the primitives of nodes, that derivatives along one parameter depend on, all primitives held still."""

    def __init__(self, channel: Channel, parameter: str) -> None:
        self.channel, self.parameter = channel, parameter
        self.moved = moved_by(channel, parameter)
        self.nodes: dict[str, _Inputs] = {}
        self.expressions: dict[int, tuple[bool, _Inputs]] = {}

    def of_node(self, name: str) -> _Inputs:
        """The inputs of dnode/dparameter."""
        if name not in self.nodes:
            node = self.channel.node(name)
            law = node_law(node)
            own = frozenset((primitive(name),)) if law is not None and any(each.name == self.parameter for each in law.parameters) else _Inputs()
            self.nodes[name] = own | (self.of(node.map)[1] if isinstance(node, Gate) else _Inputs())
        return self.nodes[name]

    def of(self, expression: Expression) -> tuple[bool, _Inputs]:
        """Whether the expression moves, and the inputs of its derivative."""
        if id(expression) not in self.expressions:
            self.expressions[id(expression)] = self._found(expression)
        return self.expressions[id(expression)]

    def _found(self, expression: Expression) -> tuple[bool, _Inputs]:
        if isinstance(expression, Parameter):
            return expression.name == self.parameter, _Inputs()
        if isinstance(expression, Reference):
            return (True, self.of_node(expression.name)) if expression.name in self.moved else (False, _Inputs())
        below = children(expression)
        parts = [self.of(each) for each in below]
        if not any(moves for moves, _ in parts):
            return False, _Inputs()
        inputs = _Inputs().union(*(each for _, each in parts))
        operation = expression.operation if isinstance(expression, Apply) else None
        if operation in _LINEAR:
            return True, inputs
        if operation in _BILINEAR or (operation == "divide" and not parts[1][0]):
            left, right = (frozenset(references(each)) for each in below)
            return True, inputs | (right if parts[0][0] else _Inputs()) | (left if parts[1][0] else _Inputs())
        return True, inputs | frozenset(references(expression))
