"""Derivatives of the bounds: along which parameters they exist, and the two ways to them.

*Differentiated bounds*: the slope of both bounds along a parameter at fixed uniform numbers, one sweep over all pairs of runs for every entry. It exists where
every draw moves smoothly. *Scores*: where the parameter moves neither A nor C, and all density terms are of B alone,

    dI/dtheta = E[J . (s_{B|A,C} - s_{B|C})],    s = d log p/db,   J = db/dtheta at fixed uniform numbers,

as E d log p(b|a,c)/dtheta = E d log p(b|c)/dtheta = 0; the scores are slopes of the bounds along the entries of b, and one sweep for each of them
serves every parameter. (Source: arXiv:2601.01789, Theorem 1.) Neither is a bound on dI/dtheta.
"""

from __future__ import annotations

import numpy as np

from infograd.channel import Gate, laws_within, node_law
from infograd.expression import Expression, parameters, regularity
from infograd.graph import movers
from infograd.law import Exponential, Law, Uniform
from infograd.numeric.limit import LimitError
from infograd.numeric.sandwich.model import Entry, Model
from infograd.operation import Regularity


def entries(model: Model) -> list[Entry]:
    """Every entry of every parameter that the question differentiates in.

    Raises: LimitError where a draw jumps along one, or the likelihood does.
    """
    question = model.question
    if not question.order:
        return []
    for name in question.wrt:
        _check(model, name)
    return [(name, index) for name in question.wrt for index in np.ndindex(np.asarray(question.at[name], dtype=np.float64).shape)]


def asked_entries(model: Model, along: list[Entry]) -> list[Entry]:
    """The entries of the asked nodes whose scores give every derivative; none where the scores do not, or are more than the parameters' entries."""
    if len(model.added) != 1 or len(model.subtracted) != 1:
        return []
    asked = model.added[0].marginal.weighed
    channel = model.question.channel
    moved = movers(channel)
    known = frozenset[str]().union(*(moved[name] for reading in model.readings for name in reading.marginal.clamped if name not in asked))
    if model.subtracted[0].marginal.weighed != asked or known & {name for name, _ in along}:
        return []
    entries = [(name, index) for name in asked for index in np.ndindex(channel.node(name).shape)]
    return entries if len(entries) < len(along) else []


def _check(model: Model, parameter: str) -> None:
    channel = model.question.channel
    moved = movers(channel)
    advice = "ask for order 0, or leave it out of wrt"
    for name in model.nodes:
        node = channel.node(name)
        law = node_law(node)
        for each in laws_within(law) if law is not None else ():
            for argument, expression in each.arguments.items():
                if argument not in each.reparameterisable and _uses(expression, parameter):
                    raise LimitError(f"no draw of {name!r} moves with the {argument} of its {type(each).__name__} law, which uses {parameter!r}; {advice}")
        if isinstance(node, Gate) and regularity(node.map) is Regularity.JUMP and parameter in moved[name] | _names(node.map):
            raise LimitError(f"the map of {name!r} jumps, and {parameter!r} moves it; {advice}")
    for reading in model.readings:
        for name in reading.marginal.weighed:
            law = node_law(channel.node(name))
            if parameter in moved[name] and law is not None and any(map(_jumps, laws_within(law))):
                raise LimitError(f"the density of {name!r} jumps, and {parameter!r} moves it; {advice}")


def _jumps(law: Law) -> bool:
    return isinstance(law, Uniform | Exponential)


def _names(expression: Expression) -> frozenset[str]:
    return frozenset(each.name for each in parameters(expression))


def _uses(expression: Expression, parameter: str) -> bool:
    return parameter in _names(expression)
