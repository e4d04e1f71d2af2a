"""What denoising score matching at a fixed variance t = sigma^2 learns, and what that does to the gradient of a scalar linear Gaussian channel.

The minimiser of E||s(Y + sigma E) + E/sigma||^2 is the score of Y + sigma E, never that of Y. For Gaussian Y it is the true
score times v/(v + t). With r the difference of the two smoothed scores and J = dY/dtheta, the uses differ:
noised samples give E[J r(Y + sigma E)] = dI(X; Y + sigma E)/dtheta in every channel; clean samples give E[J r(Y)], which for
linear Gaussian channels is the same number; a Stein factor undoes the smoothing of the score that it calibrates.
Source: arXiv:2601.01789, eqs. (4), (83) and VII-A, VII-B; P. Vincent, Neural Computation 23 (2011) 1661.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.analytic.theory.moments import expectation
from infograd.analytic.theory.path import Path
from infograd.analytic.theory.stein import stein_factor

EXTRA = sympy.Symbol("E", real=True)
_CLEAN = sympy.Symbol("Y", real=True)


def denoising_loss(gain: Symbolic, variance: Symbolic, smoothing: Symbolic) -> Symbolic:
    """E[(s(Y + E) + E/t)^2] of the score model s(y) = -gain y, for Y ~ N(0, variance) and E ~ N(0, t), t = `smoothing`."""
    return expectation((-gain * (_CLEAN + EXTRA) + EXTRA / smoothing) ** 2, {_CLEAN: variance, EXTRA: smoothing})


def denoising_gain(variance: Symbolic, smoothing: Symbolic) -> Symbolic:
    """1/(v + t): s(y) = -y/(v + t) minimises the denoising loss over all functions, since it is the score of N(0, v + t)."""
    return 1 / (variance + smoothing)


def score_factor(variance: Symbolic, smoothing: Symbolic) -> Symbolic:
    """v/(v + t), the learned Gaussian score as a multiple of the true one."""
    return variance / (variance + smoothing)


@dataclass(frozen=True, slots=True)
class Uses:
    """The gradient in nats that smoothed scores give: on clean samples, on noised ones, and on clean ones with Stein factors."""

    clean: Symbolic
    noised: Symbolic
    marginal_calibrated: Symbolic
    both_calibrated: Symbolic


def uses(path: Path, parameter: Symbolic, smoothing: Symbolic) -> Uses:
    """E[J (s_{Y|X} - s_Y)] with scores smoothed by t = `smoothing`, for each way to use them, from exact Gaussian moments.

    Both scores are smoothed in y alone; the factors are the Stein factors of the smoothed scores on clean samples.
    """
    jacobian = path.slope(parameter)
    marginal = -path.output * denoising_gain(path.output_variance, smoothing)
    conditional = -path.noise * denoising_gain(path.noise_variance, smoothing)
    marginal_factor = stein_factor(marginal, path.output, path.variances)
    conditional_factor = stein_factor(conditional, path.output, path.variances)

    def mean(left: Symbolic, right: Symbolic) -> Symbolic:
        return expectation(jacobian * (left - right), path.variances)

    noised = EXTRA * (denoising_gain(path.output_variance, smoothing) - denoising_gain(path.noise_variance, smoothing))
    return Uses(
        clean=mean(conditional, marginal),
        noised=expectation(jacobian * (conditional - marginal + noised), {**path.variances, EXTRA: smoothing}),
        marginal_calibrated=mean(conditional, marginal_factor * marginal),
        both_calibrated=mean(conditional_factor * conditional, marginal_factor * marginal),
    )


def smoothed_gradient(path: Path, parameter: Symbolic, smoothing: Symbolic) -> Symbolic:
    """dI(X; Y + sigma E)/dtheta = 1/2 (v_y'/(v_y + t) - v_e'/(v_e + t)) by direct differentiation."""
    return sympy.diff(sympy.log((path.output_variance + smoothing) / (path.noise_variance + smoothing)) / 2, parameter)


def marginal_calibration_bias(path: Path, parameter: Symbolic, smoothing: Symbolic) -> Symbolic:
    """v_e' t / (2 v_e (v_e + t)): what VII-A's calibration of the marginal score alone leaves; 0 where the noise does not depend on theta."""
    noise = path.noise_variance
    return sympy.diff(noise, parameter) * smoothing / (2 * noise * (noise + smoothing))
