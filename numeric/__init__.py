"""The numeric room: information and gradients of channels by quadrature, with an error estimate.

Channels of one stage go to adaptive panels, others of scalar nodes to transition kernels on lattices, those with vector nodes to cubature;
each can be named. "certified" encloses the number with a proof instead; "Monte Carlo sandwich" bounds it by sampling where the variables are too many.

`answer` differentiates the information; `score_form` takes the expectations with scores that Theorems 1 and 2, Corollary 3 and the
remarks put in its place; `direct_gradient` is the information's side where laws or maps of one stage jump. `output_law` has the
densities, scores and averages behind them as functions, `sample` draws from a channel, and the three integrals are the paper's other routes to the
information (docs/numeric.md).
Conventions: real scalars, nats, gradient dI/dtheta with theta's shape; every value carries an estimated error, and a
method that cannot meet the error asked for refuses. It imports the language and nothing of the other rooms.
"""

from __future__ import annotations

import numpy as np

from infograd.answer import Answer, Refusal
from infograd.error import SpecificationError
from infograd.graph import ancestors
from infograd.numeric import certified, cubature, gauss_hermite, sandwich
from infograd.numeric.functions import OutputLaw, Values, output_law, sample
from infograd.numeric.limit import LimitError
from infograd.numeric.networks import method as networks
from infograd.numeric.networks.information import OPERATIONS
from infograd.numeric.routes import fisher_integral, mmse_integral, path_integral
from infograd.numeric.score_form import score_form
from infograd.numeric.single import method as single
from infograd.numeric.stage.direct import direct_gradient
from infograd.question import Question

METHODS = (single.METHOD, networks.METHOD, gauss_hermite.METHOD, cubature.METHOD, certified.METHOD, sandwich.METHOD)


def answer(question: Question, *, error: float = 1e-12, method: str | None = None, operations: float = OPERATIONS) -> Answer | Refusal:
    """I(A;B|C) in nats with its gradient, each to `error` (relative where the magnitude exceeds 1), or a refusal that says why.

    Without a method named, a channel of one stage is asked of "adaptive panels", one with vector nodes of "cubature", and any other of "trapezoid
    kernels"; in both, `operations` is the most that one contraction may take, and known before it is computed. The first and the last give second
    derivatives too (order 2) where maps and noises are smooth. "certified" takes `error` as the radius of a proven enclosure, "Monte Carlo
    sandwich" as half of a confidence interval.
    Raises: SpecificationError for an unknown method or an error that is not positive.
    """
    if method is not None and method not in METHODS:
        raise SpecificationError(f"method is {method!r}; the methods of the numeric room are {', '.join(map(repr, METHODS))}.")
    if not error > 0:
        raise SpecificationError(f"error is {error!r}; ask for a positive number of nats.")
    method = method or _chosen(question)
    if method == certified.METHOD:
        return certified.answer(question, radius=error)
    if method == sandwich.METHOD:
        return sandwich.answer(question, error=error)
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            if method == single.METHOD:
                return single.answer(question, error)
            if method == gauss_hermite.METHOD:
                return gauss_hermite.answer(question)
            if method == cubature.METHOD:
                return cubature.answer(question, error, operations)
            return networks.answer(question, error, operations)
    except LimitError as reason:
        return Refusal("numeric", method, f"{reason}.")
    except FloatingPointError as fault:
        return Refusal("numeric", method, f"a map or a density leaves the range of numbers on the support of its input ({fault}).")


def _chosen(question: Question) -> str:
    """The method for a question that names none."""
    if single.applies(question):
        return single.METHOD
    heard = ancestors(question.channel, question.nodes)
    return cubature.METHOD if any(node.shape for node in question.channel.nodes if node.name in heard) else networks.METHOD


__all__ = [
    "METHODS",
    "OutputLaw",
    "Values",
    "answer",
    "direct_gradient",
    "fisher_integral",
    "mmse_integral",
    "output_law",
    "path_integral",
    "sample",
    "score_form",
]
