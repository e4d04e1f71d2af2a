"""Section II-E: what denoising score matching learns (eq. (4))."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from infograd.catalogue import CATALOGUE
from infograd.claim import Standing
from infograd.question import Question
from infograd.verify.claims.entry import Condition, Outcome, corrects, entry, refutes, supports
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, below, decided, gradient, nonzero, number, same
from infograd.verify.policy import STANDARD

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

SECTION = "II Preliminaries"
NOISE, SMOOTHING = Fraction(1, 4), Fraction(1, 10)


def _tanh(noise: Fraction) -> Question:
    return CATALOGUE["tanh"].question.at_point(theta=2, s2=noise)


def _true_gradient() -> Number:
    from infograd import numeric

    return gradient(numeric.answer(_tanh(NOISE)), "theta")


Variances: TypeAlias = tuple[Fraction, Fraction, Fraction]
OF_THE_NOISED: tuple[Variances, ...] = ((Fraction(11, 10), Fraction(1), Fraction(1, 10)), (Fraction(2), Fraction(1), Fraction(1)))
OF_THE_CLEAN: tuple[Variances, ...] = ((Fraction(1), Fraction(1), Fraction(1, 10)),)


def is_of_the_noised(case: Variances) -> bool:
    """Whether the wanted score is that of the noised sample, of a case (variance of the variable whose score is wanted, of y, of the noise on y)."""
    wanted, clean, added = case
    return wanted == clean + added


def _slope_of_the_loss(wanted: Any, clean: Any, added: Any) -> Any:
    """The derivative of the loss in the gain k of s(y) = -k y, at the gain 1/wanted of the score that is wanted."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.theory.smoothing import denoising_loss

    gain = sympy.Symbol("k", positive=True)
    return sympy.diff(denoising_loss(gain, clean, added), gain).subs(gain, 1 / wanted)


def _gaussian_minimiser() -> Outcome:
    import sympy

    from infograd.analytic.theory.smoothing import denoising_gain

    v, t = sympy.symbols("v t", positive=True)
    at = denoising_gain(sympy.S.One, sympy.Rational(1, 10))
    return every(
        decided("the loss is stationary at the gain 1/(v + t) of the noised sample's score", _slope_of_the_loss(v + t, v, t)),
        Outcome(at == sympy.Rational(10, 11), f"at v = 1, t = 1/10 the learned gain is {at}"),
    )


def _not_of_the_clean() -> Outcome:
    import sympy

    v, t = sympy.symbols("v t", positive=True)
    return nonzero("the slope of the loss at the clean sample's gain 1/v", _slope_of_the_loss(v, v, t))


def _regression_is_the_score() -> Outcome:
    """-E[y' - y | y']/t by sums over y, against the differentiated logarithm of the density of tanh(2X) + N(0, 1/4 + t), at five places."""
    import numpy as np

    places, noise, t, shift = np.linspace(-1.5, 1.5, 5), float(NOISE), float(SMOOTHING), 1e-30

    def sums(step: float) -> tuple[Floats, Floats]:
        x, y = np.arange(-9, 9, step), np.arange(-6, 6, step)
        weights = np.exp(-(x**2) / 2)
        clean = np.exp(-((y[:, None] - np.tanh(2 * x)) ** 2) / (2 * noise)) @ weights
        joint = clean * np.exp(-((places[:, None] - y) ** 2) / (2 * t))
        target = -((places[:, None] - y) * joint).sum(axis=1) / (t * joint.sum(axis=1))
        density = np.exp(-((places[:, None] + 1j * shift - np.tanh(2 * x)) ** 2) / (2 * (noise + t))) @ weights
        return target, np.imag(np.log(density)) / shift

    (coarse, coarse_score), (target, score) = sums(0.05), sums(0.025)
    rounding = 1000 * float(np.finfo(np.float64).eps)
    doubts = STANDARD.safety * (np.abs(target - coarse) + np.abs(score - coarse_score)) + rounding * np.abs(score) + rounding
    return every(
        *(
            same(f"the regression at {place:g} and the score of the noised sample", Number(float(one), float(doubt)), Number(float(other), 0.0), scale=1.0)
            for place, one, other, doubt in zip(places, target, score, doubts, strict=True)
        )
    )


def _fisher_information(noise: Fraction) -> Number:
    """J(Y) = 2 dI/ds2 + 1/s2, de Bruijn's identity read backwards."""
    from infograd import numeric

    return gradient(numeric.answer(_tanh(noise)), "s2").scaled(2.0) + Number(1 / float(noise), 0.0)


def _other_density() -> Outcome:
    return below("Fisher information of the density whose score is learned, and of Y", _fisher_information(NOISE + SMOOTHING), _fisher_information(NOISE))


def _biased_gradients() -> Outcome:
    from infograd import numeric
    from infograd.numeric.theory.smoothing import gradient_of_clean

    truth = _true_gradient()
    noised = gradient(numeric.answer(_tanh(NOISE + SMOOTHING)), "theta")
    clean = number(gradient_of_clean(2.0, float(NOISE), float(SMOOTHING)))
    return every(
        same("the quadrature with the true score and dI", number(gradient_of_clean(2.0, float(NOISE), 0.0)), truth),
        below("learned scores on clean samples and dI", clean, truth),
        below("dI and learned scores on noised samples", truth, noised),
    )


def _mixtures() -> Outcome:
    from infograd.analytic.theory.smoothing_series import mixture_defect

    return decided("the flow of the smoothed score of Gaussian mixtures of one and two components", mixture_defect(1), mixture_defect(2))


def _bias_vanishes() -> Outcome:
    """Biases at t and t/2 of a function that is smooth in t: halving t halves the bias up to O(t^2), so 2 b(t/2) - b(t) = O(t^2)."""
    from infograd.numeric.theory.smoothing import gradient_of_clean

    truth = _true_gradient()
    biases = [number(gradient_of_clean(2.0, float(NOISE), t)) - truth for t in (1 / 100, 1 / 200, 1 / 400)]
    defects = [biases[0] - biases[1].scaled(2.0), biases[1] - biases[2].scaled(2.0)]
    shrinking = below("bias at t = 1/400 and at 1/100", Number(abs(biases[2].value), biases[2].doubt), Number(abs(biases[0].value), biases[0].doubt))
    second = below(
        "second-order defect at 1/200, thrice, and at 1/100",
        Number(3 * abs(defects[1].value), 3 * defects[1].doubt),
        Number(abs(defects[0].value), defects[0].doubt),
    )
    return every(shrinking, second)


DENOISING = entry(
    "eq-4",
    "Denoising score matching learns the true score",
    SECTION,
    r"\arg\min_\phi \mathbb{E}\left\| s_\phi(\tilde y) + \frac{\tilde y - y}{\sigma^2} \right\|^2 = s_{\mathrm{true}}, \quad \tilde y = y + \sigma \varepsilon",
    Standing.CONDITIONAL,
    supports("decided identities", "analytic", r"for Gaussian $y$ of variance $v$ the loss is least at $-y/(v + \sigma^2)$", _gaussian_minimiser),
    supports(
        "quadrature",
        "numeric",
        r"$\tanh(2X) + N$: the regression $-E[\tilde y - y | \tilde y]/\sigma^2$ is the differentiated logarithm of the density of $\tilde y$",
        _regression_is_the_score,
    ),
    refutes("decided identities", "analytic", r"for Gaussian $y$ the loss has a slope at the score $-y/v$ of the clean sample", _not_of_the_clean),
    refutes("quadrature", "numeric", r"$\tanh(2X) + N$: the density whose score is learned has less Fisher information than $Y$", _other_density),
    refutes("quadrature", "numeric", r"$\tanh(2X) + N$: the learned scores bias the gradient down on clean samples and up on noised ones", _biased_gradients),
    corrects(
        "decided identities",
        "analytic",
        r"$\partial_t s_t = \frac{1}{2} \partial_y (\partial_y s_t + s_t^2)$ for Gaussian mixtures: the learned score is $s + \frac{t}{2} \partial_y (\partial_y s + s^2) + O(t^2)$",
        _mixtures,
    ),
    corrects(
        "quadrature", "numeric", r"the bias of the gradient falls in proportion to $\sigma^2$, and what is left in proportion to its square", _bias_vanishes
    ),
    condition=Condition(
        r"The true score is that of the noised sample $\tilde y$: as where $\tilde y$ is the channel's output and $\sigma \varepsilon$ the Gaussian noise of its last stage. For the score "
        r"of $y$ itself it holds in the limit $\sigma \to 0$ alone. A case is three variances: of the variable whose score is wanted, of $y$, and $\sigma^2$.",
        is_of_the_noised,
        inside=OF_THE_NOISED,
        outside=OF_THE_CLEAN,
    ),
    derivation=(
        "Given $\\tilde y$ the least-squares target is $-E[\\tilde y - y | \\tilde y]/\\sigma^2$. Differentiating $p_\\sigma(\\tilde y) = \\int p(y) N(\\tilde y - y; \\sigma^2) dy$ under the integral "
        "shows that this is $\\nabla \\log p_\\sigma(\\tilde y)$, the score of the smoothed density. Which score the text calls true is lost with its formula: for that of $\\tilde y$ it is right. It differs from that of $y$ "
        "(smoothing adds $\\sigma^2$ to the variance), which is what VII-A takes it for: noise of a fixed variance is added to samples of the output, and the scores serve on clean ones. With $t = \\sigma^2$, $\\partial_t p_t = \\Delta p_t / 2$ gives $\\partial_t s_t = \\nabla(\\nabla \\cdot s_t + \\|s_t\\|^2)/2$, hence the expansion. Used on noised samples the learned "
        "scores give exactly the gradient of $I(X; Y + \\sigma \\varepsilon)$, by eq. (3) for that channel."
    ),
    counterexample="$Y \\sim N(0, 1)$ as the clean sample, $\\sigma^2 = 1/10$: the minimiser is $-(10/11) y$, and the score of $Y$ is $-y$.",
    corrected=(
        r"\arg\min_\phi \mathbb{E}\left\| s_\phi(\tilde y) + \frac{\tilde y - y}{\sigma^2} \right\|^2 = \nabla \log p_\sigma = s_Y + \frac{\sigma^2}{2} \nabla \left(\nabla \cdot s_Y + \|s_Y\|^2\right) + O(\sigma^4)"
    ),
)
