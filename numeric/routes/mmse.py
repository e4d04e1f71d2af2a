"""The I-MMSE integral: I(A;Y) = 1/2 int_0^snr mmse(g) dg for Y = W(A) + N, N Gaussian of variance 1/snr.

mmse(g) is E[Var(W | W + Z/sqrt(g))]. With v = Var Y, u = log(1 + v g) takes the integrand smoothly to both ends.
Source: Guo, Shamai and Verdu, IEEE Trans. Inf. Theory 51 (2005) 1261.
"""

from __future__ import annotations

import math

import numpy as np

from infograd.answer import Answer, Refusal
from infograd.array import exact
from infograd.law import Normal
from infograd.numeric.functions.averages import mean_square_error
from infograd.numeric.functions.cells import error_left
from infograd.numeric.functions.choice import cells_of, output_of
from infograd.numeric.functions.smoothing import smoothed_question
from infograd.numeric.interpreter import Floats, Interpreter
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.network import network
from infograd.numeric.refinement import EPS, Estimate, Refined, refine
from infograd.numeric.routes.reply import by_route
from infograd.numeric.stage.stage import panel_rule
from infograd.question import Question

METHOD = "I-MMSE integral"
PANEL, FINE = 6.0, 0.45


def mmse_integral(question: Question, *, error: float = 1e-9) -> Answer | Refusal:
    """I(A;Y) in nats by the I-MMSE integral, to `error`, or a refusal: Y = W(A) + N with N Gaussian and nothing else random in W.

    Raises: SpecificationError for an error that is not positive.
    Source: arXiv:2601.01789, section V.
    """
    return by_route(METHOD, "Guo, Shamai and Verdu, IEEE Trans. Inf. Theory 51 (2005) 1261", error, lambda: _refined(question, error))


def _refined(question: Question, error: float) -> Refined:
    output = output_of(question)
    net = network(question)
    vertex = next(each for each in net.vertices if each.name == output)
    names = question.between[0]
    hidden = [name for name in vertex.parents if name not in names]
    if not isinstance(vertex.law, Normal) or hidden:
        why = f"{hidden[0]!r} is random beside the inputs" if hidden else f"its noise is {type(vertex.law).__name__}"
        raise LimitError(f"the I-MMSE relation takes a function of the inputs in Gaussian noise, and of {output!r} {why}")

    def without_noise(*inputs: Floats) -> Floats:
        assert vertex.map is not None  # the output is a gate
        values = dict(zip(names, inputs, strict=True))
        return Interpreter({**net.values, **values}, {}, inputs[0].ndim)(vertex.map)[0]

    cells = cells_of(question, output)
    noise = float(cells.noise.density.arguments["covariance"])
    whole = cells.moments(FINE).variance

    def evaluate(step: float) -> Estimate:
        places, lengths = panel_rule(0.0, math.log1p(whole / noise), PANEL * step**0.5, step)
        gains = np.expm1(places) / whole
        errors = []
        for gain in gains.tolist():
            noisier = cells_of(smoothed_question(question, output, exact(1 / gain - noise)), output)
            errors.append(float(mean_square_error(noisier, step, without_noise, names)[0]))
        total = float((0.5 * lengths * np.array(errors) * np.exp(places) / whole).sum())
        return Estimate(np.array([total]), np.array([16 * EPS * (1 + total)]), places.size)

    return refine(evaluate, error, error_left(cells))
