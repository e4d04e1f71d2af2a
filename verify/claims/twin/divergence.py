"""Section VIII: where the Fisher divergence vanishes, and with which scores (eqs. (88)-(89))."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from infograd.claim import Standing
from infograd.verify.claims.entry import Condition, Outcome, corrects, entry, refutes, supports
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, below, decided, nonzero, number, same
from infograd.verify.policy import STANDARD

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

SECTION = "VIII Digital twin"
ZERO = Number(0.0, 0.0)


def gaussian_divergence() -> Outcome:
    """The divergence of Gaussian outputs of variances r and v, and its slope in v."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.theory.twin import divergence, slope

    v, r = sympy.symbols("v r", positive=True)
    return decided("F - r (1/v - 1/r)^2 and dF/dv - 2 (v - r)/v^3", divergence(v, r) - r * (1 / v - 1 / r) ** 2, sympy.diff(divergence(v, r), v) - slope(v, r))


Bumps: TypeAlias = tuple[Fraction, Fraction, Fraction]
OVERLAPPING: tuple[Bumps, ...] = ((Fraction(1, 2), Fraction(1, 2), Fraction(1, 4)), (Fraction(3, 4), Fraction(9, 10), Fraction(1, 10)))
SEPARATED: tuple[Bumps, ...] = ((Fraction(2), Fraction(1, 2), Fraction(1, 4)),)


def connected(case: Bumps) -> bool:
    """Whether the two bumps of half-width 1 around -c and c overlap, for a case (c, weight in reality, weight in the twin)."""
    return case[0] < 1


def _bump_divergence(case: Bumps) -> Number:
    from infograd.numeric.theory.twin import bump_divergence

    return number(bump_divergence(*map(float, case)))


def _seen_weights() -> Outcome:
    return every(*(below(f"0 and F at c = {case[0]}, weights {case[1]} and {case[2]}", ZERO, _bump_divergence(case)) for case in OVERLAPPING))


def _unseen_weights() -> Outcome:
    return every(*(same(f"F at c = {case[0]}, weights {case[1]} and {case[2]}", _bump_divergence(case), ZERO, scale=1.0) for case in SEPARATED))


def _equal_scores() -> Outcome:
    """On a bump that no other overlaps p is its weight times the bump, so that the derivative of log p has no weight in it; over both bumps the mass is 1."""
    import sympy

    y, weight = sympy.Symbol("y", real=True), sympy.Symbol("w", positive=True)
    bump = sympy.cos(sympy.pi * y / 2) ** 2
    mass = sympy.integrate(bump, (y, -1, 1))
    moved = sympy.diff(sympy.log(weight * bump), y, weight)
    return Outcome(moved == 0 and mass == 1, f"the score of a bump of weight w has the derivative {moved} in w; a bump has the mass {mass}")


DIVERGENCE = entry(
    "eq-88-89",
    "Calibration by the Fisher divergence makes the outputs indistinguishable",
    SECTION,
    (
        r"\theta \leftarrow \theta - \eta \nabla_\theta F(\theta), \quad F(\theta) = \mathbb{E}_{y \sim \mathrm{real}}\left\| s_{\mathrm{real}}(y) - s_\theta(y) \right\|^2, \quad "
        r"F(\theta) = 0 \iff p_\theta(y) = p_{\mathrm{real}}(y)"
    ),
    Standing.CONDITIONAL,
    supports(
        "exact moments",
        "analytic",
        r"Gaussian outputs of variances $r$ and $v$: $F = r (1/v - 1/r)^2$ and $dF/dv = 2 (v - r)/v^3$, zero at $v = r$ alone",
        gaussian_divergence,
    ),
    supports("quadrature", "numeric", "two bumps that overlap: other weights have $F > 0$", _seen_weights),
    refutes("exact integral", "analytic", "two bumps apart from each other: on each both scores are the same function, whatever the weights", _equal_scores),
    refutes("quadrature", "numeric", "two bumps apart from each other: weights 1/2 and 1/4 have $F = 0$", _unseen_weights),
    condition=Condition(
        "Both densities are positive and differentiable on one and the same connected open set. A case is two bumps around $-c$ and $c$ with the weights of reality and of the twin.",
        connected,
        inside=OVERLAPPING,
        outside=SEPARATED,
    ),
    derivation=(
        "$F = 0$ makes $\\nabla \\log(p_\\theta/p_{\\mathrm{real}}) = 0$ wherever $p_{\\mathrm{real}} > 0$, so the ratio is constant on every connected part of that set, and 1 where there is one part, since both masses are 1. On two parts the ratio may be one constant on each: "
        "the weights of separated modes are free. Modes that are joined by a thin bridge only are seen in principle and hardly in practice. "
        "That descent reaches $F = 0$ is not claimed here: far from the optimum the gradient may be of no use, for Gaussian outputs $F$ tends to $1/r$ with slope $2/v^2$ as $v$ grows, and eq. (89) needs the derivative in $\\theta$ of the twin's learned score, which denoising score matching does "
        "not train. What equal outputs do not settle, the information that the twin is wanted for, is Remark 8. An experiment on a twin with learned scores is not part of the ledger yet."
    ),
    counterexample="Bumps $\\cos^2$ of half-width 1 around $-2$ and 2 with weights (1/2, 1/2) and (1/4, 3/4): $F = 0$.",
)


def _smoothed_twin_exactly() -> Outcome:
    import sympy

    from infograd.analytic.theory.twin import calibrated_variance, divergence

    v, r, t = sympy.symbols("v r t", positive=True)
    slope = sympy.diff(divergence(v, r, twin_smoothing=t), v)
    return every(
        decided("F with the twin smoothed alone, at v = r - t", divergence(calibrated_variance(r, twin_smoothing=t), r, twin_smoothing=t)),
        nonzero("its slope at v = r", slope.subs(v, r)),
    )


NOISE, EXTRA = 0.25, 0.1


def _by_convolution(twin: float, *, twin_smoothing: float, real_smoothing: float = 0.0) -> Number:
    """F of tanh(X) + N, reality's noise of variance 1/4, where a smoothed density is a sum over its samples and a score the derivative of its logarithm.

    Sums at a step and at half of it, with how far they moved and the rounding of a long sum.
    """
    import numpy as np

    def divergence(step: float) -> float:
        x, y = np.arange(-9, 9, step), np.arange(-5, 5, step)
        weights, shift = np.exp(-(x**2) / 2), 1e-30

        def score(noise: float, smoothing: float) -> Floats:
            density = np.exp(-((y[:, None] + 1j * shift * (smoothing == 0) - np.tanh(x)) ** 2) / (2 * noise)) @ weights
            if smoothing:
                density = np.exp(-((y[:, None] + 1j * shift - y) ** 2) / (2 * smoothing)) @ density
            return np.asarray(np.imag(np.log(density)) / shift, dtype=np.float64)

        real = np.exp(-((y[:, None] - np.tanh(x)) ** 2) / (2 * NOISE)) @ weights
        return float((real * (score(NOISE, real_smoothing) - score(twin, twin_smoothing)) ** 2).sum() / real.sum())

    coarse, fine = divergence(0.1), divergence(0.05)
    return Number(fine, STANDARD.safety * abs(fine - coarse) + 1000 * float(np.finfo(np.float64).eps))


def _smoothed_twin_by_quadrature() -> Outcome:
    from infograd.numeric.theory.twin import twin_divergence

    equal, less, more = (number(twin_divergence(NOISE, noise, twin_smoothing=EXTRA)) for noise in (NOISE, NOISE - EXTRA - 0.02, NOISE - EXTRA + 0.02))
    shifted = _by_convolution(NOISE - EXTRA, twin_smoothing=EXTRA)
    return every(
        same("F of a perfect twin with its density convolved", _by_convolution(NOISE, twin_smoothing=EXTRA), equal),
        below("0 and F of a perfect twin", ZERO, equal),
        same("F of a twin with too little noise by t", shifted, ZERO, scale=1.0),
        below("0 and F of one with still less noise", ZERO, less),
        below("F of one with a little more, and of the perfect one", more, equal),
    )


def equally_smoothed(case: tuple[Fraction, Fraction]) -> bool:
    """Whether F of Gaussian outputs with the twin's and reality's scores smoothed by these variances vanishes at a perfect twin."""
    import sympy

    from infograd.analytic.theory.twin import divergence
    from infograd.analytic.theory.vanishing import vanishes

    r = sympy.Symbol("r", positive=True)
    twin, real = (sympy.Rational(each.numerator, each.denominator) for each in case)
    return bool(vanishes(divergence(r, r, twin_smoothing=twin, real_smoothing=real)))


def _own_noise() -> Outcome:
    """Y = f + N with Var f = c and Var N = t: the gain that denoises Y to f is the twin's output score, and F against reality is that of eq. (88)."""
    import sympy

    from infograd.analytic.theory.smoothing import denoising_gain
    from infograd.analytic.theory.twin import divergence

    c, r, t = sympy.symbols("c r t", positive=True)
    learned = denoising_gain(c, t)
    found = r * (learned - 1 / r) ** 2
    return every(
        decided("F with the denoised score, less F of eq. (88) at v = c + t", found - divergence(c + t, r)),
        decided("the same less (v - r)^2/(r v^2)", found - (c + t - r) ** 2 / (r * (c + t) ** 2)),
    )


def _both_smoothed() -> Outcome:
    import sympy

    from infograd.analytic.theory.twin import divergence

    v, r, t = sympy.symbols("v r t", positive=True)
    found = divergence(v, r, twin_smoothing=t, real_smoothing=t)
    return decided("F with both smoothed, less r (v - r)^2/((v + t)^2 (r + t)^2)", found - r * (v - r) ** 2 / ((v + t) ** 2 * (r + t) ** 2))


def _both_smoothed_by_quadrature() -> Outcome:
    from infograd.numeric.theory.twin import twin_divergence

    off = number(twin_divergence(NOISE, NOISE - EXTRA, twin_smoothing=EXTRA, real_smoothing=EXTRA))
    return every(
        same("F of another twin with both densities convolved", _by_convolution(NOISE - EXTRA, twin_smoothing=EXTRA, real_smoothing=EXTRA), off),
        below("F of a perfect twin and of another", _by_convolution(NOISE, twin_smoothing=EXTRA, real_smoothing=EXTRA), off),
    )


MIXED_SMOOTHING = entry(
    "twin-mixed-smoothing",
    "Sliced score matching for reality and denoising score matching for the twin",
    SECTION,
    r"\hat\theta = \arg\min_\theta \mathbb{E}_{y \sim \mathrm{real}}\left\| s_{\mathrm{real}}(y) - s_{\theta, \sigma}(y) \right\|^2 \Rightarrow p_{\hat\theta} = p_{\mathrm{real}}",
    Standing.CONDITIONAL,
    supports("decided identities", "analytic", "Gaussian outputs, the twin's own noise as that of the denoising: $F$ vanishes at $v = r$ alone", _own_noise),
    refutes("decided identities", "analytic", r"Gaussian outputs: $F$ vanishes at $v = r - \sigma^2$, and has a slope at $v = r$", _smoothed_twin_exactly),
    refutes(
        "quadrature", "numeric", r"$\tanh(X) + N$: a perfect twin has $F > 0$, one with $\sigma^2$ too little noise has $F = 0$", _smoothed_twin_by_quadrature
    ),
    corrects("decided identities", "analytic", "Gaussian outputs, both smoothed: $F$ is a square in $v - r$ over positive factors", _both_smoothed),
    corrects(
        "quadrature", "numeric", r"$\tanh(X) + N$, both smoothed: a perfect twin has less $F$ than another, which has $F > 0$", _both_smoothed_by_quadrature
    ),
    condition=Condition(
        r"The two scores that are compared are smoothed by equal variances: as where the noise of the denoising is the twin's own last noise, so that its score is that of "
        r"its output, or where both are smoothed. Equal outputs then are those of $F = 0$ under the condition of eqs. (88)-(89). A case is the two variances, of the twin and of reality.",
        equally_smoothed,
        inside=((Fraction(0), Fraction(0)), (Fraction(1, 10), Fraction(1, 10))),
        outside=((Fraction(1, 10), Fraction(0)),),
    ),
    derivation=(
        "Sliced score matching without noise estimates the score of $Y$; denoising score matching estimates that of the noised sample (eq. (4)). The text gives sliced matching as its way where the clean sample is unknown, which fits noise that the channel itself adds; its "
        "experiments add noise of their own, and then the twin's score is that of $Y + \\sigma \\varepsilon$. Comparing the two asks for a twin whose output, smoothed, has the law of the unsmoothed real output: one with "
        "less noise. Smoothing both compares $p_\\theta * N(0, \\sigma^2)$ with $p_{\\mathrm{real}} * N(0, \\sigma^2)$, which are equal iff $p_\\theta = p_{\\mathrm{real}}$, since the Gaussian characteristic function has no zero."
    ),
    counterexample="Real output $N(0, 1)$, $\\sigma^2 = 1/10$: the calibrated twin has output variance 9/10.",
    corrected=r"\mathbb{E}_{y \sim \mathrm{real}}\left\| s_{\mathrm{real}, \sigma}(y) - s_{\theta, \sigma}(y) \right\|^2 = 0 \iff p_\theta = p_{\mathrm{real}}",
)
