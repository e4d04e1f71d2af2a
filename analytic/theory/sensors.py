"""Powers of Gaussian sensors that amplify and forward what they see, under one budget for their sum.

Sensor i observes Y_i = X + N_i with X ~ N(0, P) and N_i ~ N(0, n_i), and sends it with power p_i, amplified by
sqrt(p_i/(P + n_i)). Over orthogonal channels the centre hears each with power gain h_i and noise w_i, and
    I(X;Z) = 1/2 log(1 + P sum_i g_i p_i/(1 + g_i n_i p_i)),  g_i = h_i/(w_i (P + n_i)).
The sum is concave in the powers, so the conditions of Karush, Kuhn and Tucker are sufficient: with a price mu,
    p_i = (sqrt(g_i/mu) - 1)/(g_i n_i) where g_i > mu, and 0 where g_i <= mu: sensors with a poor channel are switched off.
Over a coherent multiple-access channel the centre hears the sum of all in one noise w, and every sensor sends.
Source: S. Cui, J.-J. Xiao, A. J. Goldsmith, Z.-Q. Luo, H. V. Poor, IEEE Trans. Signal Process. 55 (2007) 4683 (orthogonal);
J.-J. Xiao, S. Cui, Z.-Q. Luo, A. J. Goldsmith, IEEE Trans. Signal Process. 56 (2008) 757 (coherent); arXiv:2601.01789, V-D.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.analytic.forms.symbolic import rational
from infograd.analytic.theory.vanishing import vanishes
from infograd.array import exact
from infograd.error import SpecificationError


@dataclass(frozen=True, slots=True)
class Sensor:
    """Observation noise variance n, channel power gain h, channel noise variance w."""

    observation: Symbolic
    gain: Symbolic = sympy.S.One
    channel: Symbolic = sympy.S.One

    def quality(self, signal: Symbolic) -> Symbolic:
        """g = h/(w (P + n)), what a unit of its power brings at first."""
        return self.gain / (self.channel * (signal + self.observation))


def sensor(observation: object, gain: object = 1, channel: object = 1) -> Sensor:
    """A sensor from numbers, exact.

    Raises: SpecificationError for a number that is not positive.
    """
    values = {"observation noise": observation, "gain": gain, "channel noise": channel}
    for name, value in values.items():
        if not exact(value, f"a sensor's {name}") > 0:
            raise SpecificationError(f"a sensor's {name} is {value!r}; it must be positive.")
    return Sensor(*(rational(exact(value)) for value in values.values()))


@dataclass(frozen=True, slots=True)
class Allocation:
    """Powers with the price and the multipliers that certify them.

    Maximise sum f_i(p_i) with f_i = g p/(1 + g n p), subject to sum p_i = budget and p_i >= 0: f_i'(p_i) + m_i = price,
    m_i >= 0, m_i p_i = 0.
    """

    sensors: tuple[Sensor, ...]
    signal: Symbolic
    powers: tuple[Symbolic, ...]
    price: Symbolic

    @property
    def ratio(self) -> Symbolic:
        """exp(2 I(X;Z)) = 1 + P sum f_i."""
        return orthogonal_ratio(self.sensors, self.signal, self.powers)

    @property
    def information(self) -> Symbolic:
        """I(X;Z) in nats."""
        return sympy.log(self.ratio) / 2

    @property
    def multipliers(self) -> tuple[Symbolic, ...]:
        """m_i = price - f_i'(p_i), with f' = g/(1 + g n p)^2."""
        qualities = [each.quality(self.signal) for each in self.sensors]
        return tuple(self.price - g / (1 + g * each.observation * p) ** 2 for g, each, p in zip(qualities, self.sensors, self.powers, strict=True))

    def certified(self, budget: Symbolic) -> bool:
        """Whether the powers spend the budget and every multiplier has its sign and its slackness, exactly."""
        spent = vanishes(sum(self.powers) - budget)
        signs = all(bool(p > 0) or p == 0 for p in self.powers)
        slack = all(vanishes(m) if p != 0 else bool(m >= 0) for m, p in zip(self.multipliers, self.powers, strict=True))
        return spent and signs and slack


def orthogonal_ratio(sensors: Sequence[Sensor], signal: Symbolic, powers: Sequence[Symbolic]) -> Symbolic:
    """exp(2 I(X;Z)) over orthogonal channels at any powers."""
    parts = [each.quality(signal) * p / (1 + each.quality(signal) * each.observation * p) for each, p in zip(sensors, powers, strict=True)]
    return 1 + signal * sum(parts)


def allocate(sensors: Sequence[Sensor], signal: object, budget: object) -> Allocation:
    """The optimal powers over orthogonal channels, in closed form.

    With the k sensors of the largest g switched on, 1/sqrt(mu) = (budget + sum 1/(g n))/(sum 1/(n sqrt g)); k is the largest
    number for which the last one's power is positive.
    Raises: SpecificationError without sensors, or for a signal or budget that is not positive.
    """
    if not sensors:
        raise SpecificationError("no sensors were given; give at least one.")
    power, total = rational(exact(signal, "the signal's variance")), rational(exact(budget, "the budget"))
    if not (power > 0 and total > 0):
        raise SpecificationError(f"the signal's variance is {signal!r} and the budget {budget!r}; both must be positive.")
    order = sorted(range(len(sensors)), key=lambda position: -sensors[position].quality(power))
    level = sympy.S.Zero
    spent, weight, on = total, sympy.S.Zero, 0
    for position in order:
        g, n = sensors[position].quality(power), sensors[position].observation
        if on and not level * sympy.sqrt(g) > 1:
            break
        spent, weight, on = spent + 1 / (g * n), weight + 1 / (n * sympy.sqrt(g)), on + 1
        level = sympy.radsimp(spent / weight)
    powers = [sympy.S.Zero] * len(sensors)
    for position in order[:on]:
        g, n = sensors[position].quality(power), sensors[position].observation
        powers[position] = sympy.expand((level * sympy.sqrt(g) - 1) / (g * n))
    return Allocation(tuple(sensors), power, tuple(powers), 1 / level**2)


def coherent_ratio(sensors: Sequence[Sensor], signal: Symbolic, amplitudes: Sequence[Symbolic], noise: Symbolic) -> Symbolic:
    """exp(2 I(X;Z)) for Z = sum_i sqrt(h_i) a_i Y_i + N(0, noise), with amplitudes a_i; sensor i spends a_i^2 (P + n_i)."""
    through = [sympy.sqrt(each.gain) * a for each, a in zip(sensors, amplitudes, strict=True)]
    return 1 + signal * sum(through) ** 2 / (sum(t**2 * each.observation for t, each in zip(through, sensors, strict=True)) + noise)


def coherent_optimum(sensors: Sequence[Sensor], signal: Symbolic, budget: Symbolic, noise: Symbolic) -> Symbolic:
    """The largest exp(2 I(X;Z)) over a coherent channel: 1 + P sum_i h_i/(h_i n_i + w (P + n_i)/budget).

    By Cauchy and Schwarz, with equality where a_i is proportional to sqrt(h_i)/(h_i n_i + w (P + n_i)/budget): none is switched off.
    """
    return 1 + signal * sum(each.gain / (each.gain * each.observation + noise * (signal + each.observation) / budget) for each in sensors)


def coherent_amplitudes(sensors: Sequence[Sensor], signal: Symbolic, budget: Symbolic, noise: Symbolic) -> tuple[Symbolic, ...]:
    """The amplitudes that attain the optimum, scaled to spend the budget."""
    shape = [sympy.sqrt(each.gain) / (each.gain * each.observation + noise * (signal + each.observation) / budget) for each in sensors]
    spent = sum(a**2 * (signal + each.observation) for a, each in zip(shape, sensors, strict=True))
    return tuple(a * sympy.sqrt(budget / spent) for a in shape)
