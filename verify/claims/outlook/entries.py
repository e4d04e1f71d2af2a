"""Section IX: rate-distortion and distributed source coding, which the text names as future work."""

from __future__ import annotations

import math

from infograd.channel import Channel, Gate, Source
from infograd.claim import Standing
from infograd.expression import Parameter
from infograd.law import Normal
from infograd.question import Question
from infograd.verify.claims.entry import Entry, Outcome, entry, supports
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, decided, gradient, information, same

SECTION = "IX Outlook"
ZERO = Number(0.0, 0.0)


def _test_channel() -> Outcome:
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.theory.rate_distortion import best_test_channel, excess

    v, d = sympy.symbols("v D", positive=True)
    gain = sympy.Symbol("a", real=True)
    channel = best_test_channel(v, d)
    square = v**2 * (gain - 1 + d / v) ** 2 / (d * (d - (1 - gain) ** 2 * v))
    attained = decided("distortion - D and exp(2 I) - v/D of the test channel", channel.distortion - d, channel.ratio - v / d)
    return every(attained, decided("exp(2 I) - v/D of any gain a, less a square over the noise that D leaves", excess(v, d, gain) - square))


def _water_filling() -> Outcome:
    from infograd.analytic.theory.rate_distortion import reverse_water_filling

    found = [reverse_water_filling(("1/4", 1, "7/2"), distortion) for distortion in ("3/10", 2, 4)]
    return Outcome(
        all(each.certified() for each in found), f"variances 1/4, 1, 7/2: levels {', '.join(str(each.level) for each in found)} certified by their multipliers"
    )


def _reproduction(gain: object, noise: object) -> Question:
    x = Source("X", Normal(0, 1))
    y = Gate("Y", Parameter("a") * x, noise=Normal(0, Parameter("s")))
    return Question(Channel(x, y), between=("X", "Y"), at={"a": gain, "s": noise})


def _test_channel_by_quadrature() -> Outcome:
    """At v = 1, D = 1/4: a = 3/4, s = D - (1 - a)^2 = 3/16; along equal distortion ds/da = 2 (1 - a) = 1/2."""
    from infograd import numeric

    reply = numeric.answer(_reproduction("3/4", "3/16"))
    along = gradient(reply, "a") + gradient(reply, "s").scaled(0.5)
    return every(
        same("I of the test channel and 1/2 log 4", information(reply), Number(math.log(4) / 2, 0.0)),
        same("its derivative at equal distortion", along, ZERO, scale=1.0),
    )


RATE_DISTORTION = entry(
    "rate-distortion",
    "The least information at a distortion, for a Gaussian source",
    SECTION,
    r"R(D) = \min_{\mathbb{E}(X - \hat X)^2 \le D} I(X; \hat X) = \frac{1}{2} \log \frac{v}{D}, \quad \hat X = \left(1 - \frac{D}{v}\right) X + N, \ \mathrm{Var}\, N = D \left(1 - \frac{D}{v}\right), \ 0 < D \le v",
    Standing.PROVED,
    supports("decided identities", "analytic", "the test channel attains it, and any other linear channel exceeds it by a square", _test_channel),
    supports(
        "exact certificate",
        "analytic",
        "independent components: reverse water-filling with multipliers that meet the conditions of Karush, Kuhn and Tucker",
        _water_filling,
    ),
    supports(
        "quadrature",
        "numeric",
        "at $v = 1$, $D = 1/4$ the channel has $I = \\frac{1}{2} \\log 4$, stationary along equal distortion",
        _test_channel_by_quadrature,
    ),
    derivation=(
        "For $X \\sim N(0, v)$. Converse over all channels: $I(X; \\hat X) = h(X) - h(X | \\hat X) \\ge h(X) - h(X - \\hat X) \\ge \\frac{1}{2} \\log(v/D)$, since conditioning and shifting by $\\hat X$ do not raise entropy and a Gaussian has the largest for its variance. The stated channel "
        "meets it: $X - \\hat X$ is independent of $\\hat X$ with variance $D$. So the information gradient, followed downhill under a distortion budget, has the right optimum here; that it finds the optimum for other sources, with learned scores, is a hope of the text that is not examined."
    ),
)


DISTRIBUTED = entry(
    "distributed-source-coding",
    "Achievable rate regions of sensor networks by the information gradient",
    SECTION,
    r"\min_\theta I(X; \hat X) \text{ under distortion constraints, for several encoders}",
    Standing.HEURISTIC,
    derivation=(
        "Named as future work without a statement, so there is nothing to prove or refute. What is proved of it stands elsewhere: the least information at a distortion for one Gaussian source (rate-distortion). With several encoders one information is not a "
        "rate region, as it is not for several senders (section VI)."
    ),
)


ENTRIES: tuple[Entry, ...] = (RATE_DISTORTION, DISTRIBUTED)
