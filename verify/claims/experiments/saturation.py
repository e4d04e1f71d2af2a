"""Section VII-C: what the information of the nonlinear channel does as its gain grows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from infograd.catalogue import CATALOGUE
from infograd.claim import Standing
from infograd.verify.claims.entry import Condition, Outcome, entry, refutes, supports
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, below, decided, gradient, information

SECTION = "VII Experiments"
ROOMY, TIGHT = (Fraction(1), Fraction(1, 2), Fraction(73, 200)), (Fraction(1, 4), Fraction(1, 10))


def antipodal_is_best(noise: Fraction) -> bool:
    """Whether D(0) <= D(1), by quadrature: no input of amplitude at most 1 then diverges further from the output of equiprobable -1 and 1 than they do."""
    import numpy as np

    from infograd.numeric.theory.antipodal import divergence_from_antipodal

    centre, edge = divergence_from_antipodal(float(noise), np.array([0.0, 1.0]))
    return bool(centre <= edge)


def _divergence_bends_upwards() -> Outcome:
    """D(x) is x^2/(2 s2) - E log cosh((x + N)/s2) and a constant, and the third derivative of log cosh, -2 sech^2 tanh, is odd and negative on the right."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    y, x, noise = sympy.symbols("y x s2", positive=True)
    kernel = -((y - x) ** 2) / (2 * noise)
    output = sympy.log((sympy.exp(-((y - 1) ** 2) / (2 * noise)) + sympy.exp(-((y + 1) ** 2) / (2 * noise))) / 2)
    rest = kernel - output - (kernel + (y**2 + 1) / (2 * noise) - sympy.log(sympy.cosh(y / noise)))
    third = sympy.diff(sympy.log(sympy.cosh(y)), y, 3) + 2 * sympy.tanh(y) / sympy.cosh(y) ** 2
    return decided("the log ratio of the densities, and the third derivative of log cosh", sympy.diff(rest, y).rewrite(sympy.exp), third.rewrite(sympy.exp))


def _tanh(noise: Fraction, theta: int) -> Any:
    from infograd import numeric

    return numeric.answer(CATALOGUE["tanh"].question.at_point(theta=theta, s2=noise))


def _limit(noise: Fraction) -> Number:
    from infograd import numeric

    return information(numeric.answer(CATALOGUE["bpsk"].question.at_point(a=1, s2=noise)))


def _rises_to_the_limit() -> Outcome:
    found = []
    for noise in ROOMY:
        replies = [_tanh(noise, theta) for theta in (1, 2, 4, 8, 16)]
        found += [below(f"s2 = {noise}: 0 and dI/dtheta", Number(0.0, 0.0), gradient(reply, "theta")) for reply in replies]
        found.append(below(f"s2 = {noise}: I at theta = 16 and its limit", information(replies[-1]), _limit(noise)))
    return every(*found)


def _excess(noise: Fraction) -> float:
    """The largest divergence over inputs in [0, 1], less the one at 1."""
    import numpy as np

    from infograd.numeric.theory.antipodal import divergence_from_antipodal

    divergences = divergence_from_antipodal(float(noise), np.linspace(0.0, 1.0, 65))
    return float(divergences.max() - divergences[-1])


def _smith() -> Outcome:
    return every(*(Outcome(_excess(noise) <= 0, f"s2 = {noise}: no input of amplitude at most 1 exceeds the divergence at 1") for noise in ROOMY))


def _peaks_and_falls() -> Outcome:
    found = []
    for noise, rising, falling in ((TIGHT[0], 4, 16), (TIGHT[1], 2, 3)):
        before, after = _tanh(noise, rising), _tanh(noise, falling)
        found.append(below(f"s2 = {noise}: 0 and dI/dtheta at theta = {rising}", Number(0.0, 0.0), gradient(before, "theta")))
        found.append(below(f"s2 = {noise}: dI/dtheta at theta = {falling} and 0", gradient(after, "theta"), Number(0.0, 0.0)))
        found.append(below(f"s2 = {noise}: the limit and I at theta = {falling}", _limit(noise), information(after)))
    return every(*found)


SATURATION = entry(
    "saturation",
    "The information of the tanh channel saturates",
    SECTION,
    r"\lim_{\theta \to \infty} I(X; Y) = \sup_{\theta} I(X; Y), \quad Y = \tanh(\theta X) + N, \ N \sim \mathcal{N}(0, \sigma_2^2)",
    Standing.CONDITIONAL,
    supports(
        "quadrature",
        "numeric",
        r"at $\sigma_2^2 = 1$, 1/2 and 73/200 $dI/d\theta$ is positive at $\theta = 1$, 2, 4, 8, 16, and $I$ stays below the limit",
        _rises_to_the_limit,
    ),
    supports(
        "proof",
        "analytic",
        "The divergence from the output of equiprobable $-1$ and 1 has a third derivative of one sign on $x \\ge 0$.",
        _divergence_bends_upwards,
    ),
    supports("quadrature", "numeric", "at those noises it is largest at the input 1 among 65 inputs from 0 to 1", _smith),
    refutes(
        "quadrature",
        "numeric",
        r"at $\sigma_2^2 = 1/4$ and 1/10 $dI/d\theta$ changes its sign, and $I$ exceeds the limit on its way down to it",
        _peaks_and_falls,
    ),
    condition=Condition(
        "$D(0) \\le D(1)$ for the divergence $D(x)$ of $p(y|x)$ from the output of equiprobable $-1$ and 1: by numbers, at noise variances from 73/200 upwards. A case is the noise variance.",
        antipodal_is_best,
        inside=ROOMY,
        outside=TIGHT,
    ),
    derivation=(
        "As $\\theta$ grows, $\\tanh(\\theta X)$ tends to the sign of $X$, and $I$ to the information of equiprobable $-1$ and 1 in Gaussian noise. For any input on $[-1, 1]$ $I(X;Y) \\le E D(X)$, since the difference is a divergence of outputs. With "
        "$D(x) = \\mathrm{const} + x^2/(2 \\sigma_2^2) - E \\log \\cosh((x + N)/\\sigma_2^2)$ the third derivative $2 \\sigma_2^{-6} E[\\mathrm{sech}^2 \\tanh]$ is positive for $x > 0$, so $D'$ is convex there with $D'(0) = 0$, and $D$ is largest on $[-1, 1]$ at 0 or at $\\pm 1$. Where $D(0) \\le D(1)$ "
        "no input has more than $D(1)$, which is the limit (Smith, Information and Control 18 (1971) 203, has the general condition). For less noise more than two levels are better, and the smooth map uses them. That $I$ also rises all the way to the limit is seen at the points asked, not proved. "
        "The noise variance of the text and the function that it plots are lost: with our choice of tanh, only our choice of the variance decides what the figure shows, and so both kinds are shown."
    ),
    counterexample="$\\tanh(\\theta X) + N$ with noise variance 1/10: $dI/d\\theta$ is 0.01439 at $\\theta = 2$ and $-0.01432$ at $\\theta = 3$; $I(3) = 0.8500$ exceeds the limit 0.6909.",
)
