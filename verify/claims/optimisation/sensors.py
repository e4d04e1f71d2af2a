"""Section V-D2: sensors that share one budget of power."""

from __future__ import annotations

import math

from infograd.answer import Answer
from infograd.channel import Channel, Gate, Source
from infograd.claim import Standing
from infograd.expression import Parameter
from infograd.functions import tanh
from infograd.graph import d_separated
from infograd.law import Normal
from infograd.question import Question
from infograd.verify.claims.entry import Condition, Outcome, entry, supports
from infograd.verify.claims.networks.channels import shown
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import below, gradient, same

SECTION = "V Optimisation"


def two_sensors(first: object, second: object) -> Question:
    """X ~ N(0, 1) seen as Y_k = X + N_k of unit noise, forwarded as Z_k = a_k Y_k + W_k over links of noise 1 and 4."""
    x = Source("X", Normal(0, 1))
    nodes: list[Source | Gate] = [x]
    for position, noise in enumerate((1, 4)):
        seen = Gate(f"Y{position}", x, noise=Normal(0, 1))
        nodes += [seen, Gate(f"Z{position}", Parameter(f"a{position}") * seen, noise=Normal(0, noise))]
    return Question(Channel(*nodes), between=("X", ("Z0", "Z1")), at={"a0": first, "a1": second})


def saturating_sensors() -> Question:
    """Two sensors, the first of which forwards tanh(Y0)."""
    x = Source("X", Normal(0, 1))
    y0, y1 = Gate("Y0", x, noise=Normal(0, 1)), Gate("Y1", x, noise=Normal(0, 1))
    z0, z1 = Gate("Z0", tanh(y0), noise=Normal(0, 1)), Gate("Z1", y1, noise=Normal(0, 1))
    return Question(Channel(x, y0, y1, z0, z1), between=("X", ("Z0", "Z1")))


def linear_with_own_links(question: Question) -> bool:
    """Whether a linear Gaussian network couples its outputs through the source alone."""
    from infograd import analytic

    return isinstance(analytic.answer(question), Answer) and d_separated(question.channel, {"Z0"}, {"Z1"}, {"X"})


def _concave() -> Outcome:
    """g p/(1 + g n p) has the second derivative -2 g^2 n/(1 + g n p)^3 < 0."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.network import is_positive, is_zero

    power, quality, noise = sympy.symbols("p g n", positive=True)
    bend = sympy.diff(quality * power / (1 + quality * noise * power), power, 2)
    stated = -2 * quality**2 * noise / (1 + quality * noise * power) ** 3
    return shown("each sensor's share bends downwards for all powers", is_positive(-bend) and is_zero(bend - stated))


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
    amplitudes = [math.sqrt(float(power) / 2) for power in best.powers]
    reply = numeric.answer(two_sensors(*amplitudes), error=1e-8)
    first, second = (gradient(reply, f"a{i}").scaled(1 / (4 * value)) for i, value in enumerate(amplitudes))
    lopsided = numeric.answer(two_sensors(amplitudes[0] / 2, amplitudes[1]), error=1e-8)
    one, other = (gradient(lopsided, name).scaled(1 / (4 * value)) for name, value in (("a0", amplitudes[0] / 2), ("a1", amplitudes[1])))
    return every(same("dI/dp of the two sensors", first, second), below("with less power at the first, dI/dp of the second and of the first", other, one))


SENSORS = entry(
    "sensor-network",
    "Powers of sensors under one budget (V-D2)",
    SECTION,
    r"\max_{\sum_i p_i \le B,\ p_i \ge 0} \frac{1}{2} \log\left(1 + P \sum_i \frac{g_i p_i}{1 + g_i n_i p_i}\right), \quad p_i = \frac{\left(\sqrt{g_i / \mu} - 1\right)^{+}}{g_i n_i}",
    Standing.CONDITIONAL,
    supports("proof", "analytic", "Each sensor's share of the ratio is concave in its power, for all powers, gains and noises.", _concave),
    supports("exact certificate", "analytic", "powers in closed form with multipliers: sensors with a poor channel are off at small budgets", _sensor_powers),
    supports(
        "quadrature",
        "numeric",
        "at the optimum the information gradient gives both active sensors the same marginal value of power",
        _sensor_powers_by_quadrature,
    ),
    condition=Condition(
        "Linear Gaussian sensors that forward what they see over links of their own, with powers and not amplitudes as the parameters. In general the ascent finds stationary points only (Remark 6). A case is the question $I(X; Z_0, Z_1)$.",
        linear_with_own_links,
        inside=(two_sensors(1, 1),),
        outside=(saturating_sensors(),),
    ),
    derivation=(
        "The text names the problem without a model. Ours: sensor $i$ sees $X + N_i$ with $\\mathrm{Var}\\, N_i = n_i$, amplifies it to power $p_i$ and sends it over its own channel with power gain $h_i$ and noise $w_i$; $g_i = h_i/(w_i (P + n_i))$ (Cui, Xiao, Goldsmith, Luo, Poor, IEEE Trans. "
        "Signal Process. 55 (2007) 4683). Given $X$ the received signals are independent, so their ratios add. Each term is concave in $p_i$ and the logarithm keeps the order, so the conditions of Karush, Kuhn and Tucker are sufficient, and solving them gives the stated powers with $\\mu$ fixed by the budget."
    ),
)
