"""Section II-E: what denoising score matching learns (eq. (4))."""

from __future__ import annotations

from fractions import Fraction

from infograd.catalogue import CATALOGUE
from infograd.claim import Standing
from infograd.question import Question
from infograd.verify.claims.entry import Outcome, corrects, entry, refutes
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, below, decided, gradient, nonzero, number, same

SECTION = "II Preliminaries"
NOISE, SMOOTHING = Fraction(1, 4), Fraction(1, 10)


def _tanh(noise: Fraction) -> Question:
    return CATALOGUE["tanh"].question.at_point(theta=2, s2=noise)


def _true_gradient() -> Number:
    from infograd import numeric

    return gradient(numeric.answer(_tanh(NOISE)), "theta")


def _gaussian_minimiser() -> Outcome:
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.theory.smoothing import denoising_gain, denoising_loss

    gain, v, t = sympy.symbols("k v t", positive=True)
    slope = sympy.diff(denoising_loss(gain, v, t), gain)
    stationary = decided("the loss is stationary at the gain 1/(v + t)", slope.subs(gain, denoising_gain(v, t)))
    true = nonzero("its slope at the true gain 1/v", slope.subs(gain, 1 / v))
    at = denoising_gain(sympy.S.One, sympy.Rational(1, 10))
    return every(stationary, true, Outcome(at == sympy.Rational(10, 11), f"at v = 1, t = 1/10 the learned gain is {at} where the true one is 1"))


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
    r"\arg\min_\phi \mathbb{E}\left\| s_\phi(\tilde y) + \frac{\tilde y - y}{\sigma^2} \right\|^2 = s_Y, \quad \tilde y = y + \sigma \varepsilon",
    Standing.REFUTED,
    refutes(
        "decided identities",
        "analytic",
        "for Gaussian Y the loss is least at -y/(v + t), t = sigma^2, and has a slope at the true score -y/v",
        _gaussian_minimiser,
    ),
    refutes("quadrature", "numeric", "tanh(2X) + N: the density whose score is learned has less Fisher information than Y", _other_density),
    refutes("quadrature", "numeric", "tanh(2X) + N: the learned scores bias the gradient down on clean samples and up on noised ones", _biased_gradients),
    corrects(
        "decided identities",
        "analytic",
        "d s_t/dt = 1/2 d/dy(s_t' + s_t^2) for Gaussian mixtures: the learned score is s + t/2 d/dy(s' + s^2) + O(t^2)",
        _mixtures,
    ),
    corrects(
        "quadrature", "numeric", "the bias of the gradient falls in proportion to t = sigma^2, and what is left in proportion to its square", _bias_vanishes
    ),
    derivation=(
        "Given $\\tilde y$ the least-squares target is $-E[\\tilde y - y | \\tilde y]/\\sigma^2$. Differentiating $p_\\sigma(\\tilde y) = \\int p(y) N(\\tilde y - y; \\sigma^2) dy$ under the integral "
        "shows that this is $\\nabla \\log p_\\sigma(\\tilde y)$, the score of the smoothed density, which equals $s_Y$ only if $p_\\sigma = p$: impossible, since smoothing adds $\\sigma^2$ to the "
        "variance. With $t = \\sigma^2$, $\\partial_t p_t = \\Delta p_t / 2$ gives $\\partial_t s_t = \\nabla(\\nabla \\cdot s_t + \\|s_t\\|^2)/2$, hence the expansion. Used on noised samples the learned "
        "scores give exactly the gradient of $I(X; Y + \\sigma \\varepsilon)$, by eq. (3) for that channel."
    ),
    counterexample="$Y \\sim N(0, 1)$, $\\sigma^2 = 1/10$: the minimiser is $-(10/11) y$, not $-y$.",
    corrected=(
        r"\arg\min_\phi \mathbb{E}\left\| s_\phi(\tilde y) + \frac{\tilde y - y}{\sigma^2} \right\|^2 = \nabla \log p_\sigma = s_Y + \frac{\sigma^2}{2} \nabla \left(\nabla \cdot s_Y + \|s_Y\|^2\right) + O(\sigma^4)"
    ),
)
