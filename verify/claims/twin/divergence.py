"""Section VIII: where the Fisher divergence vanishes, and with which scores (eqs. (88)-(89))."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from infograd.claim import Standing
from infograd.verify.claims.entry import Condition, Outcome, corrects, entry, refutes, supports
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, below, decided, nonzero, number, same

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


DIVERGENCE = entry(
    "twin-divergence",
    "The Fisher divergence vanishes for equal outputs alone",
    SECTION,
    r"F(\theta) = 0 \iff p_\theta(y) = p_{\mathrm{real}}(y)",
    Standing.CONDITIONAL,
    supports("exact moments", "analytic", "Gaussian outputs: F = r (1/v - 1/r)^2, zero iff v = r", gaussian_divergence),
    supports("quadrature", "numeric", "two bumps that overlap: other weights have F > 0", _seen_weights),
    refutes("quadrature", "numeric", "two bumps apart from each other: weights 1/2 and 1/4 have F = 0", _unseen_weights),
    condition=Condition(
        "Both densities are positive and differentiable on one and the same connected open set. A case is two bumps around -c and c with the weights of reality and of the twin.",
        connected,
        inside=OVERLAPPING,
        outside=SEPARATED,
    ),
    derivation=(
        "$F = 0$ makes $\\nabla \\log(p_\\theta/p_{\\mathrm{real}}) = 0$ wherever $p_{\\mathrm{real}} > 0$, so the ratio is constant on every connected part of that set, and 1 where there is one part, since both masses are 1. On two parts the ratio may be one constant on each: "
        "the weights of separated modes are free. Modes that are joined by a thin bridge only are seen in principle and hardly in practice."
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


def _smoothed_twin_by_quadrature() -> Outcome:
    from infograd.numeric.theory.twin import twin_divergence

    equal, less, more, shifted = (
        number(twin_divergence(NOISE, noise, twin_smoothing=EXTRA)) for noise in (NOISE, NOISE - EXTRA - 0.02, NOISE - EXTRA + 0.02, NOISE - EXTRA)
    )
    return every(
        below("0 and F of a perfect twin", ZERO, equal),
        same("F of a twin with too little noise by t", shifted, ZERO, scale=1.0),
        below("0 and F of one with still less noise", ZERO, less),
        below("F of one with a little more, and of the perfect one", more, equal),
    )


def _both_smoothed() -> Outcome:
    import sympy

    from infograd.analytic.theory.twin import divergence

    v, r, t = sympy.symbols("v r t", positive=True)
    found = divergence(v, r, twin_smoothing=t, real_smoothing=t)
    return decided("F with both smoothed, less r (v - r)^2/((v + t)^2 (r + t)^2)", found - r * (v - r) ** 2 / ((v + t) ** 2 * (r + t) ** 2))


def _both_smoothed_by_quadrature() -> Outcome:
    from infograd.numeric.theory.twin import twin_divergence

    smoothed = {"twin_smoothing": EXTRA, "real_smoothing": EXTRA}
    perfect, off = number(twin_divergence(NOISE, NOISE, **smoothed)), number(twin_divergence(NOISE, NOISE - EXTRA, **smoothed))
    return every(same("F of a perfect twin", perfect, ZERO, scale=1.0), below("0 and F of another", ZERO, off))


MIXED_SMOOTHING = entry(
    "twin-mixed-smoothing",
    "Sliced score matching for reality and denoising score matching for the twin",
    SECTION,
    r"\arg\min_\theta \mathbb{E}_{y \sim \mathrm{real}}\left\| s_{\mathrm{real}}(y) - s_{\theta, \sigma}(y) \right\|^2 = \theta_{\mathrm{real}}",
    Standing.REFUTED,
    refutes("decided identities", "analytic", "Gaussian outputs: F vanishes at v = r - sigma^2, and has a slope at v = r", _smoothed_twin_exactly),
    refutes("quadrature", "numeric", "tanh(X) + N: a perfect twin has F > 0, one with sigma^2 too little noise has F = 0", _smoothed_twin_by_quadrature),
    corrects("decided identities", "analytic", "Gaussian outputs, both smoothed: F is a square in v - r over positive factors", _both_smoothed),
    corrects("quadrature", "numeric", "tanh(X) + N, both smoothed: a perfect twin has F = 0, another has not", _both_smoothed_by_quadrature),
    derivation=(
        "Sliced score matching without noise estimates the score of $Y$; denoising score matching estimates that of $Y + \\sigma \\varepsilon$ (eq. (4)). Comparing the two asks for a twin whose output, smoothed, has the law of the unsmoothed real output: one with "
        "less noise. Smoothing both compares $p_\\theta * N(0, \\sigma^2)$ with $p_{\\mathrm{real}} * N(0, \\sigma^2)$, which are equal iff $p_\\theta = p_{\\mathrm{real}}$, since the Gaussian characteristic function has no zero."
    ),
    counterexample="Real output $N(0, 1)$, $\\sigma^2 = 1/10$: the calibrated twin has output variance 9/10.",
    corrected=r"\mathbb{E}_{y \sim \mathrm{real}}\left\| s_{\mathrm{real}, \sigma}(y) - s_{\theta, \sigma}(y) \right\|^2 = 0 \iff p_\theta = p_{\mathrm{real}}",
)
