"""Section IX and what the text promises beyond its theorems: rate-distortion, the information bottleneck, flow matching."""

from __future__ import annotations

import math

from infograd.channel import Channel, Gate, Source
from infograd.claim import Standing
from infograd.expression import Parameter
from infograd.law import Normal
from infograd.quantity import Infinite
from infograd.question import Question
from infograd.verify.claims.entry import Condition, Entry, Outcome, entry, refutes, supports
from infograd.verify.claims.outcome import every
from infograd.verify.claims.outlook.flow import FLOW_MATCHING, STABILITY
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
    r"R(D) = \min_{\mathbb{E}(X - \hat X)^2 \le D} I(X; \hat X) = \frac{1}{2} \log \frac{v}{D}, \quad \hat X = \left(1 - \frac{D}{v}\right) X + N, \ \mathrm{Var}\, N = D \left(1 - \frac{D}{v}\right)",
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
        "Converse over all channels: $I(X; \\hat X) = h(X) - h(X | \\hat X) \\ge h(X) - h(X - \\hat X) \\ge \\frac{1}{2} \\log(v/D)$, since conditioning and shifting by $\\hat X$ do not raise entropy and a Gaussian has the largest for its variance. The stated channel "
        "meets it: $X - \\hat X$ is independent of $\\hat X$ with variance $D$. So the information gradient, followed downhill under a distortion budget, has the right optimum here; that it finds the optimum for other sources, with learned scores, is a hope of the text that is not examined."
    ),
)


def _bottleneck(noisy: bool) -> Question:
    """T -> X = T + N1 -> Z = a X + N2 with unit variances, or Z = a X; asked is I(X;Z) at a = 1."""
    target = Source("T", Normal(0, 1))
    x = Gate("X", target, noise=Normal(0, 1))
    z = Gate("Z", Parameter("a") * x, noise=Normal(0, 1) if noisy else None)
    return Question(Channel(target, x, z), between=("X", "Z"), at={"a": 1})


def _kept(question: Question) -> Question:
    """I(Z;T) of the same channel."""
    return Question(question.channel, between=("T", "Z"), at=question.at)


NOISY, DETERMINISTIC = _bottleneck(noisy=True), _bottleneck(noisy=False)


def finite(question: Question) -> bool:
    """Whether the information is finite, as the analytic room decides it."""
    from infograd import analytic
    from infograd.answer import Answer

    reply = analytic.answer(question)
    return isinstance(reply, Answer) and reply.value is not None and not isinstance(reply.value.value, Infinite)


def _bottleneck_optimum() -> Outcome:
    """lambda = Var(X|T)/Var X = 1/2 and beta = 1/4 give the ratio 2 = 2 a^2, so a = 1."""
    import sympy

    from infograd import analytic
    from infograd.analytic.theory.bottleneck import best_ratio, optimum

    found = optimum(("1/2",), "1/4")
    remaining, price = sympy.symbols("lambda beta", positive=True)
    ratio = best_ratio(remaining, price)
    slope = (1 - price) / (1 + ratio) - remaining / (1 + remaining * ratio)
    exact = [gradient(analytic.answer(each), "a").value for each in (_kept(NOISY), NOISY)]
    stationary = Outcome(
        exact[0] == exact[1] / 4,
        f"dI(Z;T)/da = {exact[0]:g} is a quarter of dI(X;Z)/da = {exact[1]:g} at a = 1, where the closed form has the ratio {found.ratios[0]}",
    )
    return every(decided("the slope of the objective at the closed form", slope), stationary)


def _bottleneck_by_quadrature() -> Outcome:
    from infograd import numeric

    kept, paid = (gradient(numeric.answer(each), "a") for each in (_kept(NOISY), NOISY))
    return same("dI(Z;T)/da and a quarter of dI(X;Z)/da", kept, paid.scaled(0.25))


def _vector_bottleneck() -> Outcome:
    import sympy

    from infograd.analytic.theory.bottleneck import ascent, projection

    mixing = sympy.Matrix([[1, 1], [0, 1]])
    covariance = mixing * mixing.T
    conditional = mixing * sympy.diag(sympy.Rational(1, 5), sympy.Rational(1, 2)) * mixing.T
    price = sympy.Rational(1, 10)
    return decided(
        "the gradient of the objective at the optimal projection of a vector",
        *ascent(projection(covariance, conditional, price), covariance, conditional, price),
    )


def _deterministic_bottleneck() -> Outcome:
    return Outcome(not finite(DETERMINISTIC), "I(X;Z) of Z = a X is infinite, as the analytic room decides it")


BOTTLENECK = entry(
    "information-bottleneck",
    "The information bottleneck objective of a network has the information gradient",
    SECTION,
    r"\max_\theta I(Z; T) - \beta I(X; Z), \quad \nabla_\theta = \nabla_\theta I(Z; T) - \beta \nabla_\theta I(X; Z)",
    Standing.CONDITIONAL,
    supports(
        "decided identities", "analytic", "Gaussian: the closed form is stationary, and both gradients balance exactly at an example", _bottleneck_optimum
    ),
    supports("decided identities", "analytic", "a Gaussian vector: the gradient in the projection vanishes at the closed form", _vector_bottleneck),
    supports("quadrature", "numeric", "the gradients balance at the same example", _bottleneck_by_quadrature),
    refutes("exact decision", "analytic", "a deterministic layer of a continuous input has I(X;Z) = infinity, so no objective", _deterministic_bottleneck),
    condition=Condition("I(X;Z) is finite: the representation Z has noise. A case is the question I(X;Z).", finite, inside=(NOISY,), outside=(DETERMINISTIC,)),
    derivation=(
        "Both terms are informations of the same graph, so Theorem 2 gives each gradient where its condition holds, and the objective's by linearity. For jointly Gaussian $X$ and $T$ the optimum is known (Chechik, Globerson, Tishby, Weiss, JMLR 6 (2005) 165): along a "
        "direction of remaining share $\\lambda$ the ratio is $(1 - \\lambda - \\beta)/(\\beta \\lambda)$, and the direction is dropped for $\\beta \\ge 1 - \\lambda$; the objective rises before that ratio and falls after it. For a deterministic network with a continuous input "
        '$I(X;Z)$ is infinite whatever the weights, so the text\'s "deterministic DAGs" have no such objective.'
    ),
    counterexample="$Z = a X$ without noise: $I(X;Z) = \\infty$ for every $a \\ne 0$.",
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


def _sensor_powers() -> Outcome:
    import sympy

    from infograd.analytic.theory.sensors import allocate, sensor

    network = (sensor(1, 3), sensor(3, 2, "1/2"), sensor("1/2", "1/10"))
    found = {budget: allocate(network, 2, budget) for budget in ("1/10", "5", "200")}
    certified = all(each.certified(sympy.Rational(budget)) for budget, each in found.items())
    off = {budget: sum(power == 0 for power in each.powers) for budget, each in found.items()}
    return Outcome(
        certified and off["1/10"] > off["200"] == 0,
        f"three sensors: {', '.join(f'{count} off at budget {budget}' for budget, count in off.items())}, each certified exactly",
    )


def _sensor_powers_by_quadrature() -> Outcome:
    """Two sensors over orthogonal channels with P = 1, n = 1, h = 1 and w = 1, 4: at the optimum the marginal values of power are equal."""
    from infograd import numeric
    from infograd.analytic.theory.sensors import allocate, sensor

    best = allocate((sensor(1), sensor(1, 1, 4)), 1, 20)
    x = Source("X", Normal(0, 1))
    nodes: list[Source | Gate] = [x]
    for position, noise in enumerate((1, 4)):
        seen = Gate(f"Y{position}", x, noise=Normal(0, 1))
        nodes += [seen, Gate(f"Z{position}", Parameter(f"a{position}") * seen, noise=Normal(0, noise))]
    amplitudes = [math.sqrt(float(power) / 2) for power in best.powers]
    reply = numeric.answer(Question(Channel(*nodes), between=("X", ("Z0", "Z1")), at={f"a{i}": value for i, value in enumerate(amplitudes)}), error=1e-8)
    first, second = (gradient(reply, f"a{i}").scaled(1 / (4 * value)) for i, value in enumerate(amplitudes))
    return same("dI/dp of the two sensors", first, second)


SENSORS = entry(
    "sensor-powers",
    "Powers of sensors under one budget by the information gradient",
    SECTION,
    r"\max_{\sum_i p_i \le B,\ p_i \ge 0} \frac{1}{2} \log\left(1 + P \sum_i \frac{g_i p_i}{1 + g_i n_i p_i}\right), \quad p_i = \frac{\left(\sqrt{g_i / \mu} - 1\right)^{+}}{g_i n_i}",
    Standing.PROVED,
    supports("exact certificate", "analytic", "powers in closed form with multipliers: sensors with a poor channel are off at small budgets", _sensor_powers),
    supports(
        "quadrature",
        "numeric",
        "at the optimum the information gradient gives both active sensors the same marginal value of power",
        _sensor_powers_by_quadrature,
    ),
    derivation=(
        "V-D names the problem without a model. Ours: sensor $i$ sees $X + N_i$ with $\\mathrm{Var}\\, N_i = n_i$, amplifies it to power $p_i$ and sends it over its own channel with power gain $h_i$ and noise $w_i$; $g_i = h_i/(w_i (P + n_i))$ (Cui, Xiao, Goldsmith, Luo, Poor, IEEE Trans. "
        "Signal Process. 55 (2007) 4683). Given $X$ the received signals are independent, so their ratios add. Each term is concave in $p_i$, so the conditions of Karush, Kuhn and Tucker are sufficient, and solving them gives the stated powers with $\\mu$ fixed by the budget."
    ),
)

ENTRIES: tuple[Entry, ...] = (RATE_DISTORTION, BOTTLENECK, FLOW_MATCHING, STABILITY, DISTRIBUTED, SENSORS)
