"""The method "direct differentiation": I and dI/dtheta of channels of one stage, with no scores and no pathwise derivatives.

I = h(B) - h(N) with panels split at every jump, or a difference of binary entropies where B is one bit; the gradient by
central differences with steps halved three times and extrapolated in the square of the step (Richardson), which needs I
to be smooth in the parameter and nothing of the densities. Its error is what the last extrapolation changed, what a
coarser quadrature changes, and the corner that the slopes on both sides make. Source: Richardson, Phil. Trans. R. Soc. A 226 (1927) 299.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy import special

from infograd.answer import Access, Answer, Refusal
from infograd.error import SpecificationError
from infograd.mapping import FrozenMapping
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.method import gradient_of
from infograd.numeric.networks.network import Network, entries_of
from infograd.numeric.refinement import EPS, FIRST_STEP, Estimate, by_changes, refine
from infograd.numeric.stage.chain import Chain, chain
from infograd.numeric.stage.one_bit import check_one_bit, one_bit_information
from infograd.numeric.stage.stage import Stage
from infograd.quantity import Doubt, Quantity
from infograd.question import Question

METHOD = "direct differentiation"
SPANS = (2.0**-3, 2.0**-6, 2.0**-9)
HALVINGS = 4


def direct_gradient(question: Question, *, error: float = 1e-9) -> Answer | Refusal:
    """I(A;B) in nats and dI/dtheta for B = f(A; theta) + N or its sign, jumps of the map and of the laws included, or a refusal.

    A is a source (Points, or a scalar Normal, Uniform, Laplace, Logistic or Exponential), N has one of those continuous laws; the
    gradient is met to `error`, relative where its magnitude exceeds 1.
    Raises: SpecificationError for an error that is not positive.
    Source: arXiv:2601.01789, eqs. (8)-(9).
    """
    if not error > 0:
        raise SpecificationError(f"error is {error!r}; ask for a positive number of nats.")
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            return _answer(question, error)
    except LimitError as reason:
        return Refusal("numeric", METHOD, f"{reason}.")
    except FloatingPointError as fault:
        return Refusal("numeric", METHOD, f"a map or a density leaves the range of numbers on the support of its input ({fault}).")


def _entropy_difference(stage: Stage, step: float) -> tuple[float, float, int]:
    """h(B) - h(N) in nats at one resolution, its rounding error, and the number of cells."""
    outputs, lengths = stage.outputs(step)
    fiber = stage.fiber(outputs, step)
    density = (fiber.weights * stage.noise.density(fiber.noise)).sum(axis=1) / stage.scale
    terms = -lengths * special.xlogy(density, density)
    noise = stage.noise.entropy + float(np.log(stage.scale))
    rounding = 16 * EPS * (1 + float(np.abs(terms).sum()) + abs(noise)) + float((np.abs(terms) * stage.blurred(outputs)).sum())
    return float(terms.sum()) - noise, rounding, fiber.weights.size


def _information(chain: Chain, step: float) -> Estimate:
    stage = Stage(chain)
    value, rounding, cells = (one_bit_information if chain.receiver else _entropy_difference)(stage, step)
    return Estimate(np.array([value]), np.array([rounding]), cells)


def _answer(question: Question, error: float) -> Answer:
    if question.order > 1:
        raise LimitError("second derivatives are not among what this method gives; ask for order 1")
    asked = chain(question)
    if asked.receiver:
        check_one_bit(asked)
    refined = refine(lambda step: _information(asked, step), error * 2.0**-11, by_changes)
    step = FIRST_STEP * 2 ** (-(refined.levels - 1) / 2)
    value = Quantity(float(refined.values[0]), Doubt(estimated=float(refined.errors[0])))
    net = Network(question, (), dict(asked.values))
    found = [_slope(asked, entry, step, error) for entry in entries_of(net)] if question.order else []
    slopes = np.array([slope for slope, _ in found])
    gradient = gradient_of(net, slopes, np.array([left for _, left in found])) if found else FrozenMapping[Quantity]()
    cost = FrozenMapping({"cells": refined.cells, "levels": refined.levels})
    return Answer("numeric", METHOD, Access.MODEL, value, gradient, citation="arXiv:2601.01789, eqs. (8)-(9), by quadrature", cost=cost)


def _slope(chain: Chain, entry: tuple[str, tuple[int, ...]], step: float, error: float) -> tuple[float, float]:
    """dI/d entry and its estimated error, from the first of three spans of the differences, on three grids, that meets `error`."""
    name, index = entry
    size = abs(float(chain.values[name][index]))
    carried = {parameter.name for law in (chain.source.law, chain.output.noise) if law is not None for parameter in law.parameters}
    unit = size if name in carried and size else max(1.0, size)
    rounding = float(_information(chain, step).rounding[0])
    reached = np.inf
    for fine, span in itertools.product((step, step / 2**0.5, step / 2), SPANS):
        steps = np.array([span * unit / 2**halving for halving in range(HALVINGS)])
        (slope, left), (rough, _) = (_limits(chain, entry, steps, fineness) for fineness in (fine, fine * 2**0.5))
        left += abs(slope - rough) + 4 * rounding / float(steps[-1])
        reached = min(reached, left / max(1.0, abs(slope)))
        if left <= error * max(1.0, abs(slope)):
            return slope, left
    raise LimitError(f"the error {error:g} was not reached for {name!r}: {reached:.1e} is left; I may have a corner in it here, or ask for a larger error")


def _limits(chain: Chain, entry: tuple[str, tuple[int, ...]], steps: Floats, fineness: float) -> tuple[float, float]:
    """The limit of (I(theta + h) - I(theta - h)) / 2h over halved steps h, and its error: what is left of it and the corner |I'(theta+) - I'(theta-)|."""

    def at(shift: float) -> float:
        name, index = entry
        moved = np.array(chain.values[name])
        moved[index] += shift
        return float(_information(chain.at({**chain.values, name: moved}), fineness).values[0])

    middle = at(0.0)
    above, below = (np.array([at(sign * step) for step in steps]) for sign in (1.0, -1.0))
    slope, left = extrapolated((above - below) / (2 * steps), 4.0)
    corner, _ = extrapolated((above - 2 * middle + below) / steps, 2.0)
    return slope, left + abs(corner)


def extrapolated(column: Floats, gain: float) -> tuple[float, float]:
    """The limit of values over halved steps whose errors fall by `gain`, 4 gain, 16 gain, ..., and what the last extrapolation changed."""
    last = 0.0
    while column.size > 1:
        change = np.diff(column) / (gain - 1)
        last, column, gain = float(abs(change[-1])), column[1:] + change, 4 * gain
    return float(column[0]), last
