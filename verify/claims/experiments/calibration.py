"""Section VII-A: Stein calibration (eq. (83))."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

from infograd.catalogue import CATALOGUE
from infograd.claim import Standing
from infograd.verify.claims.entry import Condition, Outcome, entry, refutes, supports
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import below, decided, gradient, nonzero, number

SECTION = "VII Experiments"
Matrix: TypeAlias = tuple[tuple[Fraction, ...], ...]


def _multiple_of_identity(error: Matrix) -> bool:
    """Whether a linear error A of a score model A s_Y is a multiple of the identity."""
    return all(entry == (error[0][0] if row == column else 0) for row, entries in enumerate(error) for column, entry in enumerate(entries))


PROPORTIONAL = (((Fraction(2, 3),),), ((Fraction(1, 2), Fraction(0)), (Fraction(0), Fraction(1, 2))))
UNEVEN = (((Fraction(1, 2), Fraction(0)), (Fraction(0), Fraction(4, 5))),)


def _residues(errors: tuple[Matrix, ...]) -> list[Any]:
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.theory.stein import scalar_residue

    return [scalar_residue(sympy.Matrix([[sympy.Rational(value.numerator, value.denominator) for value in row] for row in error])) for error in errors]


@lru_cache(maxsize=1)
def _smoothed_uses() -> tuple[Any, ...]:
    """The smoothing t, and for alpha and beta of form A what each use of the smoothed scores gives, with the gradient."""
    import sympy

    from infograd.analytic.theory import path, smoothing

    t = sympy.Symbol("t", positive=True)
    channel = path.multipath_a()
    return t, *((smoothing.uses(channel, each, t), channel.gradient(each)) for each in (path.ALPHA, path.BETA))


def _proportional_errors() -> Outcome:
    left = [value for residue in _residues(PROPORTIONAL) for value in residue]
    _, *found = _smoothed_uses()
    gaps = [uses.both_calibrated - exact for uses, exact in found]
    return every(
        decided("what the factor leaves of a multiple of the score", *left),
        decided("bias of the multipath gradient with both smoothed scores calibrated", *gaps),
    )


def _marginal_alone() -> Outcome:
    from infograd.analytic.theory import path

    t, *found = _smoothed_uses()
    biases = [uses.marginal_calibrated - exact for uses, exact in found]
    noise = path.multipath_a().noise_variance
    stated = path.BETA * path.S2 * t / (noise * (noise + t))
    return every(decided("bias of alpha, and of beta less beta s2 t/(v (v + t))", biases[0], biases[1] - stated), nonzero("the bias of beta", biases[1]))


def _uneven_errors() -> Outcome:
    (residue,) = _residues(UNEVEN)
    return nonzero("what the factor leaves of the smoothing by 1 of N(0, diag(1, 4)), first entry", residue[0, 0])


def _cubic_error() -> Outcome:
    import sympy

    from infograd.analytic.theory.stein import mean_square, stein_factor

    y = sympy.Symbol("y", real=True)
    model = -y + y**3 / 5
    factor = stein_factor(model, y, {y: 1})
    before, after, information_after = (mean_square(each, {y: 1}) for each in (model + y, factor * model + y, factor * model))
    fixed = stein_factor(-y + (y**3 - 3 * y) / 5, y, {y: 1})
    shifted = stein_factor(-y + sympy.Rational(1, 10), 5 + y, {y: 1})
    return every(
        Outcome(
            bool(after > before),
            f"model -y + y^3/5 of N(0,1): factor {factor}, mean square error {before} before and {after} after, Fisher information {information_after} in place of 1",
        ),
        Outcome(fixed == 1, f"model -y + (y^3 - 3y)/5: factor {fixed}, the error stays"),
        Outcome(shifted == 2, f"N(5,1) and a constant error of 1/10: factor {shifted}"),
    )


def _outside_gaussians() -> Outcome:
    from infograd import numeric
    from infograd.numeric.theory.smoothing import gradient_of_clean

    truth = gradient(numeric.answer(CATALOGUE["tanh"].question.at_point(theta=2, s2=Fraction(1, 4))), "theta")
    raw, calibrated = (number(gradient_of_clean(2.0, 0.25, 0.1, calibrated=each)) for each in (False, True))
    return every(
        below("the raw gradient and dI", raw, truth),
        below("dI and the calibrated gradient", truth, calibrated),
        below("errors, raw and calibrated", truth - raw, calibrated - truth),
    )


CALIBRATION = entry(
    "eq-83",
    "Stein calibration corrects the scale of a learned score",
    SECTION,
    r"s_{\mathrm{cal}} = c\, s_\phi, \quad c = - \frac{m}{\mathbb{E}\left\langle Y, s_\phi(Y) \right\rangle}, \quad s_{\mathrm{cal}} \approx s_Y",
    Standing.HEURISTIC,
    supports(
        "decided identities",
        "analytic",
        "exact for every multiple of the true score, and so for smoothed scores of scalar Gaussians: both calibrated, the multipath gradient is unbiased",
        _proportional_errors,
    ),
    supports(
        "decided identities",
        "analytic",
        r"with the marginal score alone calibrated, as in VII-A, $\alpha$ is unbiased and $\beta$ is off by $\beta \sigma_2^2 t/(v (v + t))$ in form A, $t$ the added variance, $v = \mathrm{Var} N_{eff}$",
        _marginal_alone,
    ),
    refutes("decided identities", "analytic", "a smoothed score of a Gaussian vector with unequal variances keeps an anisotropic error", _uneven_errors),
    refutes(
        "exact moments", "analytic", "a cubic error is enlarged, an error orthogonal to $Y$ is not seen, a constant error is scaled by the mean", _cubic_error
    ),
    refutes(
        "quadrature", "numeric", r"$\tanh(2X) + N$ smoothed by 1/10: calibration turns an error of -8 % of the gradient into one of +14 %", _outside_gaussians
    ),
    condition=Condition(
        r"Exact iff the model is a non-zero multiple of the true score; of linear errors $A s_Y$, iff $A$ is a multiple of the identity. Elsewhere it only makes $E\langle Y, s \rangle = -m$ true. A case is $A$.",
        _multiple_of_identity,
        inside=PROPORTIONAL,
        outside=UNEVEN,
    ),
    derivation=(
        "Integration by parts gives $E\\langle Y, s_Y(Y) \\rangle = -m$, so $c = 1/k$ for the model $k s_Y$; and if $c s_\\phi = s_Y$ then $s_\\phi$ is a multiple of $s_Y$. The models with $c = 1$ are $s_Y + w$ with $E\\langle Y, w \\rangle = 0$: a "
        "hyperplane, of which the true score is one point. For scalar Gaussian $Y$ of variance $v$ the factor exceeds that of least squares by $v E[s^2]/E[Y s]^2 \\ge 1$ (Cauchy and Schwarz), so it biases the Fisher information up. "
        "A matrix $C = -E[s Y^T]^{-1}$ is exact for every linear error, and centring $Y$ removes the dependence on its mean."
    ),
    counterexample="$Y \\sim N(0,1)$, model $-y + y^3/5$: $c = 5/2$, and the mean square error grows from 3/5 to 3/2.",
)
