"""Section VII: the experiments' settings and estimator (eqs. (81), (82), (84)), with calibration, references and figures from their own files."""

from __future__ import annotations

from fractions import Fraction

from infograd.catalogue import CATALOGUE
from infograd.claim import Standing
from infograd.question import Question
from infograd.verify.claims.entry import Entry, Outcome, entry, supports
from infograd.verify.claims.experiments.calibration import CALIBRATION
from infograd.verify.claims.experiments.figures import FIGURES, MEASURED
from infograd.verify.claims.experiments.reference import DIFFERENCE, GAUSS_HERMITE
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, decided, gradient, identities, information, same

SECTION = "VII Experiments"
FORMS = ("multipath-a", "multipath-b")


def _unit_setting() -> Outcome:
    variances = {(form, name): CATALOGUE[form].question.at[name] for form in FORMS for name in ("P", "s1", "s2", "s3")}
    return Outcome(set(variances.values()) == {Fraction(1)}, f"{len(variances)} variances of both readings are 1")


SETTING = entry(
    "eq-81",
    "The normalised setting",
    SECTION,
    r"P = \mathrm{Var}\, N_1 = \mathrm{Var}\, N_2 = \mathrm{Var}\, N_3 = 1",
    Standing.DEFINITION,
    supports("exact comparison", "analytic", "the catalogue's channels, which the figures are made of, stand at these values", _unit_setting),
    derivation="The grids and the fixed values of the sweeps are lost; ours are 41 points on [-2, 2] with the other parameter at 1.",
)


def _estimator_means() -> Outcome:
    questions = (CATALOGUE[form].question for form in FORMS)
    return every(*(identities(Question(each.channel, each.between, wrt=("alpha", "beta"), at=each.at), "difference") for each in questions))


def _estimator_by_moments() -> Outcome:
    from infograd.analytic.theory import path
    from infograd.analytic.theory.moments import expectation

    gaps = []
    for channel in (path.multipath_a(), path.multipath_b()):
        difference = channel.output / channel.output_variance - channel.noise / channel.noise_variance
        gaps += [expectation(channel.slope(each) * difference, channel.variances) - channel.gradient(each) for each in (path.ALPHA, path.BETA)]
    return decided("the mean of one term less the gradient, for alpha and beta in both readings", *gaps)


ESTIMATOR = entry(
    "eq-82",
    "Monte Carlo with exact scores is unbiased",
    SECTION,
    r"\mathbb{E}\left[\frac{1}{N} \sum_{i=1}^{N} J_i^{\mathsf{T}} \left(s_{Y \mid X}(y_i \mid x_i) - s_Y(y_i)\right)\right] = \nabla_\theta I(X; Y)",
    Standing.PROVED,
    supports(
        "decided identities", "analytic", "the mean of a term is the gradient in both parameters for both readings, as rational functions", _estimator_means
    ),
    supports(
        "exact moments", "analytic", "the same from Gaussian moments of the primitives, where the first uses covariances of the nodes", _estimator_by_moments
    ),
    derivation=(
        "The mean of an average of identically distributed terms is the mean of one, which Theorem 2 says is the gradient; for the linear Gaussian channel it is decided here. The terms are independent with finite variance, a "
        "polynomial moment of Gaussians, so the standard error falls as $N^{-1/2}$."
    ),
)


def _even() -> Outcome:
    from infograd import numeric

    found = []
    for noise in (Fraction(1), Fraction(1, 10)):
        at = {theta: numeric.answer(CATALOGUE["tanh"].question.at_point(theta=theta, s2=noise)) for theta in (-1, 0, 1)}
        found += [
            same(f"I at -1 and 1, s2 = {noise}", information(at[-1]), information(at[1])),
            same(f"-dI at -1 and dI at 1, s2 = {noise}", gradient(at[-1], "theta").scaled(-1.0), gradient(at[1], "theta")),
            same(f"dI at 0, s2 = {noise}", gradient(at[0], "theta"), Number(0.0, 0.0), scale=1.0),
        ]
    return every(*found)


NONLINEAR = entry(
    "eq-84",
    "The nonlinear scalar channel",
    SECTION,
    r"Y = \tanh(\theta X) + N, \quad I(-\theta) = I(\theta), \quad \left. \frac{dI}{d\theta} \right|_{\theta = 0} = 0",
    Standing.PROVED,
    supports("quadrature", "numeric", r"$I$ is even in $\theta$ and its derivative odd, hence 0 at 0, at noise variances 1 and 1/10", _even),
    derivation=(
        "$\\tanh(-\\theta X) = \\tanh(\\theta (-X))$ and $-X$ has the law of $X$, so the pair $(-X, Y)$ at $-\\theta$ has the law of $(X, Y)$ at $\\theta$, and $I$ does not change when $X$ is replaced by $-X$. $I$ is differentiable in $\\theta$ (eq. (3)), and an "
        "even differentiable function has derivative 0 at 0. The map and the noise variance of the text are lost; tanh, and 1 and 1/10, are our choice."
    ),
)

ENTRIES: tuple[Entry, ...] = (SETTING, ESTIMATOR, CALIBRATION, NONLINEAR, DIFFERENCE, GAUSS_HERMITE, *FIGURES)

__all__ = ["ENTRIES", "MEASURED"]
