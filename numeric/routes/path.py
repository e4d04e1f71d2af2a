"""The path integral: I(theta_1) = I(theta_0) + int grad I . d theta along straight pieces, from a point where I is known to be 0.

The gradient is that of the theorem, E[J^T (s_{B|A,C} - s_{B|C})]; the information is differentiated nowhere. It is the gradient where
neither h(B|C) nor h(B|A,C) moves by more than the motion of B: what is given stands still, or separates B from the randomness behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from infograd.answer import Answer, Refusal
from infograd.array import entries
from infograd.error import SpecificationError
from infograd.graph import moves_alone
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.refinement import EPS, Estimate, Refined, refine
from infograd.numeric.routes.independence import known_independent
from infograd.numeric.routes.reply import by_route
from infograd.numeric.score_form import score_form
from infograd.question import Question

METHOD = "path integral"
NODES = 6.0


def path_integral(question: Question, path: Mapping[str, object] | Sequence[Mapping[str, object]], *, error: float = 1e-9) -> Answer | Refusal:
    """I(A;B|C) in nats at the question's point by the path integral, to `error`, or a refusal.

    `path` is the point theta_0 where the path starts, or that and the corners after it, each as values by parameter; parameters that are
    not named stand as in the question, where the path ends. The graph at theta_0 must say that I is 0 there: an open path is refused.
    Raises: SpecificationError for an empty path, unknown parameters and an error that is not positive.
    Source: arXiv:2601.01789, eq. (50).
    """
    corners = [path] if isinstance(path, Mapping) else list(path)
    if not corners or not any(corners):
        raise SpecificationError("path is empty; write where it starts, for example {'theta': 0}.")
    points = [question.at_point(**corner) for corner in corners]
    moved = tuple(sorted({name for point in points for name in question.at if point.at[name] != question.at[name]}))
    return by_route(METHOD, "arXiv:2601.01789, eq. (50)", error, lambda: _refined([*points, question], moved, error))


def _refined(points: list[Question], moved: tuple[str, ...], error: float) -> Refined:
    if not known_independent(points[0]):
        raise LimitError(f"{points[0].symbol} is not known to be 0 where the path starts: a path from one side of the question to the other stays open there")
    left, right = points[0].between
    for name in moved:
        for given in (points[0].given, (*left, *points[0].given)):
            if not moves_alone(points[0].channel, right, given, name):
                raise LimitError(
                    f"{name!r} moves what {', '.join(map(repr, right))} is given, {', '.join(map(repr, given))}; the theorem's expectation is no gradient there"
                )
    pieces = [(start, _differences(start, end, moved)) for start, end in pairwise(points)]
    length = sum(float(np.abs(change).sum()) for _, changes in pieces for change in changes.values())
    asked = error / (4 * max(1.0, length))

    def evaluate(step: float) -> Estimate:
        nodes, weights = np.polynomial.legendre.leggauss(int(np.ceil(NODES / step)))
        total = doubt = size = 0.0
        for start, changes in pieces:
            for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
                value, uncertain = _slope(start, changes, float(node), asked)
                total, doubt, size = total + weight * value, doubt + weight * uncertain, size + weight * abs(value)
        return Estimate(np.array([total]), np.array([doubt + 16 * EPS * (1 + size)]), nodes.size * len(pieces))

    return refine(evaluate, error)


def _differences(start: Question, end: Question, moved: tuple[str, ...]) -> dict[str, Floats]:
    return {name: np.asarray(end.at[name], dtype=np.float64) - np.asarray(start.at[name], dtype=np.float64) for name in moved}


def _slope(start: Question, changes: dict[str, Floats], share: float, error: float) -> tuple[float, float]:
    """grad I . (end - start) at a share of the way, with its estimated error.

    Raises: LimitError where the gradient is refused.
    """
    at = {name: np.asarray(start.at[name], dtype=np.float64) + share * change for name, change in changes.items()}
    asked = Question(start.channel, start.between, start.given, tuple(changes), {**start.at, **at})
    reply = score_form(asked, error=error)
    if isinstance(reply, Refusal):
        raise LimitError(f"the gradient on the way is refused: {reply.reason.removesuffix('.')}")
    value = doubt = 0.0
    for name, change in changes.items():
        quantity = reply.gradient[name]
        for (index, slope), (_, estimated) in zip(entries(quantity.value), entries(quantity.doubt.estimated), strict=True):  # type: ignore[arg-type]  # score forms give numbers
            value, doubt = value + float(slope) * float(change[index]), doubt + float(estimated) * abs(float(change[index]))
    return value, doubt
