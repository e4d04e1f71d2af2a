"""Section II-E's alternative to score matching: velocities of flow matching."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from infograd.claim import Standing
from infograd.verify.claims.entry import Condition, Outcome, entry, refutes, supports
from infograd.verify.claims.reading import decided

SECTION = "II Preliminaries"


def between_ends(tau: Fraction) -> bool:
    """Whether the time lies strictly between the data (0) and the noise (1)."""
    return 0 < tau < 1


def _velocity_and_score() -> tuple[Any, Any, Any, Any]:
    """Of x = (1 - tau) y + tau e, y a mixture of two Gaussians with densities of x kept as symbols: x, tau, E[e - y | x] and the score of x."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    x = sympy.Symbol("x", real=True)
    tau = sympy.Symbol("tau", positive=True)
    weights, means, variances, densities = (sympy.symbols(f"{name}:2", positive=True) for name in "wmve")
    spreads = [(1 - tau) ** 2 * v + tau**2 for v in variances]
    shares = [w * each for w, each in zip(weights, densities, strict=True)]
    residuals = [(x - (1 - tau) * m) / spread for m, spread in zip(means, spreads, strict=True)]
    noise = sum(share * tau * residual for share, residual in zip(shares, residuals, strict=True)) / sum(shares)
    data = sum(share * (m + (1 - tau) * v * residual) for share, m, v, residual in zip(shares, means, variances, residuals, strict=True)) / sum(shares)
    score = -sum(share * residual for share, residual in zip(shares, residuals, strict=True)) / sum(shares)
    return x, tau, noise - data, score


def _correspondence() -> Outcome:
    x, tau, velocity, score = _velocity_and_score()
    return decided("s + (x + (1 - tau) u)/tau for a mixture of two Gaussians", score + (x + (1 - tau) * velocity) / tau)


def _amplification_of_errors() -> tuple[Any, Any]:
    """tau, and the factor (s + x/tau)/u of the mixture with which an error of the velocity enters the score: -(1 - tau)/tau, whatever the mixture."""
    import sympy

    x, tau, velocity, score = _velocity_and_score()
    return tau, sympy.factor(sympy.cancel(sympy.together((score + x / tau) / velocity)))


def _no_correspondence_at_the_data() -> Outcome:
    import sympy

    tau, factor = _amplification_of_errors()
    found = sympy.limit(-factor, tau, 0, "+")
    return Outcome(found == sympy.oo, f"an error of the velocity enters the score times (1 - tau)/tau, whose limit at the data is {found}")


FLOW_MATCHING = entry(
    "flow-matching",
    "Score and velocity correspond one to one",
    SECTION,
    r"s_\tau(x) = - \frac{x + (1 - \tau) u_\tau(x)}{\tau}, \quad x = (1 - \tau) y + \tau \varepsilon, \quad u_\tau(x) = \mathbb{E}\left[\varepsilon - y \mid x\right]",
    Standing.CONDITIONAL,
    supports("decided identities", "analytic", "the correspondence for a mixture of two Gaussians at every time, as a rational function", _correspondence),
    refutes(
        "limit",
        "analytic",
        r"at the data, $\tau = 0$, the factor of the velocity's error is infinite: the score of the output itself is not reached",
        _no_correspondence_at_the_data,
    ),
    condition=Condition(
        "A linear path between the data and independent Gaussian noise, at a time strictly between the ends. A case is the time.",
        between_ends,
        inside=(Fraction(1, 100), Fraction(1, 2)),
        outside=(Fraction(0),),
    ),
    derivation=(
        "$E[\\varepsilon | x] = -\\tau s_\\tau(x)$ by the argument of eq. (4), and $x = (1 - \\tau) E[y | x] + \\tau E[\\varepsilon | x]$. With $u = E[\\varepsilon | x] - E[y | x]$ this gives $E[\\varepsilon | x] = x + (1 - \\tau) u$, hence the formula: affine, and one to one for "
        "$0 < \\tau < 1$. The convention of the text's path is lost; the reverse one exchanges the ends. The score is that of $x$, which at $\\tau > 0$ is noised data, as with denoising score matching."
    ),
)


def _amplification() -> Outcome:
    import sympy

    tau, factor = _amplification_of_errors()
    by_velocity, by_noise = -factor, 1 / tau
    ratio = sympy.limit(by_velocity / by_noise, tau, 0, "+")
    at = by_velocity.subs(tau, sympy.Rational(1, 100))
    return Outcome(
        ratio == 1 and at == 99, f"an error of u enters the score times {at} at tau = 1/100; against predicting the noise the ratio of factors tends to {ratio}"
    )


STABILITY = entry(
    "flow-matching-stability",
    "A velocity is the more stable way to a score at low noise",
    SECTION,
    r"\| \hat s_\tau - s_\tau \| = \frac{1 - \tau}{\tau} \| \hat u_\tau - u_\tau \| \quad \text{is small as } \tau \to 0",
    Standing.HEURISTIC,
    refutes(
        "limit",
        "analytic",
        r"the factor $(1 - \tau)/\tau$ diverges at low noise, as fast as the factor $1/\tau$ of a network that predicts the noise",
        _amplification,
    ),
    derivation=(
        "That training a velocity is more stable is an experience, not a theorem, and no experiment of the text bears on it. For the score that is wanted, equal errors of velocity and of predicted noise are amplified alike as $\\tau \\to 0$; any advantage must "
        "come from the training itself. Which is better for the information gradient is not examined here."
    ),
)
