"""The Fisher integral: I(A;Y) = 1/2 int_0^inf [J(Y_t|A) - J(Y_t)] dt with Y_t = Y + sqrt(t) Z.

There is no weight in t. With v the variance scale of the last noise, t = v (e^u - 1) takes the logarithm of the whole noise as
the variable, in which the integrand is smooth; it is the mean square of s_{Y_t|A} - s_{Y_t}, which does not cancel.
Beyond T the integral is I(A;Y_T), with W = E[Y|A] and N(A) = Var(Y|A)

    Var W/(2T) - (Var(Y)^2 - E[N(A)^2])/(4T^2) + O(T^-3),

since h(U + sqrt(T) Z) = 1/2 log(2 pi e (T + Var U)) - k3(U)^2/(12 (T + Var U)^3) + O(T^-4) with k3 the third cumulant: what is left
out is of the size of (Var(Y)^3/6 + k3^2/12)/T^3, and k3^2 <= Var(Y) E(Y - EY)^4. The doubt takes twice that.
"""

from __future__ import annotations

import math

import numpy as np

from infograd.answer import Answer, Refusal
from infograd.array import exact
from infograd.channel import laws_within, node_law
from infograd.graph import ancestors
from infograd.law import Mixture, Normal, StudentT
from infograd.numeric.functions.averages import conditional_fisher
from infograd.numeric.functions.cells import Moments, error_left
from infograd.numeric.functions.choice import cells_of, output_of
from infograd.numeric.functions.smoothing import smoothed_question
from infograd.numeric.limit import LimitError
from infograd.numeric.refinement import EPS, Estimate, Refined, refine
from infograd.numeric.routes.reply import by_route
from infograd.numeric.stage.stage import panel_rule
from infograd.question import Question

METHOD = "Fisher integral"
LAST, PANEL = 30_000.0, 6.0
FINE = 0.45


def fisher_integral(question: Question, *, error: float = 1e-9) -> Answer | Refusal:
    """I(A;Y) in nats by the Fisher integral, to `error`, or a refusal: Y a scalar gate whose noise is Gaussian or a mixture of Gaussians.

    Raises: SpecificationError for an error that is not positive.
    Source: arXiv:2601.01789, eqs. (54)-(55).
    """
    return by_route(METHOD, "arXiv:2601.01789, eqs. (54)-(55)", error, lambda: _refined(question, error))


def tail(moments: Moments, last: float) -> tuple[float, float]:
    """The integral beyond `last`, and the size of what its two terms leave out."""
    value = moments.explained / (2 * last) - (moments.variance**2 - moments.noise_square) / (4 * last**2)
    return value, (moments.variance**3 / 3 + moments.variance * moments.fourth / 6) / last**3


def _refined(question: Question, error: float) -> Refined:
    output = output_of(question)
    _check(question, output)
    cells = cells_of(question, output)
    scale = cells.noise.density.width() ** 2
    moments = cells.moments(FINE)
    last = LAST * moments.variance
    end = math.log1p(last / scale)

    def evaluate(step: float) -> Estimate:
        places, lengths = panel_rule(0.0, end, PANEL * step**0.5, step)
        times = scale * np.expm1(places)
        gaps = np.array([conditional_fisher(cells_of(smoothed_question(question, output, exact(time)), output), step)[0][1] for time in times.tolist()])
        terms = 0.5 * lengths * gaps * (times + scale)
        beyond, left_out = tail(cells.moments(step), last)
        total = float(terms.sum()) + beyond
        return Estimate(np.array([total]), np.array([16 * EPS * (1 + total) + left_out]), places.size)

    return refine(evaluate, error, error_left(cells))


def _check(question: Question, output: str) -> None:
    noise = node_law(question.channel.node(output))
    if noise is None or not all(isinstance(law, Normal | Mixture) for law in laws_within(noise)):
        raise LimitError(f"the noise of {output!r} is {type(noise).__name__}; this method adds Gaussian noise to Gaussian noise, or to a mixture of Gaussians")
    relevant = ancestors(question.channel, question.nodes)
    for node in question.channel.nodes:
        law = node_law(node)
        if node.name in relevant and law is not None and any(isinstance(each, StudentT) for each in laws_within(law)):
            raise LimitError(f"node {node.name!r} has a law with few moments, and the tail of the integral is known from the first four")
