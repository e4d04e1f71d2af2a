"""Where each score form is the gradient, decided on the graph.

The entropy h(B|D) has the gradient -E[J_B^T s_{B|D}] - E[J_D^T grad_d log p(B|D)]. The second term vanishes where D does
not move, and where B is separated, given D, from the primitives behind D: E[J_D | B, D] is then a function of D alone,
and grad_d log p(B|D) has mean zero given D.
"""

from __future__ import annotations

from collections.abc import Iterable

from infograd.channel import Gate, node_law, node_parents
from infograd.error import SpecificationError
from infograd.graph import ancestors, d_separated, movers, primitive
from infograd.question import Question


class Promises:
    """What the graph of a question promises, parameter by parameter."""

    def __init__(self, question: Question) -> None:
        self.channel = question.channel
        (self.left, self.right), self.given = question.between, question.given
        self._movers = movers(question.channel)
        self._separated: dict[tuple[str, ...], bool] = {}

    def __call__(self, parameter: str, form: str) -> bool:
        """Whether that form of scores is the gradient in that parameter."""
        match form:
            case "joint":
                return True
            case "difference" | "posterior":
                return self._carries(parameter, self.given) and self._carries(parameter, (*self.left, *self.given))
            case "reduction":
                return self._carries(parameter, self.given) and self._leaves(parameter)
            case _:
                raise SpecificationError(f"form is {form!r}; the forms are 'difference', 'posterior', 'reduction' and 'joint'.")

    def _moves(self, parameter: str, names: Iterable[str]) -> list[str]:
        return [name for name in names if parameter in self._movers[name]]

    def _carries(self, parameter: str, given: tuple[str, ...]) -> bool:
        """Whether -E[J_B^T s_{B|D}] is the whole gradient of h(B|D)."""
        if not self._moves(parameter, given):
            return True
        if given not in self._separated:
            randomness = ancestors(self.channel, given).intersection(map(primitive, self.channel.names))
            self._separated[given] = d_separated(self.channel, self.right, randomness, given)
        return self._separated[given]

    def _leaves(self, parameter: str) -> bool:
        """Whether h(B|AC) does not move: what moves B is a function of (A, C), which stay, and B's noise does not move."""
        known = (*self.left, *self.given)
        if self._moves(parameter, known):
            return False
        for name in self._moves(parameter, self.right):
            node = self.channel.node(name)
            law = node_law(node)
            noise = {each.name for each in law.parameters} if law is not None else set()
            if not isinstance(node, Gate) or parameter in noise or not set(known).issuperset(node_parents(node)):
                return False
        return True


def applies(question: Question, parameter: str, form: str) -> bool:
    """Whether that form of scores is the gradient of I(A;B|C) in that parameter for every law and map of this shape that is smooth enough.

    Raises: SpecificationError for an unknown form.
    """
    return Promises(question)(parameter, form)
