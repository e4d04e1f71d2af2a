"""The law of a scalar output as functions: densities, scores, distribution, posterior means, and averages of them.

Every function works in logarithms on cells of hidden values whose grids follow the tails as far as the outputs asked about
pull them, so that densities and scores are right where p(y) itself underflows.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from infograd.answer import Refusal
from infograd.array import exact
from infograd.channel import laws_within
from infograd.error import SpecificationError
from infograd.numeric.functions import averages
from infograd.numeric.functions.additive import log_sum
from infograd.numeric.functions.cells import ORDINARY_LOSS, Slices, Split
from infograd.numeric.functions.choice import cells_of, output_of
from infograd.numeric.functions.panel_cells import PanelCells
from infograd.numeric.functions.quantile import quantile
from infograd.numeric.functions.settling import replied, settled
from infograd.numeric.functions.smoothing import smoothed_question
from infograd.numeric.functions.values import Values
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.refinement import EPS
from infograd.question import Question

METHOD = "output law"
LOOK = 0.3
TINY = float(np.finfo(np.float64).smallest_subnormal)
FORMS = ("difference", "reduction", "control variate")
Inputs: TypeAlias = ArrayLike | Mapping[str, ArrayLike]


class OutputLaw:
    """The law of Y for I(A;Y): functions of arrays of y (and of inputs x of A, broadcast against them), each with its own error estimate.

    Densities are per unit of y, scores per unit of y, logarithms natural. A function that cannot meet `error` (relative where a value
    exceeds 1), or rounding where that is coarser, refuses; integrals and grids are kept, so that asking twice costs once.
    """

    def __init__(self, question: Question, error: float) -> None:
        self.question = question
        self.error = error
        self.output = output_of(question)
        self._names = question.between[0]
        self._cells = cells_of(question, self.output)
        self._kept: dict[object, Values | Refusal] = {}

    def log_density(self, y: ArrayLike) -> Values | Refusal:
        """log p(y), -inf off the support."""
        return self._pointwise("log density", y, Split.WHOLE, lambda slices: (slices.log_density, _size(slices)))

    def density(self, y: ArrayLike) -> Values | Refusal:
        """p(y)."""
        return _exponential(self.log_density(y))

    def score(self, y: ArrayLike) -> Values | Refusal:
        """s_Y(y) = d log p(y) / dy, right also where p(y) underflows."""
        return self._pointwise("score", y, Split.WHOLE, _scored)

    def distribution(self, y: ArrayLike) -> Values | Refusal:
        """P(Y <= y)."""
        return _exponential(self._log_tail(y, 1.0))

    def survival(self, y: ArrayLike) -> Values | Refusal:
        """P(Y > y), to relative accuracy."""
        return _exponential(self._log_tail(y, -1.0))

    def quantile(self, share: ArrayLike) -> Values | Refusal:
        """The y with P(Y <= y) = share, for shares between 0 and 1.

        Raises: SpecificationError for a share that is not.
        """
        shares = np.asarray(share, dtype=np.float64)
        if not np.all((shares > 0) & (shares < 1)):
            raise SpecificationError(f"a share is {float(shares[~((shares > 0) & (shares < 1))].ravel()[0]):g}; a quantile takes shares between 0 and 1.")
        return replied("quantile", lambda: quantile(self._tail_settled, self._tail, self._log_density_settled, shares, self._cells.span()))

    def conditional_log_density(self, y: ArrayLike, inputs: Inputs) -> Values | Refusal:
        """log p(y | x)."""
        return self._given("conditional log density", y, inputs, lambda slices: (slices.log_density, _size(slices)))

    def conditional_density(self, y: ArrayLike, inputs: Inputs) -> Values | Refusal:
        """p(y | x)."""
        return _exponential(self.conditional_log_density(y, inputs))

    def conditional_score(self, y: ArrayLike, inputs: Inputs) -> Values | Refusal:
        """s_{Y|A}(y | x) = d log p(y | x) / dy."""
        return self._given("conditional score", y, inputs, _scored)

    def posterior_score(self, y: ArrayLike, inputs: Inputs) -> Values | Refusal:
        """d log p(x | y) / dy = s_{Y|A}(y | x) - s_Y(y). Source: arXiv:2601.01789, eqs. (19)-(20)."""
        conditional, marginal = self.conditional_score(y, inputs), self.score(y)
        if isinstance(conditional, Refusal) or isinstance(marginal, Refusal):
            return conditional if isinstance(conditional, Refusal) else marginal
        values = conditional.values - marginal.values
        rounding = EPS * (np.abs(conditional.values) + np.abs(marginal.values))
        return Values(values, np.asarray(conditional.error + marginal.error + rounding))

    def posterior_mean(self, y: ArrayLike, function: averages.InputFunction = lambda *x: x[0]) -> Values | Refusal:
        """E[g(A) | Y = y]; g takes one array for each node of A, in the question's order, and is smooth where the map is."""

        def mean(slices: Slices) -> tuple[Floats, Floats]:
            shares, values = slices.shares().sum(axis=2), averages.evaluated(function, slices.inputs, self._names)
            _on_the_support(slices)
            found = (shares * values).sum(axis=1)
            return found, np.abs(found) + (shares * np.abs(values - found[:, None])).sum(axis=1) * _size(slices)

        return self._pointwise("posterior mean", y, Split.INPUTS, mean)

    def smoothed(self, t: object) -> OutputLaw | Refusal:
        """The law of Y + sqrt(t) Z with Z standard normal; t > 0 is a number as the language reads it.

        Raises: SpecificationError for t that is not positive.
        """
        variance = exact(t, "t")
        if not variance > 0:
            raise SpecificationError(f"t is {variance}; smoothing adds a positive variance.")
        return output_law(smoothed_question(self.question, self.output, variance), error=self.error)

    def fisher_information(self) -> Values | Refusal:
        """J(Y) = E[s_Y^2]. Source: arXiv:2601.01789, eq. (52)."""
        if self._jumps and isinstance(self._cells, PanelCells) and self._cells.flat:
            return Refusal("numeric", "Fisher information", "the density of the output jumps, and its Fisher information is infinite.")
        return self._average("Fisher information", lambda step: averages.fisher(self._cells, step))

    def conditional_fisher_information(self) -> Values | Refusal:
        """J(Y|A) = E[s_{Y|A}^2]."""
        return _entry(self._conditional_fisher(), 0)

    def fisher_gap(self) -> Values | Refusal:
        """J(Y|A) - J(Y) = E[(s_{Y|A} - s_Y)^2], without the cancellation."""
        return _entry(self._conditional_fisher(), 1)

    def mmse(self, function: averages.InputFunction = lambda *x: x[0]) -> Values | Refusal:
        """E[Var(g(A) | Y)], the least mean square error of g(A) seen through Y; g as in `posterior_mean`."""
        return self._average(("mmse", function), lambda step: averages.mean_square_error(self._cells, step, function, self._names))

    def estimator_variance(self, form: str, parameter: str) -> Values | Refusal:
        """The variance of one draw of a form of dI/d parameter, of the parameter's shape.

        difference: J (s_{Y|A} - s_Y); reduction: -J s_Y; control variate: -J s_Y + k J s_{Y|A} at the k of least variance.
        Raises: SpecificationError for an unknown form or parameter.
        """
        if form not in FORMS:
            raise SpecificationError(f"form is {form!r}; the forms are {', '.join(map(repr, FORMS))}.")
        known = [each.name for each in self.question.channel.parameters]
        if parameter not in known:
            raise SpecificationError(f"{parameter!r} is no parameter of the channel; its parameters: {', '.join(map(repr, known)) or 'none'}.")
        shape = np.asarray(self.question.at[parameter], dtype=np.float64).shape
        found = [self._variances(parameter, index) for index in itertools.product(*map(range, shape))]
        for reply in found:
            if isinstance(reply, Refusal):
                return reply
        replies = [reply for reply in found if isinstance(reply, Values)]
        means = [(float(reply.values[3]), float(reply.error[3])) for reply in replies]
        if form == "control variate" and any(abs(mean) > error + self.error for mean, error in means):
            return Refusal(
                "numeric", "estimator variance", f"E[J s_(Y|A)] is {max((mean for mean, _ in means), key=abs):.3g} and not 0, so it is no control variate."
            )
        position = FORMS.index(form)
        values, errors = ([getattr(reply, name)[position] for reply in replies] for name in ("values", "error"))
        return Values(np.array(values).reshape(shape), np.array(errors).reshape(shape))

    def _variances(self, parameter: str, index: tuple[int, ...]) -> Values | Refusal:
        return self._average(("estimator variance", parameter, index), lambda step: averages.variances(self._cells, step, (parameter, index)))

    def _conditional_fisher(self) -> Values | Refusal:
        if self._jumps:
            return Refusal("numeric", "conditional Fisher information", "the density of the noise jumps, and its Fisher information is infinite.")
        return self._average("conditional Fisher information", lambda step: averages.conditional_fisher(self._cells, step))

    @property
    def _jumps(self) -> bool:
        return any(law.jumps for law in laws_within(self._cells.noise.density.law))

    def _average(self, key: object, evaluate: Callable[[float], tuple[Floats, Floats]]) -> Values | Refusal:
        if key not in self._kept:
            name = key if isinstance(key, str) else str(key[0]) if isinstance(key, tuple) else METHOD
            self._kept[key] = replied(name, lambda: settled(evaluate, self.error, self._cells))
        return self._kept[key]

    def _pointwise(self, name: str, y: ArrayLike, split: Split, function: Callable[[Slices], tuple[Floats, Floats]]) -> Values | Refusal:
        outputs = _outputs(y)
        return replied(name, lambda: self._over(outputs, split, function))

    def _over(self, outputs: Floats, split: Split, function: Callable[[Slices], tuple[Floats, Floats]]) -> Values:
        flat = outputs.ravel()
        loss = self._cells.loss(flat)
        return _shaped(self._settled(lambda step: _collected(self._cells.slices(flat, step, loss, split), flat.size, function)), outputs.shape)

    def _given(self, name: str, y: ArrayLike, inputs: Inputs, function: Callable[[Slices], tuple[Floats, Floats]]) -> Values | Refusal:
        given = dict(inputs) if isinstance(inputs, Mapping) else {self._names[0]: inputs}
        if sorted(given) != sorted(self._names):
            raise SpecificationError(f"inputs name {', '.join(map(repr, given))}; give a value for each of {', '.join(map(repr, self._names))}.")
        outputs, *values = np.broadcast_arrays(_outputs(y), *(_outputs(given[each]) for each in self._names))
        flat = {each: value.ravel() for each, value in zip(self._names, values, strict=True)}

        def compute() -> Values:
            return self._settled(lambda step: _collected(self._cells.given(outputs.ravel(), flat, step), outputs.size, function))

        return replied(name, lambda: _shaped(compute(), outputs.shape))

    def _settled(self, evaluate: Callable[[float], tuple[Floats, Floats]]) -> Values:
        return settled(evaluate, self.error, self._cells)

    def _log_density_settled(self, y: Floats) -> Values:
        return self._over(y, Split.WHOLE, lambda slices: (slices.log_density, _size(slices)))

    def _tail_settled(self, y: Floats, sign: float) -> Values:
        return self._over(y, Split.WHOLE, lambda slices: self._log_tail_of(slices, sign))

    def _tail(self, y: Floats, sign: float) -> Floats:
        """The logarithm of a tail at one resolution, for looking around."""
        parts = self._cells.slices(y, LOOK, ORDINARY_LOSS, Split.WHOLE)
        return _collected(parts, y.size, lambda slices: self._log_tail_of(slices, sign))[0]

    def _log_tail_of(self, slices: Slices, sign: float) -> tuple[Floats, Floats]:
        logs = log_sum(slices.log_weights + self._cells.noise.log_distribution(slices.noise, sign), (1, 2))
        return logs, 1 + np.abs(np.where(np.isfinite(logs), logs, 0.0))

    def _log_tail(self, y: ArrayLike, sign: float) -> Values | Refusal:
        outputs = _outputs(y)
        return replied("distribution", lambda: self._tail_settled(outputs, sign))


def output_law(question: Question, *, error: float = 1e-11) -> OutputLaw | Refusal:
    """The law of Y for a question I(A;Y): Y a scalar gate with noise, A nodes that do not descend from it, or a refusal that says why there is none.

    Values are met to `error`, relative where they exceed 1: logarithms of densities, scores and averages.
    Raises: SpecificationError for an error that is not positive.
    """
    if not error > 0:
        raise SpecificationError(f"error is {error!r}; ask for a positive number.")
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            return OutputLaw(question, error)
    except LimitError as reason:
        return Refusal("numeric", METHOD, f"{reason}.")
    except FloatingPointError as fault:
        return Refusal("numeric", METHOD, f"a map or a density leaves the range of numbers on the support of its input ({fault}).")


def _outputs(y: ArrayLike) -> Floats:
    found = np.asarray(y, dtype=np.float64)
    if not np.all(np.isfinite(found)):
        raise SpecificationError(f"a value asked about is {found[~np.isfinite(found)].ravel()[0]}; write finite numbers.")
    return found


def _size(slices: Slices) -> Floats:
    """The size of the logarithms that a result is made of."""
    logs = slices.log_density
    return np.asarray(1 + np.abs(np.where(np.isfinite(logs), logs, 0.0)) + slices.log_masses[0].size ** 0.5 / 128)


def _on_the_support(slices: Slices) -> None:
    if not np.all(np.isfinite(slices.log_density)):
        raise LimitError("the density vanishes at an output asked about; it has no score and nothing is known given it")


def _scored(slices: Slices) -> tuple[Floats, Floats]:
    _on_the_support(slices)
    found = slices.marginal_score()
    return found, np.abs(found) + (slices.shares() * np.abs(slices.scores - found[:, None, None])).sum(axis=(1, 2)) * _size(slices)


def _collected(parts: Iterator[tuple[slice, Slices]], count: int, function: Callable[[Slices], tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    values, sizes = np.empty(count), np.empty(count)
    for rows, slices in parts:
        values[rows], sizes[rows] = function(slices)
    return values, sizes


def _shaped(found: Values, shape: tuple[int, ...]) -> Values:
    return Values(found.values.reshape(shape), found.error.reshape(shape))


def _exponential(logs: Values | Refusal) -> Values | Refusal:
    if isinstance(logs, Refusal):
        return logs
    values = np.exp(logs.values)
    return Values(values, values * (np.expm1(logs.error) + EPS) + np.where(np.isfinite(logs.values), TINY, 0.0))


def _entry(found: Values | Refusal, position: int) -> Values | Refusal:
    return found if isinstance(found, Refusal) else Values(np.asarray(found.values[position]), np.asarray(found.error[position]))
